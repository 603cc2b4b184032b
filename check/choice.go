package check

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/stepwise-go/stepwise/asl"
	"github.com/stepwise-go/stepwise/asl/value"
	"github.com/stepwise-go/stepwise/check/internal/flow"
)

// eachRule calls f with every rule of a Choice state and its pointer from the
// state on.
func eachRule(v *asl.Visit, f func(r *asl.Rule, pointer string)) {
	c, ok := v.State.(*asl.Choice)
	if !ok {
		return
	}
	for i := range c.Choices {
		f(&c.Choices[i], "/Choices/"+strconv.Itoa(i))
	}
}

// eachTest calls f with every condition of a JSONPath Choice state, nested ones
// included, and its pointer from the state on.
func eachTest(v *asl.Visit, f func(t *asl.Test, pointer string)) {
	if v.Language != asl.JSONPath {
		return
	}
	eachRule(v, func(r *asl.Rule, pointer string) {
		if r.Condition == nil {
			walkTest(&r.Test, pointer, f)
		}
	})
}

func walkTest(t *asl.Test, pointer string, f func(*asl.Test, string)) {
	f(t, pointer)
	for i := range t.And {
		walkTest(&t.And[i], pointer+"/And/"+strconv.Itoa(i), f)
	}
	for i := range t.Or {
		walkTest(&t.Or[i], pointer+"/Or/"+strconv.Itoa(i), f)
	}
	if t.Not != nil {
		walkTest(t.Not, pointer+"/Not", f)
	}
}

// faulty reports whether the parser refused a rule or something in it, so that
// nobody knows what it lacks.
func (c *checker) faulty(v *asl.Visit, rule string) bool {
	return c.m.IsPartial() && (c.m.Refused(v.Pointer+rule) || c.m.RefusedIn(v.Pointer+rule))
}

func isEmptyTest(t *asl.Test) bool {
	return t.Variable == "" && t.Operator == "" && t.And == nil && t.Or == nil && t.Not == nil
}

func choicesAreThere(c *checker, v *asl.Visit) {
	if ch, ok := v.State.(*asl.Choice); ok && ch.Choices != nil && len(ch.Choices) == 0 {
		c.state(v, "/Choices", "must not be empty", "")
	}
}

func rulesFitLanguage(c *checker, v *asl.Visit) {
	if v.Language != asl.JSONata {
		return
	}
	eachRule(v, func(r *asl.Rule, pointer string) {
		switch {
		case !isEmptyTest(&r.Test):
			c.state(v, pointer, "compares as JSONPath states do, and this state's language is JSONata", "write an expression into Condition instead")
		case r.Condition == nil && !c.faulty(v, pointer):
			c.state(v, pointer, "the field Condition is missing", "")
		}
	})
}

func conditionsAreConditions(c *checker, v *asl.Visit) {
	eachRule(v, func(r *asl.Rule, pointer string) {
		if r.Condition == nil || v.Language != asl.JSONata {
			return
		}
		switch cond := r.Condition.Value.(type) {
		case bool:
			return
		case string:
			if asl.IsExpression(cond) || asl.HasPlaceholder(cond) {
				return
			}
		}
		c.state(v, pointer+"/Condition", "must be true, false or an expression in {% %}", "")
	})
}

// testsHaveOneForm reports conditions that are not exactly one of a comparison,
// And, Or and Not.
func testsHaveOneForm(c *checker, v *asl.Visit) {
	eachTest(v, func(t *asl.Test, pointer string) {
		if c.faulty(v, pointer) {
			return
		}
		forms := testForms(t)
		switch {
		case len(forms) > 1:
			c.state(v, pointer+"/"+forms[1], "cannot be given together with "+forms[0], "nest one condition in the other")
		case len(forms) == 1 && t.Operator != "" && t.Variable == "":
			c.state(v, pointer, fmt.Sprintf("the field Variable is missing: what is %s to test?", t.Operator), "")
		case len(forms) == 1 && t.Operator == "" && t.Variable != "":
			c.state(v, pointer+"/Variable", "is of no use without a comparison", "move it into the conditions of "+forms[0])
		case len(forms) == 0 && t.Variable != "":
			c.state(v, pointer, "the comparison is missing", "add one, such as StringEquals or IsPresent")
		case len(forms) == 0:
			c.state(v, pointer, "the condition is missing", "give Variable and a comparison, or And, Or or Not")
		}
	})
}

// testForms returns the fields that a condition consists of besides Variable.
func testForms(t *asl.Test) []string {
	var forms []string
	if t.Operator != "" {
		forms = append(forms, string(t.Operator))
	}
	if t.And != nil {
		forms = append(forms, "And")
	}
	if t.Or != nil {
		forms = append(forms, "Or")
	}
	if t.Not != nil {
		forms = append(forms, "Not")
	}
	return forms
}

func combinationsAreNotEmpty(c *checker, v *asl.Visit) {
	eachTest(v, func(t *asl.Test, pointer string) {
		if t.And != nil && len(t.And) == 0 {
			c.state(v, pointer+"/And", "must not be empty", "")
		}
		if t.Or != nil && len(t.Or) == 0 {
			c.state(v, pointer+"/Or", "must not be empty", "")
		}
	})
}

func operandsFit(c *checker, v *asl.Visit) {
	eachTest(v, func(t *asl.Test, pointer string) {
		if t.Operator == "" {
			return
		}
		want := t.Operator.Operand()
		if fitsOperand(t.Operand, want) {
			return
		}
		c.state(v, pointer+"/"+string(t.Operator), fmt.Sprintf("must be %s, not %s", operandNames[want], asl.Describe(t.Operand)), "")
	})
}

var operandNames = map[asl.Operand]string{
	asl.StringOperand:    "a string",
	asl.NumericOperand:   "a number",
	asl.BooleanOperand:   "true or false",
	asl.TimestampOperand: "a timestamp such as 2006-01-02T15:04:05Z",
	asl.PathOperand:      "a path",
}

func fitsOperand(v any, want asl.Operand) bool {
	s, isString := v.(string)
	if isString && asl.HasPlaceholder(s) {
		return true
	}
	switch want {
	case asl.StringOperand, asl.PathOperand:
		return isString
	case asl.TimestampOperand:
		return isString && asl.IsTimestamp(s)
	case asl.BooleanOperand:
		_, ok := v.(bool)
		return ok
	}
	return isNumber(v)
}

// choicesHaveDefault warns of a Choice without Default unless its last rule holds
// wherever it is reached.
func choicesHaveDefault(c *checker) {
	rest := map[*asl.Choice]bool{}
	for _, f := range c.follow()[flow.AlwaysHolds] {
		if ch, ok := f.Visit.State.(*asl.Choice); ok {
			rest[ch] = rest[ch] || isRest(&f)
		}
	}
	for i := range c.visits {
		v := &c.visits[i]
		if ch, ok := v.State.(*asl.Choice); ok && ch.Default == "" && !c.m.Refused(v.Pointer+"/Default") && !coversAll(ch) && !rest[ch] {
			c.state(v, "", "fails the execution where no rule holds", "add Default")
		}
	}
}

// lastRule returns the pointer of the last rule of a Choice, from the state on.
func lastRule(ch *asl.Choice) string { return "/Choices/" + strconv.Itoa(len(ch.Choices)-1) }

// coversAll reports whether one of two rules of a Choice always holds: one asks for
// the opposite of the other.
func coversAll(ch *asl.Choice) bool {
	type question struct {
		variable string
		operator asl.Operator
		answer   bool
	}
	asked := map[question]bool{}
	for i := range ch.Choices {
		r := &ch.Choices[i]
		answer, ok := r.Operand.(bool)
		if !ok {
			continue
		}
		if asked[question{r.Variable, r.Operator, !answer}] {
			return true
		}
		asked[question{r.Variable, r.Operator, answer}] = true
	}
	return false
}

// rulesCanMatch warns of a rule that can never be reached: the same condition
// stands before it, or one that always holds.
func rulesCanMatch(c *checker, v *asl.Visit) {
	ch, ok := v.State.(*asl.Choice)
	if !ok {
		return
	}
	seen := map[string]int{}
	always := -1
	for i := range ch.Choices {
		r := &ch.Choices[i]
		pointer := "/Choices/" + strconv.Itoa(i)
		key := conditionKey(r)
		first, again := seen[key]
		switch {
		case key == "":
			continue
		case always >= 0:
			c.state(v, pointer, fmt.Sprintf("is never reached: rule %d always holds", always), "")
		case again:
			c.state(v, pointer, fmt.Sprintf("is never reached: rule %d has the same condition", first), "")
		case key == "false":
			c.state(v, pointer+"/Condition", "never holds", "")
		case key == "true":
			always = i
		default:
			seen[key] = i
		}
	}
}

// conditionKey returns a text that two rules share only if their conditions are
// the same, or "" for a rule without one.
func conditionKey(r *asl.Rule) string {
	switch {
	case r.Condition != nil:
		return value.String(r.Condition.Value)
	case isEmptyTest(&r.Test):
		return ""
	}
	return testKey(&r.Test)
}

func testKey(t *asl.Test) string {
	var b strings.Builder
	if t.Operator != "" {
		fmt.Fprintf(&b, "%q %s %s", t.Variable, t.Operator, value.String(t.Operand))
	}
	combined := func(name string, tests []asl.Test) {
		for i := range tests {
			fmt.Fprintf(&b, " %s(%s)", name, testKey(&tests[i]))
		}
	}
	combined("And", t.And)
	combined("Or", t.Or)
	if t.Not != nil {
		fmt.Fprintf(&b, " Not(%s)", testKey(t.Not))
	}
	return b.String()
}

// presenceIsTestedFirst warns of a comparison that ends the execution where its
// variable is absent, when the Choice asks later whether it is.
func presenceIsTestedFirst(c *checker, v *asl.Visit) {
	asked := map[string]string{} // the pointer of the last question about each variable
	eachTest(v, func(t *asl.Test, pointer string) {
		if t.Operator == "IsPresent" {
			asked[t.Variable] = pointer
		}
	})
	if len(asked) == 0 {
		return
	}
	known := map[string]bool{}
	eachTest(v, func(t *asl.Test, pointer string) {
		if t.Operator == "IsPresent" {
			known[t.Variable] = true
		}
		if t.Operator == "" || t.Operator == "IsPresent" || known[t.Variable] {
			return
		}
		if question, ok := asked[t.Variable]; ok {
			known[t.Variable] = true // once is enough
			c.state(v, pointer+"/Variable", fmt.Sprintf("ends the execution where %s is absent, before anybody asks whether it is present", clip(t.Variable)),
				"ask first, in an And in front of the comparison or in a rule before it", c.here(v.Pointer+question, "the question"))
		}
	})
}
