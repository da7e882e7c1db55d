// Program anys puts errors into an `any` that never are an `error`, and does what looks like it. A line of the first kind ends
// with `// made`: server/binary/any-sites.test.ts expects a probe for each of these, and no other.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"reflect"
	"sync"
	"sync/atomic"
)

type ptrErr struct {
	op string
	n  int
}

func (e *ptrErr) Error() string { return e.op }

type wrapErr struct {
	what string
	err  error
}

func (e *wrapErr) Error() string { return e.what }
func (e *wrapErr) Unwrap() error { return e.err }

type codeErr struct {
	Code int
	Text string
}

func (e codeErr) Error() string { return e.Text }

type numErr int

func (e numErr) Error() string { return "number" }

type strErr string

func (e strErr) Error() string { return string(e) }

type nothing struct{}

func (nothing) Error() string { return "nothing" }

type genErr[T any] struct{ v T }

func (e *genErr[T]) Error() string { return "generic" }

type reply struct {
	Status  int
	Message string
}

func (r *reply) Error() string { return r.Message }

//go:noinline
func keep(v any) { kept = v }

//go:noinline
func keepTwo(a, b any) { kept, kept = a, b }

//go:noinline
func keepNamed(name string, v any) { kept = v }

//go:noinline
func keepAll(vs ...any) { all = append(all, vs...) }

//go:noinline
func typeAnd(t reflect.Type, p *ptrErr, s string) {}

//go:noinline
func look(v any) bool { return v != nil }

//go:noinline
func asPtr(v any) int {
	if e, ok := v.(*ptrErr); ok {
		return e.n
	}
	return 0
}

//go:noinline
func sw(v any) int {
	switch e := v.(type) {
	case *ptrErr:
		return e.n
	case codeErr:
		return e.Code
	case numErr:
		return int(e)
	}
	return 0
}

var (
	kept any
	all  []any
	err  error
)

type record struct {
	name  string
	value any
}

// ---- made

//go:noinline
func argument(i int) { keep(&ptrErr{"argument", i}) } // made

//go:noinline
func second(i int) { keepNamed("second", &ptrErr{"second", i}) } // made

//go:noinline
func inlined(s string) { keep(errors.New(s)) } // made

//go:noinline
func printed(i int) { fmt.Fprintln(os.Stderr, "printed", &ptrErr{"printed", i}) } // made

//go:noinline
func variadic(i int) { keepAll(i, &ptrErr{"variadic", i}, "text") } // made

//go:noinline
func twoOfOneType(i int) {
	keepTwo(
		&ptrErr{"one", i},       // made
		&ptrErr{"other", i + 1}, // made
	)
}

//go:noinline
func twoPrinted(a, b string) {
	fmt.Fprintln(os.Stderr,
		errors.New(a), // made
		errors.New(b), // made
	)
}

//go:noinline
func returned(i int) any {
	if i > 100 {
		return nil
	}
	return &ptrErr{"returned", i} // made
}

//go:noinline
func stored(r *record, i int) { r.value = &ptrErr{"stored", i} } // made

//go:noinline
func literal(i int) *record { return &record{"literal", &ptrErr{"literal", i}} } // made

//go:noinline
func sent(c chan any, i int) { c <- &ptrErr{"sent", i} } // made

//go:noinline
func mapped(m map[string]any, i int) { m["k"] = &ptrErr{"mapped", i} } // made

//go:noinline
func atomically(v *atomic.Value, i int) { v.Store(&ptrErr{"atomic", i}) } // made

//go:noinline
func synced(m *sync.Map, i int) { m.Store("k", &ptrErr{"synced", i}) } // made

//go:noinline
func inContext(ctx context.Context, i int) context.Context {
	return context.WithValue(ctx, "k", &ptrErr{"context", i}) // made
}

//go:noinline
func encoded(i int) []byte {
	b, _ := json.Marshal(&reply{i, "encoded"}) // made
	return b
}

//go:noinline
func panics(i int) {
	defer func() { kept = recover() }()
	panic(&ptrErr{"panics", i}) // made
}

//go:noinline
func panicsNew(s string) {
	defer func() { kept = recover() }()
	panic(errors.New(s)) // made
}

//go:noinline
func wraps(cause error) { keep(&wrapErr{"wraps", cause}) } // made

//go:noinline
func value(i int) { keep(codeErr{i, "value"}) } // made

//go:noinline
func constant() { keep(strErr("constant")) } // made

//go:noinline
func number() { keep(numErr(5000)) } // made

//go:noinline
func generic(s string) { keep(&genErr[string]{s}) } // made

//go:noinline
func loop(n int) {
	for i := 0; i < n; i++ {
		all = append(all, &ptrErr{"loop", i}) // made
	}
}

//go:noinline
func closure(i int) func() {
	return func() { keep(&ptrErr{"closure", i}) } // made
}

//go:noinline
func twiceAny(i int) {
	e := &ptrErr{"twice", i} // made
	keep(e)
	keep(e)
}

//go:noinline
func onStack(i int) bool { return look(&ptrErr{"stack", i}) } // made

// ---- not made, or made as an error

//go:noinline
func both(i int) error {
	e := &ptrErr{"both", i}
	keep(e)
	return e
}

//go:noinline
func bothWays(i int) error {
	e := &ptrErr{"both ways", i}
	if i > 1 {
		keep(e)
		return nil
	}
	return e
}

// Not told: the compiler spills both words of v to where they look like other pairs.
//
//go:noinline
func variable(i int) {
	var v any = "none"
	if i > 1 {
		v = &ptrErr{"variable", i}
	}
	look(i)
	keep(v)
}

//go:noinline
func plain(i int) *ptrErr { return &ptrErr{"plain", i} }

//go:noinline
func zero() *codeErr { return new(codeErr) }

//go:noinline
func boxedError(err error) { keep(err) }

//go:noinline
func elsewhere(e *ptrErr) { keep(e) }

//go:noinline
func given(i int) {
	e := &ptrErr{"given", i}
	asError(e)
	keep(e)
}

//go:noinline
func asError(e *ptrErr) { err = e }

//go:noinline
func asTarget(e error) string {
	var target *ptrErr
	var other codeErr
	if errors.As(e, &target) {
		return target.op
	}
	if errors.As(e, &other) {
		return other.Text
	}
	return ""
}

//go:noinline
func decoded(b []byte) (*reply, bool) {
	r := &reply{}
	if json.Unmarshal(b, r) != nil {
		return nil, false
	}
	return r, true
}

//go:noinline
func decodedError(b []byte, status int) error {
	r := &reply{Status: status}
	_ = json.Unmarshal(b, r)
	return r
}

//go:noinline
func decodedValue(b []byte) error {
	var e codeErr
	if json.Unmarshal(b, &e) == nil {
		return e
	}
	return nil
}

//go:noinline
func copied(e codeErr) { keep(e) }

//go:noinline
func converted(i int) { keep(numErr(i)) }

//go:noinline
func typeAlone() reflect.Type { return reflect.TypeOf((*ptrErr)(nil)) }

//go:noinline
func typeAndPointer(p *ptrErr) { typeAnd(reflect.TypeOf(p), p, "text") }

//go:noinline
func typeAndNew(i int) {
	typeAnd(reflect.TypeOf((*ptrErr)(nil)), &ptrErr{"argument beside a type", i}, "text")
}

//go:noinline
func keys(m map[codeErr]int, s []*ptrErr) []*ptrErr {
	m[codeErr{1, "key"}] = 2
	return append(s, &ptrErr{"element", len(m)})
}

//go:noinline
func list(n int) []codeErr { return make([]codeErr, n) }

//go:noinline
func nilPointer() { keep((*ptrErr)(nil)) }

var global ptrErr

//go:noinline
func address() { keep(&global) }

func main() {
	n := len(os.Args)
	argument(n)
	second(n)
	inlined(os.Args[0])
	printed(n)
	variadic(n)
	twoOfOneType(n)
	twoPrinted(os.Args[0], "b")
	kept = returned(n)
	r := &record{}
	stored(r, n)
	kept = literal(n)
	c := make(chan any, 1)
	sent(c, n)
	m := map[string]any{}
	mapped(m, n)
	var v atomic.Value
	atomically(&v, n)
	var sm sync.Map
	synced(&sm, n)
	kept = inContext(context.Background(), n)
	b := encoded(n)
	panics(n)
	panicsNew(os.Args[0])
	err = both(n)
	wraps(err)
	value(n)
	constant()
	number()
	generic(os.Args[0])
	variable(n)
	loop(n)
	closure(n)()
	twiceAny(n)
	onStack(n)
	err = bothWays(n)
	p := plain(n)
	kept = zero().Code
	boxedError(err)
	elsewhere(p)
	given(n)
	asTarget(err)
	decoded(b)
	err = decodedError(b, n)
	err = decodedValue(b)
	copied(codeErr{n, "copied"})
	converted(n)
	kept = typeAlone()
	typeAndPointer(p)
	typeAndNew(n)
	kept = keys(map[codeErr]int{}, nil)
	kept = list(n)
	nilPointer()
	address()
	kept = asPtr(kept) + sw(kept)
	keep(nothing{}) // made
}
