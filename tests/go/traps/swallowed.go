package main

import (
	"errors"
	"fmt"
	"os"
	"runtime"
	"sync"
)

// Who lets an error go is marked in the line: "lets it go".

var failures int
var kept []error
var byName = map[string]error{}
var failing = fail

type closer struct{ name string }

//go:noinline
func (c *closer) Close() error { return fail(c.name) }

type anyCloser interface{ Close() error }

var someCloser anyCloser = &closer{"by an interface"}

//go:noinline
func number(name string) (int, error) { return 7, fail(name) }

//go:noinline
func passes(name string) error {
	if err := fail(name); err != nil {
		return err
	}
	return nil
}

//go:noinline
func plain(name string) error { return fail(name) }

//go:noinline
func missing() error { return errMissing }

//go:noinline
func zero[T any](name string) (T, error) {
	var none T
	return none, fail(name)
}

//go:noinline
func ignores(error) { failures += len(fmt.Sprint(failures)) }

//go:noinline
func takes(err error) { sink = err }

func tries(name string) { _ = fail(name) } // lets it go
func checks(name string) {
	if fail(name) != nil { // lets it go
		failures++
	}
}

// ---- swallowed

func dropBlank() error {
	_ = fail("blank") // lets it go
	return nil
}

func dropCall() error {
	fail("statement") // lets it go
	failures++
	return nil
}

func dropTested() error {
	if err := fail("tested"); err != nil { // lets it go
		failures++
	}
	return nil
}

func dropDefault() error {
	n, err := number("default")
	if err != nil { // lets it go
		n = 1
	}
	failures += n
	return nil
}

func dropResult() error {
	n, _ := number("second result") // lets it go
	failures += n
	return nil
}

func dropOk() error {
	ok := fail("made a bool") == nil // lets it go
	failures += len(fmt.Sprint(ok))
	return nil
}

func dropPassed() error {
	_ = passes("passed") // lets it go
	return nil
}

func dropPlain() error {
	if plain("plain") != nil { // lets it go
		failures++
	}
	return nil
}

// Whether plain returns what it was given, its code doesn't tell.
func dropPlainBlank() error {
	_ = plain("plain, blank") // lets it go
	return nil
}

func dropIs() error {
	if err := fail("asked"); errors.Is(err, errMissing) { // lets it go
		failures++
	}
	return nil
}

func dropNotExist() error {
	if err := fail("not there"); os.IsNotExist(err) { // lets it go
		failures++
	}
	return nil
}

func dropDeferred() error {
	c := &closer{"close"}
	defer c.Close() // lets it go
	failures++
	return nil
}

func dropGo() error {
	var wg sync.WaitGroup
	wg.Add(1)
	go func() {
		defer wg.Done()
		_ = passes("in a goroutine") // lets it go
	}()
	wg.Wait()
	return nil
}

func dropWrap() error {
	_ = wrapping("wrapped") // lets it go
	return nil
}

//go:noinline
func wrapping(name string) error {
	if err := fail(name); err != nil {
		return fmt.Errorf("wrapping: %w", err)
	}
	return nil
}

func dropRetries() error {
	for i := 0; i < 2; i++ {
		if fail(fmt.Sprint("try ", i)) == nil { // lets it go
			break
		}
	}
	return nil
}

func dropMethod() error {
	c := &closer{"by a method"}
	_ = c.Close() // lets it go
	failures++
	return nil
}

func dropInterface() error {
	_ = someCloser.Close() // lets it go
	failures++
	return nil
}

func dropValue() error {
	_ = failing("by a function value") // lets it go
	failures++
	return nil
}

func dropGeneric() error {
	n, _ := zero[int]("generic") // lets it go
	failures += n
	return nil
}

func dropSentinel() error {
	if missing() != nil { // lets it go
		failures++
	}
	return nil
}

func dropLater() error {
	err := fail("later")
	failures += index()
	if err != nil { // lets it go
		failures++
	}
	return nil
}

// It is given to a function that doesn't look at it.
func dropIgnored() error {
	ignores(fail("ignored")) // lets it go
	failures++
	return nil
}

// What is inlined is one piece of code: who drops it, can't be told.
func dropInlined() error {
	tries("inlined")
	failures++
	return nil
}

func testInlined() error {
	checks("checked")
	failures++
	return nil
}

//go:noinline
func first(name string) error { return fail(name) }

//go:noinline
func second(name string) { first(name) }

//go:noinline
func third(name string) { second(name) }

// Whether first returns it, its code doesn't tell; second and third end with a call: what is returned to whom, isn't told.
func dropChain() error {
	third("far away")
	failures++
	return nil
}

//go:noinline
func loops(name string) {
	for i := 0; i < 1; i++ {
		_ = fail(name) // lets it go
		failures++
	}
	failures++
}

// At the end of loops the error of the last round may still be in its registers, as a result would be.
func dropLoop() error {
	loops("in a loop")
	failures++
	return nil
}

//go:noinline
func retries(name string) {
	for i := 0; i < 2; i++ {
		if err := fail(fmt.Sprint(name, i)); err == nil { // lets it go
			return
		}
	}
}

func dropRetry() error {
	retries("retry ")
	failures++
	return nil
}

// A goroutine's end takes no result.
func dropGoLast() error {
	alone := runtime.NumGoroutine()
	go func() {
		_ = fail("last of a goroutine") // lets it go
	}()
	for runtime.NumGoroutine() > alone {
		runtime.Gosched()
	}
	go func() {
		if fail("tested at the end") != nil { // lets it go
			failures++
		}
	}()
	for runtime.NumGoroutine() > alone {
		runtime.Gosched()
	}
	return nil
}

//go:noinline
func tries3(name string) error {
	for i := 0; ; i++ {
		err := fail(fmt.Sprint(name, i))
		if err == nil || i >= 2 {
			return err // lets it go
		}
	}
}

//go:noinline
func passesTries(name string) error {
	if name == "" {
		return nil
	}
	return tries3(name)
}

// All but the last are let go before they could be returned; which one is, its code doesn't tell.
func dropTries() error {
	_ = passesTries("of three ") // lets it go
	failures++
	return nil
}

func init() {
	for name, f := range map[string]func() error{
		"dropBlank": dropBlank, "dropCall": dropCall, "dropTested": dropTested, "dropDefault": dropDefault,
		"dropResult": dropResult, "dropOk": dropOk, "dropPassed": dropPassed, "dropPlain": dropPlain,
		"dropPlainBlank": dropPlainBlank, "dropIs": dropIs, "dropNotExist": dropNotExist,
		"dropDeferred": dropDeferred, "dropGo": dropGo, "dropWrap": dropWrap, "dropRetries": dropRetries,
		"dropMethod": dropMethod, "dropInterface": dropInterface, "dropValue": dropValue, "dropGeneric": dropGeneric,
		"dropSentinel": dropSentinel, "dropLater": dropLater, "dropIgnored": dropIgnored, "dropInlined": dropInlined,
		"testInlined": testInlined, "dropChain": dropChain, "dropLoop": dropLoop, "dropRetry": dropRetry, "dropGoLast": dropGoLast, "dropTries": dropTries, "panicDropped": panicDropped, "panicTested": panicTested,
		"panicLogged": panicLogged, "panicKept": panicKept, "panicHandled": panicHandled,
	} {
		cases[name] = f
	}
}
