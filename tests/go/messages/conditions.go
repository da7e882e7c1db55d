package main

import "strconv"

// Messages that depend on conditions.

type optionalCause struct {
	op  string
	err error
}

func (e *optionalCause) Error() string {
	if e.err == nil {
		return e.op
	}
	return e.op + ": " + e.err.Error()
}

type optionalPath struct{ op, path string }

func (e *optionalPath) Error() string {
	s := e.op
	if e.path != "" {
		s += " " + e.path
	}
	return s + " failed"
}

type flagged struct {
	timeout bool
	n       int
}

func (e flagged) Error() string {
	if e.timeout {
		return "timed out"
	}
	return "gave up"
}

type negated struct{ ok bool }

func (e *negated) Error() string {
	if !e.ok {
		return "not ok"
	}
	return "ok"
}

type position struct {
	line, column int
	text         string
}

func (e *position) Error() string {
	if e.line > 0 {
		if e.column >= 1 {
			return strconv.Itoa(e.line) + ":" + strconv.Itoa(e.column) + ": " + e.text
		}
		return strconv.Itoa(e.line) + ": " + e.text
	}
	return e.text
}

type named struct{ name string }

func (e named) Error() string {
	switch e.name {
	case "":
		return "anonymous"
	case "root":
		return "the superuser"
	case "a rather long name, longer than a register":
		return "long"
	}
	return "user " + e.name
}

type both struct{ a, b string }

func (e *both) Error() string {
	if e.a == "x" && e.b != "" {
		return "both " + e.b
	}
	return "not both"
}

type twoCauses struct{ first, second error }

func (e *twoCauses) Error() string {
	if e.first != nil {
		return e.first.Error()
	}
	if e.second != nil {
		return "second: " + e.second.Error()
	}
	return "none"
}

type range32 struct{ n int32 }

func (e range32) Error() string {
	if e.n < -5 {
		return "low"
	}
	if e.n > 1000 {
		return "high"
	}
	return "between"
}

type length struct{ text string }

func (e *length) Error() string {
	if len(e.text) > 8 {
		return "long: " + e.text
	}
	return "short: " + e.text
}

type nilReceiver struct{ text string }

func (e *nilReceiver) Error() string {
	if e == nil {
		return "<nil>"
	}
	return e.text
}

func conditionValues() []error {
	return []error{
		&optionalCause{"a", nil}, &optionalCause{"a", word("b")}, &optionalPath{"open", ""}, &optionalPath{"open", "/x"},
		flagged{true, 1}, flagged{false, 1}, &negated{true}, &negated{false},
		&position{0, 3, "p"}, &position{4, 0, "p"}, &position{4, 5, "p"}, &position{-1, 5, "p"}, &position{1 << 40, -7, "p"},
		named{""}, named{"root"}, named{"ruut"}, named{"a rather long name, longer than a register"},
		named{"a rather long name, longer than a registes"}, named{"bob"},
		&both{"x", "y"}, &both{"x", ""}, &both{"", "y"}, &both{"xx", "y"},
		&twoCauses{}, &twoCauses{word("f"), nil}, &twoCauses{nil, word("s")}, &twoCauses{word("f"), word("s")},
		range32{-6}, range32{-5}, range32{0}, range32{1000}, range32{1001}, range32{-1 << 31},
		holes(0), holes(1), holes(2), holes(3), holes(4), holes(5), holes(6), holes(7), holes(64), holes(65), holes(-1),
		&kinds{0}, &kinds{1}, &kinds{4}, &kinds{5}, &kinds{9}, &kinds{17}, &kinds{33}, &kinds{65}, &kinds{68}, &kinds{255},
		&length{"12345678"}, &length{"123456789"}, &length{}, &nilReceiver{"not nil"},
	}
}

// holes is a switch with holes, which Go 1.27 tests by the bits of a number.
type holes int

func (e holes) Error() string {
	switch e {
	case 0:
		return "none"
	case 1:
		return "malformed"
	case 2:
		return "internal"
	case 3:
		return "try later"
	case 5:
		return "signature required"
	case 6:
		return "unauthorized"
	}
	return "sparse " + strconv.Itoa(int(e))
}

type kinds struct{ kind uint8 }

func (e *kinds) Error() string {
	if e.kind == 1 || e.kind == 4 || e.kind == 9 || e.kind == 17 || e.kind == 33 {
		return "one of five"
	}
	return "another"
}
