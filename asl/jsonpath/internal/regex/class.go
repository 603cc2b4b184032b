package regex

import (
	"maps"
	"strings"
	"unicode"
)

// The classes of one letter behind a backslash.
var (
	digits     = of('0', '9')
	words      = of('0', '9', 'A', 'Z', '_', '_', 'a', 'z')
	spaces     = of('\t', '\r', ' ', ' ')
	horizontal = of('\t', '\t', ' ', ' ', 0xA0, 0xA0, 0x1680, 0x1680, 0x180E, 0x180E, 0x2000, 0x200A, 0x202F, 0x202F, 0x205F, 0x205F, 0x3000, 0x3000)
	vertical   = of('\n', '\r', 0x85, 0x85, 0x2028, 0x2029)
	lineEnds   = of('\n', '\n', '\r', '\r', 0x85, 0x85, 0x2028, 0x2029)
)

func alphabetic() set { return ofTables(unicode.L, unicode.Nl, unicode.Other_Alphabetic) }
func lowercase() set  { return ofTables(unicode.Ll, unicode.Other_Lowercase) }
func uppercase() set  { return ofTables(unicode.Lu, unicode.Other_Uppercase) }

func unicodeWords() set {
	return alphabetic().union(ofTables(unicode.M, unicode.Nd, unicode.Pc, unicode.Join_Control))
}

// letterClass returns the class that a letter stands for behind a backslash.
func letterClass(letter rune, allScripts bool) (set, bool) {
	var s set
	switch unicode.ToLower(letter) {
	case 'd':
		if s = digits; allScripts {
			s = ofTables(unicode.Nd)
		}
	case 'w':
		if s = words; allScripts {
			s = unicodeWords()
		}
	case 's':
		if s = spaces; allScripts {
			s = ofTables(unicode.White_Space)
		}
	case 'h':
		s = horizontal
	case 'v':
		s = vertical
	default:
		return nil, false
	}
	if unicode.IsUpper(letter) {
		s = s.complement()
	}
	return s, true
}

// The classes of POSIX, for ASCII.
var posix = map[string]set{
	"Lower": of('a', 'z'), "Upper": of('A', 'Z'), "ASCII": of(0, 0x7F), "Digit": digits,
	"Alpha": of('A', 'Z', 'a', 'z'), "Alnum": of('0', '9', 'A', 'Z', 'a', 'z'),
	"Punct": of('!', '/', ':', '@', '[', '`', '{', '~'), "Graph": of('!', '~'), "Print": of(' ', '~'),
	"Blank": of(' ', ' ', '\t', '\t'), "Cntrl": of(0, 0x1F, 0x7F, 0x7F), "XDigit": of('0', '9', 'A', 'F', 'a', 'f'),
	"Space": spaces,
}

// property returns the class of a name in \p{...}. Of a pair such as script=Latin
// the name is what stands before the sign.
func property(name string, allScripts bool) (set, bool) {
	kind, of, pair := strings.Cut(name, "=")
	if pair {
		switch strings.ToLower(kind) {
		case "sc", "script":
			return script(of)
		case "gc", "general_category":
			return category(of)
		}
		return nil, false
	}
	if s, ok := posix[name]; ok {
		if allScripts {
			return posixOfAllScripts(name), true
		}
		return s, true
	}
	if rest, ok := strings.CutPrefix(name, "java"); ok {
		return javaProperty(rest)
	}
	if rest, ok := strings.CutPrefix(name, "Is"); ok {
		if s, ok := binary(rest); ok {
			return s, true
		}
		if s, ok := script(rest); ok {
			return s, true
		}
		return category(rest)
	}
	return category(name)
}

// isCase reports whether a property asks for letters of one case only.
func isCase(name string) bool {
	switch strings.TrimPrefix(name, "Is") {
	case "Lu", "Ll", "Lt", "javaLowerCase", "javaUpperCase", "javaTitleCase":
		return true
	}
	return false
}

func category(name string) (set, bool) {
	switch name {
	case "all":
		return everything, true
	case "L1":
		return of(0, 0xFF), true
	case "LC":
		return ofTables(unicode.Lu, unicode.Ll, unicode.Lt), true
	case "Cn":
		return ofTables(unicode.C, unicode.L, unicode.M, unicode.N, unicode.P, unicode.S, unicode.Z).complement(), true
	case "LD":
		return ofTables(unicode.L, unicode.Nd), true
	}
	t, ok := unicode.Categories[name]
	if !ok || len(name) > 2 {
		return nil, false
	}
	return ofTables(t), true
}

func script(name string) (set, bool) {
	for known := range maps.Keys(unicode.Scripts) {
		if strings.EqualFold(known, name) {
			return ofTables(unicode.Scripts[known]), true
		}
	}
	return nil, false
}

// binary returns the class of a property that a character has or has not.
func binary(name string) (set, bool) {
	switch strings.ToUpper(name) {
	case "ALPHABETIC":
		return alphabetic(), true
	case "LETTER":
		return ofTables(unicode.L), true
	case "IDEOGRAPHIC":
		return ofTables(unicode.Ideographic), true
	case "LOWERCASE":
		return lowercase(), true
	case "UPPERCASE":
		return uppercase(), true
	case "TITLECASE":
		return ofTables(unicode.Lt), true
	case "WHITE_SPACE", "WHITESPACE":
		return ofTables(unicode.White_Space), true
	case "CONTROL":
		return ofTables(unicode.Cc), true
	case "PUNCTUATION":
		return ofTables(unicode.P), true
	case "HEX_DIGIT", "HEXDIGIT":
		return ofTables(unicode.Nd, unicode.Hex_Digit), true
	case "DIGIT":
		return ofTables(unicode.Nd), true
	case "ASSIGNED":
		s, _ := category("Cn")
		return s.complement(), true
	}
	return nil, false
}

func posixOfAllScripts(name string) set {
	switch name {
	case "Lower":
		return lowercase()
	case "Upper":
		return uppercase()
	case "Alpha":
		return alphabetic()
	case "Digit":
		return ofTables(unicode.Nd)
	case "Alnum":
		return alphabetic().union(ofTables(unicode.Nd))
	case "Punct":
		return ofTables(unicode.P)
	case "Space":
		return ofTables(unicode.White_Space)
	case "Blank":
		return ofTables(unicode.Zs).union(single('\t'))
	case "Cntrl":
		return ofTables(unicode.Cc)
	case "XDigit":
		return ofTables(unicode.Nd, unicode.Hex_Digit)
	}
	return posix[name]
}

func javaProperty(name string) (set, bool) {
	switch name {
	case "LowerCase":
		return lowercase(), true
	case "UpperCase":
		return uppercase(), true
	case "TitleCase":
		return ofTables(unicode.Lt), true
	case "Alphabetic":
		return alphabetic(), true
	case "Letter":
		return ofTables(unicode.L), true
	case "Digit":
		return ofTables(unicode.Nd), true
	case "LetterOrDigit":
		return ofTables(unicode.L, unicode.Nd), true
	case "SpaceChar":
		return ofTables(unicode.Z), true
	case "Whitespace":
		fixed := of(0xA0, 0xA0, 0x2007, 0x2007, 0x202F, 0x202F)
		return ofTables(unicode.Z).intersection(fixed.complement()).union(of('\t', '\r', 0x1C, 0x1F)), true
	}
	return nil, false
}
