package asl

import (
	"github.com/stepwise-go/stepwise/asl/diag"
)

// QueryLanguage is the language in which a state reads and shapes its data. The
// zero value means that the machine's applies; a machine's own is JSONPath.
type QueryLanguage string

// The query languages.
const (
	JSONPath QueryLanguage = "JSONPath"
	JSONata  QueryLanguage = "JSONata"
)

// Type is the value of a state's Type field.
type Type string

// The eight state types.
const (
	TaskType     Type = "Task"
	PassType     Type = "Pass"
	ChoiceType   Type = "Choice"
	WaitType     Type = "Wait"
	SucceedType  Type = "Succeed"
	FailType     Type = "Fail"
	ParallelType Type = "Parallel"
	MapType      Type = "Map"
)

// Error names that the service itself raises or matches (States Language
// specification, "Errors"; Step Functions Developer Guide, "Handling errors").
// They are untyped so that they fit wherever a string does.
const (
	ErrAll                             = "States.ALL"
	ErrTaskFailed                      = "States.TaskFailed"
	ErrTimeout                         = "States.Timeout"
	ErrHeartbeatTimeout                = "States.HeartbeatTimeout"
	ErrRuntime                         = "States.Runtime"
	ErrDataLimitExceeded               = "States.DataLimitExceeded"
	ErrPermissions                     = "States.Permissions"
	ErrQueryEvaluationError            = "States.QueryEvaluationError"
	ErrBranchFailed                    = "States.BranchFailed"
	ErrNoChoiceMatched                 = "States.NoChoiceMatched"
	ErrIntrinsicFailure                = "States.IntrinsicFailure"
	ErrParameterPathFailure            = "States.ParameterPathFailure"
	ErrResultPathMatchFailure          = "States.ResultPathMatchFailure"
	ErrExceedToleratedFailureThreshold = "States.ExceedToleratedFailureThreshold"
	ErrItemReaderFailed                = "States.ItemReaderFailed"
	ErrResultWriterFailed              = "States.ResultWriterFailed"
	ErrHTTPSocket                      = "States.Http.Socket"
)

// Locator says where the parts of a definition come from: the parser's knows
// the lines of the text, the DSL's the lines of Go that made each part.
type Locator interface {
	// Locate returns the place of the part that a JSON Pointer names, or of the
	// nearest part around it; the zero Position if nothing is known.
	Locate(pointer string) diag.Position
}

// StateMachine is a whole definition. It is immutable once built or parsed.
type StateMachine struct {
	Comment        string
	QueryLanguage  QueryLanguage
	Version        string // "1.0" or absent
	TimeoutSeconds *int64 // of the whole execution; nil is no own limit
	Scope

	Locator      Locator                `asl:"-"` // where the parts come from; nil if nobody knows
	Placeholders map[string]Placeholder `asl:"-"` // by name: what stands in the definition as ${Name}

	refused refusals
}

// Scope is a set of states with its own start: a machine's, a branch's or an
// item processor's. Transitions never leave a scope.
type Scope struct {
	StartAt string  `asl:",required"`
	States  []State `asl:",required"` // in the order of the definition
}

// State returns the state of that name in this scope, not in those nested in
// it, or nil.
func (s *Scope) State(name string) State {
	for _, st := range s.States {
		if st.Common().Name == name {
			return st
		}
	}
	return nil
}

// Branch is one branch of a Parallel state.
type Branch struct {
	Comment string
	Scope
}

// Processor is what a Map state runs for each item.
type Processor struct {
	Comment         string
	ProcessorConfig *ProcessorConfig
	Scope
}

// ProcessorConfig chooses between an inline and a distributed Map.
type ProcessorConfig struct {
	Comment       string
	Mode          string // INLINE (the default) or DISTRIBUTED
	ExecutionType string // STANDARD or EXPRESS, of a distributed Map's child executions
}

// The modes of a Map state, and the types of executions.
const (
	Inline      = "INLINE"
	Distributed = "DISTRIBUTED"
	Standard    = "STANDARD"
	Express     = "EXPRESS"
)

// State is one of *[Task], *[Pass], *[Choice], *[Wait], *[Succeed], *[Fail],
// *[Parallel] and *[Map].
type State interface {
	// Type returns the state's type.
	Type() Type
	// Common returns what every state has.
	Common() *Base
}

// Base is what every state has.
type Base struct {
	Name          string `asl:"-"` // the key under States
	Comment       string
	QueryLanguage QueryLanguage // zero: the machine's
}

// Common returns b.
func (b *Base) Common() *Base { return b }

// Transition says where a state that is no Choice and not terminal by type goes.
type Transition struct {
	Next string
	End  bool
}

// InputOutput filters what enters and what leaves a state.
type InputOutput struct {
	InputPath  Path     `asl:",jsonpath"`
	OutputPath Path     `asl:",jsonpath"`
	Output     *Payload `asl:",jsonata"`
}

// Work is what the states have that do work and may fail: Task, Parallel, Map.
type Work struct {
	ResultSelector *Payload `asl:",jsonpath"`
	ResultPath     Path     `asl:",jsonpath"`
	Retry          []Retrier
	Catch          []Catcher
}

// Task runs one unit of work: a Lambda function, an activity or an API call.
type Task struct {
	Base
	Resource string `asl:",required"` // an ARN
	InputOutput
	Parameters           *Payload `asl:",jsonpath"`
	Arguments            *Payload `asl:",jsonata"`
	Credentials          *Payload
	TimeoutSeconds       *Int
	TimeoutSecondsPath   Path `asl:",jsonpath"`
	HeartbeatSeconds     *Int
	HeartbeatSecondsPath Path `asl:",jsonpath"`
	Work
	Assign *Payload
	Transition
}

// Pass hands its input on, or a fixed or computed value.
type Pass struct {
	Base
	InputOutput
	Parameters *Payload `asl:",jsonpath"`
	Result     *Payload `asl:",jsonpath"` // literal: paths in it are not evaluated
	ResultPath Path     `asl:",jsonpath"`
	Assign     *Payload
	Transition
}

// Choice goes on by the first of its rules that holds.
type Choice struct {
	Base
	InputOutput
	Choices []Rule   `asl:",required"`
	Assign  *Payload // where no rule holds
	Default string   // where no rule holds; "" fails the execution then
}

// Wait waits. Exactly one of its four fields is given.
type Wait struct {
	Base
	InputOutput
	Seconds       *Int
	SecondsPath   Path   `asl:",jsonpath"`
	Timestamp     string // RFC 3339 or, in a JSONata state, an expression
	TimestampPath Path   `asl:",jsonpath"`
	Assign        *Payload
	Transition
}

// Succeed ends its scope successfully.
type Succeed struct {
	Base
	InputOutput
}

// Fail ends the execution with an error.
type Fail struct {
	Base
	Error     *string // literal or, in a JSONata state, an expression
	ErrorPath Path    `asl:",jsonpath"` // a path or an intrinsic call that gives a string
	Cause     *string
	CausePath Path `asl:",jsonpath"`
}

// Parallel runs branches side by side on one input; its result is the array of
// their outputs.
type Parallel struct {
	Base
	InputOutput
	Parameters *Payload `asl:",jsonpath"`
	Arguments  *Payload `asl:",jsonata"`
	Branches   []Branch `asl:",required"`
	Work
	Assign *Payload
	Transition
}

// Map runs one scope for each item of an array or of a data set.
type Map struct {
	Base
	InputOutput
	ItemsPath                      Path        `asl:",jsonpath"`
	Items                          *Payload    `asl:",jsonata"`
	ItemReader                     *ItemReader `asl:",distributed"`
	Parameters                     *Payload    `asl:",jsonpath"` // deprecated name of ItemSelector
	ItemSelector                   *Payload
	ItemBatcher                    *ItemBatcher `asl:",distributed"`
	MaxConcurrency                 *Int
	MaxConcurrencyPath             Path `asl:",jsonpath"`
	ToleratedFailurePercentage     *Num
	ToleratedFailurePercentagePath Path `asl:",jsonpath"`
	ToleratedFailureCount          *Int
	ToleratedFailureCountPath      Path   `asl:",jsonpath"`
	Label                          string `asl:",distributed"`
	ItemProcessor                  *Processor
	Iterator                       *Processor    // deprecated name of ItemProcessor
	ResultWriter                   *ResultWriter `asl:",distributed"`
	Work
	Assign *Payload
	Transition
}

// Body returns the Map's processor, under its present or its deprecated name, or
// nil if it has none.
func (m *Map) Body() *Processor {
	if m.ItemProcessor != nil {
		return m.ItemProcessor
	}
	return m.Iterator
}

// IsDistributed reports whether the Map runs each item as an execution of its
// own.
func (m *Map) IsDistributed() bool {
	body := m.Body()
	return body != nil && body.ProcessorConfig != nil && body.ProcessorConfig.Mode == Distributed
}

// ItemReader reads a distributed Map's items from Amazon S3.
type ItemReader struct {
	Comment      string
	Resource     string   `asl:",required"`
	Parameters   *Payload `asl:",jsonpath"`
	Arguments    *Payload `asl:",jsonata"`
	ReaderConfig *ReaderConfig
}

// ReaderConfig says how an ItemReader reads its data set.
type ReaderConfig struct {
	Comment           string
	InputType         string   // CSV, JSON, JSONL, PARQUET or MANIFEST
	Transformation    string   // NONE or LOAD_AND_FLATTEN
	ManifestType      string   // S3_INVENTORY or ATHENA_DATA
	CSVHeaderLocation string   // FIRST_ROW or GIVEN
	CSVHeaders        []string // with GIVEN
	CSVDelimiter      string   // COMMA, PIPE, SEMICOLON, SPACE or TAB
	ItemsPointer      string   // JSON Pointer to the array in a JSON file
	MaxItems          *Int
	MaxItemsPath      Path `asl:",jsonpath"`
}

// ItemBatcher gathers items into batches.
type ItemBatcher struct {
	Comment                   string
	BatchInput                *Payload
	MaxItemsPerBatch          *Int
	MaxItemsPerBatchPath      Path `asl:",jsonpath"`
	MaxInputBytesPerBatch     *Int
	MaxInputBytesPerBatchPath Path `asl:",jsonpath"`
}

// ResultWriter writes a distributed Map's results to Amazon S3.
type ResultWriter struct {
	Comment      string
	Resource     string
	Parameters   *Payload `asl:",jsonpath"`
	Arguments    *Payload `asl:",jsonata"`
	WriterConfig *WriterConfig
}

// WriterConfig says how a ResultWriter shapes its files.
type WriterConfig struct {
	Comment        string
	OutputType     string // JSON or JSONL
	Transformation string // NONE, COMPACT or FLATTEN
}

// Type returns [TaskType].
func (*Task) Type() Type { return TaskType }

// Type returns [PassType].
func (*Pass) Type() Type { return PassType }

// Type returns [ChoiceType].
func (*Choice) Type() Type { return ChoiceType }

// Type returns [WaitType].
func (*Wait) Type() Type { return WaitType }

// Type returns [SucceedType].
func (*Succeed) Type() Type { return SucceedType }

// Type returns [FailType].
func (*Fail) Type() Type { return FailType }

// Type returns [ParallelType].
func (*Parallel) Type() Type { return ParallelType }

// Type returns [MapType].
func (*Map) Type() Type { return MapType }

// Retrier says which errors of a state are retried, and when.
type Retrier struct {
	Comment         string
	ErrorEquals     []string `asl:",required"`
	IntervalSeconds *int64   // before the first retry; nil is 1
	MaxAttempts     *int64   // retries, not runs; nil is 3
	BackoffRate     *float64 // factor from one delay to the next; nil is 2.0
	MaxDelaySeconds *int64   // longest delay; nil is no limit
	JitterStrategy  string   // FULL or NONE, the default
}

// Catcher says where a state goes on certain errors that were not retried.
type Catcher struct {
	Comment     string
	ErrorEquals []string `asl:",required"`
	ResultPath  Path     `asl:",jsonpath"`
	Output      *Payload `asl:",jsonata"`
	Assign      *Payload
	Next        string `asl:",required"`
}

// Rule is one rule of a Choice: in a JSONata state a Condition, in a JSONPath
// state a Test.
type Rule struct {
	Condition *Payload `asl:",jsonata"` // a boolean, or a string that is an expression
	Test
	Output *Payload `asl:",jsonata"`
	Assign *Payload
	Next   string `asl:",required"`
}

// Test is a JSONPath condition: exactly one of a comparison, And, Or and Not.
type Test struct {
	Comment  string
	Variable string   `asl:",jsonpath"`
	Operator Operator `asl:"-"` // written as the field of this name
	Operand  any      `asl:"-"` // its value: a literal or, for the …Path operators, a path text
	And      []Test   `asl:",jsonpath"`
	Or       []Test   `asl:",jsonpath"`
	Not      *Test    `asl:",jsonpath"`
}

// Operator is one of the 39 data-test operators of a JSONPath Choice.
type Operator string

// Path is a field that takes a JSONPath or null. The zero value is an absent
// field.
type Path struct {
	Text string
	Null bool
}

// NullPath is the path field given as null.
var NullPath = Path{Null: true}

// IsSet reports whether the field is there, be it as null.
func (p Path) IsSet() bool { return p.Null || p.Text != "" }

// Payload is a field that takes any JSON value: a payload template in a JSONPath
// state, JSON with expressions in a JSONata state. A nil *Payload is an absent
// field.
type Payload struct {
	Value any // of the set of package asl/value
}

// Int is an integer field that a JSONata state may compute. A nil *Int is an
// absent field.
type Int struct {
	Value int64
	Expr  string // an expression with its {% %}, or a text with a ${placeholder}; "" for a literal
}

// Num is [Int] for fields that take fractions.
type Num struct {
	Value float64
	Expr  string
}
