package main

import (
	"errors"
	"fmt"
	"os"
	"reflect"
	"runtime"
	"strings"
	"sync/atomic"
)

// Errors that aren't swallowed, where what the code does with results, arguments and objects says so.

// ---- in results that hold more than an error, or beside others

type result struct{ err error }

type embedding struct{ error }

type results interface {
	one() result
	bare() embedding
	list() [1]error
}

//go:noinline
func (c *closer) one() result { return result{fail(c.name)} }

//go:noinline
func (c *closer) bare() embedding { return embedding{fail(c.name)} }

//go:noinline
func (c *closer) list() [1]error { return [1]error{fail(c.name)} }

var someResults results = &closer{"in a result"}

func keptInResult() error {
	sink = someResults.one().err
	sink = someResults.bare().error
	sink = someResults.list()[0]
	return nil
}

// The last that it does with a result before it returns is to set it: what its defers run, is between.
//
//go:noinline
func succeeds(name string) (ok bool) {
	defer index()
	ok = true
	if err := fail(name); err != nil {
		ok = false
		takes(err)
	}
	return
}

func keptBesideBool() error {
	failures += len(fmt.Sprint(succeeds("beside a bool")))
	return nil
}

//go:noinline
func tenResults(name string) (a, b, c, d, e, f, g, h, i int, err error) {
	defer index()
	err = fail(name)
	failures += index()
	if err != nil {
		a = 1
	}
	return
}

func keptTenthResult() error {
	_, _, _, _, _, _, _, _, _, err := tenResults("tenth result")
	return err
}

//go:noinline
func takesTenth(a, b, c, d, e, f, g, h, i int, err error) {
	failures += a + b + c + d + e + f + g + h + i
	sink = err
}

//go:noinline
func takesEleventh(a, b, c, d, e, f, g, h, i, j int, err error) {
	failures += a + b + c + d + e + f + g + h + i + j
	sink = err
}

//go:noinline
func eleven() (a, b, c, d, e, f, g, h, i, j, k int) {
	return failures, 1, 2, 3, 4, 5, 6, 7, 8, failures, failures
}

func keptTenthArgument() error {
	err := fail("tenth argument")
	_, _, _, _, _, _, _, _, _, x, y := eleven()
	failures += x + y
	takesTenth(1, 2, 3, 4, 5, 6, 7, 8, 9, err)
	return nil
}

//go:noinline
func besideArguments(a, b, c int) {
	err := fail("eleventh argument")
	takesEleventh(1, 2, 3, 4, 5, 6, 7, 8, 9, a, err)
	failures += b + c
}

func keptEleventhArgument() error {
	besideArguments(1, 2, 3)
	return nil
}

//go:noinline
func twice(name string) (error, error) {
	err := fail(name)
	return err, err
}

func keptTwice() error {
	err, _ := twice("returned twice")
	return err
}

//go:noinline
func asBoth(name string) (*pointerError, error) {
	e := &pointerError{name}
	return e, e
}

func keptBoth() error {
	e, _ := asBoth("as its own type, too")
	lastMade = e
	return nil
}

//go:noinline
func oneOf(n int) error {
	var errs [2]error
	errs[0] = fail("one of two")
	errs[1] = fail("the other")
	if errs[0] == errs[1] {
		return nil
	}
	return errs[n&1]
}

func keptOneOf() error { return oneOf(failures) }

//go:noinline
func recovers(n int) (err error) {
	for i := 0; i < n; i++ {
		defer func() { lastPanic = recover() }()
	}
	err = fail("where it recovers")
	panic("recovered")
}

func keptByRecover() error { return recovers(1) }

// ---- who makes it keeps it, so that it doesn't matter what is done with what's returned

var (
	lastMade   *pointerError
	made       = map[string]*pointerError{}
	madeAll    []*pointerError
	madeAtomic atomic.Value
	madeSet    = map[*pointerError]bool{}
)

//go:noinline
func makesGlobal(name string) error {
	e := &pointerError{name}
	lastMade = e
	return e
}

//go:noinline
func makesMap(name string) error {
	e := &pointerError{name}
	made[name] = e
	return e
}

//go:noinline
func makesKey(name string) error {
	e := &pointerError{name}
	madeSet[e] = true
	return e
}

//go:noinline
func makesList(name string) error {
	e := &pointerError{name}
	madeAll = append(madeAll, e)
	return e
}

//go:noinline
func makesAtomic(name string) error {
	e := &pointerError{name}
	madeAtomic.Store(e)
	return e
}

//go:noinline
func makesGo(name string) error {
	e := &pointerError{name}
	done := make(chan bool)
	go func() {
		lastMade = e
		done <- true
	}()
	<-done
	return e
}

//go:noinline
func makesFinal(name string) error {
	e := &pointerError{name}
	runtime.SetFinalizer(e, func(e *pointerError) { lastMade = e })
	return e
}

//go:noinline
func makesLogged(name string) error {
	e := &pointerError{name}
	journal.Println("made", e)
	return e
}

type scanner struct{ err *pointerError }

//go:noinline
func (s *scanner) makes(name string) error {
	s.err = &pointerError{name}
	return s.err
}

func keptByMaker() error {
	s := &scanner{}
	_ = makesGlobal("global")
	_ = makesMap("map")
	_ = makesKey("key")
	_ = makesFinal("with a finalizer")
	_ = makesList("list")
	_ = makesAtomic("atomic")
	_ = makesGo("goroutine")
	_ = makesLogged("logged")
	_ = s.makes("field")
	failures++
	lastMade = s.err
	return nil
}

// ---- where the machine code says little

//go:nosplit
//go:noinline
func frameless() error { return fail("frameless") }

type keeping struct{}

//go:noinline
func (*keeping) Close() error {
	sink = frameless()
	return nil
}

var someKeeping anyCloser = &keeping{}

func keptFrameless() error {
	_ = someKeeping.Close()
	failures++
	return nil
}

func keptTypeOf() error {
	fmt.Fprintln(&strings.Builder{}, reflect.TypeOf(fail("its type")))
	return nil
}

func keptAskedFor() error {
	if _, ok := fail("asked for").(interface{ Timeout() bool }); ok {
		failures++
	}
	return nil
}

// A method Is of its own may do anything with it.
type comparing struct{ name string }

func (c *comparing) Error() string { return c.name }
func (c *comparing) Is(error) bool {
	sink = c
	return false
}

//go:noinline
func compares(name string) error { return &comparing{name} }

// It is waited for by who passes it on.
//
//go:noinline
func awaits() error {
	err := missing()
	if err == errMissing {
		failures++
	}
	return err
}

func keptAwaited() error {
	_ = awaits()
	failures++
	return nil
}

func keptByIs() error {
	if errors.Is(compares("compares"), errMissing) {
		failures++
	}
	return nil
}

// It is asked for by a method of its own, which may do anything with it.
type timing struct{ name string }

func (t *timing) Error() string { return t.name }
func (t *timing) Timeout() bool {
	sink = t
	return false
}

//go:noinline
func times(name string) error { return &timing{name} }

func keptByTimeout() error {
	if os.IsTimeout(times("times")) {
		failures++
	}
	return nil
}
