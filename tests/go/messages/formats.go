package main

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Messages made by fmt and strconv.

type formatted struct {
	op   string
	path string
	code int
}

func (e *formatted) Error() string { return fmt.Sprintf("%s %q: code %d", e.op, e.path, e.code) }

type formattedValue struct {
	a int8
	b uint8
	c int16
	d uint16
	e int32
	f uint32
	g int64
	h uint64
	i uintptr
	j bool
}

func (e formattedValue) Error() string {
	return fmt.Sprintf("%d %d %d %d %d %d %d %d %d %t %v %v", e.a, e.b, e.c, e.d, e.e, e.f, e.g, e.h, e.i, e.j, e.b, e.j)
}

type percent struct{ n uint }

func (e percent) Error() string { return fmt.Sprintf("%d%% of %v", e.n, "everything") }

type formattedCause struct {
	what string
	err  error
}

func (e *formattedCause) Error() string { return fmt.Sprintf("%s: %v", e.what, e.err) }

type formattedCauseString struct{ err error }

func (e formattedCauseString) Error() string { return fmt.Sprintf("because %s", e.err) }

type plusV struct {
	s string
	n int
}

func (e *plusV) Error() string { return fmt.Sprintf("%+v/%+v", e.s, e.n) }

type level int

func (l level) String() string {
	switch l {
	case 0:
		return "debug"
	case 1:
		return "info"
	}
	return "level " + strconv.Itoa(int(l))
}

type stringer struct {
	level level
	text  string
}

func (e *stringer) Error() string { return fmt.Sprintf("[%v] %s", e.level, e.text) }

type stringerDirect struct {
	text  string
	level level
}

func (e stringerDirect) Error() string { return e.level.String() + ": " + e.text }

type stringerNumber struct{ level level }

func (e stringerNumber) Error() string { return fmt.Sprintf("level %d", e.level) }

type sprint struct{ text string }

func (e *sprint) Error() string { return fmt.Sprint("say ", e.text) }

type sprintNumbers struct{ a, b int }

func (e *sprintNumbers) Error() string { return fmt.Sprint("n=", e.a, e.b) }

type quotedField struct{ s string }

func (e quotedField) Error() string { return "invalid name " + strconv.Quote(e.s) }

type quotedCause struct{ err error }

func (e quotedCause) Error() string { return fmt.Sprintf("cause %q", e.err) }

type trimmed struct{ s string }

func (e trimmed) Error() string { return strings.TrimSpace(" " + e.s + "\n") }

// As caddyhttp.HandlerError does: pieces that are there or not, then trimmed.
type trimmedPieces struct {
	id     string
	status int
	err    error
}

func (e *trimmedPieces) Error() string {
	var s string
	if e.id != "" {
		s += fmt.Sprintf("{id=%s}", e.id)
	}
	if e.status != 0 {
		s += fmt.Sprintf(": HTTP %d", e.status)
	}
	if e.err != nil {
		s += ": " + e.err.Error()
	}
	return strings.TrimSpace(s)
}

type trimmedConstant struct{ n int }

func (e trimmedConstant) Error() string {
	return strings.TrimSpace(" a constant\t") + strconv.Itoa(e.n)
}

type itoa struct{ n int }

func (e itoa) Error() string { return "n = " + strconv.Itoa(e.n) }

type formatInt struct {
	a int64
	b uint32
	c int16
}

func (e *formatInt) Error() string {
	return strconv.FormatInt(e.a, 10) + "/" + strconv.FormatUint(uint64(e.b), 10) + "/" + strconv.Itoa(int(e.c))
}

type hexadecimal struct{ code uint32 }

func (e hexadecimal) Error() string { return fmt.Sprintf("code 0x%x", e.code) }

type boxedBytes struct{ b []byte }

func (e *boxedBytes) Error() string { return fmt.Sprintf("got %s, %q", e.b, e.b) }

type boolText struct{ b bool }

func (e boolText) Error() string { return "b=" + strconv.FormatBool(e.b) }

type extraArgument struct{ s string }

//go:noinline
func sprintf(format string, args ...any) string { return fmt.Sprintf(format, args...) }

func (e *extraArgument) Error() string { return sprintf("only %s", e.s, 3) }

type missingArgument struct{ s string }

func (e *missingArgument) Error() string { return sprintf("%s %d", e.s) }

type wrongVerb struct{ n int }

func (e *wrongVerb) Error() string { return sprintf("%s", e.n) }

type padded struct{ n int }

func (e *padded) Error() string { return fmt.Sprintf("%5d|%-4d|%03d", e.n, e.n, e.n) }

type deadline struct{ after time.Duration }

func (e *deadline) Error() string { return fmt.Sprintf("no answer after %v", e.after) }

type floating struct{ f float64 }

func (e *floating) Error() string { return fmt.Sprintf("%g is too much", e.f) }

func formatValues() []error {
	return []error{
		&formatted{"open", "/x", 3}, &formatted{"op\"en", "quo\"te\\ \n\t\x00\x7f\x80 é ﷐ \u200b \U0001f600 \u00a0\ufeff", -1},
		formattedValue{-1, 255, -300, 65535, -70000, 4294967295, -1 << 63, 1<<64 - 1, 12, true}, formattedValue{}, percent{99},
		&formattedCause{"w", word("c")}, &formattedCause{"w", &plain{"c"}}, &formattedCause{"w", nil},
		formattedCauseString{word("x")}, formattedCauseString{}, &plusV{"s", 5}, &plusV{"s", -5},
		&stringer{0, "a"}, &stringer{1, "b"}, &stringer{-7, "c"}, stringerDirect{"a", 1}, stringerDirect{"a", 12},
		stringerNumber{1}, &sprint{"x"}, &sprintNumbers{1, -2}, quotedField{"a\tb"}, quotedField{""}, quotedCause{word("q\"q")},
		trimmed{"a b"}, trimmed{""}, trimmed{"\v\f\r\u0085\u00a0x\u3000\u2028"}, trimmed{"\x85\u200b\xa0"}, trimmed{"\u1680\u200a\u202f\u205f"}, trimmed{"\xe2\x80y\xe2\x80"},
		&trimmedPieces{}, &trimmedPieces{"7", 404, word("not found ")}, &trimmedPieces{"", 500, nil}, &trimmedPieces{"", 0, word(" \u00a0")}, trimmedConstant{3},
		itoa{0}, itoa{-42}, itoa{1 << 62}, &formatInt{-5, 4000000000, -9}, hexadecimal{0xdeadbeef}, hexadecimal{0},
		&boxedBytes{[]byte("b\x01")}, boolText{true}, boolText{false}, &extraArgument{"e"}, &missingArgument{"m"}, &wrongVerb{4},
		&padded{7}, &padded{-12345}, &deadline{1500 * time.Millisecond}, &deadline{0}, &floating{1.5},
	}
}
