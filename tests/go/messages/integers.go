package main

import "strconv"

// Messages chosen by an integer.

type errno uintptr

var errnoTexts = [...]string{1: "operation not permitted", 2: "no such file", 3: "no such process", 5: "i/o error", 6: ""}

func (e errno) Error() string {
	if 0 <= int(e) && int(e) < len(errnoTexts) {
		if s := errnoTexts[e]; s != "" {
			return s
		}
	}
	return "errno " + strconv.Itoa(int(e))
}

type code uint8

func (c code) Error() string {
	switch c {
	case 0:
		return "zero"
	case 1:
		return "one"
	case 2:
		return "two"
	case 3:
		return "three"
	case 4:
		return "four"
	case 5:
		return "five"
	case 6:
		return "six"
	case 7:
		return "seven"
	case 8:
		return "eight"
	case 200:
		return "two hundred"
	}
	return "many"
}

type sparse int

func (c sparse) Error() string {
	switch c {
	case -3:
		return "minus three"
	case 100:
		return "continue"
	case 404:
		return "not found"
	case 1 << 40:
		return "huge"
	}
	return "status " + strconv.Itoa(int(c))
}

type status struct {
	text string
	code sparse
}

func (e *status) Error() string { return e.text + ": " + e.code.Error() }

// generated is what the stringer tool makes.
type generated int8

const generatedNames = "OpenedClosedHalf-open"

var generatedIndex = [...]uint8{0, 6, 12, 21}

func (g generated) String() string {
	g -= 1
	if g < 0 || g >= generated(len(generatedIndex)-1) {
		return "generated(" + strconv.FormatInt(int64(g+1), 10) + ")"
	}
	return generatedNames[generatedIndex[g]:generatedIndex[g+1]]
}
func (g generated) Error() string { return "state " + g.String() }

// mutable texts can't be known from the file.
var mutableTexts = [...]string{"first", "second", "third"}

func init() { mutableTexts[1] = "changed" }

type mutable int

func (m mutable) Error() string {
	if m >= 0 && int(m) < len(mutableTexts) {
		return mutableTexts[m]
	}
	return "other"
}

var mutablePrefix = "before"

type global struct{ s string }

func (e *global) Error() string { return mutablePrefix + e.s }

var texts = map[int]string{1: "one", 2: "two"}

type mapped int

func (m mapped) Error() string { return "mapped " + texts[int(m)] }

func integerValues() []error {
	mutablePrefix = "after"
	return []error{
		errno(0), errno(1), errno(2), errno(3), errno(4), errno(5), errno(6), errno(7), errno(1000), errno(1 << 63),
		code(0), code(1), code(2), code(3), code(4), code(5), code(6), code(7), code(8), code(9), code(199), code(200), code(201), code(255),
		sparse(-3), sparse(0), sparse(100), sparse(404), sparse(405), sparse(1 << 40), sparse(-1 << 40),
		&status{"GET", 404}, &status{"GET", 7}, generated(0), generated(1), generated(2), generated(3), generated(4), generated(-1), generated(-128), generated(127),
		mutable(0), mutable(1), mutable(5), &global{"x"}, mapped(1),
	}
}
