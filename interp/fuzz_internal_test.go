package interp

import (
	"regexp"
	"strings"
	"testing"
)

// FuzzPattern holds the operand of a StringMatches against a regular expression.
func FuzzPattern(f *testing.F) {
	for _, pair := range [][2]string{{"a*b", "axxb"}, {`\*`, "*"}, {`a\\*`, `a\b`}, {"*", ""}, {"**a*", "ba"}, {`\`, `\`}, {`\x`, `\x`}, {"ab*ba", "aba"}} {
		f.Add(pair[0], pair[1])
	}
	f.Fuzz(func(t *testing.T, operand, text string) {
		p, err := newPattern(operand)
		if err != nil {
			if !strings.HasSuffix(operand, `\`) {
				t.Errorf("%q is refused: %v", operand, err)
			}
			return
		}
		var expr strings.Builder
		for i, piece := range p.pieces {
			if i > 0 {
				expr.WriteString("(?s:.*)")
			}
			expr.WriteString(regexp.QuoteMeta(strings.ToValidUTF8(piece, "�")))
		}
		valid := strings.ToValidUTF8(text, "�") == text && strings.ToValidUTF8(operand, "�") == operand
		if want := valid && regexp.MustCompile(`^`+expr.String()+`\z`).MatchString(text); valid && p.matches(text) != want {
			t.Errorf("%q matches %q: %v, want %v", operand, text, !want, want)
		}
	})
}
