// Command hops passes errors up through functions of many shapes. Each line that passes one on says so: "hop".
package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
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
	_, err := os.ReadFile("missing") // package os passes it on itself
	fmt.Println(err)
}
