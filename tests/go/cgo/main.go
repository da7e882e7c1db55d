// Command cgo calls C functions that fail: one by itself, without any system call, and one in a system call.
package main

// #include <errno.h>
// #include <fcntl.h>
// static int invented(void) { errno = ENOENT; return -1; }
// static int opens(const char *path) { return open(path, O_RDONLY); }
// static char missing[] = "missing/in/c";
// static char *path(void) { return missing; }
import "C"

import (
	"fmt"
	"os"
)

// both fails in Go first, with the same number, which it ignores.
//
//go:noinline
func both() error {
	if _, err := os.Open("missing/in/go"); err == nil {
		panic("it is there")
	}
	_, err := C.invented()
	return fmt.Errorf("both: %w", err)
}

//go:noinline
func inC() error {
	_, err := C.opens(C.path())
	return fmt.Errorf("inC: %w", err)
}

func main() {
	fmt.Println(both())
	fmt.Println(inC())
}
