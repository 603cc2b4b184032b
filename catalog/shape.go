package catalog

import (
	"iter"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/stepwise-go/stepwise/asl/diag"
)

// Kind is a kind of value.
type Kind int

// The kinds of shapes, and how their values look in JSON. Step Functions takes others
// for some parameters: an object for a string or a blob, which it writes as JSON text,
// and a string for a number or a boolean, which it reads.
const (
	None      Kind = iota // no shape
	Any                   // any value
	Structure             // an object with the members that it names
	Union                 // an object with exactly one of the members that it names
	List                  // an array
	Map                   // an object with keys of any name
	String                // a string
	Integer               // a whole number
	Float                 // a number
	Boolean               // true or false
	Timestamp             // a string in ISO 8601
	Blob                  // a string
)

var kindNames = []string{"none", "any", "structure", "union", "list", "map", "string", "integer", "float", "boolean", "timestamp", "blob"}

// String returns the kind's name in lower case.
func (k Kind) String() string {
	if k < 0 || int(k) >= len(kindNames) {
		return "Kind(" + strconv.Itoa(int(k)) + ")"
	}
	return kindNames[k]
}

// Shape is what an API says of a value: its kind, and what there is to its kind.
// Shapes may be recursive. The zero Shape is of the kind [None], and what it holds
// is empty. Two shapes of a service that cannot be told from each other are equal.
type Shape struct {
	block *block
	line  int
}

// shape returns the block's shape of that number.
func (b *block) shape(n int) Shape {
	if b == nil || b.shapes.line(n) == "" {
		return Shape{}
	}
	return Shape{b, n}
}

// text returns the shape's line in the table: a letter for its kind; a lower and
// an upper bound with a comma between, where there are any; then what there is to
// its kind.
func (s Shape) text() string {
	if s.block == nil {
		return ""
	}
	return s.block.shapes.line(s.line)
}

var kindLetters = map[byte]Kind{
	'a': Any, 'w': Any, 'S': Structure, 'V': Structure, 'U': Union, 'L': List, 'M': Map, 's': String,
	'i': Integer, 'f': Float, 'b': Boolean, 't': Timestamp, 'x': Blob,
}

// Kind returns the shape's kind.
func (s Shape) Kind() Kind {
	text := s.text()
	if text == "" {
		return None
	}
	return kindLetters[text[0]]
}

// rest returns what follows the bounds.
func (s Shape) rest() string {
	text := s.text()
	if i := strings.IndexAny(text, " \t"); i >= 0 {
		return text[i+1:]
	}
	return ""
}

// Bounds returns the least and the greatest length of a string, a blob or a list,
// the least and the greatest number of keys of a map, or the least and the greatest
// number. ok is false if the API names neither; where it names one, the other is
// infinite.
func (s Shape) Bounds() (least, greatest float64, ok bool) {
	text := s.text()
	if i := strings.IndexAny(text, " \t"); i >= 0 {
		text = text[:i]
	}
	if len(text) < 2 {
		return 0, 0, false
	}
	lower, upper, _ := strings.Cut(text[1:], ",")
	return bound(lower, -1), bound(upper, 1), true
}

// bound returns the number of a word, or if it is none the infinity of that sign.
func bound(word string, sign int) float64 {
	n, err := strconv.ParseFloat(word, 64)
	if err != nil {
		return math.Inf(sign)
	}
	return n
}

// Enum returns the values that a string may have, nil if it may have any.
func (s Shape) Enum() []string {
	if s.Kind() != String {
		return nil
	}
	if values := s.rest(); values != "" {
		return strings.Split(values, "\t")
	}
	return nil
}

// Elem returns the shape of a list's elements or of a map's values.
func (s Shape) Elem() Shape {
	switch rest := s.rest(); s.Kind() {
	case List:
		return s.block.shape(number(rest))
	case Map:
		cutWord(&rest)
		return s.block.shape(number(rest))
	}
	return Shape{}
}

// Key returns the shape of a map's keys, a string with or without an [Shape.Enum].
func (s Shape) Key() Shape {
	if s.Kind() != Map {
		return Shape{}
	}
	return s.block.shape(number(firstWord(s.rest())))
}

// Scalar reports whether a string, a number or a boolean may stand for the
// structure, as for an attribute's value in the optimized integrations of Amazon
// DynamoDB.
func (s Shape) Scalar() bool { return strings.HasPrefix(s.text(), "V") }

// Timed reports whether the API has a timestamp there. In the results of optimized
// integrations that is of the kind [Any]: what they write for one is not told.
func (s Shape) Timed() bool { return s.Kind() == Timestamp || strings.HasPrefix(s.text(), "w") }

// Member is a member of a structure or a union.
type Member struct {
	Name     string // in PascalCase, as Step Functions spells it
	Required bool   // of a call; one that the SDK makes up if it is absent is not
	Shape    Shape
}

// All yields the members of a structure or a union by their names.
func (s Shape) All() iter.Seq[Member] {
	return func(yield func(Member) bool) {
		if k := s.Kind(); k != Structure && k != Union {
			return
		}
		for rest := s.rest(); rest != ""; {
			if !yield(s.member(cutWord(&rest))) {
				return
			}
		}
	}
}

// sigils stand after a member's name: ! if it is required, ? if it is an idempotency
// token, else a colon.
const sigils = "!:?"

// member takes a member's word apart: its name, a sigil and the number of its shape.
func (s Shape) member(word string) Member {
	i := strings.IndexAny(word, sigils)
	if i < 0 {
		return Member{Name: word}
	}
	return Member{word[:i], word[i] == '!', s.block.shape(number(word[i+1:]))}
}

// Members returns the members of a structure or a union by their names, nil of any
// other shape.
func (s Shape) Members() []Member { return slices.Collect(s.All()) }

// Member returns the member of that name. Case counts.
func (s Shape) Member(name string) (Member, bool) {
	if k := s.Kind(); k != Structure && k != Union {
		return Member{}, false
	}
	for rest := s.rest(); rest != ""; {
		word := cutWord(&rest)
		if strings.HasPrefix(word, name) && strings.IndexAny(word, sigils) == len(name) {
			return s.member(word), true
		}
	}
	return Member{}, false
}

// Nearest returns the name of the member that somebody who wrote name most likely
// meant, or "" if none is near.
func (s Shape) Nearest(name string) string {
	return diag.Closest(name, func(yield func(string) bool) {
		for m := range s.All() {
			if !yield(m.Name) {
				return
			}
		}
	})
}
