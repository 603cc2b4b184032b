package iam

import (
	"cmp"
	"slices"
	"strings"
)

// Statement allows actions on resources. Texts may hold placeholders: ${Name}
// for an attribute of a bound resource (see [asl.Placeholder]) and
// ${AWS::Partition}, ${AWS::Region}, ${AWS::AccountId} and ${AWS::URLSuffix} for where
// the stack is deployed, and that of [SelfName].
type Statement struct {
	Actions    []string    // sorted
	Resources  []string    // ARNs and patterns of them, sorted; "*" only together with Why
	Conditions []Condition // all must hold
	Why        string      // why the resources are not named more narrowly, if they might be
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
// differ only in their actions, leaves out resources that others cover, and sorts what
// is left. It never widens: two statements that differ in both stay two.
func merge(all []Statement) []Statement {
	for i := range all {
		all[i].sort()
	}
	all = fold(all, func(s Statement) string { return strings.Join(s.Actions, ",") + "\n" + s.scope() })
	all = fold(all, func(s Statement) string { return strings.Join(s.Resources, ",") + "\n" + s.scope() })
	for i := range all {
		all[i].Resources = uncovered(all[i].Resources)
		all[i].print()
	}
	slices.SortFunc(all, func(a, b Statement) int { return cmp.Compare(a.sortKey(), b.sortKey()) })
	return all
}

// print makes the texts of a statement those that a policy has.
func (s *Statement) print() {
	for i, r := range s.Resources {
		s.Resources[i] = printed(r)
	}
	s.Resources = unique(s.Resources)
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
		kept[i].Actions = append(kept[i].Actions, s.Actions...)
		kept[i].Resources = append(kept[i].Resources, s.Resources...)
		kept[i].States = append(kept[i].States, s.States...)
	}
	for i := range kept {
		kept[i].sort()
	}
	return kept
}

// sort sorts the lists of a statement, which are its own from then on.
func (s *Statement) sort() {
	s.Actions, s.Resources, s.States = unique(s.Actions), unique(s.Resources), unique(s.States)
}

// uncovered returns the resources but for those that a pattern among them covers, all
// of them if they are very many.
func uncovered(resources []string) []string {
	const most = 1_000_000 // comparisons
	var patterns []string
	for _, r := range resources {
		if isComputed(r) {
			patterns = append(patterns, r)
		}
	}
	if len(patterns)*len(resources) > most {
		return resources
	}
	return slices.DeleteFunc(slices.Clone(resources), func(r string) bool {
		return slices.ContainsFunc(patterns, func(p string) bool { return p != r && covers(p, r) })
	})
}

// covers reports whether whatever matches one pattern matches the other as well.
func covers(pattern, other string) bool {
	parts := strings.Split(pattern, anything)
	rest, ok := strings.CutPrefix(other, parts[0])
	if !ok {
		return false
	}
	for i, part := range parts[1:] {
		if i == len(parts)-2 {
			return strings.HasSuffix(rest, part)
		}
		_, after, ok := strings.Cut(rest, part)
		if !ok {
			return false
		}
		rest = after
	}
	return rest == ""
}

func unique(list []string) []string {
	list = slices.Clone(list)
	slices.Sort(list)
	return slices.Compact(list)
}
