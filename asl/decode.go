package asl

import (
	"fmt"
	"iter"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/stepwise-go/stepwise/asl/diag"
	"github.com/stepwise-go/stepwise/asl/value"
)

// decoder reads the model from a tree of values and gathers what does not fit it.
type decoder struct {
	loc     Locator
	path    []string // the tokens of the pointer to what is being read
	state   string   // the innermost state being read
	faults  diag.List
	room    int // how many more bytes the faults may have
	paths   int // how many bytes the pointers of all states have
	refused refusals
}

// MaxFindings is about how many bytes the diagnostics of one definition may have
// together. What is beyond is not listed: in a definition of which everything is
// wrong, and whose names are long, they would be many times larger than it.
const MaxFindings = 16 << 20

// MoreFindings is listed where [MaxFindings] left something out.
var MoreFindings = diag.Diagnostic{
	Severity: diag.Warning,
	Code:     "MORE_FINDINGS",
	Message:  "not everything that is wrong is listed here",
	Hint:     "check again when this is mended",
}

// maxPaths bounds the pointers of all states together, which grow with the depth
// and the length of the names around them.
const maxPaths = 32 << 20

func (d *decoder) push(token string) { d.path = append(d.path, token) }
func (d *decoder) pop()              { d.path = d.path[:len(d.path)-1] }

func (d *decoder) locate(pointer string) diag.Position {
	if d.loc == nil {
		return diag.Position{}
	}
	return d.loc.Locate(pointer)
}

// The names of the rules that the decoder applies, in the checker's table.
const (
	ruleKnownFields = "known-fields"
	ruleUniqueKeys  = "keys-unique"
	ruleStateType   = "state-type"
	ruleTestForm    = "rule-form"
)

// codeRules are the rules by which what is wrong has its code, where nothing better is
// known.
var codeRules = map[diag.Code]string{
	CodeInvalidJSON: "json", CodeTooLarge: "size", CodeTooDeep: "depth", CodeSchema: "field-types",
	CodeDuplicateState: "state-names-unique", CodeInvalidName: "state-name", CodeMissingTarget: "targets-exist",
	CodeInvalidLabel: "label", CodeInvalidResource: "resource",
}

// fault reports something wrong with what is being read and marks it as refused.
func (d *decoder) fault(code diag.Code, message, hint string) {
	d.faultBy(codeRules[code], code, message, hint)
}

// faultBy is fault for the rule of that name.
func (d *decoder) faultBy(rule string, code diag.Code, message, hint string) {
	if d.room <= 0 {
		return
	}
	pointer := value.Pointer(d.path...)
	if d.room -= len(pointer) + len(message) + len(hint); d.room <= 0 {
		d.faults = append(d.faults, MoreFindings)
	}
	d.faults = append(d.faults, diag.Diagnostic{
		Code:     code,
		Rule:     rule,
		Position: d.locate(pointer),
		State:    d.state,
		Pointer:  pointer,
		Field:    d.field(),
		Message:  message,
		Hint:     hint,
	})
	d.refused.add(pointer)
}

// field names what is being read for people: its pointer from the innermost state
// on, in the manner of Go: Retry[0].MaxAttempts.
func (d *decoder) field() string {
	from := 0
	for i := len(d.path) - 1; i > 0; i-- {
		if d.state != "" && d.path[i-1] == "States" && d.path[i] == d.state {
			from = i + 1
			break
		}
	}
	return FieldName(d.path[from:]...)
}

// wrongType reports a value that the model cannot hold, unless it is a placeholder:
// what is filled in may bring its own quotes, or take those that stand there.
func (d *decoder) wrongType(want string, v any) {
	if text, ok := v.(string); ok && isPlaceholder(text) {
		d.refused.add(value.Pointer(d.path...))
		return
	}
	hint := ""
	if isTemplateFunction(v) {
		hint = "CloudFormation evaluates no functions inside a definition: write a ${placeholder} and define it in DefinitionSubstitutions"
	}
	d.fault(CodeSchema, fmt.Sprintf("must be %s, not %s", want, Describe(v)), hint)
}

// isTemplateFunction reports whether a value is a call of a CloudFormation function.
func isTemplateFunction(v any) bool {
	o, ok := v.(*value.Object)
	return ok && o.Len() == 1 && (o.Has("Ref") || strings.HasPrefix(o.At(0).Name, "Fn::"))
}

// members returns the members of a node that holds an object; one that was not
// read from a text has none of its own.
func members(n *value.Node) []value.NodeMember {
	o, ok := n.Value.(*value.Object)
	if !ok || n.Members != nil {
		return n.Members
	}
	all := make([]value.NodeMember, 0, o.Len())
	for m := range o.Members() {
		all = append(all, value.NodeMember{Name: m.Name, Node: &value.Node{Value: m.Value}})
	}
	return all
}

// elements returns the elements of a node that holds an array, as members does.
func elements(n *value.Node) []*value.Node {
	a, ok := n.Value.([]any)
	if !ok || n.Elements != nil {
		return n.Elements
	}
	all := make([]*value.Node, len(a))
	for i, e := range a {
		all[i] = &value.Node{Value: e}
	}
	return all
}

func (d *decoder) machine(root *value.Node, m *StateMachine) bool {
	if _, ok := root.Value.(*value.Object); !ok {
		d.fault(CodeSchema, "a definition must be a JSON object, not "+Describe(root.Value), "")
		return false
	}
	d.object(root, reflect.ValueOf(m).Elem(), machineSchema, nil)
	return true
}

// object reads an object's members into the fields of a struct. What the table
// does not know is offered to extra, if there is one, and then reported.
func (d *decoder) object(n *value.Node, dst reflect.Value, s *schema, extra func(value.NodeMember) bool) bool {
	if _, ok := n.Value.(*value.Object); !ok {
		d.wrongType("an object", n.Value)
		return false
	}
	for _, m := range members(n) {
		d.push(m.Name)
		if m.Duplicate {
			d.duplicate(n, m, CodeSchema, "the object has this field already")
		} else if f := s.byName[m.Name]; f != nil {
			d.decode(m.Node, dst.FieldByIndex(f.index))
		} else if extra == nil || !extra(m) {
			d.unknown(m.Name, s)
		}
		d.pop()
	}
	return true
}

func (d *decoder) duplicate(n *value.Node, m value.NodeMember, code diag.Code, message string) {
	listed := len(d.faults)
	rule := ruleUniqueKeys
	if code != CodeSchema {
		rule = codeRules[code]
	}
	d.faultBy(rule, code, message, "keep one of them")
	text, ok := d.loc.(*textLocator)
	if !ok || len(d.faults) == listed {
		return
	}
	fault := &d.faults[len(d.faults)-1]
	fault.Position = text.at(m.NameOffset)
	if first := text.member(n, m.Name); first != nil {
		fault.Related = []diag.Related{{Position: text.at(first.NameOffset), Message: "the first one"}}
	}
}

// decode reads a value into one field of the model.
func (d *decoder) decode(n *value.Node, dst reflect.Value) {
	switch dst := dst.Addr().Interface().(type) {
	case *string:
		d.string(n, dst)
	case *QueryLanguage:
		d.string(n, (*string)(dst))
	case *bool:
		d.bool(n, dst)
	case **string:
		d.stringPointer(n, dst)
	case **int64:
		d.int64(n, dst)
	case **float64:
		d.float64(n, dst)
	case *[]string:
		d.strings(n, dst)
	case *Path:
		d.pathField(n, dst)
	case **Payload:
		d.duplicatesIn(n)
		*dst = &Payload{Value: n.Value}
	case **Int:
		d.int(n, dst)
	case **Num:
		d.num(n, dst)
	case *[]State:
		d.scope(n, dst)
	default:
		d.nested(n, reflect.ValueOf(dst).Elem())
	}
}

// nested reads a struct, a pointer to one or a slice of them.
func (d *decoder) nested(n *value.Node, dst reflect.Value) {
	switch dst.Kind() {
	case reflect.Slice:
		d.array(n, dst)
	case reflect.Pointer:
		made := reflect.New(dst.Type().Elem())
		if d.element(n, made.Elem()) {
			dst.Set(made)
		}
	default:
		d.element(n, dst)
	}
}

func (d *decoder) array(n *value.Node, dst reflect.Value) {
	if _, ok := n.Value.([]any); !ok {
		d.wrongType("an array", n.Value)
		return
	}
	all := elements(n)
	dst.Set(reflect.MakeSlice(dst.Type(), len(all), len(all)))
	for i, e := range all {
		d.push(strconv.Itoa(i))
		d.element(e, dst.Index(i))
		d.pop()
	}
}

// element reads one object, and reports whether it is one.
func (d *decoder) element(n *value.Node, dst reflect.Value) bool {
	switch t := dst.Addr().Interface().(type) {
	case *Rule:
		return d.object(n, dst, ruleSchema, func(m value.NodeMember) bool { return d.operator(m, &t.Test) })
	case *Test:
		return d.object(n, dst, testSchema, func(m value.NodeMember) bool { return d.operator(m, t) })
	}
	return d.object(n, dst, schemas[dst.Type()], nil)
}

// operator reads the member of a rule that is a comparison.
func (d *decoder) operator(m value.NodeMember, t *Test) bool {
	op := Operator(m.Name)
	if _, ok := operators[op]; !ok {
		return false
	}
	if t.Operator != "" {
		d.faultBy(ruleTestForm, CodeSchema, fmt.Sprintf("a rule has one comparison, and this one has %s already", t.Operator), "join two comparisons with And")
		return true
	}
	d.duplicatesIn(m.Node)
	t.Operator, t.Operand = op, m.Node.Value
	return true
}

// unknown reports a member that the table does not have.
func (d *decoder) unknown(name string, s *schema) {
	message := "there is no such field in " + s.title
	names := s.names()
	if s == ruleSchema || s == testSchema {
		message = "there is no such field or operator in " + s.title
		names = chain(names, operatorNames())
	}
	meant, hint := "", ""
	switch {
	case s == testSchema && ruleSchema.byName[name] != nil:
		message = "is a field of the whole rule, not of a condition inside it"
	case s == ruleSchema && name == "End":
		meant, hint = "Next", "lead the rule to a Succeed state with Next"
	case isField(name):
		hint = whoHas(name)
	default:
		if meant = diag.Closest(name, names); meant != "" {
			hint = fmt.Sprintf("did you mean %q?", meant)
		}
	}
	d.faultBy(ruleKnownFields, CodeSchema, message, hint)
	if meant != "" {
		d.refused.add(value.Pointer(slices.Concat(d.path[:len(d.path)-1], []string{meant})...))
	}
}

// isField reports whether any object of the language has a field of that name.
func isField(name string) bool {
	for _, s := range schemas {
		if s.byName[name] != nil {
			return true
		}
	}
	return false
}

// whoHas says which types of state have a field that one of another type does not.
func whoHas(name string) string {
	var types []string
	for _, t := range Types() {
		if stateSchemas[t].byName[name] != nil {
			types = append(types, string(t))
		}
	}
	switch len(types) {
	case 0, len(stateSchemas):
		return ""
	case 1:
		return fmt.Sprintf("only a %s state has %s", types[0], name)
	}
	last := len(types) - 1
	return fmt.Sprintf("only %s and %s states have %s", strings.Join(types[:last], ", "), types[last], name)
}

func chain[T any](seqs ...iter.Seq[T]) iter.Seq[T] {
	return func(yield func(T) bool) {
		for _, seq := range seqs {
			for v := range seq {
				if !yield(v) {
					return
				}
			}
		}
	}
}

// duplicatesIn reports the keys that are repeated inside a payload.
func (d *decoder) duplicatesIn(n *value.Node) {
	for i := range n.Members {
		m := &n.Members[i]
		d.push(m.Name)
		if m.Duplicate {
			d.duplicate(n, *m, CodeSchema, "the object has this key already")
		}
		d.duplicatesIn(m.Node)
		d.pop()
	}
	for i, e := range n.Elements {
		if len(e.Members) == 0 && len(e.Elements) == 0 {
			continue
		}
		d.push(strconv.Itoa(i))
		d.duplicatesIn(e)
		d.pop()
	}
}

// scope reads the States of a machine, a branch or an item processor.
func (d *decoder) scope(n *value.Node, dst *[]State) {
	if _, ok := n.Value.(*value.Object); !ok {
		d.wrongType("an object", n.Value)
		return
	}
	all := members(n)
	if d.paths += d.pathBytes(all); d.paths > maxPaths {
		d.fault(CodeTooDeep, "states with long names are nested too deep", "shorten the names or move states into state machines of their own")
		return
	}
	states := make([]State, 0, len(all))
	outer := d.state
	for _, m := range all {
		d.push(m.Name)
		d.state = m.Name
		if m.Duplicate {
			d.duplicate(n, m, CodeDuplicateState, "there is a state of this name already")
		}
		if len(m.Name) > MaxNameLength*utf8.UTFMax {
			d.fault(CodeInvalidName, fmt.Sprintf("the name has more than %d characters", MaxNameLength), "")
		} else if st := d.decodeState(m.Name, m.Node); st != nil {
			states = append(states, st)
		}
		d.state = outer
		d.pop()
	}
	*dst = states
}

// pathBytes returns how many bytes the pointers of a scope's states have together.
func (d *decoder) pathBytes(states []value.NodeMember) int {
	around := len(d.path)
	for _, token := range d.path {
		around += len(token)
	}
	sum := len(states) * around
	for i := range states {
		sum += len(states[i].Name)
	}
	return sum
}

// decodeState reads a state. One without a known Type is read as the type that it
// resembles, so that its other faults and its transitions are known.
func (d *decoder) decodeState(name string, n *value.Node) State {
	o, ok := n.Value.(*value.Object)
	if !ok {
		hint := ""
		if machineSchema.byName[name] != nil {
			hint = fmt.Sprintf("every member of States is a state; move %s out of it", name)
		}
		d.fault(CodeSchema, "a state must be an object, not "+Describe(n.Value), hint)
		return nil
	}
	st := d.stateOfType(o)
	st.Common().Name = name
	d.object(n, reflect.ValueOf(st).Elem(), stateSchemas[st.Type()], func(m value.NodeMember) bool { return m.Name == "Type" })
	return st
}

func (d *decoder) stateOfType(o *value.Object) State {
	v, ok := o.Get("Type")
	if !ok {
		d.faultBy(ruleStateType, CodeSchema, "the field Type is missing", "the types are "+typeNames)
		d.refused.add(value.Pointer(slices.Concat(d.path, []string{"Type"})...))
		return newState(guessType(o))
	}
	d.push("Type")
	defer d.pop()
	text, ok := v.(string)
	if !ok {
		d.wrongType("a string", v)
		return newState(guessType(o))
	}
	if st := newState(Type(text)); st != nil {
		return st
	}
	hint := "the types are " + typeNames
	guess := guessType(o)
	if near := diag.Closest(text, slices.Values(typeList)); near != "" {
		hint = fmt.Sprintf("did you mean %q?", near)
		guess = Type(near)
	}
	d.faultBy(ruleStateType, CodeSchema, fmt.Sprintf("there is no state type %q", text), hint)
	return newState(guess)
}

var (
	typeList = func() (names []string) {
		for _, t := range Types() {
			names = append(names, string(t))
		}
		return names
	}()
	typeNames = strings.Join(typeList, ", ")
)

func newState(t Type) State {
	switch t {
	case TaskType:
		return new(Task)
	case PassType:
		return new(Pass)
	case ChoiceType:
		return new(Choice)
	case WaitType:
		return new(Wait)
	case SucceedType:
		return new(Succeed)
	case FailType:
		return new(Fail)
	case ParallelType:
		return new(Parallel)
	case MapType:
		return new(Map)
	}
	return nil
}

// guessType returns the type that has most of an object's fields.
func guessType(o *value.Object) Type {
	best, most := PassType, 0
	for _, t := range Types() {
		known := 0
		for m := range o.Members() {
			if stateSchemas[t].byName[m.Name] != nil {
				known++
			}
		}
		if known > most || known == most && t == PassType {
			best, most = t, known
		}
	}
	return best
}
