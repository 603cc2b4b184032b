package main

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// node is a shape: of a structure (S), a structure for which a scalar may stand (V), a
// union (U), a list (L), a map (M), a string (s), an integer (i), a floating-point
// number (f), a boolean (b), a timestamp (t), a blob (x), anything (a), or anything
// where the API has a timestamp (w).
type node struct {
	kind     byte
	min, max string // bounds of a length or a number
	enum     []string
	key      *node // of a map
	elem     *node // of a list or a map
	members  []field
}

// field is a member of a structure; its sigil is ! for a required one, ? for an
// idempotency token, else a colon.
type field struct {
	name  string
	sigil byte
	shape *node
}

// block is the part of the table about one service.
type block struct {
	prefix  string // of errors
	iam     string // prefix of IAM actions
	traits  string // u: the guide does not list the service
	id      string
	errors  []string
	actions []action
}

type action struct {
	name          string
	traits        string
	errorNames    []string
	errors        []int // their numbers in the block
	input, output *node
	jobs          []*node // further shapes
	rest          string  // further fields of the line
}

// numberErrors lists the errors of the block's actions, sorted, and gives each
// action their numbers.
func (b *block) numberErrors() {
	all := map[string]bool{}
	for _, a := range b.actions {
		for _, name := range a.errorNames {
			all[name] = true
		}
	}
	b.errors = slices.Sorted(maps.Keys(all))
	for i := range b.actions {
		a := &b.actions[i]
		for _, name := range a.errorNames {
			at, _ := slices.BinarySearch(b.errors, name)
			a.errors = append(a.errors, at)
		}
		slices.Sort(a.errors)
		a.errors = slices.Compact(a.errors)
	}
}

// String returns the block as the table holds it: a line of the numbers of what
// follows, then the errors, the actions and the shapes, a line for each. Shapes
// that are alike are one.
func (b *block) String() string {
	var nodes []*node
	seen := map[*node]bool{}
	var visit func(n *node)
	visit = func(n *node) {
		if n == nil || seen[n] {
			return
		}
		seen[n] = true
		nodes = append(nodes, n)
		visit(n.key)
		visit(n.elem)
		for _, m := range n.members {
			visit(m.shape)
		}
	}
	for _, a := range b.actions {
		visit(a.input)
		visit(a.output)
		for _, job := range a.jobs {
			visit(job)
		}
	}
	class, count := classes(nodes)
	var text strings.Builder
	fmt.Fprintf(&text, "%d %d %d %s %s %s %s\n", len(b.errors), len(b.actions), count, dash(b.prefix), dash(b.iam), dash(b.traits), b.id)
	for _, e := range b.errors {
		text.WriteString(e + "\n")
	}
	for _, a := range b.actions {
		fmt.Fprintf(&text, "%s %d %d %s %s", a.name, class[a.input], class[a.output], dash(a.traits), dash(numbers(a.errors)))
		for _, job := range a.jobs {
			fmt.Fprintf(&text, " %d", class[job])
		}
		if a.rest != "" {
			text.WriteString(" " + a.rest)
		}
		text.WriteByte('\n')
	}
	next := 0
	for _, n := range nodes {
		if class[n] == next {
			text.WriteString(n.line(class) + "\n")
			next++
		}
	}
	return text.String()
}

// classes numbers the nodes by their first appearance, those that cannot be told
// from each other alike: it starts with all nodes in one class and splits the
// classes until none splits any more.
func classes(nodes []*node) (class map[*node]int, count int) {
	class = map[*node]int{}
	for {
		lines := map[string]int{}
		next := make(map[*node]int, len(nodes))
		for _, n := range nodes {
			line := n.line(class)
			if _, ok := lines[line]; !ok {
				lines[line] = len(lines)
			}
			next[n] = lines[line]
		}
		class = next
		if len(lines) == count {
			return class, count
		}
		count = len(lines)
	}
}

func (n *node) line(class map[*node]int) string {
	line := string(n.kind)
	if n.min != "" || n.max != "" {
		line += n.min + "," + n.max
	}
	switch n.kind {
	case 'L':
		line += " " + strconv.Itoa(class[n.elem])
	case 'M':
		line += " " + strconv.Itoa(class[n.key]) + " " + strconv.Itoa(class[n.elem])
	case 'S', 'V', 'U':
		for _, m := range n.members {
			line += " " + m.name + string(m.sigil) + strconv.Itoa(class[m.shape])
		}
	case 's':
		for _, value := range n.enum {
			line += "\t" + value
		}
	}
	return line
}

func dash(text string) string {
	if text == "" {
		return "-"
	}
	return text
}

func numbers(list []int) string {
	var words []string
	for _, n := range list {
		words = append(words, strconv.Itoa(n))
	}
	return strings.Join(words, ",")
}
