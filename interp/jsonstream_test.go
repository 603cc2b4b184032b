package interp

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stepwise-go/stepwise/asl"
	"github.com/stepwise-go/stepwise/asl/value"
)

// listed returns items in short, and the error that they end with.
func listed(all items) (text string, err error) {
	var b strings.Builder
	for it, err := range all {
		if err != nil {
			return b.String(), err
		}
		fmt.Fprintf(&b, "%s %s\n", it.key.s, value.String(it.value))
	}
	return b.String(), nil
}

// A file that is streamed has the items of one that is read first.
func TestStreamedJSON(t *testing.T) {
	const elsewhere = `{"z": null, "a": [{}, {"x": [1.50, "]"], "b/c": [{"k": 1, "k2": "ü"}, [], null, true]}], "o": {"p": 1, "q": {"r": 2}}}`
	for _, tt := range []struct{ text, pointer string }{
		{`[1, 2.50, "x", {"b": 1, "a": 2}, [[]], null, true]`, ``},
		{`[]`, ``}, {`{}`, ``}, {`7`, ``}, {`null`, ``}, {``, ``},
		{elsewhere, `/a/1/b~1c`}, {elsewhere, `/a/1/x`}, {elsewhere, `/o`}, {elsewhere, `/o/q`}, {elsewhere, `/a`},
		{elsewhere, `/z`}, {elsewhere, `/o/p`}, {elsewhere, `/none`}, {elsewhere, `/a/7`}, {elsewhere, `/a/x`}, {elsewhere, `/a/-1`},
		{elsewhere, `/o/p/deeper`}, {elsewhere, `/z/deeper`},
	} {
		want, wantErr := listed(source{config: asl.ReaderConfig{ItemsPointer: tt.pointer}}.json(strings.NewReader(tt.text)))
		got, err := listed(streamed(strings.NewReader(tt.text), tt.pointer))
		if got != want || (err == nil) != (wantErr == nil) {
			t.Errorf("%s at %q:\nstreamed %s (%v)\nread     %s (%v)", tt.text, tt.pointer, got, err, want, wantErr)
		}
		var sentenced sentence
		if errors.As(wantErr, &sentenced) && !errors.Is(err, wantErr) {
			t.Errorf("%s at %q: error is %v, want %v", tt.text, tt.pointer, err, wantErr)
		}
	}
}

// Of a damaged file there are the items before the damage.
func TestStreamedJSONThatBreaks(t *testing.T) {
	for text, want := range map[string]string{`[1, 2`: " 1\n 2\n", `[1, x]`: " 1\n", `[1 2]`: " 1\n", `[1, {"a": }`: " 1\n"} {
		got, err := listed(streamed(strings.NewReader(text), ""))
		if err == nil || got != want {
			t.Errorf("%s: items are %q, error %v; want %q and an error", text, got, err, want)
		}
	}
	for _, text := range []string{`{"a": {"b": 1`, `{"a": {"b": x}}`, `{"a": {1: 2}}`, `{"a" 1}`, `{"z": x, "a": []}`, `{"a`} {
		if got, err := listed(streamed(strings.NewReader(text), "/a")); err == nil {
			t.Errorf("%s: items are %q, want an error", text, got)
		}
	}
	broken := errors.New("broken")
	if _, err := listed(streamed(iotest.ErrReader(broken), "")); !errors.Is(err, broken) {
		t.Errorf("error is %v, want the reader's", err)
	}
}

func TestLargeJSONFile(t *testing.T) {
	const n = 20
	element := `{"text": "` + strings.Repeat("x", 1<<20) + `"}`
	text := "[" + strings.Repeat(element+",", n-1) + element + "]"
	seen := 0
	for it, err := range (source{}).json(strings.NewReader(text)) {
		if err != nil {
			t.Fatal(err)
		}
		if it.value.(*value.Object).Has("text") {
			seen++
		}
	}
	if seen != n {
		t.Errorf("%d items, want %d", seen, n)
	}
	for range (source{}).json(strings.NewReader(text)) {
		break // nothing more is given
	}
}
