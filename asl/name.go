package asl

import (
	"unicode"
	"unicode/utf8"
)

// Limits of names (States Language specification, "States"; Step Functions
// Developer Guide, "Passing data between states with variables" and "Map state").
const (
	MaxNameLength  = 80 // characters of the name of a state or a variable
	MaxLabelLength = 40 // characters of the label of a distributed Map
)

// ReservedVariable is the one name that no variable may have: JSONata states read
// their data from it.
const ReservedVariable = "states"

// NameFits reports whether the name of a state is neither empty nor too long.
// Blanks and characters of any script are fine.
func NameFits(name string) bool {
	return name != "" && fits(name, MaxNameLength)
}

func fits(s string, characters int) bool {
	return len(s) <= characters || utf8.RuneCountInString(s) <= characters
}

// IsVariableName reports whether a text can name a variable: a Unicode identifier
// of at most [MaxNameLength] characters that is not reserved.
func IsVariableName(name string) bool {
	return name != ReservedVariable && IsIdentifier(name) && fits(name, MaxNameLength)
}

// IsIdentifier reports whether a text is an identifier as Unicode has it (Unicode
// Standard Annex 31): an ID_Start character or a low line, then any ID_Continue
// characters.
func IsIdentifier(s string) bool {
	for i, r := range s {
		if !(r == '_' || idStart(r) || i > 0 && idContinue(r)) {
			return false
		}
	}
	return s != ""
}

func idStart(r rune) bool {
	return (unicode.IsLetter(r) || unicode.In(r, unicode.Nl, unicode.Other_ID_Start)) && !pattern(r)
}

func idContinue(r rune) bool {
	return unicode.In(r, unicode.Mn, unicode.Mc, unicode.Nd, unicode.Pc, unicode.Other_ID_Continue) && !pattern(r)
}

func pattern(r rune) bool {
	return unicode.In(r, unicode.Pattern_Syntax, unicode.Pattern_White_Space)
}

// IsLabel reports whether a text can be the label of a distributed Map: 1 to 40
// characters, none of them a blank, a control character, a wildcard, a bracket or
// one of : ; , \ | ^ ~ $ # % & ` " (Step Functions Developer Guide, "Map state").
func IsLabel(s string) bool {
	if s == "" || !fits(s, MaxLabelLength) {
		return false
	}
	for _, r := range s {
		if unicode.IsSpace(r) || unicode.IsControl(r) || inLabelForbidden(r) {
			return false
		}
	}
	return true
}

func inLabelForbidden(r rune) bool {
	switch r {
	case '?', '*', '<', '>', '{', '}', '[', ']', ':', ';', ',', '\\', '|', '^', '~', '$', '#', '%', '&', '`', '"':
		return true
	}
	return false
}
