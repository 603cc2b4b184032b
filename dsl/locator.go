package dsl

import (
	"strings"
	"sync"

	"github.com/stepwise-go/stepwise/asl/diag"
)

// locator says which line of Go made each part of the definition.
type locator struct {
	marks []mark

	once sync.Once
	at   map[string]stack // made of marks when somebody asks
}

// mark is the call that made a state or set a field of it.
type mark struct {
	state, field string // pointer of the state, and from there to the field
	at           stack
}

func (l *locator) add(state, field string, at stack) {
	if at != nil {
		l.marks = append(l.marks, mark{state, field, at})
	}
}

// Locate returns the line of Go of the part at a JSON Pointer, or of the nearest
// part around it.
func (l *locator) Locate(pointer string) diag.Position { return l.stackOf(pointer).position() }

func (l *locator) stackOf(pointer string) stack {
	l.once.Do(func() {
		l.at = make(map[string]stack, len(l.marks))
		for _, m := range l.marks {
			if m.field != "" {
				m.state += "/" + m.field
			}
			l.at[m.state] = m.at
		}
	})
	for {
		if at, ok := l.at[pointer]; ok {
			return at
		}
		end := strings.LastIndexByte(pointer, '/')
		if end < 0 {
			return nil
		}
		pointer = pointer[:end]
	}
}
