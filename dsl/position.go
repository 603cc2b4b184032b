package dsl

import (
	"path"
	"reflect"
	"runtime"
	"slices"
	"strings"

	"github.com/stepwise-go/stepwise/asl/diag"
)

// stack is the call stack of a call into this package, innermost first, as
// program counters. Resolving one into files and lines costs far more than
// taking it, so that is left until somebody asks.
type stack []uintptr

const maxStack = 32

// here returns the stack of the caller's caller.
func here() stack {
	var pcs [maxStack]uintptr
	n := runtime.Callers(3, pcs[:])
	return slices.Clone(pcs[:n])
}

var (
	dslPackage = reflect.TypeFor[stack]().PkgPath()
	ourCode    = []string{dslPackage + ".", dslPackage + "/fn.", path.Dir(dslPackage) + "/tasks."}
	hostCode   = []string{"runtime.", "testing.", "reflect."}
)

// user returns the places of the stack that are the user's own code, innermost
// first.
func (s stack) user() []diag.Position {
	if len(s) == 0 {
		return nil
	}
	var places []diag.Position
	frames := runtime.CallersFrames(s)
	for {
		f, more := frames.Next()
		if isUserCode(f) {
			places = append(places, diag.Position{File: f.File, Line: f.Line})
		}
		if !more {
			return places
		}
	}
}

// isUserCode tells the callers of this package from the package itself and from
// what starts a program or a test.
func isUserCode(f runtime.Frame) bool {
	if f.Function == "" {
		return false
	}
	if startsWithAny(f.Function, ourCode) {
		return strings.HasSuffix(f.File, "_test.go")
	}
	return !startsWithAny(f.Function, hostCode)
}

func startsWithAny(s string, prefixes []string) bool {
	return slices.ContainsFunc(prefixes, func(p string) bool { return strings.HasPrefix(s, p) })
}

// position returns the innermost place of the user's code.
func (s stack) position() diag.Position {
	if places := s.user(); len(places) > 0 {
		return places[0]
	}
	return diag.Position{}
}
