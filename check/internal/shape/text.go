package shape

import (
	"fmt"
	"strings"
)

// maxNames is how many members a description names.
const maxNames = 5

var kindNames = []string{"null", "a boolean", "a number", "a string", "an array", "an object"}

// String describes the values of the set for people: "a number", "an object with id
// and total", "a string or null".
func (s *Shape) String() string {
	switch {
	case s == nil:
		return "nothing"
	case s.kinds == every:
		return "any value"
	}
	var all []string
	for i := len(kindNames) - 1; i >= 0; i-- {
		if k := Kinds(1) << i; s.kinds&k != 0 {
			all = append(all, s.describe(k, kindNames[i]))
		}
	}
	return list(all, " or ")
}

func (s *Shape) describe(k Kinds, name string) string {
	switch {
	case k == String && len(s.texts) == 1:
		return fmt.Sprintf("the string %q", s.texts[0])
	case k == String && len(s.texts) > 1:
		return "one of the strings " + Names(s.texts)
	case k == Number && len(s.numbers) == 1:
		return fmt.Sprintf("the number %v", s.numbers[0])
	case k == Boolean && s.only != eitherBool:
		return fmt.Sprint(s.only == onlyTrue)
	case k == String && s.instants && s.texts == nil:
		return "a timestamp"
	case k == Object && s.others == nil && len(s.Names()) == 0:
		return "an empty object"
	case k == Object && s.others == nil:
		return "an object with " + Names(s.Names())
	case k == Array && s.rest == nil && len(s.items) == 0:
		return "an empty array"
	}
	return name
}

// Names lists names for people, not too many.
func Names(names []string) string {
	if len(names) > maxNames {
		return fmt.Sprintf("%s and %d more", strings.Join(names[:maxNames-1], ", "), len(names)-maxNames+1)
	}
	return list(names, " and ")
}

func list(all []string, last string) string {
	n := len(all)
	if n < 2 {
		return strings.Join(all, "")
	}
	return strings.Join(all[:n-1], ", ") + last + all[n-1]
}
