package shape

import (
	"slices"
	"strings"

	"github.com/stepwise-go/stepwise/asl/value"
)

// OfSchema returns the values that a JSON Schema describes. What it says beyond
// types, members, elements, enumerations and references within itself is passed
// over, so that the shape may hold more than the schema allows. Objects may have
// members that the schema does not name, unless additionalProperties says
// otherwise.
func OfSchema(schema any) *Shape {
	r := schemaReader{root: schema}
	return Declared(r.read(schema, 0))
}

type schemaReader struct {
	root any
	refs int // followed so far
}

// maxRefs bounds the references that are followed, which may lead in circles.
const maxRefs = 1000

func (r *schemaReader) read(schema any, depth int) *Shape {
	o, ok := schema.(*value.Object)
	if !ok {
		if schema == false {
			return nil
		}
		return Any
	}
	if depth > maxDepth {
		return Any
	}
	if ref, ok := entry[string](o, "$ref"); ok {
		return r.follow(ref, depth)
	}
	if v, ok := o.Get("const"); ok {
		return Of(v)
	}
	if all, ok := entry[[]any](o, "enum"); ok {
		return union(all, Of)
	}
	for _, name := range []string{"anyOf", "oneOf"} {
		if all, ok := entry[[]any](o, name); ok {
			return union(all, func(v any) *Shape { return r.read(v, depth+1) })
		}
	}
	if all, ok := entry[[]any](o, "allOf"); ok {
		return r.all(o, all, depth)
	}
	return r.typed(o, depth)
}

func entry[T any](o *value.Object, name string) (T, bool) {
	v, _ := o.Get(name)
	t, ok := v.(T)
	return t, ok
}

func union(all []any, of func(any) *Shape) *Shape {
	var s *Shape
	for _, v := range all {
		s = Join(s, of(v))
	}
	if s == nil {
		return Any
	}
	return s
}

// follow reads what a reference names, which has to be within the schema.
func (r *schemaReader) follow(ref string, depth int) *Shape {
	rest, ok := strings.CutPrefix(ref, "#")
	if r.refs++; !ok || r.refs > maxRefs {
		return Any
	}
	unescape := strings.NewReplacer("~1", "/", "~0", "~")
	at := r.root
	for token := range strings.SplitSeq(rest, "/") {
		if token == "" {
			continue
		}
		o, ok := at.(*value.Object)
		if !ok {
			return Any
		}
		if at, ok = o.Get(unescape.Replace(token)); !ok {
			return Any
		}
	}
	return r.read(at, depth+1)
}

// all reads a schema and others that hold as well: what any of them says of a
// member holds.
func (r *schemaReader) all(o *value.Object, all []any, depth int) *Shape {
	s := r.typed(o, depth)
	for _, v := range all {
		s = both(s, r.read(v, depth+1))
	}
	return s
}

// both returns the values that are in two sets, or more.
func both(a, b *Shape) *Shape {
	switch {
	case a == Any:
		return b
	case b == Any:
		return a
	case a == nil || b == nil || a.kinds&b.kinds == 0:
		return nil
	}
	r := *a
	r.kinds &= b.kinds
	if r.kinds&Object == 0 {
		return &r
	}
	r.fields = slices.Clone(a.fields)
	for _, f := range b.fields {
		i, known := (&r).field(f.Name)
		if known {
			r.fields[i].Shape = both(r.fields[i].Shape, f.Shape)
			r.fields[i].Optional = r.fields[i].Optional && f.Optional
			continue
		}
		r.fields = slices.Insert(r.fields, i, f)
	}
	r.bounded()
	return &r
}

var schemaTypes = map[string]Kinds{
	"null": Null, "boolean": Boolean, "number": Number, "integer": Number, "string": String, "array": Array, "object": Object,
}

func (r *schemaReader) typed(o *value.Object, depth int) *Shape {
	s := *Any
	s.rest, s.others = Any, Any
	if kinds := typesOf(o); kinds != 0 {
		s.kinds = kinds
	}
	if nullable, _ := entry[bool](o, "nullable"); nullable {
		s.kinds |= Null
	}
	if format, _ := entry[string](o, "format"); format == "date-time" {
		s.instants = s.kinds&String != 0
	}
	r.elements(&s, o, depth)
	r.members(&s, o, depth)
	if s.kinds == every && s.fields == nil && s.items == nil && s.rest == Any && s.others == Any && !s.instants {
		return Any
	}
	return &s
}

func typesOf(o *value.Object) Kinds {
	t, _ := o.Get("type")
	switch t := t.(type) {
	case string:
		return schemaTypes[t]
	case []any:
		var kinds Kinds
		for _, name := range t {
			if name, ok := name.(string); ok {
				kinds |= schemaTypes[name]
			}
		}
		return kinds
	}
	return 0
}

func (r *schemaReader) elements(s *Shape, o *value.Object, depth int) {
	if items, ok := o.Get("items"); ok {
		if _, tuple := items.([]any); !tuple {
			s.rest = r.read(items, depth+1)
		}
	}
	if _, ok := o.Get("prefixItems"); ok {
		s.rest = Any
	}
}

func (r *schemaReader) members(s *Shape, o *value.Object, depth int) {
	if more, ok := o.Get("additionalProperties"); ok && !o.Has("patternProperties") {
		s.others = r.read(more, depth+1)
	}
	var required []any
	required, _ = entry[[]any](o, "required")
	properties, ok := entry[*value.Object](o, "properties")
	if !ok {
		properties = value.NewObject()
	}
	for m := range properties.Members() {
		s.fields = append(s.fields, Field{m.Name, r.read(m.Value, depth+1), !slices.Contains(required, any(m.Name))})
	}
	for _, name := range required {
		if name, ok := name.(string); ok && !properties.Has(name) && s.others != nil {
			s.fields = append(s.fields, Field{Name: name, Shape: s.others})
		}
	}
	slices.SortFunc(s.fields, byName)
	s.fields = slices.CompactFunc(s.fields, func(f, g Field) bool { return f.Name == g.Name })
	for i := range s.fields {
		if s.fields[i].Shape == nil {
			s.fields[i].Optional = true
		}
	}
	s.bounded()
}
