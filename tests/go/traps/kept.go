package main

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
)

// Errors that aren't swallowed: somebody is given them, or it can't be told.

// It is waited for.
func keptSentinel() error {
	if errors.Is(missing(), errMissing) {
		failures++
	}
	return nil
}

func keptGlobal() error {
	sink = fail("kept")
	return nil
}

func keptField() error {
	h := &holder{what: "keeps"}
	h.cause = fail("in a field")
	holders = append(holders, h)
	return nil
}

var holders []*holder

func keptList() error {
	kept = append(kept, fail("in a list"))
	return nil
}

func keptMap() error {
	byName["it"] = fail("in a map")
	return nil
}

func keptClosure() error {
	err := fail("in a closure")
	later = func() string { return err.Error() }
	return nil
}

var later func() string

func keptArgument() error {
	takes(fail("given"))
	return nil
}

func keptText() error {
	failures += len(fail("as text").Error())
	return nil
}

func keptAs() error {
	var target *pointerError
	if errors.As(fail("as"), &target) {
		failures += len(target.name)
	}
	return nil
}

func keptAssertion() error {
	if target, ok := fail("asserted").(*pointerError); ok {
		failures += len(target.name)
	}
	return nil
}

func keptChannel() error {
	errs := make(chan error, 1)
	select {
	case errs <- fail("tried"):
	default:
	}
	return nil
}

func keptOnOnePath() error {
	err := fail("on one path")
	if errors.Is(err, errMissing) {
		return nil
	}
	return err
}

func keptPrinted() error {
	if err := fail("printed, on one path"); err != nil && failures >= 0 {
		fmt.Fprintln(&strings.Builder{}, err)
	}
	return nil
}

//go:noinline
func named(name string) (err error) {
	defer func() {
		if err != nil {
			err = fmt.Errorf("named: %w", err)
		}
	}()
	return fail(name)
}

func keptNamed() error { return named("deferred") }

func keptVariable() error {
	var err error
	for i := 0; i < 2; i++ {
		err = fail(fmt.Sprint("last ", i))
	}
	return err
}

func keptReflected() error {
	results := reflect.ValueOf(plain).Call([]reflect.Value{reflect.ValueOf("by reflection")})
	sink = results[0].Interface().(error)
	return nil
}

//go:noinline
func asAny(name string) any { return fail(name) }

func keptAsAny() error {
	lastPanic = asAny("as any")
	return nil
}

//go:noinline
func asPointer(name string) *pointerError {
	target, _ := fail(name).(*pointerError)
	return target
}

func keptAsPointer() error {
	sink = asPointer("as pointer")
	return nil
}

type shaped interface {
	error
	shape() int
}

func (e *pointerError) shape() int { return len(e.name) }

//go:noinline
func asOther(name string) shaped {
	target, _ := fail(name).(shaped)
	return target
}

func keptAsOther() error {
	sink = asOther("as another interface")
	return nil
}

func keptPanic() error { return caught(func() { panic(passes("thrown")) }) }

func init() {
	for name, f := range map[string]func() error{
		"keptSentinel": keptSentinel, "keptGlobal": keptGlobal, "keptField": keptField, "keptList": keptList,
		"keptMap": keptMap, "keptClosure": keptClosure, "keptArgument": keptArgument, "keptText": keptText,
		"keptAs": keptAs, "keptAssertion": keptAssertion, "keptChannel": keptChannel, "keptOnOnePath": keptOnOnePath,
		"keptPrinted": keptPrinted, "keptNamed": keptNamed, "keptVariable": keptVariable,
		"keptReflected": keptReflected, "keptAsAny": keptAsAny, "keptAsPointer": keptAsPointer,
		"keptAsOther": keptAsOther, "keptPanic": keptPanic, "keptInResult": keptInResult,
		"keptBesideBool": keptBesideBool, "keptTenthResult": keptTenthResult, "keptTenthArgument": keptTenthArgument,
		"keptEleventhArgument": keptEleventhArgument, "keptByMaker": keptByMaker, "keptFrameless": keptFrameless,
		"keptTypeOf": keptTypeOf, "keptAskedFor": keptAskedFor, "keptByIs": keptByIs, "keptByTimeout": keptByTimeout, "keptTwice": keptTwice, "keptBoth": keptBoth, "keptOneOf": keptOneOf, "keptByRecover": keptByRecover, "keptAwaited": keptAwaited,
	} {
		cases[name] = f
	}
}
