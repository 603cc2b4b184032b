package check

import (
	"fmt"
	"unicode/utf8"

	"github.com/stepwise-go/stepwise/asl"
)

func targetsExist(c *checker, p *asl.Place) {
	for _, d := range c.graphs[p.Pointer].dangling {
		message := fmt.Sprintf("there is no state %q in this scope", d.name)
		if d.from < 0 {
			c.place(p, d.pointer, message, d.hint)
			continue
		}
		v := c.m.Visit(p, p.States[d.from])
		c.state(&v, d.pointer, message, d.hint)
	}
}

func statesAreReachable(c *checker, p *asl.Place) {
	g := c.graphs[p.Pointer]
	if !g.terminal && !g.loose {
		return // the service does not look further either
	}
	for i := range g.unreachable() {
		v := c.m.Visit(p, p.States[i])
		if g.entered[i] {
			c.state(&v, "", "cannot be reached: only states that cannot be reached themselves lead to it", "lead a transition to it or remove it")
			continue
		}
		c.state(&v, "", "cannot be reached: no transition leads to it", "lead one to it or remove the state")
	}
}

func scopesEnd(c *checker, p *asl.Place) {
	g := c.graphs[p.Pointer]
	if g.terminal || g.loose || g.partial {
		return
	}
	c.place(p, "/States", "no state ends this scope, so it runs forever", "give some state End: true, or add a Succeed or Fail state")
}

func statesCanEnd(c *checker, p *asl.Place) {
	for i := range c.graphs[p.Pointer].endless() {
		v := c.m.Visit(p, p.States[i])
		c.state(&v, "", "no end can be reached from here", "lead a transition out of the loop")
	}
}

func scopeHasStates(c *checker, p *asl.Place) {
	if p.States != nil && len(p.States) == 0 && !c.m.RefusedIn(p.Pointer+"/States") {
		c.place(p, "/States", "must not be empty", "")
	}
}

func statesHaveNextOrEnd(c *checker, v *asl.Visit) {
	t := asl.TransitionOf(v.State)
	if t == nil || t.Next != "" || t.End || c.m.Refused(v.Pointer+"/Next") || c.m.Refused(v.Pointer+"/End") {
		return
	}
	c.state(v, "", "does not say where it goes on: the field Next or End is missing", "name the next state, or end the scope with End: true")
}

func nameFits(c *checker, v *asl.Visit) {
	name := v.Common().Name
	switch {
	case name == "":
		c.state(v, "", "the name of a state must not be empty", "")
	case !asl.NameFits(name):
		c.state(v, "", fmt.Sprintf("the name has %d characters; at most %d are allowed", utf8.RuneCountInString(name), asl.MaxNameLength), "")
	}
}

func namesAreUnique(c *checker, v *asl.Visit) {
	first := c.names[v.Common().Name]
	if first.State == v.State || c.m.Refused(v.Pointer) {
		return
	}
	c.state(v, "", "there is a state of this name already", "names are unique in the whole definition, nested states included",
		c.here(first.Pointer, "the first one"))
}

func languagesMix(c *checker, v *asl.Visit) {
	if c.m.QueryLanguage == asl.JSONata && v.Common().QueryLanguage == asl.JSONPath {
		c.state(v, "/QueryLanguage", "must not be JSONPath in a machine whose QueryLanguage is JSONata",
			"make the machine JSONPath and name JSONata in the states that use it")
	}
}

func versionIsKnown(c *checker) {
	if v := c.m.Version; v != "" && v != "1.0" && !asl.HasPlaceholder(v) {
		c.machine("Version", fmt.Sprintf("there is no version %q of the language", v), `the only one is "1.0"`)
	}
}

func machineLanguageIsKnown(c *checker) {
	if l := c.m.QueryLanguage; l != "" {
		if message, hint := c.unknownWord(string(l), languages); message != "" {
			c.machine("QueryLanguage", message, hint)
		}
	}
}
