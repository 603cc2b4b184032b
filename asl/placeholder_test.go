package asl

import "testing"

func TestPlaceholderNameIsLettersAndDigits(t *testing.T) {
	tests := []struct{ handle, want string }{
		{"create-snapshot", "${CreateSnapshot_Arn}"},
		{"createSnapshot", "${CreateSnapshot_Arn}"},
		{"orders table 2", "${OrdersTable2_Arn}"},
		{"Überweisung", "${Berweisung_Arn}"},
	}
	for _, tt := range tests {
		p := Placeholder{Kind: "lambda", Handle: tt.handle, Attr: "Arn"}
		if got := p.String(); got != tt.want {
			t.Errorf("placeholder of %q = %s, want %s", tt.handle, got, tt.want)
		}
	}
}

func TestPlaceholderIsFoundByItsWholeText(t *testing.T) {
	p := Placeholder{Kind: "queue", Handle: "jobs", Attr: "Url"}
	m := &StateMachine{Placeholders: map[string]Placeholder{p.Name(): p}}
	if got, ok := m.Placeholder("${Jobs_Url}"); !ok || got != p {
		t.Errorf("Placeholder(${Jobs_Url}) = %v, %v", got, ok)
	}
	for _, text := range []string{"Jobs_Url", "${Jobs_Url", "x${Jobs_Url}", "${Other_Url}", ""} {
		if got, ok := m.Placeholder(text); ok {
			t.Errorf("Placeholder(%q) = %v, want none", text, got)
		}
	}
	if got, want := p.With("Arn").String(), "${Jobs_Arn}"; got != want {
		t.Errorf("sibling = %s, want %s", got, want)
	}
}

func TestIsExpression(t *testing.T) {
	for text, want := range map[string]bool{"{% 1 %}": true, "{%%}": true, " {% 1 %}": false, "{% 1": false, "1 %}": false, "": false} {
		if got := IsExpression(text); got != want {
			t.Errorf("%q: %v", text, got)
		}
	}
}
