package main

import (
	"errors"
	"fmt"
	"io"
)

// Messages that ask another error.

type forward struct {
	pad [2]byte
	err error
}

func (e *forward) Error() string { return e.err.Error() }

type wrapped struct {
	pad int
	err error
	op  string
}

func (e wrapped) Error() string { return "wrapped " + e.op + " (" + e.err.Error() + ")" }

type concrete struct {
	op    string
	inner *second
}

func (e *concrete) Error() string { return e.op + ": " + e.inner.Error() }

type heavy struct{ a, b, c string }

//go:noinline
func (h *heavy) Error() string { return h.a + h.b + h.c }

type concreteCall struct {
	op    string
	inner *heavy
}

func (e *concreteCall) Error() string { return e.op + ": " + e.inner.Error() }

type embeddedCall struct {
	pad int32
	heavy
}

func (e *embeddedCall) Error() string { return "embedded " + e.heavy.Error() }

type wider interface {
	error
	Timeout() bool
}

type timeout struct{ text string }

func (t timeout) Error() string { return t.text }
func (t timeout) Timeout() bool { return true }

type widerCause struct{ err wider }

func (e *widerCause) Error() string { return "wide " + e.err.Error() }

type describer interface{ Describe() string }

func (t timeout) Describe() string { return "described " + t.text }

type describes struct{ d describer }

func (e *describes) Error() string { return e.d.Describe() }

type withFormat struct{ text string }

func (e *withFormat) Error() string                 { return e.text }
func (e *withFormat) Format(s fmt.State, verb rune) { io.WriteString(s, "formatted "+e.text) }

func causeValues() []error {
	return []error{
		&forward{[2]byte{}, word("f")}, &forward{[2]byte{}, io.EOF}, wrapped{1, errors.New("n"), "op"}, wrapped{1, word(""), ""},
		&concrete{"c", &second{1, "s"}}, &concreteCall{"cc", &heavy{"x", "y", "z"}}, &embeddedCall{1, heavy{"1", "2", "3"}},
		&widerCause{timeout{"t"}}, timeout{"u"}, &heavy{"h", "", "v"}, &describes{timeout{"d"}}, &withFormat{"w"},
		&formattedCause{"fc", &withFormat{"inner"}},
	}
}
