//go:build go1.21

package main

import "runtime"

func panicNilValues() []error { return []error{new(runtime.PanicNilError)} }
