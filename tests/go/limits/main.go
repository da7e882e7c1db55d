// Program limits makes errors at the edges of what is captured. Each case is a name on the command line.
package main

import (
	"errors"
	"fmt"
	"os"
	"runtime"
	"strings"
	"syscall"
	"unsafe"
)

type link struct {
	name string
	next error
}

func (l *link) Error() string { return l.name }
func (l *link) Unwrap() error { return l.next }

type text struct{ s string }

func (t *text) Error() string { return t.s }

var sink error

//go:noinline
func deep(n int) error {
	if n > 0 {
		err := deep(n - 1)
		runtime.KeepAlive(n)
		return err
	}
	pcs := make([]uintptr, 10000)
	fmt.Println("frames", runtime.Callers(1, pcs))
	return &text{"from the deep"}
}

//go:noinline
func made(s string) error { return &text{s} }

func join(n int) error {
	children := make([]error, n)
	for i := range children {
		children[i] = made(fmt.Sprint("child ", i))
	}
	return errors.Join(children...)
}

func chain(n int) error {
	err := made("the innermost")
	for i := 0; i < n; i++ {
		err = &link{fmt.Sprint("link ", i), err}
	}
	return err
}

func cycle() error {
	a := &link{name: "a"}
	b := &link{name: "b", next: a}
	a.next = b
	fmt.Println(error(a))
	return a
}

// gone makes an error whose text lies in memory that was given back.
func gone() error {
	page, err := syscall.Mmap(-1, 0, 4096, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_ANON|syscall.MAP_PRIVATE)
	if err != nil {
		panic(err)
	}
	s := unsafe.String(&page[0], 16)
	if err := syscall.Munmap(page); err != nil {
		panic(err)
	}
	return &text{s}
}

// edge makes an error whose text crosses into a page that can't be read, at an odd address.
func edge() error {
	pages, err := syscall.Mmap(-1, 0, 8192, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_ANON|syscall.MAP_PRIVATE)
	if err != nil {
		panic(err)
	}
	copy(pages[4091:], "12345")
	if err := syscall.Mprotect(pages[4096:], syscall.PROT_NONE); err != nil {
		panic(err)
	}
	return &text{unsafe.String(&pages[4091], 10)}
}

func main() {
	switch os.Args[1] {
	case "deep":
		sink = deep(5000)
	case "join":
		sink = join(12000)
	case "chain":
		sink = chain(100)
	case "cycle":
		sink = cycle()
	case "many":
		for i := 0; i < 200_000; i++ {
			sink = made(fmt.Sprint("number ", i))
		}
	case "long":
		sink = made(strings.Repeat("0123456789abcdef", 1<<16))
	case "binary":
		sink = made("caf\xe9 \xff\x00 end")
	case "gone":
		sink = gone()
	case "edge":
		sink = edge()
	case "nil":
		var none *text
		sink = none
	}
}
