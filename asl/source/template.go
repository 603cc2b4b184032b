package source

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/stepwise-go/stepwise/asl"
	"github.com/stepwise-go/stepwise/asl/diag"
	"github.com/stepwise-go/stepwise/asl/value"
)

// template reads the state machines of a CloudFormation or SAM template.
type template struct {
	*document
	file  *File
	names map[string]bool // of its parameters and resources
	parts map[part]*local // the files that it names
	room  int             // how many more bytes of them are read

	guesses int // how many more names may be compared for "did you mean"
}

// maxParts bounds how much of local files one template may have read, each as often as
// it is filled in differently.
const maxParts = 16 * MaxBytes

// maxGuesses bounds the work that suggestions take in a template of which everything
// is wrong.
const maxGuesses = 1_000_000

// part is a file that is filled in with some values.
type part struct{ name, values string }

// local is a file with a definition beside the template.
type local struct {
	Machine
	used map[string]int // as a resource has it
}

func (t *template) read(root *value.Node) {
	t.names, t.parts, t.room = map[string]bool{}, map[part]*local{}, maxParts
	t.guesses = maxGuesses
	for _, section := range []string{"Parameters", "Resources"} {
		if s := root.Member(section); s != nil {
			for _, m := range s.Node.Members {
				t.names[m.Name] = true
			}
		}
	}
	if resources := member(root, "Resources"); resources.Members != nil {
		t.noAliases()
		t.resources(resources)
	}
	t.framework(member(member(root, "stepFunctions"), "stateMachines"))
}

// noAliases reports the first alias of a template: some tools fill them in before
// they send it, CloudFormation does not.
func (t *template) noAliases() {
	if t.alias == nil {
		return
	}
	t.file.Faults = append(t.file.Faults, diag.Diagnostic{
		Severity: diag.Warning, Code: CodeAlias, Rule: "aliases", Position: t.at(*t.alias),
		Message: "CloudFormation reads neither aliases nor merge keys",
		Hint:    "write out what is meant, or send what a tool that fills them in has made of the template",
		Doc:     "AWS CloudFormation User Guide, CloudFormation template format",
	})
}

// resources reads the resources of a template, and those that it repeats for each of
// some values (CloudFormation, "Fn::ForEach").
func (t *template) resources(n *value.Node) {
	for _, m := range n.Members {
		if strings.HasPrefix(m.Name, "Fn::ForEach::") && len(m.Node.Elements) == 3 {
			t.resources(m.Node.Elements[2])
			continue
		}
		kind, _ := member(m.Node, "Type").Value.(string)
		if resourceForms[kind] == nil {
			continue
		}
		r := resource{
			template: t, id: m.Name, offset: m.NameOffset,
			properties: member(m.Node, "Properties"), form: resourceForms[kind],
			used: map[string]int{}, copies: map[*value.Node]*value.Node{},
		}
		r.read()
	}
}

// form is how a resource of some type says what a machine is.
type form struct {
	definitions []string // the properties that hold a definition
	kind        string   // the property that says whether it is Standard or Express
}

// The resource types that are state machines (CloudFormation,
// "AWS::StepFunctions::StateMachine"; SAM, "AWS::Serverless::StateMachine").
var resourceForms = map[string]*form{
	"AWS::StepFunctions::StateMachine": {[]string{"Definition", "DefinitionString", "DefinitionS3Location"}, "StateMachineType"},
	"AWS::Serverless::StateMachine":    {[]string{"Definition", "DefinitionUri"}, "Type"},
}

// nothing is the node of what is not there.
var nothing = &value.Node{}

// member returns the member of that name, or nothing.
func member(n *value.Node, name string) *value.Node {
	if m := n.Member(name); m != nil {
		return m.Node
	}
	return nothing
}

// resource is one state machine of a template.
type resource struct {
	*template
	id         string
	offset     int // of its name
	properties *value.Node
	form       *form
	values     map[string]string // of its DefinitionSubstitutions, those that are known
	alone      bool              // the definition stands in a file of its own, where no function is called

	faults  diag.List
	used    map[string]int              // where the definition has each ${name} that no function fills in
	copies  map[*value.Node]*value.Node // what was resolved, since aliases share it
	unknown bool                        // there is a part of the definition that cannot be read
}

func (r *resource) read() {
	r.values = literals(member(r.properties, "DefinitionSubstitutions"))
	delete(r.values, "AWS::Partition") // which only Fn::Sub knows
	var given []string
	for _, name := range r.form.definitions {
		if n := member(r.properties, name); n != nothing && !isNoValue(n) {
			given = append(given, name)
		}
	}
	switch {
	case len(given) == 0:
		if isFunction(r.properties) {
			r.elsewhere(r.properties)
			break
		}
		r.report(diag.Error, CodeTemplate, r.offset, "the state machine has no definition", "give it one of "+strings.Join(r.form.definitions, ", "))
	case len(given) > 1:
		r.report(diag.Error, CodeTemplate, r.properties.Member(given[1]).NameOffset, fmt.Sprintf("the state machine has both %s and %s", given[0], given[1]), "leave one of them out")
	}
	before := len(r.file.Machines)
	for _, name := range given {
		r.definition(name, member(r.properties, name))
	}
	if len(r.file.Machines) == before {
		r.add(nil, nil)
	}
	if len(given) > 0 {
		r.substitutions()
	}
	first := &r.file.Machines[before]
	first.Faults = append(first.Faults, r.faults...).Sort()
}

// templateRules are the names of the rules that templates have to keep.
var templateRules = map[diag.Code]string{CodeTemplate: "template", CodeElsewhere: "definition-elsewhere", CodeSubstitution: "substitutions"}

// report adds what is wrong with the resource, not with its definition.
func (r *resource) report(severity diag.Severity, code diag.Code, offset int, message, hint string) {
	r.faults = append(r.faults, diag.Diagnostic{
		Severity: severity, Code: code, Rule: templateRules[code], Position: r.at(offset), Message: message, Hint: hint,
		Doc: "AWS CloudFormation Template Reference, AWS::StepFunctions::StateMachine",
	})
}

func (r *resource) elsewhere(n *value.Node) {
	r.unknown = true
	r.report(diag.Warning, CodeElsewhere, n.Offset, "the definition comes from elsewhere and is not checked", "")
}

// add adds the machine of a definition.
func (r *resource) add(m *asl.StateMachine, faults diag.List) {
	kind, _ := member(r.properties, r.form.kind).Value.(string)
	if kind != asl.Express {
		kind = asl.Standard
	}
	r.file.Machines = append(r.file.Machines, Machine{ID: r.id, Type: kind, Definition: m, Faults: faults})
}

// definition reads what a property gives.
func (r *resource) definition(property string, n *value.Node) {
	name, argument := call(n)
	switch {
	case name == "Fn::If" && len(argument.Elements) == 3:
		for _, branch := range argument.Elements[1:] {
			if !isNoValue(branch) {
				r.definition(property, branch)
			}
		}
	case property == "DefinitionUri" || property == "DefinitionS3Location":
		r.local(n)
	case name == "Fn::ToJsonString":
		r.object(argument)
	case property == "DefinitionString":
		r.definitionString(n)
	case name != "":
		r.elsewhere(n)
	default:
		r.object(n)
	}
}

// object reads a definition that stands in the template as an object.
func (r *resource) object(n *value.Node) {
	resolved := r.resolve(n)
	if resolved == nil {
		resolved = n
	}
	m, faults := asl.FromNode(resolved, r.at)
	r.add(m, append(faults, r.oddities(resolved, true)...).Sort())
}

// definitionString reads a definition that stands in the template as a text, or as a
// call that gives one.
func (r *resource) definitionString(n *value.Node) {
	if _, ok := n.Value.(string); !ok && !isFunction(n) {
		r.report(diag.Error, CodeTemplate, n.Offset, "DefinitionString must be a text, not "+asl.Describe(n.Value), "a definition that is an object stands under Definition")
		return
	}
	text := &joined{values: r.values}
	if !r.text(text, n, true) {
		r.elsewhere(n)
		return
	}
	text = text.quoted()
	m, faults := asl.ParseAt(text.text.String(), func(offset int) diag.Position { return r.at(text.at(offset)) })
	r.add(m, faults)
}

// local reads a definition from a file beside the template.
func (r *resource) local(n *value.Node) {
	uri, ok := n.Value.(string)
	if !ok || strings.Contains(uri, "://") || asl.HasPlaceholder(uri) {
		r.elsewhere(n)
		return
	}
	name := r.path(uri)
	key := part{name, fmt.Sprint(r.values)}
	l, ok := r.parts[key]
	if !ok {
		d := r.beside(name, n)
		if d == nil {
			return
		}
		l = readPart(d, r.values)
		r.parts[key] = l
	}
	for name := range l.used {
		r.used[name] = -1 // its place is in another file
	}
	r.add(l.Definition, l.Faults)
}

// path returns the path of a local file as the template names it, from its folder on.
func (t *template) path(name string) string {
	if filepath.IsAbs(name) {
		return name
	}
	return filepath.Join(filepath.Dir(t.name), filepath.FromSlash(name))
}

// beside reads a local file, or reports at the node that names it why that cannot be.
func (r *resource) beside(name string, n *value.Node) *document {
	if r.room <= 0 {
		r.elsewhere(n)
		return nil
	}
	text, err := readRegular(name)
	if err != nil {
		r.unknown = true
		r.report(diag.Error, CodeTemplate, n.Offset, fmt.Sprintf("the definition cannot be read: %v", err), "the path is taken from the template's folder")
		return nil
	}
	r.room -= len(text) + 1
	r.file.Parts[name] = text
	return newDocument(name, text)
}

// readRegular reads a file that a template names, if it is one: no pipe, no device.
func readRegular(name string) (string, error) {
	info, err := os.Stat(name)
	switch {
	case err != nil:
		return "", err
	case !info.Mode().IsRegular():
		return "", &os.PathError{Op: "read", Path: name, Err: errors.New("not a regular file")}
	}
	return readText(name)
}

// readPart reads a file with a definition, in which placeholders may stand outside of
// strings: the template fills them in, some with values that are known.
func readPart(d *document, values map[string]string) *local {
	same := func(offset int) int { return offset }
	r := resource{template: &template{document: d}, values: values, alone: true, used: map[string]int{}, copies: map[*value.Node]*value.Node{}}
	r.literal(d.text, same, false)
	part := &local{used: r.used}
	if d.yaml {
		root, fault := d.parse()
		if root != nil && fault == nil {
			root = r.resolve(root)
		}
		part.Machine = d.machine(root, fault)
		return part
	}
	text := &joined{values: values}
	text.fill(d.text, same, nil)
	text = text.quoted()
	part.Definition, part.Faults = asl.ParseAt(text.text.String(), func(offset int) diag.Position { return d.at(text.at(offset)) })
	return part
}

// substitutions compares the names that the definition has placeholders of with those
// that the template fills in.
func (r *resource) substitutions() {
	given := r.properties.Member("DefinitionSubstitutions")
	defined := map[string]bool{}
	if given != nil {
		if isFunction(given.Node) || given.Node.Members == nil {
			return
		}
		for _, m := range given.Node.Members {
			defined[m.Name] = true
			if _, used := r.used[m.Name]; !used && !r.unknown {
				r.report(diag.Warning, CodeSubstitution, m.NameOffset, fmt.Sprintf("the definition has no ${%s}", m.Name), "")
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(r.used)) {
		if !defined[name] {
			r.undefined(name, defined)
		}
	}
}

// undefined reports a placeholder that nothing fills in, if it was meant to be: others
// may be variables of a shell.
func (r *resource) undefined(name string, defined map[string]bool) {
	offset := r.used[name]
	if offset < 0 {
		offset = r.offset
	}
	id, _, _ := strings.Cut(name, ".")
	near := ""
	if r.guesses -= len(defined); r.guesses > 0 {
		near = diag.Closest(name, maps.Keys(defined))
	}
	switch {
	case near != "":
		r.report(diag.Warning, CodeSubstitution, offset, fmt.Sprintf("nothing fills in ${%s}", name), fmt.Sprintf("did you mean %q?", near))
	case strings.HasPrefix(name, "AWS::") || r.names[id]:
		r.report(diag.Warning, CodeSubstitution, offset, fmt.Sprintf("nothing fills in ${%s}", name), "call Fn::Sub, or define it in DefinitionSubstitutions")
	}
}

// literal notes the placeholders of a text that stands in the definition. Fn::Sub fills
// in those of its own text, but for ${!these}.
func (r *resource) literal(text string, at func(int) int, sub bool) {
	if !strings.Contains(text, "${") {
		return
	}
	for _, m := range placeholder.FindAllStringSubmatchIndex(text, -1) {
		name := text[m[4]:m[5]]
		if _, ok := r.used[name]; !ok && sub == (m[2] < m[3]) {
			r.used[name] = at(m[0])
		}
	}
}
