// Program groups has errgroup.Group drop errors. Each case runs in a goroutine of its own; with names as arguments it runs these.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"

	"golang.org/x/sync/errgroup"
)

type pointerError struct{ name string }

func (e *pointerError) Error() string { return "pointer " + e.name }

//go:noinline
func fail(name string) error { return &pointerError{name} }

var errMissing = errors.New("missing")
var sink error

// inTurn runs the functions as one group, each after the one before has returned.
//
//go:noinline
func inTurn(functions ...func() error) error {
	var group errgroup.Group
	group.SetLimit(1)
	for _, f := range functions {
		group.Go(f)
	}
	return group.Wait()
}

func threeFail() error {
	return inTurn(
		func() error { return fail("first") },
		func() error { return fail("second") },
		func() error {
			if err := fail("third"); err != nil {
				return fmt.Errorf("wrapped: %w", err)
			}
			return nil
		})
}

func oneFails() error {
	return inTurn(func() error { return nil }, func() error { return fail("only") }, func() error { return nil })
}

func sentinelAfter() error {
	return inTurn(func() error { return fail("before") }, func() error { return errMissing })
}

func sameTwice() error {
	return inTurn(func() error { return errMissing }, func() error { return errMissing })
}

// The second error is logged, and dropped nevertheless.
func loggedAfter() error {
	return inTurn(func() error { return fail("kept") }, func() error {
		err := fail("logged")
		fmt.Fprintln(os.Stderr, err)
		return err
	})
}

func withContext() error {
	group, ctx := errgroup.WithContext(context.Background())
	group.Go(func() error { return fail("cancels") })
	group.Go(func() error {
		<-ctx.Done()
		return fail("comes late")
	})
	return group.Wait()
}

func tried() error {
	var group errgroup.Group
	group.TryGo(func() error { return fail("tried first") })
	_ = group.Wait()
	group.TryGo(func() error { return fail("tried second") })
	return group.Wait()
}

// Two groups: each keeps its own first.
func twoGroups() error {
	return errors.Join(
		inTurn(func() error { return fail("of one") }),
		inTurn(func() error { return fail("of another") }))
}

var cases = map[string]func() error{
	"threeFail": threeFail, "oneFails": oneFails, "sentinelAfter": sentinelAfter, "sameTwice": sameTwice, "loggedAfter": loggedAfter,
	"withContext": withContext, "tried": tried, "twoGroups": twoGroups,
}

func main() {
	for _, name := range os.Args[1:] {
		sink = cases[name]()
	}
}
