package catalog

import (
	"strings"
	"sync"
)

// Permission is an IAM action with what the Service Authorization Reference says of
// it.
type Permission struct {
	Action    string     // "dynamodb:GetItem"
	Access    Access     // what it allows to do
	Resources []Resource // the types of resources to which it can be limited; none: only to all ("*")
	Dependent []string   // IAM actions that a call needs besides, such as "iam:PassRole"
	Keys      []string   // condition keys to which it can be limited
}

// Resource is a type of resources.
type Resource struct {
	Type     string // "table"
	ARN      string // "arn:${Partition}:dynamodb:${Region}:${Account}:table/${TableName}"
	Required bool   // the action always acts on one of it
}

// Access is what an IAM action allows to do.
type Access int

// The access levels of the Service Authorization Reference.
const (
	UnknownAccess Access = iota
	Read
	ListAccess
	Write
	Tagging
	PermissionsManagement
)

var accessLetters = map[string]Access{"R": Read, "L": ListAccess, "W": Write, "T": Tagging, "P": PermissionsManagement}

// LookupPermission returns the IAM action of that name, such as "s3:GetObject".
// Case does not count, as it does not in policies.
func LookupPermission(action string) (Permission, bool) {
	prefix, name, _ := strings.Cut(action, ":")
	prefix = strings.ToLower(prefix)
	a := readAuthorization(prefix)
	if a == nil {
		return Permission{}, false
	}
	p := a.permission(prefix, strings.ToLower(name))
	return p, p.Action != ""
}

// permission takes the line of the action of that name, in lower case, apart: its
// name, the letter of its access level, the numbers of its resource types, the
// actions that it needs besides and the condition keys.
func (a *authorization) permission(prefix, name string) Permission {
	line, ok := a.lines[name]
	if !ok {
		return Permission{}
	}
	p := Permission{Action: prefix + ":" + cutWord(&line), Access: accessLetters[cutWord(&line)]}
	for _, word := range list(cutWord(&line)) {
		p.Resources = append(p.Resources, a.resource(word))
	}
	p.Dependent = list(cutWord(&line))
	p.Keys = list(line)
	return p
}

func permissions(actions ...string) []Permission {
	var all []Permission
	for _, action := range actions {
		if p, ok := LookupPermission(action); ok {
			all = append(all, p)
		}
	}
	return all
}

// authorization is what the table holds of an IAM prefix.
type authorization struct {
	types section
	lines map[string]string // of the actions, by their names in lower case
}

var authorizations sync.Map

func readAuthorization(prefix string) *authorization {
	if a, ok := authorizations.Load(prefix); ok {
		return a.(*authorization)
	}
	text := embedded().read("iam/" + prefix)
	if text == "" {
		return nil
	}
	a, _ := authorizations.LoadOrStore(prefix, parseAuthorization(text))
	return a.(*authorization)
}

// parseAuthorization takes the text about an IAM prefix apart: a line with the
// numbers of resource types and actions, then a line for each of them.
func parseAuthorization(text string) *authorization {
	all := splitLines(text)
	head := all.section(0, 1).line(0)
	types, actions := number(cutWord(&head)), number(cutWord(&head))
	a := &authorization{types: all.section(1, types), lines: map[string]string{}}
	for line := range all.section(1+types, actions).all() {
		a.lines[strings.ToLower(firstWord(line))] = line
	}
	return a
}

// resource returns the resource type of a number, after which a ! stands if it is
// required.
func (a *authorization) resource(word string) Resource {
	n, required := strings.CutSuffix(word, "!")
	name, arn, _ := strings.Cut(a.types.line(number(n)), "\t")
	return Resource{name, arn, required}
}
