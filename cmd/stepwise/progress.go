package main

import (
	"fmt"
	"io"
	"time"
)

// progress tells somebody at a terminal how far a long run is.
type progress struct {
	to       io.Writer // nil where nobody looks
	machines int
	next     time.Time // when to tell again
	told     bool
}

const tellEvery = 500 * time.Millisecond

func newProgress(t *terminal) *progress {
	if !isTerminal(t.err) {
		return &progress{}
	}
	return &progress{to: t.err, next: time.Now().Add(tellEvery)}
}

// step counts checked machines.
func (p *progress) step(machines int) {
	p.machines += machines
	if p.to == nil {
		return
	}
	if now := time.Now(); now.After(p.next) {
		p.next, p.told = now.Add(tellEvery), true
		fmt.Fprintf(p.to, "\r%s checked", count(p.machines, "state machine"))
	}
}

// end takes the line away.
func (p *progress) end() {
	if p.told {
		fmt.Fprint(p.to, "\r\x1b[K")
		p.told = false
	}
}
