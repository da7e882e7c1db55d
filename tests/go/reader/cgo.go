//go:build cgo

package main

// static int twice(int x) { return 2 * x; }
import "C"

// twice calls C, so that the program is linked by the system's linker.
func twice(n int) int { return int(C.twice(C.int(n))) }
