// Command twelve makes exactly twelve errors, one of each form that errscope must catch, and two panics, and ends with
// status 7. truth.ts says what each must look like; a `want:` comment marks the line of each.
//
// Nothing else here may make an error: no fmt.Print, no file, no network, no time.
package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
)

// OpError is the usual pointer type: fields, a cause, Unwrap.
type OpError struct {
	Op   string
	Path string
	Size int64
	Err  error
}

func (e *OpError) Error() string { return e.Op + " " + e.Path + ": " + e.Err.Error() }
func (e *OpError) Unwrap() error { return e.Err }

// CodeError is a struct that is an error by value.
type CodeError struct {
	Code  int
	Text  string
	Retry bool
}

func (e CodeError) Error() string { return "code " + strconv.Itoa(e.Code) + ": " + e.Text }

// Refusal is an error of kind string.
type Refusal string

func (r Refusal) Error() string { return "refused: " + string(r) }

// Status is an error of kind int.
type Status int

func (s Status) Error() string { return "status " + strconv.Itoa(int(s)) }

// Batch has several causes.
type Batch struct {
	Name string
	Errs []error
}

func (b *Batch) Error() string   { return b.Name + " failed in part" }
func (b *Batch) Unwrap() []error { return b.Errs }

// cause gives Unwrap to what embeds it.
type cause struct {
	Err error
}

func (c cause) Unwrap() error { return c.Err }

// Missing is generic, and its Unwrap is promoted from an embedded struct.
type Missing[K any] struct {
	Key   K
	Where string
	cause
}

func (m *Missing[K]) Error() string { return "nothing in " + m.Where + ": " + m.Err.Error() }

//go:noinline
func plainNew() error {
	return errors.New("disk is on fire") // want: new
}

// inlinedNew is small enough to be inlined into its caller, errors.New with it.
func inlinedNew(ok bool) error {
	if ok {
		return nil
	}
	return errors.New("door is open") // want: inlined-new
}

//go:noinline
func callInlined(n int) error {
	if err := inlinedNew(n > 100); err != nil { // want: inlined-new-caller
		return err
	}
	return nil
}

//go:noinline
func wrapOne(err error) error {
	return fmt.Errorf("check room %d: %w", 12, err) // want: wrap-one
}

//go:noinline
func wrapTwo(a, b error) error {
	return fmt.Errorf("two things: %w; %w", a, b) // want: wrap-two
}

//go:noinline
func formatted(n int) error {
	return fmt.Errorf("worker %d gave up", n) // want: formatted
}

//go:noinline
func joined(errs ...error) error {
	return errors.Join(errs...) // want: join
}

//go:noinline
func pointer(path string) error {
	return &OpError{Op: "read", Path: path, Size: 1 << 40, Err: io.EOF} // want: pointer
}

//go:noinline
func value(n int) error {
	return CodeError{Code: n, Text: "out of range", Retry: true} // want: value
}

//go:noinline
func stringKind(why string) error {
	return Refusal(why) // want: string-kind
}

//go:noinline
func intKind(n int) error {
	return Status(n) // want: int-kind
}

//go:noinline
func batch(errs []error) error {
	return &Batch{Name: "nightly", Errs: errs} // want: batch
}

//go:noinline
func generic(key string, err error) error {
	return &Missing[string]{Key: key, Where: "index", cause: cause{err}} // want: generic
}

// work makes its error in a goroutine of its own.
func work(n int, out chan<- error) {
	out <- formatted(n)
}

//go:noinline
func inGoroutine(n int) error {
	out := make(chan error)
	go work(n, out) // want: go
	return <-out
}

//go:noinline
func panicWith(value any) {
	panic(value) // want: panic
}

//go:noinline
func recovered(value any) (got any) {
	defer func() { got = recover() }()
	panicWith(value)
	return nil
}

var kept []any

func main() {
	first := plainNew()
	second := callInlined(len(os.Args))
	third := wrapOne(first)
	fourth := value(-4)
	fifth := wrapTwo(second, fourth)
	sixth := inGoroutine(3)
	seventh := joined(third, sixth)
	eighth := pointer("/srv/data")
	ninth := stringKind("closed on Sunday")
	tenth := intKind(418)
	eleventh := batch([]error{eighth, ninth})
	twelfth := generic("k7", eleventh)
	kept = append(kept, first, second, third, fourth, fifth, sixth, seventh, eighth, ninth, tenth, eleventh, twelfth)
	kept = append(kept, recovered(tenth), recovered("plain text"))
	exit(7)
}
