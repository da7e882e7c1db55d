// Command reader holds what a reader of Go binaries must get right: error types of every shape, generics, inlining,
// named maps with methods, promoted methods. What is true of it is taken from the linker, the symbol table and DWARF.
package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"sort"
	"time"

	"errscope.test/reader/store"
)

var errSentinel = errors.New("sentinel")

type pointerError struct {
	op    string
	count int32
	at    time.Time
	cause error
}

func (e *pointerError) Error() string { return e.op }
func (e *pointerError) Unwrap() error { return e.cause }

type valueError struct {
	code    uint16
	fatal   bool
	detail  []byte
	ratio   float64
	any     any
	causes  []error
	timeout interface {
		error
		Timeout() bool
	}
	pointer *pointerError
	other   *bytes.Buffer
	_       [3]byte
	table   map[string]int
}

func (e valueError) Error() string { return fmt.Sprint(e.code) }

type stringError string

func (e stringError) Error() string { return string(e) }

type mapError map[string]error

func (e mapError) Error() string { return fmt.Sprint(len(e)) }

type funcError func() string

func (e funcError) Error() string { return e() }

type emptyError struct{}

func (emptyError) Error() string { return "empty" }

type singlePointer struct{ inner *pointerError }

func (e singlePointer) Error() string { return e.inner.op }

type base struct {
	kind  store.Kind
	inner error
}

func (b base) Error() string { return b.kind.String() }

type nested struct {
	name string
	base
	deep struct {
		x int8
		y struct{ err error }
	}
}

type promoted struct{ error }

type generic[T any] struct {
	value T
	err   error
}

func (g *generic[T]) Error() string { return fmt.Sprint(g.value) }

// headers is a named map with methods, whose descriptor's size differs by Go version.
type headers map[string][]string

func (h headers) Len() int           { return len(h) }
func (h headers) Less(i, j int) bool { return i < j }
func (h headers) Swap(i, j int)      {}

func inner(n int) error {
	if n > 3 {
		return &pointerError{op: "inner", count: int32(n), cause: errSentinel}
	}
	return nil
}

func middle(n int) error {
	if err := inner(n); err != nil {
		return fmt.Errorf("middle: %w", err)
	}
	return nil
}

//go:noinline
func outer(n int) error {
	err := middle(n)
	return errors.Join(err, middle(n+1))
}

func wrapped[T any](v T) error { return &generic[T]{value: v, err: errSentinel} }

func main() {
	n := len(os.Args)
	all := []error{
		outer(n), &pointerError{}, valueError{}, &valueError{}, stringError("s"), mapError{}, funcError(func() string { return "f" }),
		emptyError{}, singlePointer{&pointerError{}}, base{}, &nested{}, nested{}, promoted{errSentinel}, wrapped(n), wrapped("text"),
		wrapped([]store.Kind{1}), wrapped(store.Failure{}), &store.Failure{Path: "p"}, store.Kind(n),
	}
	sort.Sort(headers{})
	for _, err := range all {
		fmt.Println(err, twice(n))
	}
	var into any
	fmt.Println(json.Unmarshal([]byte("{"), &into), http.StatusText(n))
}
