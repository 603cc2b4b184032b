package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// job is an expression with what it is evaluated with, all JSON as text.
type job struct {
	Text     string `json:"text"`
	Document string `json:"document,omitempty"` // the name of a document of the suite
	Data     string `json:"data,omitempty"`
	Bindings string `json:"bindings,omitempty"`

	Fresh  bool     `json:"fresh,omitempty"`  // by an engine that has evaluated nothing before
	Called []string `json:"called,omitempty"` // but calls of these functions
}

// suite is the cases of a folder, each with the documents that they name.
type suite struct {
	cases     []job
	documents map[string]string
}

// readSuite reads the folder of the reference's test suite: groups/*/*.json, each a
// case or an array of them, and datasets/*.json.
func readSuite(dir string) (*suite, error) {
	s := &suite{documents: map[string]string{}}
	files, err := filepath.Glob(filepath.Join(dir, "groups", "*", "*.json"))
	if err != nil {
		return nil, err
	}
	for _, file := range files {
		if err := s.read(dir, file); err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
	}
	if len(s.cases) == 0 {
		return nil, fmt.Errorf("%s has no groups/*/*.json", dir)
	}
	return s, nil
}

func (s *suite) read(dir, file string) error {
	text, err := readText(file)
	if err != nil {
		return err
	}
	if !strings.HasPrefix(strings.TrimSpace(text), "[") {
		text = "[" + text + "]"
	}
	var cases []struct {
		Expr     *string         `json:"expr"`
		File     string          `json:"expr-file"`
		Dataset  *string         `json:"dataset"`
		Data     json.RawMessage `json:"data"`
		Bindings json.RawMessage `json:"bindings"`
	}
	if err := json.Unmarshal([]byte(text), &cases); err != nil {
		return err
	}
	for _, c := range cases {
		j := job{Data: string(c.Data), Bindings: string(c.Bindings)}
		switch {
		case c.Expr != nil:
			j.Text = *c.Expr
		default:
			if j.Text, err = readText(filepath.Join(filepath.Dir(file), c.File)); err != nil {
				return err
			}
		}
		if c.Dataset != nil && j.Data == "" {
			j.Document = *c.Dataset
			if s.documents[j.Document], err = readText(filepath.Join(dir, "datasets", j.Document+".json")); err != nil {
				return err
			}
		}
		s.cases = append(s.cases, j)
	}
	return nil
}

// readText reads a file without its byte order mark.
func readText(file string) (string, error) {
	b, err := os.ReadFile(file)
	return strings.TrimPrefix(string(b), "\ufeff"), err
}
