package main

import (
	"bytes"
	"os"
	"testing"
	"time"
)

func TestProgressIsToldNowAndThenAndTakenAway(t *testing.T) {
	var b bytes.Buffer
	p := &progress{to: &b}
	p.step(2) // the first time is long past
	p.step(3) // too soon after it
	p.next = time.Time{}
	p.step(1)
	p.end()
	p.end()
	if want := "\r2 state machines checked\r6 state machines checked\r\x1b[K"; b.String() != want {
		t.Errorf("told %q, want %q", b.String(), want)
	}
}

func TestNobodyIsToldOfProgressInAPipe(t *testing.T) {
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	defer w.Close()
	p := newProgress(&terminal{err: w})
	p.step(1)
	p.end()
	if p.to != nil || p.told {
		t.Error("a pipe is told")
	}
}
