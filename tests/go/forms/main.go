// Forms makes errors in every way that the compiler lays out differently and prints, for each, what it made: form, type
// and the interface's data word. A test compares that with what probes at the planned sites see: each once.
package main

import (
	"errors"
	"fmt"
	"os"
	"runtime/debug"
	"strconv"
	"unsafe"
)

type words struct{ itab, data uintptr }

var out []byte

// made notes an error that the named function made.
//
//go:noinline
func made(form string, err error) {
	if err == nil {
		return
	}
	w := (*words)(unsafe.Pointer(&err))
	out = append(out, fmt.Sprintf("%s %T %x\n", form, err, w.data)...)
}

type ptrErr struct {
	op   string
	code int
	err  error
}

func (e *ptrErr) Error() string { return e.op + strconv.Itoa(e.code) }
func (e *ptrErr) Unwrap() error { return e.err }

type otherErr struct{ a, b, c, d, e, f int }

func (e *otherErr) Error() string { return "other" }

type valErr struct {
	code int
	msg  string
}

func (e valErr) Error() string { return e.msg }

type numErr int

func (e numErr) Error() string { return "num " + strconv.Itoa(int(e)) }

type strErr string

func (e strErr) Error() string { return string(e) }

type emptyErr struct{}

func (emptyErr) Error() string { return "empty" }

type funcErr func() string

func (f funcErr) Error() string { return f() }

// wide is an interface that includes error's method.
type wide interface {
	error
	Code() int
}

func (e *otherErr) Code() int { return e.a }

//go:noinline
func retPtr(i int) error { return &ptrErr{op: "ret", code: i} }

//go:noinline
func retVal(i int) error { return valErr{i, "val"} }

//go:noinline
func retNum(i int) error { return numErr(i + 1000) }

//go:noinline
func retStr(i int) error { return strErr("str" + strconv.Itoa(i)) }

//go:noinline
func retEmpty() error { return emptyErr{} }

//go:noinline
func retConst() error { return strErr("constant") }

//go:noinline
func retFunc(i int) error { return funcErr(func() string { return strconv.Itoa(i) }) }

//go:noinline
func retNew(i int) error { return errors.New("new" + strconv.Itoa(i)) }

//go:noinline
func retWrap(i int, err error) error { return fmt.Errorf("wrap %d: %w", i, err) }

//go:noinline
func retWide(i int) wide { return &otherErr{a: i} }

//go:noinline
func second(i int) (int, string, error) {
	switch i % 4 {
	case 0:
		return i, "", errors.New("zero")
	case 1:
		return i, "one", numErr(i + 500)
	case 2:
		return 0, "", &ptrErr{"two", i, nil}
	}
	return i, "fine", nil
}

//go:noinline
func merged(i int) error {
	var err error
	if i%3 == 0 {
		err = &ptrErr{op: "a", code: i}
	} else if i%3 == 1 {
		err = &otherErr{b: i}
	}
	if i > 1<<40 {
		fmt.Println("never")
	}
	return err
}

//go:noinline
func sameType(i int) error {
	var err error
	if i&1 == 0 {
		err = &ptrErr{op: "even", code: i}
	} else {
		err = &ptrErr{op: "odd", code: i}
	}
	return err
}

//go:noinline
func selected(i int) error {
	var err error = emptyErr{}
	if i&1 == 0 {
		err = strErr("constant")
	}
	return err
}

//go:noinline
func named(i int) (err error) {
	defer func() {
		if recover() != nil {
			err = &ptrErr{"recovered", i, nil}
			made("named.recovered", err)
		}
	}()
	if i%3 == 0 {
		panic("boom")
	}
	if i%3 == 1 {
		err = &otherErr{c: i}
		made("named.set", err)
		return err
	}
	return nil
}

//go:noinline
func deferred(i int) (err error) {
	defer func() {
		if err != nil {
			err = fmt.Errorf("deferred: %w", err)
			made("deferred.wrap", err)
		}
	}()
	e := &ptrErr{"inner", i, nil}
	made("deferred.inner", e)
	return e
}

type holder struct {
	n    int
	last error
	all  []error
	m    map[string]error
	any  any
}

//go:noinline
func stores(h *holder, i int) {
	h.last = &ptrErr{"field", i, nil}
	made("stores.field", h.last)
	h.all = append(h.all, numErr(i+2000))
	made("stores.append", h.all[len(h.all)-1])
	h.m["k"] = &otherErr{d: i}
	made("stores.map", h.m["k"])
}

//go:noinline
func literal(i int) *holder {
	return &holder{n: i, last: &ptrErr{"literal", i, nil}}
}

//go:noinline
func storeAndReturn(h *holder, i int) error {
	err := &ptrErr{"both", i, nil}
	h.last = err
	return err
}

//go:noinline
func passAndReturn(i int) error {
	err := &ptrErr{"passed", i, nil}
	look(err)
	return err
}

//go:noinline
func look(err error) {
	if err == nil {
		fmt.Println("nil")
	}
}

//go:noinline
func filledLater(i int) error {
	e := &otherErr{}
	for k := 0; k < 3; k++ {
		e.a += i
	}
	e.f = 9
	return e
}

//go:noinline
func joined(i int) error {
	return errors.Join(retNew(i), retNum(i))
}

//go:noinline
func two(i int) (error, error) { return &ptrErr{"first", i, nil}, &ptrErr{"second", i, nil} }

//go:noinline
func argument(h *holder, i int) {
	keep(h, &ptrErr{"argument", i, nil}, i)
}

//go:noinline
func keep(h *holder, err error, i int) {
	made("argument", err)
	h.last = err
}

//go:noinline
func typedNil(i int) error {
	var e *ptrErr
	if i > 100 {
		e = &ptrErr{}
	}
	return e
}

//go:noinline
func asserted(err error) error {
	if e, ok := err.(*ptrErr); ok && e.code > 1<<30 {
		return e
	}
	return nil
}

//go:noinline
func loop(h *holder, n int) {
	for k := 0; k < n; k++ {
		h.all = append(h.all, &ptrErr{"loop", k, nil})
	}
}

//go:noinline
func channel(c chan error, i int) { c <- &ptrErr{"sent", i, nil} }

//go:noinline
func closure(i int) func() error {
	return func() error { return &ptrErr{"closure", i, nil} }
}

func generic[T any](v T) error { return &genErr[T]{v} }

// genericApart isn't inlined: it gets its itab out of a dictionary.
//
//go:noinline
func genericApart[T any](v T) error { return &genErr[T]{v} }

type genErr[T any] struct{ v T }

func (e *genErr[T]) Error() string { return fmt.Sprint(e.v) }

func inlined(i int) error {
	if i < 0 {
		return errors.New("negative")
	}
	return nil
}

//go:noinline
func callsInlined(i int) error {
	if err := inlined(-i); err != nil {
		return fmt.Errorf("calls: %w", err)
	}
	return nil
}

func main() {
	debug.SetGCPercent(-1)
	n := 6
	h := &holder{m: map[string]error{}}
	c := make(chan error, 1)
	for i := 1; i <= n; i++ {
		made("retPtr", retPtr(i))
		made("retVal", retVal(i))
		made("retNum", retNum(i))
		made("retStr", retStr(i))
		made("retEmpty", retEmpty())
		made("retConst", retConst())
		made("retFunc", retFunc(i))
		base := retNew(i)
		made("retNew", base)
		made("retWrap", retWrap(i, base))
		made("retWide", retWide(i))
		_, _, err := second(i)
		made("second", err)
		made("merged", merged(i))
		made("sameType", sameType(i))
		made("selected", selected(i))
		_ = named(i)
		_ = deferred(i)
		stores(h, i)
		made("literal", literal(i).last)
		made("storeAndReturn", storeAndReturn(h, i))
		made("passAndReturn", passAndReturn(i))
		made("filledLater", filledLater(i))
		j := joined(i)
		made("joined", j)
		for _, part := range j.(interface{ Unwrap() []error }).Unwrap() {
			made("joined.part", part)
		}
		a, b := two(i)
		made("two", a)
		made("two", b)
		argument(h, i)
		made("typedNil", typedNil(i))
		made("asserted", asserted(retPtrQuiet))
		before := len(h.all)
		loop(h, 3)
		for _, err := range h.all[before:] {
			made("loop", err)
		}
		channel(c, i)
		made("channel", <-c)
		made("closure", closure(i)())
		err = callsInlined(i)
		made("callsInlined", err)
		made("inlined", errors.Unwrap(err))
		made("generic", generic(i))
		made("genericApart", genericApart(i))
		made("genericApart", genericApart("text"+strconv.Itoa(i)))
	}
	os.Stdout.Write(out)
}

var retPtrQuiet error = &ptrErr{"global", 1, nil}
