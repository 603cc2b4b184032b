package iam

import (
	"regexp"
	"slices"
	"strings"

	"github.com/stepwise-go/stepwise/asl"
	"github.com/stepwise-go/stepwise/asl/value"
)

// anything stands in a text for a part that is computed while the workflow runs.
// No text of a definition holds this character.
const anything = "\x00"

// isAnARN stands before a placeholder that is one of an ARN.
const isAnARN = "\x02"

// known says how much of an argument the definition tells.
type known int

const (
	absent  known = iota
	dynamic       // computed while the workflow runs, all or a part of it
	literal
)

// data is what the definition tells of a value that a state hands over.
type data struct {
	computed bool     // nothing is known before the workflow runs
	text     string   // of a text; a part that is computed is [anything]
	isText   bool     //
	members  []member // of an object
	items    []data   // of a list, or the values of which it is one
}

type member struct {
	name string
	data data
}

var unknownData = data{computed: true}

func textData(s string) data { return data{text: s, isText: true} }

// arguments returns what a task is called with: by default its input, of which
// nothing is known.
func (m *machine) arguments(t *asl.Task) data {
	return m.payload(t.Parameters, t.Arguments)
}

// payload returns what a template of one of the query languages gives.
func (m *machine) payload(parameters, arguments *asl.Payload) data {
	switch {
	case parameters != nil:
		return m.template(parameters.Value)
	case arguments != nil:
		return m.expressions(arguments.Value)
	}
	return unknownData
}

// template returns what a payload template of JSONPath gives: members whose name
// ends in .$ are computed.
func (m *machine) template(v any) data {
	switch v := v.(type) {
	case string:
		return textData(v)
	case []any:
		var d data
		for _, item := range v {
			d.items = append(d.items, m.template(item))
		}
		return d
	case *value.Object:
		var d data
		for each := range v.Members() {
			name, computed := strings.CutSuffix(each.Name, ".$")
			if text, ok := each.Value.(string); computed && ok {
				d.members = append(d.members, member{name, m.path(text)})
				continue
			}
			d.members = append(d.members, member{each.Name, m.markARNs(each.Name, m.template(each.Value))})
		}
		return d
	}
	return scalar(v)
}

// expressions returns what a JSON value of JSONata gives: texts in {% %} are
// computed.
func (m *machine) expressions(v any) data {
	switch v := v.(type) {
	case string:
		if asl.IsExpression(v) {
			return m.expression(v)
		}
		return textData(v)
	case []any:
		var d data
		for _, item := range v {
			d.items = append(d.items, m.expressions(item))
		}
		return d
	case *value.Object:
		var d data
		for each := range v.Members() {
			d.members = append(d.members, member{each.Name, m.markARNs(each.Name, m.expressions(each.Value))})
		}
		return d
	}
	return scalar(v)
}

// markARNs marks the texts of an argument that takes ARNs, by its name, and that is
// given a placeholder which nobody has declared: a template fills in an ARN.
func (m *machine) markARNs(name string, d data) data {
	if _, declared := m.Placeholder(d.text); !declared && takesARN.MatchString(name) && placeholder.MatchString(d.text) {
		d.text = isAnARN + d.text
	}
	d.items = slices.Clone(d.items) // which may be a variable's
	for i, item := range d.items {
		d.items[i] = m.markARNs(name, item)
	}
	return d
}

var (
	takesARN    = regexp.MustCompile(`A(rn|RN)s?$`)
	placeholder = regexp.MustCompile(`^\$\{[^}]+\}$`)
)

// scalar returns numbers and booleans as the text that they are in an ARN.
func scalar(v any) data {
	if v == nil {
		return data{}
	}
	return textData(value.String(v))
}

// child returns the values of that name in an object, or in each item of a list.
// Case does not count: people write the names of some acronyms in several ways.
func (d data) child(name string) []data {
	if d.computed {
		return []data{d}
	}
	var found []data
	for _, item := range d.items {
		found = append(found, item.child(name)...)
	}
	for _, each := range d.members {
		if strings.EqualFold(each.name, name) {
			found = append(found, each.data)
		}
	}
	return found
}

// at returns the values at a path of names: "Overrides.TaskRoleArn".
func (d data) at(path string) []data {
	found := []data{d}
	for name := range strings.SplitSeq(path, ".") {
		var next []data
		for _, each := range found {
			next = append(next, each.child(name)...)
		}
		found = next
	}
	return found
}

// texts returns the texts that a value may be, or that are in a list.
func (d data) texts() []string {
	switch {
	case d.computed:
		return []string{anything}
	case d.isText:
		return []string{d.text}
	}
	var found []string
	for _, item := range d.items {
		found = append(found, item.texts()...)
	}
	return found
}

// textsAt returns the texts at a path, and how much is known of them.
func (d data) textsAt(path string) ([]string, known) {
	found := d.at(path)
	if len(found) == 0 {
		return nil, absent
	}
	var texts []string
	for _, each := range found {
		texts = append(texts, each.texts()...)
	}
	texts = unique(texts)
	switch {
	case len(texts) == 0:
		return nil, absent
	case isComputed(texts...):
		return texts, dynamic
	}
	return texts, literal
}

// has reports whether there is a value at a path.
func (d data) has(path string) bool { return len(d.at(path)) > 0 }

func isComputed(texts ...string) bool {
	for _, t := range texts {
		if strings.Contains(t, anything) {
			return true
		}
	}
	return false
}

// each returns the items of a list, or of each list that a value may be.
func (d data) each() []data {
	if d.computed || len(d.members) > 0 {
		return []data{d}
	}
	var all []data
	for _, item := range d.items {
		if item.items != nil {
			all = append(all, item.each()...)
			continue
		}
		all = append(all, item)
	}
	return all
}
