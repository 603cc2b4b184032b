package jsonata

import "sync"

// standardFunctions returns the functions of the language by name. length is the
// number of parameters that the reference's functions declare, without those that
// have a default: functions such as $map pass as many arguments.
var standardFunctions = sync.OnceValue(func() map[string]*native {
	return functionTable([]entry{
		{"sum", "<a<n>:n>", 1, sum, "the sum of an array of numbers"},
		{"count", "<a:n>", 1, count, "the number of items in an array"},
		{"max", "<a<n>:n>", 1, greatest, "the greatest of an array of numbers"},
		{"min", "<a<n>:n>", 1, least, "the least of an array of numbers"},
		{"average", "<a<n>:n>", 1, average, "the mean of an array of numbers"},

		{"string", "<x-b?:s>", 1, stringOf, "the value as text: JSON, unless it is a string; indented if the second argument is true"},
		{"substring", "<s-nn?:s>", 3, substring, "the characters from a position on, of that number at most"},
		{"substringBefore", "<s-s:s>", 2, substringBefore, "the text before the first occurrence of another"},
		{"substringAfter", "<s-s:s>", 2, substringAfter, "the text behind the first occurrence of another"},
		{"lowercase", "<s-:s>", 1, lowercase, "the text in lower case"},
		{"uppercase", "<s-:s>", 1, uppercase, "the text in upper case"},
		{"length", "<s-:n>", 1, length, "the number of characters"},
		{"trim", "<s-:s>", 1, trim, "the text without blanks at its ends, and one for several within"},
		{"pad", "<s-ns?:s>", 3, pad, "the text filled up to a width, on the left if that is negative"},
		{"match", "<s-f<s:o>n?:a<o>>", 3, match, "the matches of a regular expression, with index and groups"},
		{"contains", "<s-(sf):b>", 2, contains, "whether the text contains a text or match"},
		{"replace", "<s-(sf)(sf)n?:s>", 4, replace, "the text with occurrences or matches replaced, so many at most"},
		{"split", "<s-(sf)n?:a<s>>", 3, split, "the parts between separators, so many at most"},
		{"join", "<a<s>s?:s>", 2, join, "the strings joined, with a separator"},
		{"formatNumber", "<n-so?:s>", 3, formatNumber, "the number in the form of a picture: #,##0.00"},
		{"formatBase", "<n-n?:s>", 2, formatBase, "the number in a base of 2 to 36"},
		{"formatInteger", "<n-s:s>", 2, formatInteger, "the integer in the form of a picture: 001, w, I"},
		{"parseInteger", "<s-s:n>", 2, parseInteger, "the integer that is written in the form of a picture"},
		{"base64encode", "<s-:s>", 1, base64encode, "the text in Base64, a byte for each character"},
		{"base64decode", "<s-:s>", 1, base64decode, "the text that is in Base64, a character for each byte"},
		{"encodeUrlComponent", "<s-:s>", 1, encodeURLComponent, "the text escaped for a part of a URL"},
		{"encodeUrl", "<s-:s>", 1, encodeURL, "the URL with what a URL cannot hold escaped"},
		{"decodeUrlComponent", "<s-:s>", 1, decodeURLComponent, "the text that is escaped as a part of a URL"},
		{"decodeUrl", "<s-:s>", 1, decodeURL, "the URL with its escapes undone, but for those of delimiters"},

		{"number", "<(nsb)-:n>", 1, numberOf, "the number that a string or boolean stands for"},
		{"floor", "<n-:n>", 1, floor, "the number rounded down to an integer"},
		{"ceil", "<n-:n>", 1, ceil, "the number rounded up to an integer"},
		{"round", "<n-n?:n>", 2, round, "the number rounded to so many decimals, halves to even"},
		{"abs", "<n-:n>", 1, abs, "the number without its sign"},
		{"sqrt", "<n-:n>", 1, sqrt, "the square root"},
		{"power", "<n-n:n>", 2, power, "the number to a power"},
		{"random", "<:n>", 0, random, "a random number from 0 to below 1"},
		{"boolean", "<x-:b>", 1, booleanOf, "whether the value counts as true"},
		{"not", "<x-:b>", 1, not, "whether the value counts as false"},

		{"map", "<af>", 2, mapItems, "what a function makes of each item"},
		{"zip", "<a+>", 0, zip, "arrays of the first items of all arrays, the second ones, and so on"},
		{"filter", "<af>", 2, filterItems, "the items for which a function is true"},
		{"single", "<af?>", 2, single, "the one item for which a function is true"},
		{"reduce", "<afj?:j>", 3, reduce, "what a function makes of the items, two at a time"},
		{"sift", "<o-f?:o>", 2, sift, "the members of an object for which a function is true"},
		{"keys", "<x-:a<s>>", 1, keys, "the names of an object's members"},
		{"lookup", "<x-s:x>", 2, lookup, "the value of an object's member"},
		{"append", "<xx:a>", 2, appendItems, "two arrays joined"},
		{"exists", "<x:b>", 1, exists, "whether there is a value"},
		{"spread", "<x-:a<o>>", 1, spread, "objects of one member each"},
		{"merge", "<a<o>:o>", 1, merge, "an object of the members of all"},
		{"reverse", "<a:a>", 1, reverse, "the items in reverse"},
		{"each", "<o-f:a>", 2, each, "what a function makes of each member of an object"},
		{"error", "<s?:x>", 1, raise, "fails with a message"},
		{"assert", "<bs?:x>", 2, assert, "fails with a message unless a condition is true"},
		{"type", "<x:s>", 1, typeOf, "the name of the value's type"},
		{"sort", "<af?:a>", 2, sortItems, "the items in order; the function is true of two that have to be swapped"},
		{"shuffle", "<a:a>", 1, shuffle, "the items in random order"},
		{"distinct", "<x:x>", 1, distinct, "the items without those that are there already"},
		{"clone", "<(oa)-:o>", 1, clone, "a copy"},
		{"eval", "<sx?:x>", 2, evaluate, "the value of an expression in a string"},

		{"now", "<s?s?:s>", 2, now, "the time of the evaluation, as ISO 8601 or in the form of a picture"},
		{"millis", "<:n>", 0, millis, "the time of the evaluation in milliseconds since 1970"},
		{"toMillis", "<s-s?:n>", 2, toMillis, "the milliseconds since 1970 of a time in ISO 8601 or in the form of a picture"},
		{"fromMillis", "<n-s?s?:s>", 3, fromMillis, "the time of milliseconds since 1970"},
	})
})

// entry is a function in a table.
type entry struct {
	name, signature string
	length          int
	fn              nativeFunc
	doc             string
}

func functionTable(entries []entry) map[string]*native {
	table := make(map[string]*native, len(entries))
	for _, e := range entries {
		sig, err := parseSignature(e.signature)
		if err != nil {
			panic(err)
		}
		table[e.name] = &native{name: e.name, signature: sig, length: e.length, fn: e.fn, doc: e.doc}
	}
	return table
}
