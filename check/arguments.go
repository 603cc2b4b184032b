package check

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/stepwise-go/stepwise/asl"
	"github.com/stepwise-go/stepwise/asl/value"
	"github.com/stepwise-go/stepwise/catalog"
)

// called is what a service integration calls.
type called struct {
	name  string // "sqs:sendMessage"
	input catalog.Shape
	oneOf []string // arguments of which one is required
}

// called returns what a Resource calls, once for each text; ok is false if that is
// not known.
func (c *checker) called(resource string) (called, bool) {
	if known, ok := c.integrations[resource]; ok {
		return known, known.name != ""
	}
	var found called
	switch r := asl.ParseResource(resource); r.Kind {
	case asl.OptimizedIntegration:
		if i, ok := catalog.Optimized(r.Service, r.Action); ok {
			found = called{r.Service + ":" + r.Action, i.Input, i.OneOf}
		}
	case asl.SDKIntegration:
		if a, ok := catalog.Lookup(r.Service, r.Action); ok {
			found = called{"aws-sdk:" + r.Service + ":" + r.Action, a.Input, nil}
		}
	}
	c.integrations[resource] = found
	return found, found.name != ""
}

// misfit is something in the arguments of a service integration that does not fit
// what the service's API says of them.
type misfit struct {
	kind          misfitKind
	at            *where
	message, hint string
}

type misfitKind int

const (
	unknownName misfitKind = iota
	missingArgument
	missingMember // of a structure in an argument
	wrongType
	unknownValue
)

// argumentsFit returns a rule that reports one kind of misfit.
func argumentsFit(kind misfitKind) func(*checker, *asl.Visit) {
	return func(c *checker, v *asl.Visit) {
		for _, m := range c.argumentMisfits(v) {
			if m.kind == kind {
				c.within(v, m.at, m.message, m.hint)
			}
		}
	}
}

// argumentMisfits returns what does not fit in the arguments of a Task, or of the
// reader of a Map, found out once.
func (c *checker) argumentMisfits(v *asl.Visit) []misfit {
	if all, ok := c.misfits[v.State]; ok {
		return all
	}
	f := &fitter{checker: c, language: v.Language}
	switch s := v.State.(type) {
	case *asl.Task:
		f.task(v, s)
	case *asl.Map:
		if s.ItemReader != nil {
			f.reader(s.ItemReader)
		}
	default:
		return nil
	}
	c.misfits[v.State] = f.found
	return f.found
}

// fitter compares arguments with shapes.
type fitter struct {
	*checker
	language asl.QueryLanguage
	found    []misfit
}

func (f *fitter) misfit(kind misfitKind, at *where, message, hint string) {
	f.found = append(f.found, misfit{kind, at, message, hint})
}

// task compares a Task's arguments. One without any takes the state's input for its
// arguments.
func (f *fitter) task(v *asl.Visit, t *asl.Task) {
	given, field := argumentsOf(v, t)
	if given == nil {
		return
	}
	if o, ok := given.Value.(*value.Object); ok {
		if call, known := f.called(t.Resource); known {
			f.arguments(o, call, &where{token: field})
		}
	}
}

// reader compares the arguments of an ItemReader, which are those of the API of
// Amazon S3. That a bucket is missing is a fault of its own.
func (f *fitter) reader(r *asl.ItemReader) {
	given, field := r.Parameters, "/ItemReader/Parameters"
	if f.language == asl.JSONata {
		given, field = r.Arguments, "/ItemReader/Arguments"
	}
	action, known := catalog.Lookup("s3", s3Action(r.Resource))
	if given == nil || !known {
		return
	}
	if o, ok := given.Value.(*value.Object); ok {
		f.names(o, action.Input, &where{token: field}, "s3:"+action.Name+" has no argument")
	}
}

func (f *fitter) arguments(o *value.Object, call called, at *where) {
	f.names(o, call.input, at, call.name+" has no argument")
	missing := f.missing(o, call.input)
	if len(call.oneOf) > 0 && !slices.ContainsFunc(call.oneOf, func(name string) bool { return f.has(o, name) }) {
		missing = append(missing, strings.Join(call.oneOf, " or "))
	}
	if len(missing) > 0 {
		it := "it"
		if len(missing) > 1 {
			it = "them"
		}
		f.misfit(missingArgument, at, fmt.Sprintf("%s: %s needs %s", missingFields(missing), call.name, it), "")
	}
}

// names looks at the members of an object that has a structure's shape. absent says
// that there is none of a name.
func (f *fitter) names(o *value.Object, s catalog.Shape, at *where, absent string) {
	for m := range o.Members() {
		name, computed := m.Name, false
		if f.language == asl.JSONPath {
			name, computed = strings.CutSuffix(m.Name, ".$")
		}
		inside := &where{at, m.Name}
		member, ok := s.Member(name)
		switch {
		case asl.HasPlaceholder(name):
		case !ok:
			f.unknown(name, m.Name[len(name):], s, inside, absent)
		case !computed:
			f.value(m.Value, member.Shape, inside)
		}
	}
}

func (f *fitter) unknown(name, suffix string, s catalog.Shape, at *where, absent string) {
	first, size := utf8.DecodeRuneInString(name)
	capital := string(unicode.ToUpper(first)) + name[size:]
	if _, ok := s.Member(capital); ok {
		f.misfit(unknownName, at, "the name of an argument must start with a capital letter", fmt.Sprintf("write %q", capital+suffix))
		return
	}
	f.misfit(unknownName, at, fmt.Sprintf("%s %q", absent, clip(name)), f.nearest(func() string { return s.Nearest(name) }))
}

// missing returns the names of the required members that an object lacks.
func (f *fitter) missing(o *value.Object, s catalog.Shape) []string {
	var names []string
	for m := range s.All() {
		if m.Required && !f.has(o, m.Name) {
			names = append(names, m.Name)
		}
	}
	return names
}

// has reports whether an object has a member of that name, be it computed or
// written in other letters, which is a fault of its own.
func (f *fitter) has(o *value.Object, name string) bool {
	if hasArgument(o, name, f.language) {
		return true
	}
	for m := range o.Members() {
		if strings.EqualFold(strings.TrimSuffix(m.Name, ".$"), name) || asl.HasPlaceholder(m.Name) {
			return true
		}
	}
	return false
}

// value compares a literal value, or one with computed parts, with its shape.
func (f *fitter) value(v any, s catalog.Shape, at *where) {
	switch v := v.(type) {
	case *value.Object:
		f.object(v, s, at)
	case []any:
		f.array(v, s, at)
	case string:
		if f.language == asl.JSONata && asl.IsExpression(v) || asl.HasPlaceholder(v) {
			return
		}
		f.text(v, s, at)
	case bool:
		f.scalar(v, s, at, catalog.Boolean)
	case nil:
	default:
		f.scalar(v, s, at, catalog.Integer, catalog.Float, catalog.Timestamp)
	}
}

func (f *fitter) object(o *value.Object, s catalog.Shape, at *where) {
	switch s.Kind() {
	case catalog.Structure, catalog.Union:
		f.names(o, s, at, "the API knows no member")
		if missing := f.missing(o, s); len(missing) > 0 {
			f.misfit(missingMember, at, missingFields(missing), "")
		}
	case catalog.Map:
		for m := range o.Members() {
			if f.language != asl.JSONPath || !strings.HasSuffix(m.Name, ".$") {
				f.value(m.Value, s.Elem(), &where{at, m.Name})
			}
		}
	default:
		if !takesJSON(s) {
			f.wrongType(o, s, at)
		}
	}
}

// takesJSON reports whether an object or an array may stand where the API has this
// shape: a string is then its JSON, unless the API knows all the values of it.
func takesJSON(s catalog.Shape) bool {
	switch s.Kind() {
	case catalog.None, catalog.Any, catalog.Blob:
		return true
	case catalog.String:
		return s.Enum() == nil
	}
	return false
}

func (f *fitter) array(a []any, s catalog.Shape, at *where) {
	switch s.Kind() {
	case catalog.List:
		for i, e := range a {
			f.value(e, s.Elem(), &where{at, strconv.Itoa(i)})
		}
	default:
		if !takesJSON(s) {
			f.wrongType(a, s, at)
		}
	}
}

func (f *fitter) text(text string, s catalog.Shape, at *where) {
	values := s.Enum()
	switch kind := s.Kind(); {
	case kind == catalog.Integer || kind == catalog.Float:
		if _, err := strconv.ParseFloat(text, 64); err != nil {
			f.wrongType(text, s, at)
		}
	case kind == catalog.Boolean:
		if text != "true" && text != "false" {
			f.wrongType(text, s, at)
		}
	case kind == catalog.Structure || kind == catalog.Union || kind == catalog.List || kind == catalog.Map:
		if !s.Scalar() {
			f.wrongType(text, s, at)
		}
	case kind == catalog.String && values != nil && !slices.Contains(values, text):
		near, hint := f.didYouMean(text, slices.Values(values), len(values))
		if near == "" && len(values) <= 8 {
			hint = "it is one of " + strings.Join(values, ", ")
		}
		f.misfit(unknownValue, at, fmt.Sprintf("the API knows no %s here", strconv.Quote(clip(text))), hint)
	}
}

// scalar compares a number or a boolean with its shape, which has to be of one of
// the kinds.
func (f *fitter) scalar(v any, s catalog.Shape, at *where, kinds ...catalog.Kind) {
	if kind := s.Kind(); kind != catalog.None && kind != catalog.Any && !s.Scalar() && !slices.Contains(kinds, kind) {
		f.wrongType(v, s, at)
	}
}

func (f *fitter) wrongType(v any, s catalog.Shape, at *where) {
	f.misfit(wrongType, at, fmt.Sprintf("must be %s, not %s", kindNames[s.Kind()], asl.Describe(v)), "")
}

var kindNames = map[catalog.Kind]string{
	catalog.Structure: "an object", catalog.Union: "an object", catalog.Map: "an object", catalog.List: "an array",
	catalog.String: "a string", catalog.Blob: "a string", catalog.Timestamp: "a timestamp",
	catalog.Integer: "an integer", catalog.Float: "a number", catalog.Boolean: "true or false",
}
