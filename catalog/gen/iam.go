package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// authorization is what the Service Authorization Reference says of an IAM prefix.
type authorization struct {
	actions   map[string]iamAction    // by name in lower case
	resources map[string]resourceType // by name
}

type iamAction struct {
	Name             string
	AccessLevel      string
	ResourceTypes    []actionResource
	ConditionKeys    []string
	DependentActions []string
}

type actionResource struct {
	Name             string
	Required         bool
	ConditionKeys    []string
	DependentActions []string
}

type resourceType struct {
	Key string
	ARN string
}

// readAuthorization reads the data of the npm package in the folder, by prefix.
func readAuthorization(dir string) (map[string]*authorization, error) {
	files, err := filepath.Glob(filepath.Join(dir, "data", "actions", "*.json"))
	if err != nil {
		return nil, err
	}
	all := map[string]*authorization{}
	for _, file := range files {
		a := new(authorization)
		if err := readJSON(file, &a.actions); err != nil {
			return nil, err
		}
		types := filepath.Join(dir, "data", "resourceTypes", filepath.Base(file))
		if err := readJSON(types, &a.resources); err != nil && !os.IsNotExist(err) {
			return nil, err
		}
		all[strings.TrimSuffix(filepath.Base(file), ".json")] = a
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("%s: no actions", dir)
	}
	return all, nil
}

func readJSON(file string, into any) error {
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(text, into); err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	return nil
}

// has reports whether the IAM action of that name, such as s3:GetObject, exists.
func has(all map[string]*authorization, action string) bool {
	prefix, name, _ := strings.Cut(action, ":")
	a := all[prefix]
	return a != nil && a.actions[strings.ToLower(name)].Name != ""
}

var access = map[string]string{
	"Read": "R", "List": "L", "Write": "W", "Tagging, Write": "T", "Permissions management, Write": "P",
}

// String returns the part of the table about the prefix: a line of the numbers of
// what follows, then the resource types and the actions, a line for each.
func (a *authorization) String() string {
	var text strings.Builder
	fmt.Fprintf(&text, "%d %d\n", len(a.resources), len(a.actions))
	types := slices.Sorted(maps.Keys(a.resources))
	for _, name := range types {
		fmt.Fprintf(&text, "%s\t%s\n", name, a.resources[name].ARN)
	}
	for _, key := range slices.Sorted(maps.Keys(a.actions)) {
		action := a.actions[key]
		var on []string
		depends, keys := action.DependentActions, action.ConditionKeys
		for _, r := range action.ResourceTypes {
			at, ok := slices.BinarySearch(types, strings.ToLower(r.Name)) // their case differs from file to file
			if !ok {
				continue // a type that the prefix does not describe
			}
			number := numbers([]int{at})
			if r.Required {
				number += "!"
			}
			on = append(on, number)
			depends = append(depends, r.DependentActions...)
			keys = append(keys, r.ConditionKeys...)
		}
		fmt.Fprintf(&text, "%s %s %s %s %s\n", action.Name, dash(access[action.AccessLevel]),
			dash(strings.Join(on, ",")), dash(joined(depends)), dash(joined(keys)))
	}
	return text.String()
}

// joined returns the words in order, each once.
func joined(words []string) string {
	words = slices.Clone(words)
	slices.Sort(words)
	return strings.Join(slices.Compact(words), ",")
}
