package main

import (
	_ "embed"
	"fmt"
	"maps"
	"slices"
	"strings"
)

//go:embed integrations.txt
var integrationsText string

// integration is an optimized integration as integrations.txt tells of it.
type integration struct {
	service, name string
	api           string              // the API's action, as id.Operation
	facts         map[string][]string // one line of words for each of its kind
	in, out       []change
}

// change is a member that an integration has otherwise than the API.
type change struct {
	name  string // with ! it is required, with - before it there is none
	shape string
}

// parseIntegrations reads the text, whose head says what its lines are.
func parseIntegrations(text string) ([]*integration, error) {
	var all []*integration
	for line := range strings.Lines(text) {
		line, _, _ = strings.Cut(line, "#")
		words := strings.Fields(line)
		switch {
		case len(words) == 0:
		case line[0] != '\t':
			i := &integration{facts: map[string][]string{}}
			i.service, i.name, _ = strings.Cut(words[0], ":")
			i.api = strings.ReplaceAll(strings.Join(words[1:], ""), "_", " ")
			all = append(all, i)
		case len(all) == 0:
			return nil, fmt.Errorf("integrations: %q is of none", line)
		default:
			if err := all[len(all)-1].add(words[0], words[1:]); err != nil {
				return nil, err
			}
		}
	}
	return all, nil
}

func (i *integration) add(kind string, words []string) error {
	if len(words) == 0 {
		return fmt.Errorf("integrations: %s:%s: %s says nothing", i.service, i.name, kind)
	}
	c := change{words[0], strings.Join(words[1:], " ")}
	switch kind {
	case "in":
		i.in = append(i.in, c)
	case "out":
		i.out = append(i.out, c)
	case "pass":
		i.facts["pass"] = append(i.facts["pass"], words[0]+"="+strings.Join(words[1:], "+"))
	case "patterns", "one", "bare", "sync", "sync:2", "errors", "iam", "iam-sync", "rule":
		i.facts[kind] = words
	default:
		return fmt.Errorf("integrations: %s:%s: there is no %s", i.service, i.name, kind)
	}
	return nil
}

// integrations returns the blocks of the optimized integrations by service.
func (s *sources) integrations() (map[string]*block, error) {
	all, err := parseIntegrations(integrationsText)
	if err != nil {
		return nil, err
	}
	o := &optimizer{models: s.models, graphs: map[*apiModel]*graph{}, scalars: map[string]map[string]bool{"DynamoDB": {"AttributeValue": true}}}
	blocks := map[string]*block{}
	for _, i := range all {
		b := blocks[i.service]
		if b == nil {
			b = &block{prefix: i.facts["errors"][0], id: i.service}
			blocks[i.service] = b
		}
		if err := o.add(b, i); err != nil {
			return nil, fmt.Errorf("integrations: %s:%s: %w", i.service, i.name, err)
		}
		for _, kind := range []string{"iam", "iam-sync"} {
			for _, action := range i.facts[kind] {
				if !has(s.permissions, action) {
					return nil, fmt.Errorf("integrations: %s:%s: there is no IAM action %s", i.service, i.name, action)
				}
			}
		}
	}
	for _, b := range blocks {
		b.numberErrors()
		slices.SortFunc(b.actions, func(a, b action) int { return strings.Compare(a.name, b.name) })
	}
	return blocks, nil
}

// optimizer makes the shapes of optimized integrations.
type optimizer struct {
	models map[string]*apiModel
	graphs map[*apiModel]*graph
	// scalars are structures by service for which a scalar may stand: the SDK for
	// Java 1 makes one of it.
	scalars map[string]map[string]bool
}

// graph returns the shapes of a service.
func (o *optimizer) graph(id string) (*graph, error) {
	m := o.models[id]
	if m == nil {
		return nil, fmt.Errorf("there is no service %q", id)
	}
	if g := o.graphs[m]; g != nil {
		return g, nil
	}
	g := newGraph(m, plainNaming{})
	for shape := range o.scalars[id] {
		g.shape(shape).kind = 'V'
	}
	o.graphs[m] = g
	return g, nil
}

// add adds the integration to its service's block.
func (o *optimizer) add(b *block, i *integration) error {
	a := action{name: i.name, input: &node{kind: 'S'}, output: &node{kind: 'S'}}
	names := slices.Clone(i.facts["errors"][1:])
	if i.api != "" {
		id, operation, _ := strings.Cut(i.api, ".")
		g, err := o.graph(id)
		if err != nil {
			return err
		}
		op := g.model.Operations[operation]
		if op == nil {
			return fmt.Errorf("there is no %s", i.api)
		}
		a.traits = traits(op)
		a.input, a.output = g.shape(op.Input.Shape), g.shape(op.Output.Shape)
		for _, e := range op.Errors {
			names = append(names, firstErrorName(e.Shape))
		}
	}
	if i.api != "" && i.facts["bare"] == nil {
		i.out = append(i.out, response...)
	}
	var err error
	if a.input, err = o.changed(a.input, i.in); err != nil {
		return err
	}
	if a.output, err = o.changed(a.output, i.out); err != nil {
		return err
	}
	a.output = untimed(a.output, map[*node]*node{})
	a.errorNames = names
	for _, pattern := range []string{"sync", "sync:2"} {
		n := anything
		if text := strings.Join(i.facts[pattern], " "); text != "" {
			if n, err = o.parse(text); err != nil {
				return err
			}
		}
		a.jobs = append(a.jobs, untimed(n, map[*node]*node{}))
	}
	for _, kind := range []string{"patterns", "one", "iam", "iam-sync", "rule", "pass"} {
		a.rest += " " + dash(strings.Join(i.facts[kind], ","))
	}
	a.rest = a.rest[1:]
	b.actions = append(b.actions, a)
	return nil
}

// response is what the result of an API tells about the HTTP response.
var response = []change{
	{"SdkHttpMetadata", "(AllHttpHeaders:{[string]} HttpHeaders:{string} HttpStatusCode:integer)"},
	{"SdkResponseMetadata", "(RequestId:string)"},
}

// firstErrorName returns the name of an error as optimized integrations report it,
// without its prefix: that of the AWS SDK for Java 1.
func firstErrorName(shape string) string {
	return strings.TrimSuffix(strings.TrimSuffix(shape, "Fault"), "Exception") + "Exception"
}

// changed returns a copy of a structure with the changes.
func (o *optimizer) changed(n *node, changes []change) (*node, error) {
	members := map[string]field{}
	for _, m := range n.members {
		members[m.name] = m
	}
	for _, c := range changes {
		if name, drop := strings.CutPrefix(c.name, "-"); drop {
			if _, ok := members[name]; !ok {
				return nil, fmt.Errorf("there is no %s", name)
			}
			delete(members, name)
			continue
		}
		shape, err := o.parse(c.shape)
		if err != nil {
			return nil, err
		}
		m := newField(c.name, shape)
		members[m.name] = m
	}
	out := &node{kind: 'S'}
	for _, name := range slices.Sorted(maps.Keys(members)) {
		out.members = append(out.members, members[name])
	}
	return out, nil
}

// newField returns a member, required if a ! follows its name.
func newField(name string, shape *node) field {
	if name, ok := strings.CutSuffix(name, "!"); ok {
		return field{name, '!', shape}
	}
	return field{name, ':', shape}
}

// untimed returns the shape with anything for a timestamp: what optimized
// integrations write for one is not told.
func untimed(n *node, done map[*node]*node) *node {
	switch {
	case n == nil:
		return nil
	case n.kind == 't':
		return anyTimestamp
	case done[n] != nil:
		return done[n]
	}
	out := new(node)
	*out = *n
	done[n] = out
	out.key, out.elem = untimed(n.key, done), untimed(n.elem, done)
	out.members = slices.Clone(n.members)
	for i := range out.members {
		out.members[i].shape = untimed(out.members[i].shape, done)
	}
	return out
}

var plainShapes = map[string]byte{
	"any": 'a', "string": 's', "integer": 'i', "float": 'f', "boolean": 'b', "timestamp": 't',
}

// parse reads a shape.
func (o *optimizer) parse(text string) (*node, error) {
	p := &shapeParser{o: o, text: text}
	n, err := p.shape()
	if err == nil && p.text != "" {
		err = fmt.Errorf("%q follows a shape", p.text)
	}
	return n, err
}

type shapeParser struct {
	o    *optimizer
	text string // what is left
}

func (p *shapeParser) take(token string) bool {
	rest, ok := strings.CutPrefix(p.text, token)
	p.text = rest
	return ok
}

func (p *shapeParser) until(ends string) string {
	i := strings.IndexAny(p.text, ends)
	if i < 0 {
		i = len(p.text)
	}
	word := p.text[:i]
	p.text = p.text[i:]
	return word
}

func (p *shapeParser) shape() (*node, error) {
	switch {
	case p.take("["):
		return p.around('L', "]")
	case p.take("{"):
		return p.around('M', "}")
	case p.take("("):
		return p.structure()
	}
	word := p.until(" ()[]{}")
	if kind := plainShapes[word]; kind != 0 {
		n := &node{kind: kind}
		if kind == 's' && p.take("(") {
			n.enum = strings.Split(p.until(")"), "|")
			p.take(")")
		}
		return n, nil
	}
	id, shape, _ := strings.Cut(word, ".")
	g, err := p.o.graph(strings.ReplaceAll(id, "_", " "))
	if err != nil {
		return nil, err
	}
	if g.model.Shapes[shape] == nil {
		return nil, fmt.Errorf("there is no shape %s", word)
	}
	return g.shape(shape), nil
}

// around reads the shape of elements up to the bracket that closes.
func (p *shapeParser) around(kind byte, end string) (*node, error) {
	elem, err := p.shape()
	if err == nil && !p.take(end) {
		err = fmt.Errorf("%s is missing before %q", end, p.text)
	}
	n := &node{kind: kind, elem: elem}
	if kind == 'M' {
		n.key = &node{kind: 's'}
	}
	return n, err
}

func (p *shapeParser) structure() (*node, error) {
	n := &node{kind: 'S'}
	for !p.take(")") {
		name := strings.TrimSpace(p.until(":"))
		if !p.take(":") {
			return nil, fmt.Errorf("a colon is missing after %q", name)
		}
		shape, err := p.shape()
		if err != nil {
			return nil, err
		}
		n.members = append(n.members, newField(name, shape))
	}
	slices.SortFunc(n.members, func(a, b field) int { return strings.Compare(a.name, b.name) })
	return n, nil
}
