package shape

import (
	"strconv"
	"strings"
)

// maxNotation is about how long a notation gets.
const maxNotation = 2000

// Notation writes the values of the set as a type, exactly where that is short:
//
//	{id: string, status?: "open" | "paid", lines: {sku: string, qty: number}[], ...}
//
// A question mark is for a member that may be absent, the dots are for members of any
// other name.
func (s *Shape) Notation() string {
	var b strings.Builder
	s.write(&b, false)
	return b.String()
}

// write adds the notation; inner says that a union has to stand in parentheses.
func (s *Shape) write(b *strings.Builder, inner bool) {
	switch {
	case s == nil:
		b.WriteString("nothing")
		return
	case s == Any:
		b.WriteString("any")
		return
	case b.Len() > maxNotation:
		b.WriteString("...")
		return
	}
	parts := s.scalars()
	if s.kinds&Array != 0 {
		parts = append(parts, s.array)
	}
	if s.kinds&Object != 0 {
		parts = append(parts, s.object)
	}
	if inner = inner && len(parts) > 1; inner {
		b.WriteByte('(')
	}
	for i, part := range parts {
		if i > 0 {
			b.WriteString(" | ")
		}
		part(b)
	}
	if inner {
		b.WriteByte(')')
	}
}

// scalars returns what writes the values that are neither arrays nor objects.
func (s *Shape) scalars() []func(*strings.Builder) {
	var parts []func(*strings.Builder)
	add := func(text string) { parts = append(parts, func(b *strings.Builder) { b.WriteString(text) }) }
	switch {
	case s.kinds&String == 0:
	case s.texts != nil:
		for _, t := range s.texts {
			add(strconv.Quote(t))
		}
	case s.instants:
		add("timestamp")
	default:
		add("string")
	}
	switch {
	case s.kinds&Number == 0:
	case s.numbers != nil:
		for _, n := range s.numbers {
			add(strconv.FormatFloat(n, 'g', -1, 64))
		}
	default:
		add("number")
	}
	if s.kinds&Boolean != 0 {
		add(map[bools]string{onlyFalse: "false", onlyTrue: "true", eitherBool: "boolean"}[s.only])
	}
	if s.kinds&Null != 0 {
		add("null")
	}
	return parts
}

func (s *Shape) array(b *strings.Builder) {
	if len(s.items) == 0 && s.rest != nil {
		s.rest.write(b, true)
		b.WriteString("[]")
		return
	}
	b.WriteByte('[')
	for i, e := range s.items {
		if i > 0 {
			b.WriteString(", ")
		}
		e.write(b, false)
	}
	if s.rest != nil {
		b.WriteString(", ...")
		s.rest.write(b, true)
	}
	b.WriteByte(']')
}

func (s *Shape) object(b *strings.Builder) {
	b.WriteByte('{')
	separator := ""
	for _, f := range s.fields {
		if f.Shape == nil {
			continue
		}
		b.WriteString(separator + f.Name)
		if f.Optional {
			b.WriteByte('?')
		}
		b.WriteString(": ")
		f.Shape.write(b, false)
		separator = ", "
	}
	if s.others != nil {
		b.WriteString(separator + "...")
		if s.others != Any {
			s.others.write(b, true)
		}
	}
	b.WriteByte('}')
}
