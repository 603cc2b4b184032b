package interp

import (
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/stepwise-go/stepwise/asl/value"
)

func errPointer(pointer string) error {
	return fmt.Errorf("ItemsPointer %s names nothing in the file", pointer)
}

// streamed yields the items of a JSON file as it is read: of its array, or of the array
// or object that a JSON Pointer names.
func streamed(r io.Reader, pointer string) items {
	return func(yield func(dataItem, error) bool) {
		d := &jsonStream{json.NewDecoder(r)}
		more := true
		give := func(it dataItem) bool {
			more = yield(it, nil)
			return more
		}
		if err := d.items(pointer, give); err != nil && more {
			yield(dataItem{}, err)
		}
	}
}

// jsonStream reads a JSON text a value at a time.
type jsonStream struct{ *json.Decoder }

// items gives the items of what a pointer names, until one is not wanted.
func (d *jsonStream) items(pointer string, give func(dataItem) bool) error {
	start, err := d.Token()
	if err != nil {
		return err
	}
	if pointer == "" {
		if start != json.Delim('[') {
			return errNotIterable
		}
		return d.elements(give)
	}
	unescape := strings.NewReplacer("~1", "/", "~0", "~")
	for token := range strings.SplitSeq(strings.TrimPrefix(pointer, "/"), "/") {
		if start, err = d.into(start, unescape.Replace(token)); err != nil {
			return err
		}
		if start == nil {
			return errPointer(pointer)
		}
	}
	switch start {
	case json.Delim('['):
		return d.elements(give)
	case json.Delim('{'):
		return d.members(give)
	}
	return errNotIterable
}

// into goes to a member or an element of what starts here and returns what that starts
// with; nil if there is none.
func (d *jsonStream) into(start json.Token, name string) (json.Token, error) {
	switch start {
	case json.Delim('['):
		at, err := strconv.Atoi(name)
		for i := 0; err == nil && d.More(); i++ {
			if i == at {
				return d.present()
			}
			_, err = d.value()
		}
	case json.Delim('{'):
		for d.More() {
			key, err := d.Token()
			if err != nil {
				return nil, err
			}
			if key == name {
				return d.present()
			}
			if _, err := d.value(); err != nil {
				return nil, err
			}
		}
	}
	return nil, nil
}

// present is Token where there is a value. A null is the text null, which is neither an
// array nor an object.
func (d *jsonStream) present() (json.Token, error) {
	token, err := d.Token()
	if token == nil && err == nil {
		return "null", nil
	}
	return token, err
}

// value reads a value.
func (d *jsonStream) value() (any, error) {
	var raw json.RawMessage
	if err := d.Decode(&raw); err != nil {
		return nil, err
	}
	return value.Parse(string(raw))
}

func (d *jsonStream) elements(give func(dataItem) bool) error {
	for d.More() {
		v, err := d.value()
		if err != nil {
			return err
		}
		if !give(dataItem{value: v}) {
			return nil
		}
	}
	_, err := d.Token()
	return err
}

func (d *jsonStream) members(give func(dataItem) bool) error {
	for d.More() {
		key, err := d.Token()
		if err != nil {
			return err
		}
		v, err := d.value()
		if err != nil {
			return err
		}
		name, _ := key.(string)
		pair := value.NewObject(value.Member{Name: "Key", Value: name}, value.Member{Name: "Value", Value: v})
		if !give(dataItem{value: pair, key: some(name)}) {
			return nil
		}
	}
	_, err := d.Token()
	return err
}
