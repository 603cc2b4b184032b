package main

import (
	_ "embed"
	"fmt"
	"strings"
)

//go:embed exceptions.txt
var exceptionsText string

// exceptions are what differs from the rules.
type exceptions struct {
	lines map[string]*exception // by the line's first two words
}

type exception struct {
	words []string
	used  bool
}

// parseExceptions reads lines of words, with # before a remark. A line's first two
// words say what it is about, the others what is so.
func parseExceptions(text string) (*exceptions, error) {
	e := &exceptions{lines: map[string]*exception{}}
	for line := range strings.Lines(text) {
		line, _, _ = strings.Cut(line, "#")
		words := strings.Fields(line)
		if len(words) == 0 {
			continue
		}
		if len(words) < 2 {
			return nil, fmt.Errorf("exceptions: %q says nothing", words[0])
		}
		key := words[0] + " " + words[1]
		if e.lines[key] != nil {
			return nil, fmt.Errorf("exceptions: %s is there twice", key)
		}
		e.lines[key] = &exception{words: words[2:]}
	}
	return e, nil
}

func (e *exceptions) get(kind, name string) ([]string, bool) {
	x := e.lines[kind+" "+name]
	if x == nil {
		return nil, false
	}
	x.used = true
	return x.words, true
}

// unused reports an exception of something that there is not.
func (e *exceptions) unused() error {
	for key, x := range e.lines {
		if !x.used {
			return fmt.Errorf("exceptions: there is no %s", key)
		}
	}
	return nil
}

// sdkNaming is that of a service's AWS SDK integrations.
type sdkNaming struct {
	*exceptions
	service string
}

func (n sdkNaming) member(shape, member string) string {
	if words, ok := n.get("member", n.service+"."+shape+"."+member); ok {
		return words[0]
	}
	return parameterName(member)
}

func (n sdkNaming) added(shape string) []string {
	names, _ := n.get("added", n.service+"."+shape)
	return names
}

func (n sdkNaming) optional(shape string) []string {
	names, _ := n.get("optional", n.service+"."+shape)
	return names
}

func (e *exceptions) unlisted(service string) bool {
	_, ok := e.get("unlisted", service)
	return ok
}

func (e *exceptions) refused(service, action string) bool {
	_, ok := e.get("refused", service+":"+action)
	return ok
}

// grants returns the IAM actions that a call needs. A service whose IAM actions
// are the methods of HTTP has a line of its own.
func (e *exceptions) grants(service, action, method string) ([]string, bool) {
	if words, ok := e.get("iam", service+":"+action); ok {
		return words, true
	}
	if words, ok := e.get("iam-methods", service); ok {
		return []string{words[0] + ":" + method}, true
	}
	return nil, false
}
