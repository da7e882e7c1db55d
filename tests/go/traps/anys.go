package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"sync"
	"sync/atomic"
)

// Errors that are only ever put into an `any`, and what looks like them: the cases whose names begin with any.

type reply struct {
	Status int
	Reason string
}

func (r *reply) Error() string { return r.Reason }

var held any

//go:noinline
func hold(v any) { held = v }

func anyPrinted() error {
	fmt.Fprintln(io.Discard, &pointerError{"printed as any"})
	return nil
}

func anyNewPrinted() error {
	_ = fmt.Sprint("it failed: ", errors.New("only printed"))
	return nil
}

func anyTwoPrinted() error {
	fmt.Fprintln(io.Discard, errors.New("one of two"), errors.New("two of two"))
	return nil
}

func anyWrapped() error { return fmt.Errorf("outer: %w", errors.New("inner")) }
func anyLost() error    { return fmt.Errorf("outer: %v", &pointerError{"lost as any"}) }

func anyPanicked() error    { return caught(func() { panic(&pointerError{"panicked as any"}) }) }
func anyPanickedNew() error { return caught(func() { panic(errors.New("only panicked")) }) }

func anyHeld() error {
	var value atomic.Value
	value.Store(&pointerError{"in an atomic"})
	var m sync.Map
	m.Store("key", &pointerError{"in a sync.Map"})
	c := make(chan any, 1)
	c <- &pointerError{"sent as any"}
	ctx := context.WithValue(context.Background(), "key", &pointerError{"in a context"})
	hold([]any{value.Load(), <-c, ctx, &pointerError{"in a list"}, valueError{8}})
	hold(map[string]any{"key": &pointerError{"in a map"}})
	return nil
}

func anyMarshalled() error {
	_, _ = json.Marshal(&reply{404, "marshalled"})
	return nil
}

func anyOfCause() error {
	hold(&wrapper{"held", fail("cause of held")})
	return nil
}

// Made where it becomes an error, once, though it is written before.
func anyThenReturned() error {
	e := &pointerError{"written, then returned"}
	journal.Print(e)
	return e
}

// Made where it is first seen, in the function that returns the plain pointer.
func anyThenConverted() error { return born("held at birth") }

//go:noinline
func born(name string) *pointerError {
	e := &pointerError{name}
	hold(e)
	return e
}

// Each is made and printed anew: none came of the one before, though their texts are equal.
func anyRepeated() error {
	for i := 0; i < 3; i++ {
		fmt.Fprintln(io.Discard, errors.New("again and again"))
	}
	return nil
}

func anyTwice() error {
	e := &pointerError{"held twice"}
	hold(e)
	journal.Print(e)
	return nil
}

// An error that is in an `error` is not made again when it goes into an `any`.
func anyOfError() error {
	err := fail("was an error")
	hold(err)
	if e, ok := err.(*pointerError); ok {
		hold(e)
	}
	var target *pointerError
	if errors.As(err, &target) {
		hold(target)
	}
	return nil
}

//go:noinline
func failValue(code int) error { return valueError{code} }

func anyOfValue() error {
	err := failValue(9)
	var target valueError
	if errors.As(err, &target) {
		hold(target)
	}
	return nil
}

// What is there to be filled, asked for its type, or compared with is no error.
func anyFilled() error {
	var r reply
	_ = json.Unmarshal([]byte(`{"Reason":"none"}`), &r)
	hold((*pointerError)(nil))
	switch e := held.(type) {
	case *pointerError:
		hold(e == nil)
	case *reply:
		hold(e.Status)
	}
	return nil
}

func init() {
	for name, f := range map[string]func() error{
		"anyPrinted": anyPrinted, "anyNewPrinted": anyNewPrinted, "anyTwoPrinted": anyTwoPrinted, "anyWrapped": anyWrapped,
		"anyLost": anyLost, "anyPanicked": anyPanicked, "anyPanickedNew": anyPanickedNew,
		"anyHeld": anyHeld, "anyMarshalled": anyMarshalled, "anyOfCause": anyOfCause, "anyThenReturned": anyThenReturned,
		"anyThenConverted": anyThenConverted, "anyRepeated": anyRepeated, "anyTwice": anyTwice, "anyOfError": anyOfError, "anyOfValue": anyOfValue,
		"anyFilled": anyFilled,
	} {
		cases[name] = f
	}
}
