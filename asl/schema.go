package asl

import (
	"cmp"
	"iter"
	"maps"
	"reflect"
	"slices"
	"strings"
)

// Field describes a field of one of the language's objects: of the machine, of a
// state type, of a retrier.
type Field struct {
	Name        string
	Language    QueryLanguage // the only one in which the field exists; "" is both
	Distributed bool          // only a distributed Map has it
	Required    bool

	index     []int   // in the Go struct
	container bool    // holds states or other objects
	nested    *schema // of the objects that it holds
}

// Types returns the eight state types, in the order of the specification.
func Types() []Type {
	return []Type{TaskType, PassType, ChoiceType, WaitType, SucceedType, FailType, ParallelType, MapType}
}

// Fields returns what a state of that type may hold besides Type, in the order in
// which it is printed. It is nil for an unknown type.
func Fields(t Type) []Field {
	if s := stateSchemas[t]; s != nil {
		return slices.Clone(s.fields)
	}
	return nil
}

// schema is the table of one object's fields, which drives the parser, the
// printer and [Objects].
type schema struct {
	title  string // "a Task state"
	typ    reflect.Type
	fields []Field // in the order of printing
	byName map[string]*Field
}

func (s *schema) names() iter.Seq[string] {
	return func(yield func(string) bool) {
		for i := range s.fields {
			if !yield(s.fields[i].Name) {
				return
			}
		}
	}
}

var (
	machineSchema = newSchema[StateMachine]("a state machine")
	ruleSchema    = newSchema[Rule]("a Choice rule")
	testSchema    = newSchema[Test]("a nested Choice rule")

	stateSchemas = map[Type]*schema{
		TaskType:     newSchema[Task]("a Task state"),
		PassType:     newSchema[Pass]("a Pass state"),
		ChoiceType:   newSchema[Choice]("a Choice state"),
		WaitType:     newSchema[Wait]("a Wait state"),
		SucceedType:  newSchema[Succeed]("a Succeed state"),
		FailType:     newSchema[Fail]("a Fail state"),
		ParallelType: newSchema[Parallel]("a Parallel state"),
		MapType:      newSchema[Map]("a Map state"),
	}

	schemas = link(
		machineSchema, ruleSchema, testSchema,
		newSchema[Branch]("a branch"),
		newSchema[Processor]("an item processor"),
		newSchema[ProcessorConfig]("a ProcessorConfig"),
		newSchema[ItemReader]("an ItemReader"),
		newSchema[ReaderConfig]("a ReaderConfig"),
		newSchema[ItemBatcher]("an ItemBatcher"),
		newSchema[ResultWriter]("a ResultWriter"),
		newSchema[WriterConfig]("a WriterConfig"),
		newSchema[Retrier]("a retrier"),
		newSchema[Catcher]("a catcher"),
	)
)

// link gathers the tables by type and notes which fields hold objects of which.
func link(all ...*schema) map[reflect.Type]*schema {
	byType := make(map[reflect.Type]*schema, len(all)+len(stateSchemas))
	for s := range chain(slices.Values(all), maps.Values(stateSchemas)) {
		byType[s.typ] = s
	}
	for _, s := range byType {
		for i := range s.fields {
			f := &s.fields[i]
			t := s.typ.FieldByIndex(f.index).Type
			if t.Kind() == reflect.Slice || t.Kind() == reflect.Pointer {
				f.nested = byType[t.Elem()]
			}
			f.container = f.nested != nil || t == reflect.TypeFor[[]State]()
		}
	}
	return byType
}

// newSchema reads the table of a struct off its fields and their tags:
// `asl:"Name,option"`, where the name defaults to the Go field's and "-" is no
// field of the language.
func newSchema[T any](title string) *schema {
	s := &schema{title: title, typ: reflect.TypeFor[T]()}
	for _, f := range reflect.VisibleFields(s.typ) {
		tag, options, _ := strings.Cut(f.Tag.Get("asl"), ",")
		if f.Anonymous || !f.IsExported() || tag == "-" {
			continue
		}
		field := Field{Name: cmp.Or(tag, f.Name), index: f.Index}
		for option := range strings.SplitSeq(options, ",") {
			switch option {
			case "jsonpath":
				field.Language = JSONPath
			case "jsonata":
				field.Language = JSONata
			case "distributed":
				field.Distributed = true
			case "required":
				field.Required = true
			case "":
			default:
				panic("asl: unknown option in a struct tag: " + option)
			}
		}
		s.fields = append(s.fields, field)
	}
	slices.SortStableFunc(s.fields, func(a, b Field) int { return cmp.Compare(rank(a.Name), rank(b.Name)) })
	s.byName = make(map[string]*Field, len(s.fields))
	for i := range s.fields {
		s.byName[s.fields[i].Name] = &s.fields[i]
	}
	return s
}

// printOrder is the order in which an object's fields are printed, whatever the
// object: who it is, what it takes, what it does, what it gives, where it goes.
var printOrder = strings.Fields(`
	Comment Version QueryLanguage
	Condition Variable And Or Not
	Resource
	InputPath
	ItemReader ItemsPath Items Parameters Arguments ItemSelector ItemBatcher
	Result Credentials
	Seconds SecondsPath Timestamp TimestampPath
	Error ErrorPath Cause CausePath
	TimeoutSeconds TimeoutSecondsPath HeartbeatSeconds HeartbeatSecondsPath
	MaxConcurrency MaxConcurrencyPath
	ToleratedFailurePercentage ToleratedFailurePercentagePath
	ToleratedFailureCount ToleratedFailureCountPath Label
	Choices Default Branches ItemProcessor Iterator ProcessorConfig
	ResultWriter ErrorEquals ResultSelector ResultPath OutputPath Output Assign
	Retry Catch
	StartAt States
	Next End`)

// rank returns a name's place in printOrder; what is not there comes last, in the
// order of the struct.
func rank(name string) int {
	if at := slices.Index(printOrder, name); at >= 0 {
		return at
	}
	return len(printOrder)
}
