// Program traps does what catches people who program in Go: one function a case. Cases that end the program are in
// endings.go. With names as arguments it runs these cases, in that order.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"runtime"
	"strings"
	"sync"
)

type pointerError struct{ name string }

func (e *pointerError) Error() string { return "pointer " + e.name }

type valueError struct{ code int }

func (e valueError) Error() string { return fmt.Sprint("value ", e.code) }

type wrapper struct {
	what string
	err  error
}

func (w *wrapper) Error() string { return w.what + ": " + w.err.Error() }
func (w *wrapper) Unwrap() error { return w.err }

type holder struct {
	what  string
	cause error // not unwrapped
}

func (h *holder) Error() string { return h.what }

type embedded struct {
	*pointerError
	extra int
}

type generic[T any] struct{ value T }

func (g *generic[T]) Error() string { return fmt.Sprint("generic ", g.value) }

type badError struct{ p *string }

func (b *badError) Error() string { return *b.p }

//go:noinline
func fail(name string) error { return &pointerError{name} }

var errMissing = errors.New("missing")

var journal = log.New(&strings.Builder{}, "", 0)

// ---- errors

func newInlined() error     { return errors.New("new inlined") }
func valueConverted() error { return valueError{7} }
func genericMade() error    { return &generic[int]{42} }
func embeddedMade() error   { return &embedded{&pointerError{"inner"}, 1} }
func listMade() error {
	madeList = []error{&pointerError{"one"}, &pointerError{"two"}, &pointerError{"three"}}
	return nil
}

var madeList []error

func wrapOnce() error       { return fmt.Errorf("once: %w", fail("a")) }
func wrapTwice() error      { return fmt.Errorf("twice: %w and %w", fail("a"), fail("b")) }
func wrapMixed() error      { return fmt.Errorf("mixed: %w, %v", fail("kept"), fail("gone")) }
func customWrap() error     { return &wrapper{"custom", fail("under")} }
func heldNotWrapped() error { return &holder{"held", fail("inside")} }
func joined() error         { return errors.Join(fail("a"), nil, fail("b")) }
func joinedTwice() error    { return errors.Join(errors.Join(fail("a"), fail("b")), fail("c")) }

func inClosure() error {
	make := func(n int) error { return &pointerError{fmt.Sprint("closure ", n)} }
	return make(1)
}

func inDefer() (err error) {
	defer func() {
		if err == nil {
			err = &pointerError{"deferred"}
		}
	}()
	return nil
}

func cancelCause() error {
	ctx, cancel := context.WithCancelCause(context.Background())
	cancel(fail("the reason"))
	return context.Cause(ctx)
}

// ---- causes lost

func lostByV() error { return fmt.Errorf("lost: %v", fail("by v")) }
func lostByS() error { return fmt.Errorf("lost: %s", fail("by s")) }
func lostBySprint() error {
	text := fmt.Sprintf("sprint: %v", fail("by sprint"))
	return errors.New(text)
}
func lostIntoStruct() error {
	return &pointerError{fmt.Sprintf("struct %v", fail("in a field"))}
}
func lostThenWrapped() error { return fmt.Errorf("outer: %w", lostByV()) }

// The text of one error is printed, another one made: they have nothing to do with each other.
func printedNotLost() error {
	_ = fmt.Sprint(fail("printed"))
	return errors.New("another")
}

// The first has the text of the second in it only by chance: it was made in another call.
func notByChance() error {
	_ = formatted(fail("chance"))
	return errors.New("not by pointer chance")
}

//go:noinline
func formatted(err error) string { return fmt.Sprint(err) }

// ---- written

func logged() error {
	err := fail("logged")
	journal.Printf("it failed: %v", err)
	return err
}

func printed() error {
	err := fail("printed by Fprintln")
	fmt.Fprintln(io.Discard, err)
	return err
}

func badMethod() error {
	_ = fmt.Sprint(&badError{})
	return nil
}

// ---- nil and cycles

func typedNil() error {
	var none *pointerError
	return none
}

func cyclic() error {
	w := &wrapper{what: "cycle"}
	w.err = &holder{what: "in between"}
	c := &wrapper{"outer", w}
	w.err = c
	fmt.Fprintf(io.Discard, "%T\n", c)
	defer func() { recover() }()
	panic(error(c))
}

// ---- identity

func sameTwice() error {
	err := fail("same")
	a := fmt.Errorf("first: %w", err)
	b := fmt.Errorf("second: %w", err)
	return errors.Join(a, b)
}

func addressReused() error {
	for i := 0; i < 3; i++ {
		_ = fail(fmt.Sprint("short-lived ", i))
		runtime.GC()
	}
	return nil
}

func overChannel() error {
	errs := make(chan error)
	go func() { errs <- fail("sent") }()
	return fmt.Errorf("received: %w", <-errs)
}

func workersDropped() error {
	var once sync.Once
	var first error
	for i := 0; i < 3; i++ {
		var wg sync.WaitGroup
		wg.Add(1)
		go func(i int) {
			defer wg.Done()
			err := fail(fmt.Sprint("worker ", i))
			once.Do(func() { first = err })
		}(i)
		wg.Wait() // one after the other, so that the first is always the same
	}
	return fmt.Errorf("workers: %w", first)
}

// ---- panics that are recovered

func caught(f func()) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("caught: %v", r)
		}
	}()
	f()
	return nil
}

func panicError() error  { return caught(func() { panic(fail("panicked")) }) }
func panicString() error { return caught(func() { panic("just text") }) }
func panicInt() error    { return caught(func() { panic(41) }) }
func panicStruct() error { return caught(func() { panic(struct{ a, b int }{1, 2}) }) }
func panicNil() error    { return caught(func() { panic(nil) }) } //nolint

func nilMap() error     { return caught(func() { var m map[string]int; m["a"] = 1 }) }
func nilPointer() error { return caught(func() { var p *pointerError; _ = p.name }) }
func outOfRange() error {
	return caught(func() { s := make([]int, 1); s[index()] = 1 })
}
func divideByZero() error { return caught(func() { z := len(os.Args) - len(os.Args); _ = 1 / z }) }
func badAssertion() error { return caught(func() { var v any = "text"; _ = v.(int) }) }
func nilCall() error      { return caught(func() { var f func(); f() }) }

func repanic() error {
	return caught(func() {
		defer func() {
			r := recover()
			panic(r)
		}()
		panic(fail("again"))
	})
}

func nestedPanic() error {
	return caught(func() {
		defer func() { panic(fail("second")) }()
		panic(fail("first"))
	})
}

func abortHandler() error {
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }))
	defer server.Close()
	_, err := http.Get(server.URL)
	return err
}

func goexit() error {
	done := make(chan bool)
	go func() {
		defer close(done)
		runtime.Goexit()
	}()
	<-done
	return nil
}

var cases = map[string]func() error{
	"newInlined": newInlined, "valueConverted": valueConverted, "genericMade": genericMade, "embeddedMade": embeddedMade, "listMade": listMade,
	"wrapOnce": wrapOnce, "wrapTwice": wrapTwice, "wrapMixed": wrapMixed, "customWrap": customWrap,
	"heldNotWrapped": heldNotWrapped, "joined": joined, "joinedTwice": joinedTwice, "inClosure": inClosure,
	"inDefer": inDefer, "cancelCause": cancelCause, "lostByV": lostByV, "lostByS": lostByS, "lostBySprint": lostBySprint,
	"lostIntoStruct": lostIntoStruct, "lostThenWrapped": lostThenWrapped, "printedNotLost": printedNotLost,
	"notByChance": notByChance, "logged": logged, "printed": printed, "badMethod": badMethod,
	"typedNil": typedNil, "cyclic": cyclic, "sameTwice": sameTwice, "addressReused": addressReused,
	"overChannel": overChannel, "workersDropped": workersDropped, "panicError": panicError, "panicString": panicString,
	"panicInt": panicInt, "panicStruct": panicStruct, "panicNil": panicNil, "nilMap": nilMap, "nilPointer": nilPointer,
	"outOfRange": outOfRange, "divideByZero": divideByZero, "badAssertion": badAssertion, "nilCall": nilCall,
	"repanic": repanic, "nestedPanic": nestedPanic, "abortHandler": abortHandler, "goexit": goexit,
}

var sink error

func main() {
	for _, name := range os.Args[1:] {
		if f, ok := cases[name]; ok {
			done := make(chan bool)
			go func() { // a goroutine of its own: what is kept of one case is not mixed with the next
				defer close(done)
				sink = f()
			}()
			<-done
			continue
		}
		endings[strings.TrimSpace(name)]()
	}
}

//go:noinline
func index() int { return 5 }
