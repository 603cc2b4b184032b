package main

import (
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// apiModel is what botocore knows of a service.
type apiModel struct {
	Metadata   metadata
	Operations map[string]*operation
	Shapes     map[string]*apiShape
}

type metadata struct {
	ServiceID      string `json:"serviceId"`
	EndpointPrefix string
	SigningName    string
}

type operation struct {
	Name       string
	HTTP       struct{ Method, RequestURI string }
	Input      apiRef
	Output     apiRef
	Errors     []apiRef
	Deprecated bool
	ReadOnly   bool
	Idempotent bool
}

type apiRef struct {
	Shape            string
	IdempotencyToken bool
	JSONValue        bool
}

type apiShape struct {
	Type        string
	Members     map[string]apiRef
	Required    []string
	Member      apiRef
	Key, Value  apiRef
	Min, Max    json.Number
	Enum        []string
	Union       bool
	Document    bool
	Eventstream bool
}

// readModels reads the newest model of every service below the folder, by the
// service's id.
func readModels(dir string) (map[string]*apiModel, error) {
	files, err := filepath.Glob(filepath.Join(dir, "data", "*", "*", "service-2.json*"))
	if err != nil {
		return nil, err
	}
	newest := map[string]string{} // by folder; versions are dates
	for _, file := range files {
		if name := filepath.Base(file); name == "service-2.json" || name == "service-2.json.gz" {
			folder := filepath.Dir(filepath.Dir(file))
			newest[folder] = max(newest[folder], file)
		}
	}
	models := map[string]*apiModel{}
	for _, file := range slices.Sorted(maps.Values(newest)) {
		m, err := readModel(file)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		// Pinpoint SMS Voice is there under two names.
		if id := m.Metadata.ServiceID; models[id] == nil {
			models[id] = m
		}
	}
	if len(models) == 0 {
		return nil, fmt.Errorf("%s: no models", dir)
	}
	return models, nil
}

func readModel(file string) (*apiModel, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var text io.Reader = f
	if strings.HasSuffix(file, ".gz") {
		if text, err = gzip.NewReader(f); err != nil {
			return nil, err
		}
	}
	m := new(apiModel)
	return m, json.NewDecoder(text).Decode(m)
}

// streams reports whether the operation sends or receives a stream of events,
// which no task can.
func (m *apiModel) streams(op *operation) bool {
	for _, side := range []apiRef{op.Input, op.Output} {
		if s := m.Shapes[side.Shape]; s != nil {
			for _, member := range s.Members {
				if m.Shapes[member.Shape].Eventstream {
					return true
				}
			}
		}
	}
	return false
}

// graph turns a model's shapes into nodes.
type graph struct {
	model *apiModel
	nodes map[string]*node
	naming
}

// naming says what of a shape is otherwise than in the API.
type naming interface {
	member(shape, member string) string // the name of a member
	added(shape string) []string        // names of further members, strings
	optional(shape string) []string     // required members that need not be there
}

// plainNaming is that of optimized integrations: the APIs' names with a capital.
type plainNaming struct{}

func (plainNaming) member(_, member string) string { return capitalize(member) }
func (plainNaming) added(string) []string          { return nil }
func (plainNaming) optional(string) []string       { return nil }

func newGraph(m *apiModel, n naming) *graph {
	return &graph{model: m, nodes: map[string]*node{}, naming: n}
}

var kinds = map[string]byte{
	"structure": 'S', "list": 'L', "map": 'M', "string": 's', "integer": 'i', "long": 'i',
	"double": 'f', "float": 'f', "boolean": 'b', "timestamp": 't', "blob": 'x',
}

// anything is a value of any kind.
var anything = &node{kind: 'a'}

// anyTimestamp is the shape of what stands for a timestamp of the API in the results
// of optimized integrations.
var anyTimestamp = &node{kind: 'w'}

// shape returns the node of the shape of that name; one for a name that is empty
// is a structure without members.
func (g *graph) shape(name string) *node {
	if n := g.nodes[name]; n != nil {
		return n
	}
	n := &node{kind: 'S'}
	g.nodes[name] = n
	s := g.model.Shapes[name]
	if s == nil {
		return n
	}
	n.kind, n.min, n.max = kinds[s.Type], s.Min.String(), s.Max.String()
	switch {
	case n.kind == 0:
		panic("a shape of type " + s.Type)
	case s.Document:
		*n = *anything
	case n.kind == 'S':
		g.structure(n, name, s)
	case n.kind == 'L':
		n.elem = g.ref(s.Member)
	case n.kind == 'M':
		n.key, n.elem = g.ref(s.Key), g.ref(s.Value)
	case n.kind == 's':
		n.enum = s.Enum
	}
	return n
}

func (g *graph) ref(r apiRef) *node {
	if r.JSONValue {
		return anything
	}
	return g.shape(r.Shape)
}

func (g *graph) structure(n *node, name string, s *apiShape) {
	n.min, n.max = "", ""
	if s.Union {
		n.kind = 'U'
	}
	optional := g.optional(name)
	for _, member := range slices.Sorted(maps.Keys(s.Members)) {
		ref := s.Members[member]
		sigil := byte(':')
		switch {
		case ref.IdempotencyToken: // the SDK makes one up
			sigil = '?'
		case slices.Contains(s.Required, member) && !slices.Contains(optional, member):
			sigil = '!'
		}
		n.members = append(n.members, field{g.member(name, member), sigil, g.ref(ref)})
	}
	for _, member := range g.added(name) {
		n.members = append(n.members, field{member, ':', &node{kind: 's'}})
	}
	slices.SortFunc(n.members, func(a, b field) int { return strings.Compare(a.name, b.name) })
}
