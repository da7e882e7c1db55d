// Program contexts has contexts cancelled with a cause that the errors which come of it don't carry, and some that do. With names as
// arguments it runs these cases.
package main

import (
	"context"
	"errors"
	"fmt"
	"log"
	"os"
	"strings"
	"time"
)

type pointerError struct{ name string }

func (e *pointerError) Error() string { return "pointer " + e.name }

//go:noinline
func fail(name string) error { return &pointerError{name} }

func cancelled(name string) context.Context {
	ctx, cancel := context.WithCancelCause(context.Background())
	cancel(fail(name))
	return ctx
}

func cancelledPlainly() context.Context {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	return ctx
}

var journal = log.New(&strings.Builder{}, "", 0)

// ---- lost

func wrapped() error { return fmt.Errorf("work: %w", cancelled("wrapped").Err()) }

func byV() error { return fmt.Errorf("work: %v", cancelled("by v").Err()) }

func hop() error {
	ctx := cancelled("hop")
	if err := ctx.Err(); err != nil {
		return err
	}
	return nil
}

//go:noinline
func plain(ctx context.Context) error { return ctx.Err() }

func below() error { return fmt.Errorf("below: %w", plain(cancelled("below"))) }

func logged() error {
	ctx := cancelled("logged")
	journal.Print(ctx.Err())
	return nil
}

func timedOut() error {
	ctx, cancel := context.WithTimeoutCause(context.Background(), time.Millisecond, fail("too slow"))
	defer cancel()
	<-ctx.Done()
	return fmt.Errorf("work: %w", ctx.Err())
}

func inherited() error {
	ctx, cancel := context.WithCancel(cancelled("of the parent"))
	defer cancel()
	return fmt.Errorf("work: %w", ctx.Err())
}

type key struct{}

func withValue() error {
	ctx := context.WithValue(cancelled("behind a value"), key{}, 1)
	return fmt.Errorf("work: %w", ctx.Err())
}

// Wrapped again, the error still doesn't carry it.
func again() error {
	err := fmt.Errorf("inner: %w", cancelled("again").Err())
	return fmt.Errorf("outer: %w", err)
}

// ---- not lost

func noCause() error { return fmt.Errorf("work: %w", cancelledPlainly().Err()) }

func both() error {
	ctx := cancelled("both")
	return fmt.Errorf("work: %w: %w", ctx.Err(), context.Cause(ctx))
}

func causeOnly() error { return fmt.Errorf("work: %w", context.Cause(cancelled("cause only"))) }

// ---- of another context, or of none

func another() error {
	_ = plain(cancelled("asked before"))
	return fmt.Errorf("work: %w", cancelledPlainly().Err())
}

//go:noinline
func sentinel() error { return fmt.Errorf("work: %w", context.Canceled) }

func elsewhere() error {
	if errors.Is(plain(cancelled("elsewhere")), context.DeadlineExceeded) {
		return nil
	}
	return sentinel()
}

// ---- two contexts, and a value that may be of either

// Which of two values an error is of, a value that all contexts share doesn't tell.
//
//go:noinline
func ofTwo(a, b context.Context) error {
	errA := a.Err()
	errB := b.Err()
	sink = fmt.Errorf("of a: %w", errA)
	return fmt.Errorf("of b: %w", errB)
}

func two() error { return ofTwo(cancelled("cause a"), cancelled("cause b")) }

func twoOfOne() error {
	ctx := cancelled("of one")
	child, cancel := context.WithCancel(ctx)
	defer cancel()
	return ofTwo(ctx, child)
}

// The other one is only tested.
//
//go:noinline
func checksFirst(request, server context.Context) error {
	err := request.Err()
	if server.Err() != nil {
		tested++
	}
	return fmt.Errorf("request: %w", err)
}

var tested int

func checked() error { return checksFirst(cancelled("of the request"), cancelled("of the server")) }

type job struct {
	ctx context.Context
	err error
}

//go:noinline
func handle(j job) error {
	if j.ctx != nil && j.ctx.Err() != nil {
		tested++
		return nil
	}
	return fmt.Errorf("job: %w", j.err)
}

// The first job's context is tested, in another call of the function that wraps the second one's error.
func jobs() error {
	err := cancelledPlainly().Err()
	for _, j := range []job{{ctx: cancelled("of the first job")}, {err: err}} {
		sink = handle(j)
	}
	return nil
}

//go:noinline
func read(conn func() error, server context.Context) error {
	err := conn()
	if server.Err() != nil && err == nil {
		return server.Err()
	}
	return fmt.Errorf("read: %w", err)
}

// The server's is returned only where there is no other.
func readOf() error { return read(cancelledPlainly().Err, cancelled("of the server")) }

// Each round has a context of its own, or none.
func rounds() error {
	for _, ctx := range []context.Context{cancelled("of round 0"), nil, cancelled("of round 2")} {
		err := context.Canceled
		if ctx != nil {
			err = ctx.Err()
		}
		sink = fmt.Errorf("round: %w", err)
	}
	return nil
}

// Each is logged in its round, and the first one is wrapped: of which of the two that is, can't be told.
func firstOf() error {
	var first error
	for _, ctx := range []context.Context{cancelled("of round a"), cancelled("of round b")} {
		err := ctx.Err()
		journal.Print(err)
		if first == nil {
			first = err
		}
	}
	return fmt.Errorf("first: %w", first)
}

var cases = map[string]func() error{
	"wrapped": wrapped, "byV": byV, "hop": hop, "below": below, "logged": logged, "timedOut": timedOut,
	"inherited": inherited, "withValue": withValue, "again": again, "noCause": noCause, "both": both,
	"causeOnly": causeOnly, "another": another, "elsewhere": elsewhere, "two": two, "twoOfOne": twoOfOne, "checked": checked,
	"jobs": jobs, "readOf": readOf, "rounds": rounds, "firstOf": firstOf,
}

var sink error

func main() {
	for _, name := range os.Args[1:] {
		sink = cases[name]()
	}
}
