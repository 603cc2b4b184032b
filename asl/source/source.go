// Package source reads state machines wherever people write them: definitions in
// JSON and in YAML, and the CloudFormation and SAM templates that hold them, and the
// serverless.yml of the Serverless Framework.
//
//	f, err := source.Read("template.yaml")
//	if err != nil {
//		return err
//	}
//	for _, m := range f.Machines {
//		fmt.Println(m.ID, m.Type, m.Faults)
//	}
//
// The places of everything that is wrong are lines and columns of the text that a
// person wrote, through the string, the Fn::Sub or the Fn::Join of a template that
// a definition stands in. [Search] finds the files of a folder that hold state
// machines.
package source

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/stepwise-go/stepwise/asl"
	"github.com/stepwise-go/stepwise/asl/diag"
	"github.com/stepwise-go/stepwise/asl/value"
)

// Codes of what is wrong with a file around its definitions.
const (
	CodeTemplate     diag.Code = "INVALID_TEMPLATE"      // a template gives a state machine no definition, or two
	CodeElsewhere    diag.Code = "DEFINITION_ELSEWHERE"  // a template takes a definition from where it cannot be read
	CodeSubstitution diag.Code = "SUBSTITUTION_MISMATCH" // a template's substitutions are not those of the definition
	CodeAmbiguous    diag.Code = "AMBIGUOUS_YAML"        // versions of YAML read a value differently
	CodeAlias        diag.Code = "YAML_ALIAS"            // a template has aliases, which CloudFormation does not read
)

// MaxBytes is how much of a file is read: a definition of [asl.MaxSize] characters
// fits into it, and so does every template that CloudFormation takes.
const MaxBytes = asl.MaxSize * utf8.UTFMax

// File is what was found in one file.
type File struct {
	Name     string
	Machines []Machine
	Faults   diag.List // what is wrong with the file as a whole, such as broken YAML
	Template bool      // a CloudFormation or SAM template, or a serverless.yml; else a definition alone

	// Parts are the texts that the diagnostics have places in, by the name of their
	// file: that of the file itself and of the local files with definitions that a
	// template names.
	Parts map[string]string
}

// Machine is one state machine of a file.
type Machine struct {
	ID         string // the logical ID, or the name, in the template; "" for a definition alone
	Type       string // asl.Standard or asl.Express; "" where the file does not say
	Definition *asl.StateMachine
	Faults     diag.List // what the parser refused of it
}

// Read reads the file of that name. Its error says that the file cannot be read; what
// is wrong with its text is in the File.
func Read(name string) (*File, error) {
	text, err := readText(name)
	if err != nil {
		return nil, err
	}
	return Parse(name, text), nil
}

// ReadFrom reads a file from elsewhere, such as the standard input. The name is for
// the places of diagnostics; a template's local files are sought beside it.
func ReadFrom(r io.Reader, name string) (*File, error) {
	text, err := readAll(r)
	if err != nil {
		return nil, err
	}
	return Parse(name, text), nil
}

// readText reads a file up to one byte more than may be.
func readText(name string) (string, error) {
	f, err := os.Open(name)
	if err != nil {
		return "", err
	}
	defer f.Close()
	return readAll(f)
}

func readAll(r io.Reader) (string, error) {
	var b strings.Builder
	_, err := io.Copy(&b, io.LimitReader(r, MaxBytes+1))
	return b.String(), err
}

// Parse reads a text that is a definition or a template, in JSON or in YAML: as the
// name's extension says, else in JSON if it starts with a brace.
func Parse(name, text string) *File {
	f := &File{Name: name, Parts: map[string]string{name: text}}
	if len(text) > MaxBytes {
		f.Faults = diag.List{{
			Code:     asl.CodeTooLarge,
			Rule:     "size",
			Position: diag.Position{File: name},
			Message:  fmt.Sprintf("the file has more than %d bytes", MaxBytes),
			Doc:      "Step Functions API Reference, CreateStateMachine",
		}}
		return f
	}
	d := newDocument(name, text)
	root, fault := d.parse()
	switch {
	case fault != nil && looksLikeTemplate(text):
		f.Template = true
		f.Faults = diag.List{*fault}
	case isTemplate(root):
		f.Template = true
		t := template{document: d, file: f}
		t.read(root)
	default:
		f.Machines = []Machine{d.machine(root, fault)}
	}
	return f
}

// isTemplate reports whether a document is a template and no definition.
func isTemplate(root *value.Node) bool {
	if root == nil || root.Member("StartAt") != nil || root.Member("States") != nil {
		return false
	}
	for _, section := range []string{"Resources", "stepFunctions"} {
		if member(root, section).Members != nil {
			return true
		}
	}
	return root.Member("AWSTemplateFormatVersion") != nil
}

// looksLikeTemplate tells from a text that may not be parsed whether it was meant to
// be a template with a state machine.
func looksLikeTemplate(text string) bool {
	for kind := range resourceForms {
		if strings.Contains(text, kind) {
			return true
		}
	}
	return looksLikeFramework.MatchString(text)
}

// document is a text in JSON or YAML.
type document struct {
	name, text string
	yaml       bool
	odd        map[*value.Node]oddity // of YAML: the values that are not what they seem
	alias      *int                   // of YAML: where the first alias is
	lines      func() value.Lines
}

func newDocument(name, text string) *document {
	return &document{
		name: name, text: text, yaml: isYAML(name, text),
		lines: sync.OnceValue(func() value.Lines { return value.NewLines(text) }),
	}
}

func isYAML(name, text string) bool {
	switch strings.ToLower(filepath.Ext(name)) {
	case ".json":
		return false
	case ".yaml", ".yml":
		return true
	}
	trimmed := strings.TrimSpace(strings.TrimPrefix(text, "\ufeff"))
	return trimmed != "" && trimmed[0] != '{'
}

// at returns the place of an offset in the text.
func (d *document) at(offset int) diag.Position {
	line, column := d.lines().LineColumn(offset)
	return diag.Position{File: d.name, Line: line, Column: column}
}

// parse returns the document's tree, whose offsets are those of the text, or what
// keeps it from being one.
func (d *document) parse() (*value.Node, *diag.Diagnostic) {
	if d.yaml {
		return d.parseYAML()
	}
	root, err := value.ParseNode(d.text)
	if err == nil {
		return root, nil
	}
	fault := &diag.Diagnostic{Code: asl.CodeInvalidJSON, Rule: "json", Position: d.at(0), Message: err.Error()}
	if syntax, ok := errors.AsType[*value.SyntaxError](err); ok {
		fault.Position, fault.Message = d.at(syntax.Offset), syntax.Message
		if syntax.TooDeep {
			fault.Code, fault.Rule = asl.CodeTooDeep, "depth"
		}
	}
	return nil, fault
}

// machine makes a definition of what parse returned.
func (d *document) machine(root *value.Node, fault *diag.Diagnostic) (m Machine) {
	tooLarge := len(d.text) > asl.MaxSize && utf8.RuneCountInString(d.text) > asl.MaxSize
	switch {
	case tooLarge || fault != nil && !d.yaml:
		// The parser of definitions knows best what to say of these.
		m.Definition, m.Faults = asl.ParseAt(d.text, d.at)
	case fault != nil:
		m.Faults = diag.List{*fault}
	case root == nil: // comments alone
		m.Definition, m.Faults = asl.ParseAt("", d.at)
	default:
		m.Definition, m.Faults = asl.FromNode(root, d.at)
		m.Faults = append(m.Faults, d.oddities(root, false)...).Sort()
	}
	return m
}
