// Command old makes errors with no more of the language and the library than Go 1.16 had, to be built by every Go since.
package main

import (
	"errors"
	"fmt"
	"os"
	"strconv"
)

var errSentinel = errors.New("sentinel")

// pointerError has its cause at offset 24.
type pointerError struct {
	op    string
	count int
	cause error
}

func (e *pointerError) Error() string { return e.op + ": " + e.cause.Error() }
func (e *pointerError) Unwrap() error { return e.cause }

type valueError struct {
	code int
	text string
}

func (e valueError) Error() string { return strconv.Itoa(e.code) + " " + e.text }

type embeds struct {
	name string
	pointerError
}

//go:noinline
func fail(n int) error {
	switch n {
	case 0:
		return errors.New("plain")
	case 1:
		return fmt.Errorf("wrapped: %w", errSentinel)
	case 2:
		return &pointerError{op: "pointer", count: n, cause: errSentinel}
	case 3:
		return valueError{n, "value"}
	case 4:
		return &embeds{"embeds", pointerError{op: "inner", cause: errSentinel}}
	}
	_, err := os.Open("/nonexistent")
	return err
}

func main() {
	for n := 0; n < 6; n++ {
		err := fail(n)
		fmt.Println(err, errors.Is(err, errSentinel))
	}
	defer func() { fmt.Println(recover()) }()
	panic(fail(3))
}
