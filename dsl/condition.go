package dsl

// Condition decides between the ways out of a Choice state. Make one with the
// methods of [Ref] and combine them with [And], [Or] and [Not].
//
// Compared in a JSONPath state, a value that is absent ends the execution with
// an error, as the language has it: test IsPresent first. In a JSONata state a
// comparison with an absent value is false, also where the language itself would
// fail: references that may be absent (through pointers, omitempty, [Key] and
// [Index]) are guarded.
type Condition struct {
	c      *cond
	assign []Assignment
	output any
	text   string // the comment
	at     stack
}

// cond is a condition without what happens when it holds.
type cond struct {
	kind  condKind
	at    stack
	left  *expr
	op    string // Equals, LessThan, ... or, of a test, IsPresent, IsNull, ...
	right *expr
	text  string // the pattern of a match; what is wrong with a faulty condition
	all   []*cond
}

type condKind int

const (
	compareCond condKind = iota
	matchCond
	testCond
	andCond
	orCond
	notCond
	faultyCond
)

// The relations, as the names of ASL's operators have them.
const (
	equals            = "Equals"
	lessThan          = "LessThan"
	lessThanEquals    = "LessThanEquals"
	greaterThan       = "GreaterThan"
	greaterThanEquals = "GreaterThanEquals"
)

func (r Ref[T]) compare(at stack, op string, right *expr) Condition {
	return Condition{c: &cond{kind: compareCond, at: at, left: operandOf(r, at), op: op, right: right}}
}

func constant[T any](v T, at stack) *expr {
	return typed[T](&expr{kind: constExpr, at: at, value: v}).e
}

// Equals holds if the value is v. Times are compared as instants.
func (r Ref[T]) Equals(v T) Condition {
	at := here()
	return r.compare(at, equals, constant(v, at))
}

// LessThan holds if the value is less than v: numbers, strings by their UTF-16
// code units, times as instants. It is an error for other types.
func (r Ref[T]) LessThan(v T) Condition {
	at := here()
	return r.compare(at, lessThan, constant(v, at))
}

// AtMost holds if the value is v or less; see [Ref.LessThan].
func (r Ref[T]) AtMost(v T) Condition {
	at := here()
	return r.compare(at, lessThanEquals, constant(v, at))
}

// GreaterThan holds if the value is greater than v; see [Ref.LessThan].
func (r Ref[T]) GreaterThan(v T) Condition {
	at := here()
	return r.compare(at, greaterThan, constant(v, at))
}

// AtLeast holds if the value is v or greater; see [Ref.LessThan].
func (r Ref[T]) AtLeast(v T) Condition {
	at := here()
	return r.compare(at, greaterThanEquals, constant(v, at))
}

// EqualsRef is [Ref.Equals] with a value that is known only at run time.
func (r Ref[T]) EqualsRef(v Value[T]) Condition {
	at := here()
	return r.compare(at, equals, operandOf(v, at))
}

// LessThanRef is [Ref.LessThan] with a value that is known only at run time.
func (r Ref[T]) LessThanRef(v Value[T]) Condition {
	at := here()
	return r.compare(at, lessThan, operandOf(v, at))
}

// AtMostRef is [Ref.AtMost] with a value that is known only at run time.
func (r Ref[T]) AtMostRef(v Value[T]) Condition {
	at := here()
	return r.compare(at, lessThanEquals, operandOf(v, at))
}

// GreaterThanRef is [Ref.GreaterThan] with a value that is known only at run time.
func (r Ref[T]) GreaterThanRef(v Value[T]) Condition {
	at := here()
	return r.compare(at, greaterThan, operandOf(v, at))
}

// AtLeastRef is [Ref.AtLeast] with a value that is known only at run time.
func (r Ref[T]) AtLeastRef(v Value[T]) Condition {
	at := here()
	return r.compare(at, greaterThanEquals, operandOf(v, at))
}

// Matches holds if the whole value fits a pattern in which * stands for any
// characters, \* for a star and \\ for a backslash.
func (r Ref[T]) Matches(pattern string) Condition {
	at := here()
	return Condition{c: &cond{kind: matchCond, at: at, left: operandOf(r, at), text: pattern}}
}

func (r Ref[T]) test(at stack, name string) Condition {
	return Condition{c: &cond{kind: testCond, at: at, left: operandOf(r, at), op: name}}
}

// IsPresent holds if there is such a value, be it null.
func (r Ref[T]) IsPresent() Condition { return r.test(here(), "IsPresent") }

// IsNull holds if the value is there and null.
func (r Ref[T]) IsNull() Condition { return r.test(here(), "IsNull") }

// IsString holds if the value is a string.
func (r Ref[T]) IsString() Condition { return r.test(here(), "IsString") }

// IsNumeric holds if the value is a number.
func (r Ref[T]) IsNumeric() Condition { return r.test(here(), "IsNumeric") }

// IsBoolean holds if the value is true or false.
func (r Ref[T]) IsBoolean() Condition { return r.test(here(), "IsBoolean") }

// IsTimestamp holds if the value is a string that is an RFC 3339 timestamp.
func (r Ref[T]) IsTimestamp() Condition { return r.test(here(), "IsTimestamp") }

// And holds if all conditions hold. They are tried in order, up to the first
// that does not.
func And(all ...Condition) Condition { return combine(andCond, here(), all) }

// Or holds if one of the conditions holds. They are tried in order, up to the
// first that does.
func Or(any ...Condition) Condition { return combine(orCond, here(), any) }

// Not holds if the condition does not.
func Not(c Condition) Condition { return combine(notCond, here(), []Condition{c}) }

func combine(kind condKind, at stack, parts []Condition) Condition {
	c := &cond{kind: kind, at: at}
	for _, p := range parts {
		inner := p.c
		switch {
		case inner == nil:
			inner = &cond{kind: faultyCond, at: at, text: "one of the conditions is the zero Condition"}
		case p.hasExtras():
			inner = &cond{kind: faultyCond, at: p.at, text: "Assign, Output and Comment belong to a whole rule: put them behind And, Or or Not"}
		}
		c.all = append(c.all, inner)
	}
	return Condition{c: c}
}

func (c Condition) hasExtras() bool { return c.assign != nil || c.output != nil || c.text != "" }

// Assign sets variables if the Choice goes this way, instead of those that the
// Choice itself sets.
func (c Condition) Assign(all ...Assignment) Condition {
	c.at = here()
	c.assign = append(c.assign[:len(c.assign):len(c.assign)], all...)
	return c
}

// Output gives the Choice's output if it goes this way. JSONata states only.
func (c Condition) Output(v any) Condition {
	c.at, c.output = here(), v
	return c
}

// Comment puts a comment on the rule.
func (c Condition) Comment(text string) Condition {
	c.at, c.text = here(), text
	return c
}
