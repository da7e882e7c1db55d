// Command hops passes errors up through functions of many shapes. Each line that passes one on says so: "hop".
package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
)

type store interface{ get(key string) (int, error) }

type disk struct{ broken bool }

//go:noinline
func (d *disk) get(key string) (int, error) {
	if d.broken {
		return 0, errors.New("disk: " + key)
	}
	return len(key), nil
}

// direct gives its callee's error back alone.
//
//go:noinline
func direct(d *disk) error {
	_, err := d.get("direct")
	if err != nil {
		return err // hop
	}
	return nil
}

// behind has it as its third result, from a call through an interface.
//
//go:noinline
func behind(s store) (string, int, error) {
	n, err := s.get("behind")
	if err != nil {
		return "", 0, err // hop
	}
	return "ok", n, nil
}

// twice passes on what behind and then direct gave.
//
//go:noinline
func twice(d *disk) (int, error) {
	_, n, err := behind(d)
	if err != nil {
		return 0, err // hop
	}
	if err := direct(d); err != nil {
		return 0, err // hop
	}
	return n, nil
}

// loop gives up at the first error.
//
//go:noinline
func loop(disks []*disk) error {
	for _, d := range disks {
		if err := direct(d); err != nil {
			return err // hop
		}
	}
	return nil
}

// function calls a function value. Nothing in a stripped binary says that what this gives is an error.
//
//go:noinline
func function(f func() error) error {
	if err := f(); err != nil {
		return err
	}
	return nil
}

// wraps makes a new error: no hop.
//
//go:noinline
func wraps(d *disk) error {
	if err := direct(d); err != nil {
		return fmt.Errorf("wraps: %w", err)
	}
	return nil
}

// swallows drops it: no hop.
//
//go:noinline
func swallows(d *disk) error {
	if err := direct(d); err != nil {
		fmt.Println("ignored")
	}
	return nil
}

//go:noinline
func shout(s fmt.Stringer) fmt.Stringer { return s }

// other passes on an interface that is no error.
//
//go:noinline
func other(s fmt.Stringer) fmt.Stringer {
	if t := shout(s); t != nil {
		return t
	}
	return nil
}

//go:noinline
func end(r io.Reader) error {
	n, err := r.Read(make([]byte, 1))
	if err == nil && n == 0 {
		return errShort
	}
	return err
}

// sentinel passes on io.EOF.
//
//go:noinline
func sentinel() error {
	if err := end(strings.NewReader("")); err != nil {
		return err // hop
	}
	return nil
}

// first keeps the first of two errors: of which one that is, is known only at its end: no hop.
//
//go:noinline
func first(disks []*disk) error {
	var kept error
	for _, d := range disks {
		if err := direct(d); err != nil && kept == nil {
			kept = err
		}
	}
	return kept
}

// worst returns one of two errors, by what comes after: no hop.
//
//go:noinline
func worst(disks []*disk) (worst error) {
	for i, d := range disks {
		err := direct(d)
		if err != nil && i == 1 {
			worst = err
		}
	}
	return
}

// but passes on all errors but one kind.
//
//go:noinline
func but(d *disk) error {
	if err := direct(d); err != nil {
		if errors.Is(err, errShort) {
			return nil
		}
		return err // hop
	}
	return nil
}

// passed gives back what its callee gave, without a look at it: no hop.
//
//go:noinline
func passed(d *disk) (int, error) { return 1, direct(d) }

// over passes on what passed gave.
//
//go:noinline
func over(d *disk) (string, error) {
	n, err := passed(d)
	if err != nil {
		return "", err // hop
	}
	return fmt.Sprint(n), nil
}

var mu sync.Mutex

// unlocks does on its way out what is inlined there.
//
//go:noinline
func unlocks(d *disk) error {
	mu.Lock()
	if err := direct(d); err != nil {
		mu.Unlock()
		return err // hop
	}
	mu.Unlock()
	return nil
}

var errShort = errors.New("short")

func main() {
	good, bad := &disk{}, &disk{broken: true}
	for i := 0; i < 1000; i++ {
		_, err := twice(good)
		if err != nil || loop([]*disk{good, good}) != nil || wraps(good) != nil {
			panic("no")
		}
	}
	fmt.Println(direct(bad))
	fmt.Println(behind(bad))
	fmt.Println(twice(bad))
	fmt.Println(loop([]*disk{good, bad}))
	fmt.Println(function(func() error { return direct(bad) }))
	fmt.Println(wraps(bad))
	fmt.Println(swallows(bad))
	var b strings.Builder
	fmt.Println(other(&b) == nil)
	fmt.Println(sentinel())
	fmt.Println(first([]*disk{bad, bad}))
	fmt.Println(worst([]*disk{bad, bad, bad}))
	fmt.Println(but(bad))
	fmt.Println(unlocks(bad))
	fmt.Println(over(bad))
	_, err := os.ReadFile("missing") // package os passes it on itself
	fmt.Println(err)
}
