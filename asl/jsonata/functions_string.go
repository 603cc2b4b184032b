package jsonata

import (
	"math"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/stepwise-go/stepwise/asl/value"
)

// Functions of strings return undefined for undefined. Their arguments have been
// checked against their signatures.

// argument returns the i-th argument, undefined if it is not given.
func argument(args []any, i int) any {
	if i < len(args) {
		return args[i]
	}
	return undefined{}
}

// stringArgument returns the i-th argument as a string, and whether it is given.
func stringArgument(args []any, i int) (string, bool) {
	s, ok := argument(args, i).(string)
	return s, ok
}

// numberArgument returns the i-th argument as a number, and whether it is given.
func numberArgument(args []any, i int) (float64, bool) { return float(argument(args, i)) }

func stringOf(c call, args []any) (any, *Error) {
	if isUndefined(args[0]) {
		return args[0], nil
	}
	pretty, _ := argument(args, 1).(bool)
	s, err := c.string(args[0], pretty)
	if err != nil {
		return nil, err
	}
	return c.text(s)
}

func substring(_ call, args []any) (any, *Error) {
	s, ok := stringArgument(args, 0)
	if !ok {
		return undefined{}, nil
	}
	start, hasStart := numberArgument(args, 1)
	n := float64(utf8.RuneCountInString(s))
	if n+start < 0 {
		start = 0
	}
	end := n
	if count, ok := numberArgument(args, 2); ok {
		if count <= 0 || !hasStart {
			return "", nil
		}
		if end = start + count; start < 0 {
			end += n
		}
	}
	return sliceCharacters(s, start, end, n), nil
}

// sliceCharacters returns the characters from start to before end, of n. Negative
// places count from the end.
func sliceCharacters(s string, start, end, n float64) string {
	place := func(f float64) int {
		if f = math.Trunc(f); f < 0 {
			f += n
		}
		return toInt(min(max(f, 0), n))
	}
	from, to := place(start), place(end)
	if from >= to {
		return ""
	}
	if isASCII(s) {
		return s[from:to]
	}
	return s[characterOffset(s, from):characterOffset(s, to)]
}

// characterOffset returns the byte offset of the n-th character.
func characterOffset(s string, n int) int {
	for at := range s {
		if n == 0 {
			return at
		}
		n--
	}
	return len(s)
}

func substringBefore(_ call, args []any) (any, *Error) {
	s, ok := stringArgument(args, 0)
	if !ok {
		return undefined{}, nil
	}
	before, _, _ := strings.Cut(s, searched(args[1]))
	return before, nil
}

func substringAfter(_ call, args []any) (any, *Error) {
	s, ok := stringArgument(args, 0)
	if !ok {
		return undefined{}, nil
	}
	if _, after, found := strings.Cut(s, searched(args[1])); found {
		return after, nil
	}
	return s, nil
}

// searched returns a text to search for. JavaScript searches for "undefined" where
// it is missing.
func searched(v any) string {
	if s, ok := v.(string); ok {
		return s
	}
	return "undefined"
}

func lowercase(c call, args []any) (any, *Error) {
	s, ok := stringArgument(args, 0)
	if !ok {
		return undefined{}, nil
	}
	return c.text(lower(s))
}

func uppercase(c call, args []any) (any, *Error) {
	s, ok := stringArgument(args, 0)
	if !ok {
		return undefined{}, nil
	}
	return c.text(upper(s))
}

func length(_ call, args []any) (any, *Error) {
	s, ok := stringArgument(args, 0)
	if !ok {
		return undefined{}, nil
	}
	return int64(utf8.RuneCountInString(s)), nil
}

func trim(c call, args []any) (any, *Error) {
	s, ok := stringArgument(args, 0)
	if !ok {
		return undefined{}, nil
	}
	words := strings.FieldsFunc(s, func(r rune) bool { return r == ' ' || r == '\t' || r == '\n' || r == '\r' })
	if len(words) == 1 {
		return words[0], nil
	}
	return c.text(strings.Join(words, " "))
}

func pad(c call, args []any) (any, *Error) {
	s, ok := stringArgument(args, 0)
	if !ok {
		return undefined{}, nil
	}
	width, _ := numberArgument(args, 1)
	filler, _ := stringArgument(args, 2)
	if filler == "" {
		filler = " "
	}
	missing := math.Trunc(math.Abs(width)) - float64(utf8.RuneCountInString(s))
	if !(missing > 0) {
		return s, nil
	}
	if err := c.allocate(toInt(missing * float64(len(filler)))); err != nil { // before it is made
		return nil, err
	}
	padding := strings.Repeat(filler, int(missing))
	padding = sliceCharacters(padding, 0, missing, float64(utf8.RuneCountInString(padding)))
	if width > 0 {
		return c.text(s + padding)
	}
	return c.text(padding + s)
}

func contains(c call, args []any) (any, *Error) {
	s, ok := stringArgument(args, 0)
	if !ok {
		return undefined{}, nil
	}
	if !isCallable(args[1]) {
		return strings.Contains(s, searched(args[1])), nil
	}
	f, err := c.firstMatch(args[1], s)
	return f != nil, err
}

func match(c call, args []any) (any, *Error) {
	s, ok := stringArgument(args, 0)
	if !ok {
		return undefined{}, nil
	}
	limit, err := limitArgument(args, 2, "D3040")
	if err != nil {
		return nil, err
	}
	var results []any
	err = c.eachMatch(args[1], s, limit, func(f *found) *Error {
		members := f.told
		if members == nil {
			members = []value.Member{
				{Name: "match", Value: f.match},
				{Name: "index", Value: int64(f.index)},
				{Name: "groups", Value: f.groups},
			}
		}
		o, err := c.object(members)
		results = append(results, o)
		return err
	})
	if err != nil {
		return nil, err
	}
	return newSequence(results...), c.built(len(results))
}

// limitArgument returns the most matches wanted, infinity if nothing is said.
func limitArgument(args []any, i int, code string) (float64, *Error) {
	limit, ok := numberArgument(args, i)
	if !ok {
		return math.Inf(1), nil
	}
	if limit < 0 {
		e := errorOf(code, args[i])
		e.inserts.index = i + 1
		return 0, e
	}
	return limit, nil
}

// eachMatch calls do for each match, so many at most.
func (c call) eachMatch(matcher any, s string, limit float64, do func(*found) *Error) *Error {
	if limit <= 0 {
		return nil
	}
	f, err := c.firstMatch(matcher, s)
	for n := 0.0; err == nil && f != nil && n < limit; n++ {
		if err = do(f); err != nil {
			return err
		}
		if err = c.spend(1); err != nil {
			return err
		}
		f, err = f.next()
	}
	return err
}

func replace(c call, args []any) (any, *Error) {
	s, ok := stringArgument(args, 0)
	if !ok {
		return undefined{}, nil
	}
	if args[1] == "" {
		e := errorOf("D3010", args[1])
		e.inserts.index = 2
		return nil, e
	}
	limit, err := limitArgument(args, 3, "D3011")
	if err != nil {
		return nil, err
	}
	if !isCallable(args[1]) {
		return c.replaceText(s, searched(args[1]), args[2], limit)
	}
	var b strings.Builder
	at := 0
	err = c.eachMatch(args[1], s, limit, func(f *found) *Error {
		replacement, err := c.replacement(f, args[2])
		if err != nil {
			return err
		}
		b.WriteString(s[min(at, f.start):f.start])
		b.WriteString(replacement)
		at = min(f.start+len(f.match), len(s))
		return c.allocate(len(replacement))
	})
	if err != nil {
		return nil, err
	}
	b.WriteString(s[at:])
	return c.text(b.String())
}

// replaceText replaces occurrences of a text.
func (c call) replaceText(s, old string, replacement any, limit float64) (any, *Error) {
	with, ok := replacement.(string)
	n := strings.Count(s, old)
	if !ok {
		if with = "undefined"; n > 0 && isCallable(replacement) {
			return nil, errorOf("D3012", replacement)
		}
	}
	if limit < float64(n) {
		n = toInt(math.Ceil(limit))
	}
	if err := c.allocate(toInt(float64(n) * float64(len(with)))); err != nil {
		return nil, err
	}
	return c.text(strings.Replace(s, old, with, n))
}

// replacement returns what stands in for a match.
func (c call) replacement(f *found, by any) (string, *Error) {
	if template, ok := by.(string); ok {
		return expandGroups(template, f), nil
	}
	o, err := c.matchObject(f)
	if err != nil {
		return "", err
	}
	v, err := c.callback(by, []any{o})
	if err != nil {
		return "", err
	}
	text, ok := v.(string)
	if !ok {
		return "", errorOf("D3012", v)
	}
	return text, nil
}

// expandGroups replaces $1 in a template by what the group has matched, $0 by the
// match, and $$ by $. As many digits count as the number of groups has, one less
// if that would be too large.
func expandGroups(template string, f *found) string {
	var b strings.Builder
	for {
		before, rest, ok := strings.Cut(template, "$")
		b.WriteString(before)
		if !ok {
			return b.String()
		}
		switch {
		case strings.HasPrefix(rest, "$"):
			b.WriteByte('$')
			template = rest[1:]
		case strings.HasPrefix(rest, "0"):
			b.WriteString(f.match)
			template = rest[1:]
		default:
			group, digits := groupReference(rest, len(f.groups))
			if digits == 0 {
				b.WriteByte('$')
			} else if group > 0 && group <= len(f.groups) {
				text, _ := f.groups[group-1].(string)
				b.WriteString(text)
			}
			template = rest[digits:]
		}
	}
}

func groupReference(s string, groups int) (group, digits int) {
	most := max(len(strconv.Itoa(groups)), 1)
	for digits < min(most, len(s)) && s[digits] >= '0' && s[digits] <= '9' {
		digits++
	}
	group, _ = strconv.Atoi(s[:digits])
	if most > 1 && group > groups && digits == most {
		digits--
		group /= 10
	}
	return group, digits
}

func split(c call, args []any) (any, *Error) {
	s, ok := stringArgument(args, 0)
	if !ok {
		return undefined{}, nil
	}
	limit, err := limitArgument(args, 2, "D3020")
	if err != nil {
		return nil, err
	}
	if isCallable(args[1]) {
		return c.splitAtMatches(s, args[1], limit)
	}
	separator, ok := args[1].(string)
	most := math.MaxInt
	if !math.IsInf(limit, 1) {
		const uint32s = 1 << 32
		most = int(math.Mod(math.Trunc(limit), uint32s)) // as JavaScript's split has it
	}
	switch {
	case most == 0 || s == "" && ok && separator == "":
		return []any{}, nil
	case !ok:
		return []any{s}, nil
	}
	n := min(strings.Count(s, separator)+1, most)
	if err := c.spend(n); err != nil {
		return nil, err
	}
	if err := c.built(n); err != nil {
		return nil, err
	}
	parts := make([]any, 0, n)
	for part := range strings.SplitSeq(s, separator) {
		if parts = append(parts, part); len(parts) == most {
			break
		}
	}
	return parts, nil
}

func (c call) splitAtMatches(s string, matcher any, limit float64) (any, *Error) {
	parts := []any{}
	at := 0
	err := c.eachMatch(matcher, s, limit, func(f *found) *Error {
		parts = append(parts, s[min(at, f.start):f.start])
		at = f.end
		return c.built(1)
	})
	if err != nil {
		return nil, err
	}
	if float64(len(parts)) < limit {
		parts = append(parts, s[at:])
	}
	return parts, nil
}

func join(c call, args []any) (any, *Error) {
	items, ok := arrayItems(args[0])
	if !ok {
		return undefined{}, nil
	}
	separator, _ := stringArgument(args, 1)
	parts := make([]string, len(items))
	size := len(separator) * len(items)
	for i, item := range items {
		parts[i], _ = item.(string)
		size += len(parts[i])
	}
	if err := c.spend(len(items)); err != nil {
		return nil, err
	}
	if err := c.allocate(size); err != nil {
		return nil, err
	}
	return strings.Join(parts, separator), nil
}
