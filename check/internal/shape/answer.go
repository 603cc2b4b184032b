package shape

import "github.com/stepwise-go/stepwise/catalog"

// OfAnswer returns the values of an API's shape that a service answers with. Any
// member may be absent, and nobody knows for certain that there are no others:
// services learn.
func OfAnswer(s catalog.Shape) *Shape {
	r := answerReader{done: map[catalog.Shape]*Shape{}}
	return r.read(s, 0)
}

type answerReader struct{ done map[catalog.Shape]*Shape }

func (r *answerReader) read(s catalog.Shape, depth int) *Shape {
	if made, ok := r.done[s]; ok {
		return made
	}
	r.done[s] = Any // within itself it may be anything
	made := r.make(s, depth)
	if made != Any {
		growing := *made
		growing.declared, growing.grows = true, true
		made = &growing
	}
	r.done[s] = made
	return made
}

// maxAnswer is how deep an answer is known.
const maxAnswer = 8

func (r *answerReader) make(s catalog.Shape, depth int) *Shape {
	if depth > maxAnswer || s.Scalar() {
		return Any
	}
	switch s.Kind() {
	case catalog.Structure, catalog.Union:
		var fields []Field
		for m := range s.All() {
			fields = append(fields, Field{m.Name, r.read(m.Shape, depth+1), true})
		}
		return Record(fields...)
	case catalog.List:
		return List(r.read(s.Elem(), depth+1))
	case catalog.Map:
		return Open(r.read(s.Elem(), depth+1))
	case catalog.Integer, catalog.Float:
		return AnyNumber
	case catalog.Boolean:
		return AnyBoolean
	case catalog.String:
		if words := s.Enum(); len(words) > 0 && len(words) <= maxLiterals {
			return Texts(append([]string(nil), words...)...)
		}
		return AnyString
	case catalog.Timestamp: // integrations that wait for jobs give numbers
		return Join(AnyString, AnyNumber)
	}
	return Any
}

// Fill returns a service's answer with what somebody declares of the members of
// which the service says nothing.
func Fill(answer, declared *Shape) *Shape {
	switch {
	case answer == Any:
		return declared
	case declared == Any || !declared.May(Object) || !answer.May(Object):
		return answer
	}
	filled := *answer
	filled.fields = make([]Field, len(answer.fields))
	for i, f := range answer.fields {
		if f.Shape == Any {
			if d, _ := declared.Member(f.Name); d != nil {
				f.Shape = d
			}
		}
		filled.fields[i] = f
	}
	return &filled
}

// Growing returns the values of a shape whose objects may have other members too.
func Growing(s *Shape) *Shape { return growing(s, map[*Shape]*Shape{}) }

func growing(s *Shape, done map[*Shape]*Shape) *Shape {
	if s == nil || s == Any || s.grows {
		return s
	}
	if g, ok := done[s]; ok {
		return g
	}
	g := *s
	g.grows = true
	g.rest = growing(s.rest, done)
	g.items = make([]*Shape, len(s.items))
	for i, e := range s.items {
		g.items[i] = growing(e, done)
	}
	if s.kinds&Object != 0 {
		g.others = Any
	}
	g.fields = make([]Field, len(s.fields))
	for i, f := range s.fields {
		g.fields[i] = Field{f.Name, growing(f.Shape, done), f.Optional}
	}
	done[s] = &g
	return &g
}
