package catalog_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stepwise-go/stepwise/asl"
	"github.com/stepwise-go/stepwise/catalog"
	"github.com/stepwise-go/stepwise/internal/corpus"
)

// recorded is a definition, and what the service recorded of its tasks if it ran.
type recorded struct {
	Valid      *bool
	Expect     json.RawMessage
	Definition any
	Mocks      map[string][]struct{ Return any }
	History    []struct {
		Submitted *struct {
			Resource, ResourceType string
			Output                 any
		} `json:"taskSubmittedEventDetails"`
	}
}

// refused reports whether the case is one of a definition that is not valid.
func (r recorded) refused() bool {
	if r.Valid != nil {
		return !*r.Valid
	}
	var expect struct{ Valid *bool }
	return json.Unmarshal(r.Expect, &expect) == nil && expect.Valid != nil && !*expect.Valid
}

func readRecorded(t *testing.T) map[string]recorded {
	all := map[string]recorded{}
	for _, folder := range []string{"workflows", "executions", "validation"} {
		for _, file := range corpus.Files(t, folder) {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			var r recorded
			if err := json.Unmarshal(text, &r); err != nil {
				t.Fatalf("%s: %v", file, err)
			}
			if !r.refused() {
				all[file] = r
			}
		}
	}
	return all
}

// eachTask yields the states with a Resource below a value, with their names.
func eachTask(v any, yield func(name string, task map[string]any)) {
	switch v := v.(type) {
	case map[string]any:
		for _, name := range slices.Sorted(maps.Keys(v)) {
			if s, ok := v[name].(map[string]any); ok && s["Type"] == "Task" {
				yield(name, s)
			}
			eachTask(v[name], yield)
		}
	case []any:
		for _, element := range v {
			eachTask(element, yield)
		}
	}
}

// integrated returns the shapes of the parameters and of the result of a Resource;
// those of one that is none of an integration, or of a service that is retired, are
// empty.
func integrated(resource string) (input, output catalog.Shape, err error) {
	r := asl.ParseResource(resource)
	switch r.Kind {
	case asl.OptimizedIntegration:
		i, ok := catalog.Optimized(r.Service, r.Action)
		if !ok || !i.Has(r.Pattern) {
			return input, output, fmt.Errorf("%s is not known", resource)
		}
		return i.Input, i.Result(r.Pattern), nil
	case asl.SDKIntegration:
		a, ok := catalog.Lookup(r.Service, r.Action)
		s, _ := catalog.LookupService(r.Service)
		if !ok && !s.Retired {
			return input, output, fmt.Errorf("%s is not known", resource)
		}
		if r.Pattern == asl.WaitForToken {
			return a.Input, output, nil
		}
		return a.Input, a.Output, nil
	}
	return input, output, nil
}

// misfits lists what of a value does not fit a shape. Of names that end in ".$",
// and of texts that are expressions or that stand for something, the value is not
// known.
func misfits(at string, v any, s catalog.Shape) []string {
	switch v := v.(type) {
	case map[string]any:
		return objectMisfits(at, v, s)
	case []any:
		if s.Kind() != catalog.List && s.Kind() != catalog.Any && s.Kind() != catalog.None {
			return []string{fmt.Sprintf("%s is a %v", at, s.Kind())}
		}
		var all []string
		for i, element := range v {
			all = append(all, misfits(at+"["+strconv.Itoa(i)+"]", element, s.Elem())...)
		}
		return all
	case string:
		// A stand-in, or a header's.
		if strings.ContainsAny(v, "{<") || strings.Contains(at, "Headers.") {
			return nil
		}
	}
	return scalarMisfits(at, v, s)
}

func scalarMisfits(at string, v any, s catalog.Shape) []string {
	fits := true
	switch s.Kind() {
	case catalog.Structure, catalog.Union, catalog.List, catalog.Map:
		fits = v == nil || s.Scalar()
	case catalog.Integer, catalog.Float:
		_, fits = v.(float64)
	case catalog.Boolean:
		_, fits = v.(bool)
		fits = fits || v == "true" || v == "false"
	case catalog.String:
		var text string
		text, fits = v.(string)
		if values := s.Enum(); values != nil && !slices.Contains(values, text) {
			fits = false
		}
	}
	if !fits {
		return []string{fmt.Sprintf("%s is %v, not a %v", at, v, s.Kind())}
	}
	return nil
}

func objectMisfits(at string, v map[string]any, s catalog.Shape) []string {
	var all []string
	switch s.Kind() {
	case catalog.Map:
		for name, element := range v {
			if !strings.HasSuffix(name, ".$") {
				all = append(all, misfits(at+"."+name, element, s.Elem())...)
			}
		}
	case catalog.Structure, catalog.Union:
		for name, element := range v {
			bare, path := strings.CutSuffix(name, ".$")
			m, ok := s.Member(bare)
			if !ok {
				all = append(all, fmt.Sprintf("%s.%s is none; %q?", at, bare, s.Nearest(bare)))
			} else if !path {
				all = append(all, misfits(at+"."+name, element, m.Shape)...)
			}
		}
		for m := range s.All() {
			_, given := v[m.Name]
			_, path := v[m.Name+".$"]
			if m.Required && !given && !path {
				all = append(all, at+"."+m.Name+" is missing")
			}
		}
	case catalog.String, catalog.Blob, catalog.Any, catalog.None: // written as JSON text
	default:
		all = append(all, fmt.Sprintf("%s is a %v", at, s.Kind()))
	}
	return all
}

func TestCorpusIsKnown(t *testing.T) {
	resources := map[string]int{}
	for file, r := range readRecorded(t) {
		eachTask(r.Definition, func(name string, task map[string]any) {
			resource, _ := task["Resource"].(string)
			input, output, err := integrated(resource)
			if err != nil {
				t.Errorf("%s: %s: %v", file, name, err)
				return
			}
			if input.Kind() == catalog.None {
				return
			}
			resources[resource]++
			for _, field := range []string{"Parameters", "Arguments"} {
				if parameters, ok := task[field].(map[string]any); ok {
					for _, m := range misfits("", parameters, input) {
						t.Errorf("%s: %s: %s: %s", file, name, resource, m)
					}
				}
			}
			for _, mock := range r.Mocks[name] {
				for _, m := range misfits("", mock.Return, output) {
					t.Errorf("%s: %s: the result of %s: %s", file, name, resource, m)
				}
			}
		})
		for _, e := range r.History {
			if e.Submitted == nil {
				continue
			}
			service, action, _ := strings.Cut(e.Submitted.ResourceType+":"+e.Submitted.Resource, ":")
			name, _, _ := strings.Cut(action, ".")
			if i, ok := catalog.Optimized(service, name); ok {
				for _, m := range misfits("", e.Submitted.Output, i.Output) {
					t.Errorf("%s: the result of %s:%s: %s", file, service, name, m)
				}
			}
		}
	}
	t.Logf("%d resources", len(resources))
}
