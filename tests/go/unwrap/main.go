// Unwrap has error types whose Unwrap methods are written in the ways that a disassembler meets. Their comments say what
// is returned.
package main

import (
	"errors"
	"fmt"
	"os"
	"strings"
)

type text struct{ s string }

func (t text) Error() string { return t.s }

// field returns its field at offset 16.
type field struct {
	text
	err error
}

func (e *field) Unwrap() error { return e.err }

// byValue has a value receiver; the field is at offset 24.
type byValue struct {
	text
	n   int
	err error
}

func (e byValue) Unwrap() error { return e.err }

// large is copied to the stack for its method; the field is at offset 176.
type large struct {
	text
	pad [20]int
	err error
}

func (e large) Unwrap() error { return e.err }

// embeds promotes byValue's method at offset 8, so that its field is at 32.
type embeds struct {
	n int
	byValue
}

// embedsPointer promotes through a pointer: no field of its own.
type embedsPointer struct {
	n int
	*field
}

// concrete makes an error of a pointer field at offset 16.
type concrete struct {
	text
	inner *field
}

func (e *concrete) Unwrap() error {
	if e.inner == nil {
		return nil
	}
	return e.inner
}

// conditional returns its field at offset 24 or nil.
type conditional struct {
	text
	code int
	err  error
}

func (e *conditional) Unwrap() error {
	if e.code > 10 {
		return nil
	}
	return e.err
}

// either returns one of two fields.
type either struct {
	text
	a, b error
}

func (e *either) Unwrap() error {
	if e.a != nil {
		return e.a
	}
	return e.b
}

// many returns its slice at offset 16.
type many struct {
	text
	errs []error
}

func (e *many) Unwrap() []error { return e.errs }

// list is a slice of errors itself.
type list []error

func (l list) Error() string {
	parts := make([]string, 0, len(l))
	for _, err := range l {
		parts = append(parts, err.Error())
	}
	return strings.Join(parts, ", ")
}
func (l list) Unwrap() []error { return l }

// direct is one pointer, so that the data word is that pointer.
type direct struct{ err *field }

func (d direct) Error() string { return "direct" }
func (d direct) Unwrap() error { return d.err }

// coded is an interface that includes error's method.
type coded interface {
	error
	Code() int
}

func (e *field) Code() int { return 1 }

// wide converts its field at offset 16 to error.
type wide struct {
	text
	err coded
}

func (e *wide) Unwrap() error { return e.err }

// constant returns a variable.
type constant struct{ text }

func (e *constant) Unwrap() error { return os.ErrNotExist }

type number int

func (n number) Error() string { return "number" }

// boxed makes an error of a field that doesn't fit into an interface.
type boxed struct {
	text
	n number
}

func (e *boxed) Unwrap() error { return e.n }

// fixed returns a constant.
type fixed struct{ text }

func (e *fixed) Unwrap() error { return number(5000) }

// both makes a slice of its fields.
type both struct {
	text
	a, b error
}

func (e *both) Unwrap() []error { return []error{e.a, e.b} }

// always returns nil.
type always struct{ text }

func (e *always) Unwrap() error { return nil }

// fresh makes an error.
type fresh struct{ text }

func (e *fresh) Unwrap() error { return fmt.Errorf("fresh %s", e.s) }

// cause has the method of github.com/pkg/errors; the field is at offset 16.
type cause struct {
	text
	err error
}

func (e *cause) Cause() error { return e.err }

// none has no Unwrap.
type none struct{ text }

// generic returns its field at offset 8 in generic[int].
type generic[T any] struct {
	v   T
	err error
}

func (e *generic[T]) Error() string { return fmt.Sprint(e.v) }
func (e *generic[T]) Unwrap() error { return e.err }

// indirect calls another method, which is not inlined; the field is at offset 16.
type indirect struct {
	text
	err error
}

func (e *indirect) Unwrap() error { return e.get() }

//go:noinline
func (e *indirect) get() error { return e.err }

func main() {
	base := errors.New("base")
	f := &field{text{"field"}, base}
	for _, err := range []error{
		f, byValue{text{"v"}, 1, base}, large{err: base}, embeds{1, byValue{}}, embedsPointer{1, f},
		&concrete{text{"c"}, f}, &conditional{}, &either{}, &many{errs: []error{base}}, list{base}, direct{f},
		&wide{err: f}, &constant{}, &boxed{}, &fixed{}, &both{}, &always{}, &fresh{}, &cause{}, &none{}, &generic[int]{1, base},
		&indirect{err: base},
	} {
		if u, ok := err.(interface{ Cause() error }); ok {
			fmt.Println(u.Cause())
		}
		if u, ok := err.(interface{ Unwrap() []error }); ok {
			fmt.Println(u.Unwrap())
		}
		fmt.Println(errors.Is(err, base), err)
	}
}
