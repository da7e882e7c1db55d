package main

import (
	"context"
	"fmt"
	"io"
	"reflect"
)

// Messages of what a pointer field leads to.

type optionalText struct {
	code    int
	message *string
}

func (e *optionalText) Error() string {
	if e.message == nil {
		return fmt.Sprintf("%d: no message", e.code)
	}
	return fmt.Sprintf("%d: %s", e.code, *e.message)
}

type details struct {
	id     uint16
	retry  bool
	reason string
	cause  error
	next   *details
}

type detailed struct {
	pad [3]int8
	*details
	second *details
}

func (e *detailed) Error() string {
	text := fmt.Sprintf("detail %d: %q", e.id, e.reason)
	if e.details.cause != nil {
		text += ": " + e.details.cause.Error()
	}
	if e.second != nil && e.second.retry {
		text += ", again"
	}
	return text
}

type twoPointers struct{ first *details }

func (e twoPointers) Error() string { return "next " + e.first.next.reason }

type pointedNumber struct{ n *int32 }

func (e pointedNumber) Error() string { return fmt.Sprintf("number %d", *e.n) }

type sharedText struct{ a, b *string }

func (e *sharedText) Error() string { return *e.a + "=" + *e.b }

func pointerValues() []error {
	text, empty, number := "pointed at", "", int32(-7)
	one := &details{1, true, "one", io.EOF, nil}
	return []error{
		&optionalText{1, nil}, &optionalText{2, &text}, &optionalText{3, &empty},
		&detailed{details: one}, &detailed{details: &details{reason: "r\n"}, second: one}, &detailed{details: one, second: one},
		twoPointers{&details{next: one}}, pointedNumber{&number}, &sharedText{&text, &text}, &sharedText{&text, &empty},
	}
}

// Errors of the runtime that name types.

type talker interface{ Talk() }

type named2 interface{ Name() string }

type pair[T any] struct{ a, b T }

//go:noinline
func convert[T any](v any) { sink = v.(T) }

//go:noinline
func convertTalker[T any](v talker) { sink = v.(T) }

type silent struct{}

func (silent) Talk() {}

// otherScope has a type of the same name as one of convertScopes.
func otherScope() any {
	type local struct{ n int }
	return local{1}
}

func convertScopes(v any) {
	type local struct{ n int }
	sink = v.(local)
}

func assertionPanics() []func() {
	return []func(){
		func() { convert[int]("a text") }, func() { convert[string](nil) }, func() { convert[error](7) },
		func() { convert[talker](nil) }, func() { convert[io.Reader](&details{}) }, func() { convert[named2](silent{}) },
		func() { convertTalker[named2](silent{}) }, func() { convertTalker[*details2](silent{}) },
		func() { convertTalker[silent](nil) }, func() { convert[pair[int]](pair[string]{}) },
		func() { convert[map[string][]*int](func(int, ...string) (bool, error) { return false, nil }) },
		func() { convert[struct{ X int }](struct{ Y chan<- int }{}) }, func() { convertScopes(otherScope()) },
		func() { convert[context.Context](context.TODO) },
		// made at run time: the executable has no such type
		func() { convert[int](reflect.New(reflect.ArrayOf(1234, reflect.TypeOf(silent{}))).Elem().Interface()) },
		func() { sink = map[any]int{}[[]int{}] }, func() { sink = map[any]int{any(details{}): 1}[func() {}] },
		func() { m := map[any]int{1: 1}; m[map[string]int{}] = 2 },
		func() { panicNil() }, func() { var m map[string]int; m["a"] = 1 }, func() { var d *details; sink = d.reason },
		func() { var f func(); f() }, func() { close((chan int)(nil)) }, func() { c := make(chan int); close(c); close(c) },
		func() { c := make(chan int); close(c); c <- 1 }, func() { sink = make([]int, lengthOf("x")-2) },
		func() { sink = make(chan int, lengthOf("x")-2) }, func() { sink = [2]int(make([]int, lengthOf("x"))) },
	}
}

type details2 struct{ details }

func (*details2) Talk() {}

//go:noinline
func lengthOf(s string) int { return len(s) }

//go:noinline
func panicNil() {
	var v any
	panic(v)
}
