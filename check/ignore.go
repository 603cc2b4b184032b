package check

import (
	"fmt"
	"slices"
	"strings"

	"github.com/stepwise-go/stepwise/asl"
	"github.com/stepwise-go/stepwise/asl/diag"
)

// ignoreWord starts what a Comment says to the checker.
const ignoreWord = "stepwise:ignore"

// ignore is a wish not to be told of something, as a Comment expresses it.
type ignore struct {
	object  string // pointer of the object with the Comment; what is in it is ignored
	comment string // pointer of the Comment
	state   *asl.Visit
	rule    string // a rule's name or code
	reason  string
	used    bool
}

// ignores gathers the wishes in a Comment. The visit is nil for the machine's own.
func (c *checker) ignores(comment, object, pointer string, v *asl.Visit) {
	for i, text := range strings.Split(comment, ignoreWord) {
		if i == 0 {
			continue
		}
		line, _, _ := strings.Cut(text, "\n")
		rule, reason, _ := strings.Cut(strings.TrimSpace(line), " ")
		c.ignored = append(c.ignored, &ignore{object: object, comment: pointer, state: v, rule: rule, reason: strings.TrimSpace(reason)})
	}
}

// ignoresOf gathers the wishes in a state.
func (c *checker) ignoresOf(v *asl.Visit, parts []asl.Part) {
	for _, p := range parts {
		if text, ok := p.Value.(string); ok && p.Name == "Comment" && strings.Contains(text, ignoreWord) {
			c.ignores(text, v.Pointer+p.Object.Pointer(), v.Pointer+p.Pointer(), v)
		}
	}
}

// ignored is a rule's name or code and the pointer of the object in which nobody
// wants to be told of it.
type ignored struct{ object, rule string }

// dropIgnored takes out of the findings what Comments wish to be ignored.
func (c *checker) dropIgnored() {
	wishes := map[ignored]*ignore{}
	for _, i := range c.ignored {
		at := ignored{i.object, i.rule}
		if wishes[at] == nil && c.ignoreFault(i) == "" {
			wishes[at] = i
		}
	}
	if len(wishes) > 0 {
		c.found = slices.DeleteFunc(c.found, func(f finding) bool { return !f.rule.refuses() && f.isIgnored(wishes) })
	}
}

// isIgnored reports whether any object around the finding wishes it ignored, and
// notes which wishes that used.
func (f finding) isIgnored(wishes map[ignored]*ignore) bool {
	found := false
	for pointer := f.Pointer; ; {
		for _, name := range []string{f.rule.Name, string(f.rule.Code)} {
			if i := wishes[ignored{pointer, name}]; i != nil {
				i.used, found = true, true
			}
		}
		end := strings.LastIndexByte(pointer, '/')
		if end < 0 {
			return found
		}
		pointer = pointer[:end]
	}
}

// ignoreFault says why a wish cannot be granted, or "".
func (c *checker) ignoreFault(i *ignore) string {
	rules := c.rulesOf(i.rule)
	switch {
	case i.rule == "":
		return "does not say what to ignore"
	case len(rules) == 0:
		return fmt.Sprintf("there is no rule %q", clip(i.rule))
	case !slices.ContainsFunc(rules, func(r Rule) bool { return !r.refuses() }):
		return fmt.Sprintf("%s cannot be ignored: the service refuses it", i.rule)
	case i.reason == "":
		return fmt.Sprintf("says no reason to ignore %s", i.rule)
	}
	return ""
}

// ignoresAreUsed reports the wishes that nothing came of.
func ignoresAreUsed(c *checker) {
	for _, i := range c.ignored {
		message, hint := c.ignoreFault(i), "write: "+ignoreWord+" CODE why"
		switch {
		case message == "" && (i.used || c.isOff(i.rule)):
			continue
		case message == "":
			message, hint = fmt.Sprintf("there is no %s here to ignore", i.rule), "remove "+ignoreWord
		case i.rule != "" && len(c.rulesOf(i.rule)) == 0:
			_, hint = c.didYouMean(i.rule, slices.Values(c.codes()), len(c.rules))
		}
		if i.state == nil {
			c.machine("Comment", message, hint)
			continue
		}
		c.state(i.state, strings.TrimPrefix(i.comment, i.state.Pointer), message, hint)
	}
}

// isOff reports whether every rule of a name or code is switched off.
func (c *checker) isOff(name string) bool {
	return !slices.ContainsFunc(c.rulesOf(name), func(r Rule) bool { return !c.off[r.Name] && !c.off[string(r.Code)] })
}

// is reports whether a name is the rule's name or code.
func (r *Rule) is(name string) bool { return name == r.Name || name == string(r.Code) }

// refuses reports whether the service refuses what breaks the rule.
func (r *Rule) refuses() bool { return r.Severity == diag.Error && refusals[r.Code] }

// rulesOf returns the rules of a name or code.
func (c *checker) rulesOf(name string) []Rule {
	var of []Rule
	for _, r := range c.rules {
		if r.is(name) {
			of = append(of, r)
		}
	}
	return of
}

// codes returns the codes of the rules that can be ignored.
func (c *checker) codes() []string {
	var all []string
	for _, r := range c.rules {
		if !r.refuses() {
			all = append(all, string(r.Code))
		}
	}
	return all
}
