package iam

import (
	"cmp"
	"slices"
	"strings"
)

// Statement allows actions on resources. Texts may hold placeholders: ${Name}
// for an attribute of a bound resource (see [asl.Placeholder]) and
// ${AWS::Partition}, ${AWS::Region}, ${AWS::AccountId} for where the stack is
// deployed.
type Statement struct {
	Actions    []string    // sorted
	Resources  []string    // ARNs, sorted; "*" only together with Why
	Conditions []Condition // all must hold
	Why        string      // why a resource is "*": what keeps the service from scoping it
	States     []string    // the states that need it, sorted
}

// Condition narrows a statement: an operator (StringEquals, ArnLike, ...) on a
// condition key.
type Condition struct {
	Operator string
	Key      string
	Value    string
}

// sortKey orders statements and tells which ones may become one.
func (s Statement) sortKey() string {
	var b strings.Builder
	for _, list := range [][]string{s.Actions, s.Resources} {
		b.WriteString(strings.Join(list, ","))
		b.WriteByte('\n')
	}
	b.WriteString(s.scope())
	return b.String()
}

// scope is what besides actions and resources must agree for two statements to
// become one.
func (s Statement) scope() string {
	var b strings.Builder
	for _, c := range s.Conditions {
		b.WriteString(c.Operator + " " + c.Key + " " + c.Value + "\n")
	}
	return b.String() + s.Why
}

// merge folds statements that differ only in their resources, then those that
// differ only in their actions, and sorts what is left. It never widens: two
// statements that differ in both stay two.
func merge(all []Statement) []Statement {
	for i := range all {
		all[i].print()
		all[i].Actions = unique(all[i].Actions)
		all[i].Resources = unique(all[i].Resources)
		all[i].States = unique(all[i].States)
	}
	all = fold(all, func(s Statement) string { return strings.Join(s.Actions, ",") + "\n" + s.scope() })
	all = fold(all, func(s Statement) string { return strings.Join(s.Resources, ",") + "\n" + s.scope() })
	slices.SortFunc(all, func(a, b Statement) int { return cmp.Compare(a.sortKey(), b.sortKey()) })
	return all
}

// print makes the texts of a statement those that a policy has.
func (s *Statement) print() {
	s.Resources = slices.Clone(s.Resources)
	for i, r := range s.Resources {
		s.Resources[i] = printed(r)
	}
	s.Conditions = slices.Clone(s.Conditions)
	for i, c := range s.Conditions {
		s.Conditions[i].Value = printed(c.Value)
	}
}

func fold(all []Statement, key func(Statement) string) []Statement {
	at := make(map[string]int, len(all))
	kept := make([]Statement, 0, len(all))
	for _, s := range all {
		k := key(s)
		i, ok := at[k]
		if !ok {
			at[k] = len(kept)
			kept = append(kept, s)
			continue
		}
		kept[i].Actions = unique(append(kept[i].Actions, s.Actions...))
		kept[i].Resources = unique(append(kept[i].Resources, s.Resources...))
		kept[i].States = unique(append(kept[i].States, s.States...))
	}
	return kept
}

func unique(list []string) []string {
	list = slices.Clone(list)
	slices.Sort(list)
	return slices.Compact(list)
}
