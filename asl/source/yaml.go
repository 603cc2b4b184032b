package source

import (
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"

	"github.com/stepwise-go/stepwise/asl"
	"github.com/stepwise-go/stepwise/asl/diag"
	"github.com/stepwise-go/stepwise/asl/value"
)

// parseYAML returns the text's tree as that of a JSON text with the same content:
// aliases and merge keys are replaced by what they stand for, and the short forms of
// CloudFormation's functions by the long ones. A text without content has no tree.
func (d *document) parseYAML() (*value.Node, *diag.Diagnostic) {
	if !utf8.ValidString(d.text) {
		return nil, d.yamlFault(0, asl.CodeInvalidJSON, "the text is not valid UTF-8")
	}
	const mark = "\ufeff"
	base := 0
	if strings.HasPrefix(d.text, mark) {
		base = len(mark)
	}
	decoder := yaml.NewDecoder(strings.NewReader(d.text))
	var first, second yaml.Node
	switch err := decoder.Decode(&first); {
	case errors.Is(err, io.EOF):
		return nil, nil
	case err != nil:
		return nil, d.syntaxFault(err)
	}
	r := yamlReader{document: d, places: newPlaces(d.text, base), anchors: map[*yaml.Node]*converted{}}
	switch err := decoder.Decode(&second); {
	case err == nil:
		return nil, d.yamlFault(r.places.offset(second.Line, second.Column), asl.CodeInvalidJSON, "a second document starts here: a file holds one only")
	case !errors.Is(err, io.EOF):
		return nil, d.syntaxFault(err)
	}
	d.odd = map[*value.Node]oddity{}
	c := r.node(first.Content[0], 0)
	return c.node, r.fault
}

// yamlRules are the checker's names of the rules that have these codes.
var yamlRules = map[diag.Code]string{asl.CodeInvalidJSON: "json", asl.CodeTooDeep: "depth", asl.CodeTooLarge: "size"}

func (d *document) yamlFault(offset int, code diag.Code, message string) *diag.Diagnostic {
	return &diag.Diagnostic{Code: code, Rule: yamlRules[code], Position: d.at(offset), Message: message}
}

// syntaxError takes the library's message apart.
var (
	syntaxError   = regexp.MustCompile(`(?s)^yaml: (?:line (\d+): )?(.*)$`)
	parserError   = regexp.MustCompile(`^did not find expected (<document start>|node content|key|'-' indicator|',' or '[\]}]')$`)
	unknownAnchor = regexp.MustCompile(`^unknown anchor '(.*)' referenced$`)
)

// syntaxFault reports broken YAML. The library knows its line at most.
func (d *document) syntaxFault(err error) *diag.Diagnostic {
	m := syntaxError.FindStringSubmatch(err.Error())
	if m == nil {
		return d.yamlFault(0, asl.CodeInvalidJSON, err.Error())
	}
	fault := d.yamlFault(0, asl.CodeInvalidJSON, "invalid YAML: "+m[2])
	if line, err := strconv.Atoi(m[1]); err == nil {
		if parserError.MatchString(m[2]) {
			line++ // the library's parser, unlike its scanner, counts lines from 0
		}
		fault.Position = diag.Position{File: d.name, Line: min(line, 1+strings.Count(d.text, "\n"))}
	}
	if a := unknownAnchor.FindStringSubmatch(m[2]); a != nil {
		fault.Position = d.at(strings.Index(d.text, "*"+a[1]))
		fault.Message = fmt.Sprintf("there is no anchor %q", a[1])
	}
	switch {
	case strings.HasPrefix(m[2], "exceeded max depth"):
		fault.Code, fault.Rule = asl.CodeTooDeep, yamlRules[asl.CodeTooDeep]
	case strings.Contains(m[2], "cannot start any token") && strings.Contains(d.text, "\t"):
		fault.Hint = "indent with blanks: YAML takes no tabs"
	}
	return fault
}

// places finds the offsets of lines and columns as the YAML library counts them: in
// characters, and with the line breaks of YAML 1.1.
type places struct {
	text   string
	starts []int // of the lines
	last   struct{ line, column, offset int }
}

func newPlaces(text string, base int) *places {
	p := &places{text: text, starts: []int{base}}
	for at := base; at < len(text); {
		size := breakSize(text[at:])
		if size > 0 {
			p.starts = append(p.starts, at+size)
		}
		at += max(size, 1)
	}
	return p
}

// breakSize returns how many bytes a line break at the start of a text has.
func breakSize(text string) int {
	switch {
	case text[0] > '\r' && text[0] < utf8.RuneSelf:
		return 0
	case strings.HasPrefix(text, "\r\n"), strings.HasPrefix(text, "\u0085"):
		return 2
	case text[0] == '\n', text[0] == '\r':
		return 1
	case strings.HasPrefix(text, "\u2028"), strings.HasPrefix(text, "\u2029"):
		return 3
	}
	return 0
}

// offset returns the offset of a place. Places are asked for mostly in their order,
// so that the search goes on from the last one.
func (p *places) offset(line, column int) int {
	line = min(max(line, 1), len(p.starts))
	if p.last.line != line || p.last.column > column {
		p.last.line, p.last.column, p.last.offset = line, 1, p.starts[line-1]
	}
	for p.last.column < column && p.last.offset < len(p.text) {
		_, size := utf8.DecodeRuneInString(p.text[p.last.offset:])
		p.last.offset += size
		p.last.column++
	}
	return p.last.offset
}

// converted is a part of the tree, with how large and how deep it is.
type converted struct {
	node         *value.Node
	bytes, depth int
	open         bool // it is being read: an alias in it that names it never ends
}

// yamlReader makes one document's tree. Aliases share what they name, which is
// counted as often as it occurs: a few lines may stand for gigabytes.
type yamlReader struct {
	*document
	places  *places
	anchors map[*yaml.Node]*converted
	fault   *diag.Diagnostic // the first that keeps the document from being read
}

// fail reports what keeps the document from being read, and returns a null in the
// place of what is wrong.
func (r *yamlReader) fail(n *yaml.Node, code diag.Code, message string) *converted {
	if r.fault == nil {
		r.fault = r.yamlFault(r.places.offset(n.Line, n.Column), code, message)
	}
	return &converted{node: &value.Node{}}
}

func (r *yamlReader) node(n *yaml.Node, depth int) *converted {
	if r.fault != nil {
		return &converted{node: &value.Node{}}
	}
	if n.Kind == yaml.AliasNode {
		return r.alias(n, depth)
	}
	c := &converted{node: &value.Node{Offset: r.places.offset(n.Line, n.Column)}, open: true}
	if n.Anchor != "" {
		r.anchors[n] = c
	}
	switch n.Kind {
	case yaml.MappingNode:
		r.mapping(n, c, depth)
	case yaml.SequenceNode:
		r.sequence(n, c, depth)
	default:
		r.scalar(n, c)
	}
	c.open = false
	if name, ok := function(n); ok {
		c = r.call(n, name, c)
	}
	switch {
	case r.fault != nil:
	case depth+c.depth > value.MaxDepth:
		return r.fail(n, asl.CodeTooDeep, fmt.Sprintf("arrays and objects are nested more than %d deep", value.MaxDepth))
	case c.bytes > MaxBytes:
		return r.fail(n, asl.CodeTooLarge, fmt.Sprintf("with its aliases filled in, this has more than %d bytes", MaxBytes))
	}
	return c
}

func (r *yamlReader) alias(n *yaml.Node, depth int) *converted {
	c := r.anchors[n.Alias]
	if r.document.alias == nil {
		offset := r.places.offset(n.Line, n.Column)
		r.document.alias = &offset
	}
	switch {
	case c == nil:
		return r.fail(n, asl.CodeInvalidJSON, fmt.Sprintf("there is no anchor %q", n.Value))
	case c.open:
		return r.fail(n, asl.CodeInvalidJSON, fmt.Sprintf("the anchor %q contains itself", n.Value))
	case depth+c.depth > value.MaxDepth:
		return r.fail(n, asl.CodeTooDeep, fmt.Sprintf("arrays and objects are nested more than %d deep", value.MaxDepth))
	}
	return c
}

func (r *yamlReader) sequence(n *yaml.Node, c *converted, depth int) {
	all := make([]any, len(n.Content))
	c.node.Elements = make([]*value.Node, len(n.Content))
	for i, e := range n.Content {
		child := r.node(e, depth+1)
		c.take(child)
		c.node.Elements[i], all[i] = child.node, child.node.Value
	}
	c.node.Value = all
	c.depth++
}

// take counts what is inside.
func (c *converted) take(child *converted) {
	// A sum that is too large stays so.
	c.bytes = min(c.bytes+child.bytes+len(", "), MaxBytes+1)
	c.depth = max(c.depth, child.depth)
}

func (r *yamlReader) mapping(n *yaml.Node, c *converted, depth int) {
	seen := make(map[string]bool, len(n.Content)/2)
	var merges []*yaml.Node
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, v := n.Content[i], n.Content[i+1]
		offset := r.places.offset(key.Line, key.Column)
		if key.Kind == yaml.ScalarNode && key.ShortTag() == "!!merge" {
			merges = append(merges, v)
			continue
		}
		if key.Kind == yaml.AliasNode {
			key = key.Alias
		}
		if key.Kind != yaml.ScalarNode {
			r.fail(key, asl.CodeInvalidJSON, "a key must be a text")
			return
		}
		r.member(c, key.Value, offset, r.node(v, depth+1), seen[key.Value])
		seen[key.Value] = true
	}
	for _, m := range merges {
		r.merge(c, m, depth, seen)
	}
	members := make([]value.Member, len(c.node.Members))
	for i, m := range c.node.Members {
		members[i] = value.Member{Name: m.Name, Value: m.Node.Value}
	}
	c.node.Value = value.NewObject(members...)
	c.depth++
}

func (r *yamlReader) member(c *converted, name string, offset int, child *converted, duplicate bool) {
	c.bytes += len(name) + len(`"": `)
	c.take(child)
	c.node.Members = append(c.node.Members, value.NodeMember{Name: name, NameOffset: offset, Node: child.node, Duplicate: duplicate})
}

// merge adds the members of a mapping, or of each of some, that are not there yet.
func (r *yamlReader) merge(c *converted, n *yaml.Node, depth int, seen map[string]bool) {
	from := r.node(n, depth)
	all := []*value.Node{from.node}
	if from.node.Elements != nil {
		all = from.node.Elements
	}
	for _, one := range all {
		if _, ok := one.Value.(*value.Object); !ok {
			r.fail(n, asl.CodeInvalidJSON, "only a mapping can be merged into one")
			return
		}
		for _, m := range one.Members {
			if seen[m.Name] {
				continue
			}
			seen[m.Name] = true
			r.member(c, m.Name, m.NameOffset, &converted{node: m.Node}, false)
		}
	}
	// What was merged counts as a whole, though the mapping may have some of it.
	c.take(from)
}

// function returns the long name of the CloudFormation function that a node calls by
// its tag.
func function(n *yaml.Node) (name string, ok bool) {
	tag := n.Tag
	if n.Style&yaml.TaggedStyle == 0 || !strings.HasPrefix(tag, "!") || strings.HasPrefix(tag, "!!") || len(tag) == 1 {
		return "", false
	}
	switch tag {
	case "!Ref", "!Condition":
		return tag[1:], true
	}
	return "Fn::" + tag[1:], true
}

// call puts an argument into its function's long form.
func (r *yamlReader) call(n *yaml.Node, name string, argument *converted) *converted {
	at := argument.node.Offset
	outer := &value.Node{
		Value:   value.NewObject(value.Member{Name: name, Value: argument.node.Value}),
		Offset:  at,
		Members: []value.NodeMember{{Name: name, NameOffset: at, Node: argument.node}},
	}
	r.odd[outer] = oddity{message: fmt.Sprintf("has the tag %s, which only a template may have", n.Tag), plain: true}
	c := &converted{node: outer, bytes: argument.bytes + len(name), depth: argument.depth + 1}
	if n.Anchor != "" {
		r.anchors[n] = c
	}
	return c
}
