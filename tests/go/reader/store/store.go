// Package store has error types of a package other than main.
package store

import "strconv"

// Kind is an error that is an integer.
type Kind int

func (k Kind) String() string { return strconv.Itoa(int(k)) }
func (k Kind) Error() string  { return "kind " + k.String() }

// Failure is an error only by pointer.
type Failure struct {
	Path string
	Kind Kind
	Err  error
}

func (f *Failure) Error() string { return f.Path }
func (f *Failure) Unwrap() error { return f.Err }
