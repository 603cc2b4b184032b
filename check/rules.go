package check

import (
	"slices"

	"github.com/stepwise-go/stepwise/asl"
	"github.com/stepwise-go/stepwise/asl/diag"
)

// The codes of errors, beyond those that the parser reports.
const (
	CodeMissingEnd        diag.Code = "MISSING_END_STATE"
	CodeDuplicateLabel    diag.Code = "DUPLICATE_LABEL_NAME"
	CodeInvalidExpression diag.Code = "INVALID_JSONATA_EXPRESSION"
	CodeUnsupported       diag.Code = "UNSUPPORTED_JSONATA_EXPRESSION"
)

// Rule is one thing that is checked.
type Rule struct {
	Name     string // for [Without], such as "targets-exist"
	Code     diag.Code
	Severity diag.Severity
	Title    string // what holds where nothing is wrong, a sentence
	Doc      string // the source: a section of the specification, or a page by name
	ByParser bool   // [asl.Parse] reports it, and it cannot be switched off

	// Each of these is called with everything of its kind; a rule has one at most.
	machine func(*checker)
	place   func(*checker, *asl.Place)
	state   func(*checker, *asl.Visit)
	object  func(*checker, *asl.Visit, asl.Object)
	part    func(*checker, *asl.Visit, asl.Part)
	data    func(*checker) // when it is known which states are at fault themselves
	last    func(*checker) // when all else has been found
}

// Rules returns every rule, in the order in which they are applied.
func Rules() []Rule { return slices.Clone(rules) }

// The sources of rules.
const (
	spec      = "States Language specification, "
	guide     = "Step Functions Developer Guide, "
	reference = "Step Functions API Reference, "
	validate  = reference + "ValidateStateMachineDefinition"
	ours      = "Stepwise, package check"

	cloudFormation = "AWS CloudFormation Template Reference, "
	userGuide      = "AWS CloudFormation User Guide, " // of files that definitions stand in
	yaml           = "YAML 1.2.2, "
)

var rules = slices.Concat(definitionRules, flowRules)

var definitionRules = []Rule{
	// What the parser reports.
	{Name: "json", Code: asl.CodeInvalidJSON, Title: "A definition is well-formed JSON.", Doc: spec + "Structure of a state machine", ByParser: true},
	{Name: "size", Code: asl.CodeTooLarge, Title: "A definition has at most 1,048,576 characters.", Doc: reference + "CreateStateMachine", ByParser: true},
	{Name: "depth", Code: asl.CodeTooDeep, Title: "Objects and arrays are nested at most 1,000 deep.", Doc: validate, ByParser: true},
	{Name: "known-fields", Code: asl.CodeSchema, Title: "Every field is one that its object may have.", Doc: spec + "State types", ByParser: true},
	{Name: "field-types", Code: asl.CodeSchema, Title: "Every field has a value of the type that it takes.", Doc: spec + "State types", ByParser: true},
	{Name: "state-type", Code: asl.CodeSchema, Title: "Every state has one of the eight types.", Doc: spec + "State types", ByParser: true},
	{Name: "keys-unique", Code: asl.CodeSchema, Title: "No object repeats a key.", Doc: spec + "Structure of a state machine", ByParser: true},

	// The machine.
	{Name: "machine-fields", Code: asl.CodeSchema, Title: "A state machine has StartAt and States.", Doc: spec + "Top-level fields", machine: machineHasRequiredFields},
	{Name: "version", Code: asl.CodeSchema, Title: `Version is "1.0".`, Doc: guide + "State machine structure", machine: versionIsKnown},
	{Name: "machine-language", Code: asl.CodeSchema, Title: "The machine's QueryLanguage is JSONPath or JSONata.", Doc: guide + "Transforming data with JSONata", machine: machineLanguageIsKnown},
	{Name: "machine-timeout", Code: asl.CodeSchema, Title: "The machine's TimeoutSeconds is from 1 to 99,999,999.", Doc: spec + "Top-level fields", machine: machineTimeoutInRange},
	{Name: "labels-unique", Code: CodeDuplicateLabel, Title: "Labels are unique in the whole definition.", Doc: guide + "Using Map state in Distributed mode", machine: labelsAreUnique},

	// The graph.
	{Name: "scope-states", Code: asl.CodeSchema, Title: "A scope has at least one state.", Doc: spec + "Top-level fields", place: scopeHasStates},
	{Name: "targets-exist", Code: asl.CodeMissingTarget, Title: "A transition leads to a state of the same scope.", Doc: spec + "Transitions", place: targetsExist},
	{Name: "reachable", Code: asl.CodeMissingTarget, Title: "Every state can be reached from the start of its scope.", Doc: validate, place: statesAreReachable},
	{Name: "end", Code: CodeMissingEnd, Title: "Every scope has a state that ends it.", Doc: spec + "Terminal states", place: scopesEnd},
	{Name: "next-or-end", Code: asl.CodeSchema, Title: "A state that does not end its scope by its type has Next or End.", Doc: spec + "Transitions", state: statesHaveNextOrEnd},

	// Names.
	{Name: "state-name", Code: asl.CodeInvalidName, Title: "The name of a state has 1 to 80 characters.", Doc: spec + "States", state: nameFits},
	{Name: "state-names-unique", Code: asl.CodeDuplicateState, Title: "The names of states are unique in the whole definition.", Doc: spec + "States", state: namesAreUnique},
	{Name: "variables", Code: asl.CodeSchema, Title: "Assign is an object whose keys are names of variables.", Doc: guide + "Passing data between states with variables", part: assignNamesVariables},
	{Name: "variable-scopes", Code: asl.CodeSchema, Title: "A scope assigns no variable of a scope around it.", Doc: guide + "Passing data between states with variables", machine: variablesAreNotReused},
	{Name: "label", Code: asl.CodeInvalidLabel, Title: "A label has 1 to 40 characters that may stand in a name.", Doc: guide + "Using Map state in Distributed mode", state: labelFits},

	// Fields.
	{Name: "required", Code: asl.CodeSchema, Title: "An object has the fields that it needs.", Doc: spec + "State types", object: requiredFieldsAreThere},
	{Name: "exclusive", Code: asl.CodeSchema, Title: "Of fields that say the same, an object has one.", Doc: spec + "State types", object: fieldsExclude},
	{Name: "words", Code: asl.CodeSchema, Title: "A field that takes one of some words has one of them.", Doc: spec + "State types", part: wordsAreKnown},

	// Query languages.
	{Name: "languages-mix", Code: asl.CodeSchema, Title: "No state of a JSONata machine is JSONPath.", Doc: guide + "Transforming data with JSONata", state: languagesMix},
	{Name: "field-language", Code: asl.CodeSchema, Title: "A state has the fields of its own query language.", Doc: guide + "Transforming data with JSONata", part: fieldsFitLanguage},
	{Name: "number-language", Code: asl.CodeSchema, Title: "Only a JSONata state computes numbers.", Doc: guide + "Transforming data with JSONata", part: numbersFitLanguage},
	{Name: "rule-language", Code: asl.CodeSchema, Title: "A rule of a JSONata Choice has a Condition and no comparison.", Doc: guide + "Choice state", state: rulesFitLanguage},
	{Name: "delimiters", Code: CodeInvalidExpression, Title: "An expression starts with {% and ends with %}.", Doc: guide + "Transforming data with JSONata", part: expressionsAreDelimited},
	{Name: "expressions", Code: CodeInvalidExpression, Title: "An expression can be parsed.", Doc: guide + "Transforming data with JSONata", part: expressionsParse},
	{Name: "expression-input", Code: CodeUnsupported, Title: "An expression reads no input but $states and variables.", Doc: guide + "Transforming data with JSONata", part: expressionsHaveInput},
	{Name: "states-available", Code: CodeUnsupported, Title: "An expression reads $states.result and $states.errorOutput where they exist.", Doc: guide + "Reserved variable: $states", part: statesFieldsAreAvailable},

	// Paths and payload templates.
	{Name: "paths", Code: asl.CodeSchema, Title: "A field that takes a path has one of the kind that it takes.", Doc: spec + "Paths", part: pathsAreValid},
	{Name: "choice-paths", Code: asl.CodeSchema, Title: "What a rule of a Choice compares is named by paths.", Doc: spec + "Choice state", state: testPathsAreValid},
	{Name: "template-values", Code: asl.CodeSchema, Title: "The value of a key that ends in .$ is a path or a call of an intrinsic function.", Doc: spec + "Payload template", part: templateValuesArePaths},
	{Name: "intrinsics", Code: asl.CodeSchema, Title: "A call of an intrinsic function names one of the eighteen and is well formed.", Doc: guide + "Intrinsic functions", part: callsAreWellFormed},
	{Name: "intrinsic-arguments", Code: asl.CodeSchema, Title: "The arguments of an intrinsic function are of the number and types that it takes.", Doc: guide + "Intrinsic functions", part: callArgumentsFit(false)},
	{Name: "template-keys", Code: asl.CodeSchema, Title: "A payload template has no key both with and without .$.", Doc: spec + "Payload template", part: templateKeysAreUnique},

	// Task.
	{Name: "resource", Code: asl.CodeInvalidResource, Title: "A Task's Resource is the ARN of a Lambda function, an activity or a service integration.", Doc: spec + "Task state", state: resourcesAreARNs},
	{Name: "integration", Code: asl.CodeSchema, Title: "The service integration that a Resource names exists, with its pattern.", Doc: guide + "Integrating optimized services", state: integrationsExist},
	{Name: "arguments", Code: asl.CodeSchema, Title: "The arguments of a service integration are an object.", Doc: guide + "Passing parameters to a service API", state: integrationTakesObject},
	{Name: "required-arguments", Code: asl.CodeSchema, Title: "An integration gets the arguments that it needs.", Doc: guide + "Passing parameters to a service API", state: argumentsFit(missingArgument)},
	{Name: "argument-names", Code: asl.CodeSchema, Title: "The arguments of an integration have the names that the API gives them, with a capital letter.", Doc: guide + "Passing parameters to a service API", state: argumentsFit(unknownName)},
	{Name: "timeout-range", Code: asl.CodeSchema, Title: "TimeoutSeconds and HeartbeatSeconds are from 1 to 99,999,999.", Doc: spec + "Task state", part: within(1, maxSeconds, "TimeoutSeconds", "HeartbeatSeconds")},
	{Name: "heartbeat", Code: asl.CodeSchema, Title: "HeartbeatSeconds is less than TimeoutSeconds.", Doc: spec + "Task state", state: heartbeatIsShorter},
	{Name: "credentials", Code: asl.CodeSchema, Title: "Credentials have a RoleArn.", Doc: guide + "Accessing resources in other AWS accounts", state: credentialsHaveRole},

	// Wait.
	{Name: "wait", Code: asl.CodeSchema, Title: "A Wait state says how long to wait.", Doc: spec + "Wait state", state: waitHasDuration},
	{Name: "wait-range", Code: asl.CodeSchema, Title: "Seconds is from 0 to 99,999,999.", Doc: guide + "Wait state", part: within(0, maxSeconds, "Seconds")},
	{Name: "timestamp", Code: asl.CodeSchema, Title: "Timestamp is a time as RFC 3339 has it.", Doc: spec + "Timestamps", state: timestampIsTime},

	// Choice.
	{Name: "choices", Code: asl.CodeSchema, Title: "A Choice has at least one rule.", Doc: spec + "Choice state", state: choicesAreThere},
	{Name: "condition", Code: asl.CodeSchema, Title: "A Condition is a boolean or an expression.", Doc: guide + "Choice state", state: conditionsAreConditions},
	{Name: "rule-form", Code: asl.CodeSchema, Title: "A rule of a JSONPath Choice is one comparison of a Variable, or one of And, Or and Not.", Doc: spec + "Choice state", state: testsHaveOneForm},
	{Name: "combinations", Code: asl.CodeSchema, Title: "And and Or have at least one condition.", Doc: spec + "Choice state", state: combinationsAreNotEmpty},
	{Name: "operands", Code: asl.CodeSchema, Title: "A comparison's operand is of the type that its name says.", Doc: spec + "Choice state", state: operandsFit},

	// Parallel and Map.
	{Name: "branches", Code: asl.CodeSchema, Title: "A Parallel state has at least one branch.", Doc: spec + "Parallel state", state: branchesAreThere},
	{Name: "processor", Code: asl.CodeSchema, Title: "A Map state has an ItemProcessor.", Doc: spec + "Map state", state: mapHasProcessor},
	{Name: "map-mode", Code: asl.CodeSchema, Title: "A distributed Map has an ExecutionType, an inline one has none.", Doc: guide + "Using Map state in Distributed mode", state: mapModeFits},
	{Name: "map-distributed", Code: asl.CodeSchema, Title: "Only a distributed Map has a reader, a batcher, a writer and a label.", Doc: guide + "Using Map state in Distributed mode", object: distributedFieldsFit},
	{Name: "items", Code: asl.CodeSchema, Title: "Items is an array, an object or an expression.", Doc: guide + "Map state", state: itemsAreMany},
	{Name: "concurrency-range", Code: asl.CodeSchema, Title: "MaxConcurrency is not negative.", Doc: spec + "Map state", part: within(0, unbounded, "MaxConcurrency")},
	{Name: "tolerance-range", Code: asl.CodeSchema, Title: "ToleratedFailurePercentage is from 0 to 100.", Doc: guide + "Setting failure thresholds for Distributed Map states", part: within(0, 100, "ToleratedFailurePercentage")},
	{Name: "tolerance-count", Code: asl.CodeSchema, Title: "ToleratedFailureCount is not negative.", Doc: guide + "Setting failure thresholds for Distributed Map states", part: within(0, unbounded, "ToleratedFailureCount")},
	{Name: "reader", Code: asl.CodeSchema, Title: "An ItemReader reads a bucket of Amazon S3.", Doc: guide + "ItemReader (Map)", state: readerReadsS3},
	{Name: "csv-headers", Code: asl.CodeSchema, Title: "A CSV file's headers are in its first row or given.", Doc: guide + "ItemReader (Map)", state: csvHasHeaders},
	{Name: "max-items-range", Code: asl.CodeSchema, Title: "MaxItems is from 0 to 100,000,000.", Doc: guide + "ItemReader (Map)", part: within(0, maxItems, "MaxItems")},
	{Name: "batch", Code: asl.CodeSchema, Title: "An ItemBatcher says how large a batch is.", Doc: guide + "ItemBatcher (Map)", object: batchesAreBounded},
	{Name: "batch-range", Code: asl.CodeSchema, Title: "A batch has at least one item.", Doc: guide + "ItemBatcher (Map)", part: within(1, maxItems, "MaxItemsPerBatch")},
	{Name: "batch-bytes-range", Code: asl.CodeSchema, Title: "A batch has 1 to 262,144 bytes.", Doc: guide + "ItemBatcher (Map)", part: within(1, maxBatchBytes, "MaxInputBytesPerBatch")},
	{Name: "writer", Code: asl.CodeSchema, Title: "A ResultWriter writes to a bucket of Amazon S3 or has a WriterConfig.", Doc: guide + "ResultWriter (Map)", state: writerWritesS3},

	// Retry and Catch.
	{Name: "errors", Code: asl.CodeSchema, Title: "A retrier or catcher names at least one error.", Doc: spec + "Errors", state: errorsAreNamed},
	{Name: "states-all", Code: asl.CodeSchema, Title: "States.ALL stands alone and last.", Doc: spec + "Errors", state: allStandsAlone},
	{Name: "interval-range", Code: asl.CodeSchema, Title: "IntervalSeconds is from 1 to 99,999,999.", Doc: guide + "Handling errors", part: within(1, maxSeconds, "IntervalSeconds")},
	{Name: "attempts-range", Code: asl.CodeSchema, Title: "MaxAttempts is from 0 to 99,999,999.", Doc: guide + "Handling errors", part: within(0, maxSeconds, "MaxAttempts")},
	{Name: "backoff-range", Code: asl.CodeSchema, Title: "BackoffRate is at least 1.", Doc: guide + "Handling errors", part: within(1, unbounded, "BackoffRate")},
	{Name: "max-delay-range", Code: asl.CodeSchema, Title: "MaxDelaySeconds is more than 0 and less than 31,622,400.", Doc: guide + "Handling errors", part: within(1, maxDelay, "MaxDelaySeconds")},
	{Name: "max-delay", Code: asl.CodeSchema, Title: "MaxDelaySeconds is more than IntervalSeconds.", Doc: spec + "Errors", state: delaysFit},

	// Express.
	{Name: "express-tasks", Code: asl.CodeSchema, Title: "An Express workflow waits for no job, no token and no activity.", Doc: guide + "Choosing workflow type", state: expressTasksAnswer},
	{Name: "express-map", Code: asl.CodeSchema, Title: "An Express workflow has no distributed Map.", Doc: guide + "Choosing workflow type", state: expressHasNoDistributedMap},

	// Warnings.
	{Name: "endless", Code: "ENDLESS_LOOP", Severity: diag.Warning, Title: "From every state an end can be reached.", Doc: spec + "Terminal states", place: statesCanEnd},
	{Name: "format", Code: "FORMAT_MISMATCH", Severity: diag.Warning, Title: "The template of States.Format has as many placeholders as arguments.", Doc: guide + "Intrinsic functions", part: callArgumentsFit(true)},
	{Name: "scripts", Code: "SCRIPT_NOT_EVALUATED", Severity: diag.Warning, Title: "A path has no script in brackets.", Doc: guide + "Paths", part: scriptsAreEvaluated},
	{Name: "no-dollar", Code: "NO_DOLLAR", Severity: diag.Warning, Title: "A path in a payload template stands under a key that ends in .$.", Doc: validate, part: templatePathsHaveDollar},
	{Name: "no-path", Code: "NO_PATH", Severity: diag.Warning, Title: "A path stands in a field whose name ends in Path.", Doc: validate, part: pathsStandInPathFields},
	{Name: "static-result", Code: "PASS_RESULT_IS_STATIC", Severity: diag.Warning, Title: "A Result holds no paths.", Doc: validate, part: resultIsStatic},
	{Name: "other-language", Code: "OTHER_QUERY_LANGUAGE", Severity: diag.Warning, Title: "A state writes no text that the other query language would evaluate.", Doc: guide + "Transforming data with JSONata", part: looksLikeOtherLanguage},
	{Name: "variable-assigned", Code: "VARIABLE_NOT_ASSIGNED", Severity: diag.Warning, Title: "A variable that is read is assigned.", Doc: guide + "Passing data between states with variables", machine: variablesHaveValues(nowhere)},
	{Name: "variable-inside", Code: "VARIABLE_NOT_VISIBLE", Severity: diag.Warning, Title: "A variable is read in the scope that assigns it or inside it.", Doc: guide + "Passing data between states with variables", machine: variablesHaveValues(inside)},
	{Name: "variable-distributed", Code: "VARIABLE_NOT_VISIBLE", Severity: diag.Warning, Title: "A distributed Map reads no variable from outside.", Doc: guide + "Passing data between states with variables", machine: variablesHaveValues(distributed)},
	{Name: "variable-value", Code: "VARIABLE_MAY_BE_UNASSIGNED", Severity: diag.Warning, Title: "A variable is assigned on every way to where it is read.", Doc: guide + "Passing data between states with variables", machine: variablesHaveValues(sometimes)},
	{Name: "states-fields", Code: "UNKNOWN_STATES_FIELD", Severity: diag.Warning, Title: "An expression reads fields of $states that exist.", Doc: guide + "Reserved variable: $states", part: statesFieldsExist},
	{Name: "functions", Code: "UNKNOWN_FUNCTION", Severity: diag.Warning, Title: "An expression calls functions that exist.", Doc: guide + "JSONata functions provided by Step Functions", part: functionsExist},
	{Name: "function-arguments", Code: "FUNCTION_ARGUMENTS", Severity: diag.Warning, Title: "An expression calls functions with as many arguments as they take.", Doc: guide + "JSONata functions provided by Step Functions", part: functionsGetTheirArguments},
	{Name: "context-fields", Code: "UNKNOWN_CONTEXT_FIELD", Severity: diag.Warning, Title: "What is read of the context object is in it.", Doc: guide + "Accessing execution data from the Context object", part: contextFieldsExist},
	{Name: "context-available", Code: "CONTEXT_NOT_AVAILABLE", Severity: diag.Warning, Title: "Map and Task of the context object are read where they are.", Doc: guide + "Accessing execution data from the Context object", part: contextFieldsAreAvailable},
	{Name: "argument-members", Code: "ARGUMENT_MISSING", Severity: diag.Warning, Title: "A structure in the arguments of an integration has the members that the API requires.", Doc: guide + "Passing parameters to a service API", state: argumentsFit(missingMember)},
	{Name: "argument-types", Code: "ARGUMENT_TYPE", Severity: diag.Warning, Title: "An argument of an integration is of the type that the API takes.", Doc: guide + "Passing parameters to a service API", state: argumentsFit(wrongType)},
	{Name: "argument-values", Code: "ARGUMENT_VALUE", Severity: diag.Warning, Title: "An argument that takes one of some words has one of them.", Doc: guide + "Passing parameters to a service API", state: argumentsFit(unknownValue)},
	{Name: "token", Code: "TOKEN_NOT_USED", Severity: diag.Warning, Title: "A task that waits for its token hands it out.", Doc: guide + "Wait for a callback with a task token", state: tokenIsHandedOut},
	{Name: "long-wait", Code: "NO_TIMEOUT", Severity: diag.Warning, Title: "A task that waits for an answer has a timeout.", Doc: guide + "Best practices", state: longWaitsTimeOut},
	{Name: "lambda-retries", Code: "LAMBDA_NOT_RETRIED", Severity: diag.Warning, Title: "A task that runs a Lambda function retries the faults of the Lambda service.", Doc: guide + "Best practices", state: lambdaFaultsAreRetried},
	{Name: "errors-seen", Code: "ERROR_SWALLOWED", Severity: diag.Warning, Title: "A catcher of all errors does not pass them over in silence.", Doc: guide + "Handling errors", state: errorsAreSeen},
	{Name: "default", Code: "NO_DEFAULT", Severity: diag.Warning, Title: "A Choice has a Default.", Doc: spec + "Choice state", data: choicesHaveDefault},
	{Name: "rule-reached", Code: "RULE_NOT_REACHED", Severity: diag.Warning, Title: "Every rule of a Choice can hold.", Doc: spec + "Choice state", state: rulesCanMatch},
	{Name: "result-and-parameters", Code: "PARAMETERS_NOT_USED", Severity: diag.Warning, Title: "A Pass state has Result or Parameters.", Doc: guide + "Pass state", state: resultWins},
	{Name: "items-and-reader", Code: "ITEMS_NOT_USED", Severity: diag.Warning, Title: "A Map state has an ItemReader or says itself which items there are.", Doc: guide + "ItemReader (Map)", state: itemsComeFromReader},
	{Name: "tolerance-inline", Code: "TOLERANCE_NOT_USED", Severity: diag.Warning, Title: "Only a distributed Map tolerates failures.", Doc: guide + "Setting failure thresholds for Distributed Map states", part: toleranceIsForDistributed},
	{Name: "iterator", Code: "DEPRECATED_FIELD", Severity: diag.Warning, Title: "A Map state has an ItemProcessor, not an Iterator.", Doc: guide + "Map state", state: iteratorIsOld},
	{Name: "inline-concurrency", Code: "CONCURRENCY_CAPPED", Severity: diag.Warning, Title: "An inline Map asks for at most 40 iterations at once.", Doc: guide + "Using Map state in Inline mode", state: inlineConcurrencyFits},
	{Name: "reserved-errors", Code: "UNKNOWN_ERROR_NAME", Severity: diag.Warning, Title: "An error name that starts with States. is one of the service's.", Doc: spec + "Errors", state: reservedErrorsExist},
	{Name: "runtime-error", Code: "ERROR_NOT_HANDLED", Severity: diag.Warning, Title: "The errors that are handled are some that arrive at handlers.", Doc: guide + "Handling errors", state: handledErrorsAreRaised},
	{Name: "handler-reached", Code: "HANDLER_NOT_REACHED", Severity: diag.Warning, Title: "An error is handled once.", Doc: guide + "Handling errors", state: handlersAreReached},
	{Name: "presence", Code: "PRESENCE_TESTED_LATE", Severity: diag.Warning, Title: "A Choice asks whether a field is present before it compares it.", Doc: guide + "Choice state", state: presenceIsTestedFirst},
	{Name: "poll-limit", Code: "POLL_WITHOUT_LIMIT", Severity: diag.Warning, Title: "A loop that waits for something gives up at some time.", Doc: guide + "Best practices", place: pollsGiveUp},
	{Name: "loop-history", Code: "HISTORY_OVERRUN", Severity: diag.Warning, Title: "A loop that waits is left before the history of 25,000 events is full.", Doc: guide + "Best practices", place: loopsFitHistory},
	{Name: "history", Code: "HISTORY_OVERRUN", Severity: diag.Warning, Title: "An execution can succeed within the history of 25,000 events.", Doc: guide + "Quotas", place: historyHoldsExecution},
	{Name: "data-limit", Code: "DATA_LIMIT", Severity: diag.Warning, Title: "A payload has at most 262,144 bytes.", Doc: guide + "Quotas", part: payloadsFitLimit},
	{Name: "large-payload", Code: "PAYLOAD_MAY_BE_LARGE", Severity: diag.Warning, Title: "What may be large is handed on by its place in Amazon S3.", Doc: guide + "Best practices", state: largeDataStaysInS3},
	{Name: "wait-length", Code: "WAIT_TOO_LONG", Severity: diag.Warning, Title: "A Wait state waits no longer than the execution may take.", Doc: guide + "Quotas", state: waitsEnd},
	{Name: "placeholder", Code: "PLACEHOLDER_NOT_CLOSED", Severity: diag.Warning, Title: "A placeholder that starts with ${ ends with }.", Doc: cloudFormation + "AWS::StepFunctions::StateMachine", part: placeholdersAreClosed},
	{Name: "express-repeats", Code: "NOT_IDEMPOTENT", Severity: diag.Warning, Title: "What an Express workflow does may run twice.", Doc: guide + "Choosing workflow type", state: expressMayRepeat},
	{Name: "express-duration", Code: "EXPRESS_DURATION", Severity: diag.Warning, Title: "An Express workflow waits no longer than it may run.", Doc: guide + "Quotas", part: expressFinishes},

	// What is not to be reported.
	{Name: "ignores", Code: "IGNORE_NOT_USED", Severity: diag.Warning, Title: "What a Comment says to ignore is there.", Doc: ours, last: ignoresAreUsed},
}

// refusals are the codes of what the service refuses (API Reference,
// "ValidateStateMachineDefinition"), and that of a definition that is too large.
var refusals = map[diag.Code]bool{
	asl.CodeInvalidJSON: true, asl.CodeTooLarge: true, asl.CodeTooDeep: true, asl.CodeSchema: true, asl.CodeMissingTarget: true,
	asl.CodeInvalidName: true, asl.CodeDuplicateState: true, asl.CodeInvalidLabel: true, asl.CodeInvalidResource: true,
	CodeMissingEnd: true, CodeDuplicateLabel: true, CodeInvalidExpression: true, CodeUnsupported: true,
}
