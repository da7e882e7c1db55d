// Program limits makes errors at the edges of what is captured. Each case is a name on the command line.
package main

import (
	"errors"
	"fmt"
	"os"
	"os/signal"
	"runtime"
	"strings"
	"sync"
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

// far has its cause and its text behind the bytes that are copied of an object.
type far struct {
	pad   [600]byte
	name  string
	cause error
}

func (f *far) Error() string { return f.name }
func (f *far) Unwrap() error { return f.cause }

// step leads to the next one without an interface: a chain of them is made without making errors.
type step struct{ next *step }

func (s *step) Error() string { return "a step" }
func (s *step) Unwrap() error { return s.next }

type list struct{ errs []error }

func (l *list) Error() string   { return "a list" }
func (l *list) Unwrap() []error { return l.errs }

// pages gives two pages of memory, of which the second can't be read.
func pages() []byte {
	both, err := syscall.Mmap(-1, 0, 8192, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_ANON|syscall.MAP_PRIVATE)
	if err != nil {
		panic(err)
	}
	if err := syscall.Mprotect(both[4096:], syscall.PROT_NONE); err != nil {
		panic(err)
	}
	return both
}

// unmapped gives the address of memory that was given back.
func unmapped() *byte {
	both := pages()
	address := &both[0]
	if err := syscall.Munmap(both); err != nil {
		panic(err)
	}
	return address
}

// edge makes an error whose text crosses into a page that can't be read, at an odd address.
func edge() error {
	both := pages()
	copy(both[4091:], "12345")
	return &text{unsafe.String(&both[4091], 10)}
}

// at puts a text's header anywhere.
func at(place *byte, s string) *text {
	*(*string)(unsafe.Pointer(place)) = s
	return (*text)(unsafe.Pointer(place))
}

// torn makes a list of which the third element can't be read.
func torn() error {
	both := pages()
	first := (*error)(unsafe.Pointer(&both[4096-32]))
	errs := unsafe.Slice(first, 3)
	errs[0], errs[1] = made("first"), made("second")
	return &list{errs}
}

// flood makes n errors in each of four goroutines, once the test has said so.
func flood(n int, produce func(i int) error) {
	begin := make(chan os.Signal, 1)
	signal.Notify(begin, syscall.SIGUSR1)
	fmt.Println("ready")
	<-begin
	var all sync.WaitGroup
	for g := 0; g < 4; g++ {
		all.Add(1)
		go func() {
			defer all.Done()
			for i := 0; i < n; i++ {
				runtime.KeepAlive(produce(i))
			}
		}()
	}
	all.Wait()
	fmt.Println("done")
}

func main() {
	switch os.Args[1] {
	case "deep":
		sink = deep(5000)
	case "deeper":
		sink = deep(70000)
	case "join":
		sink = join(12000)
	case "wide":
		one := made("one of many")
		children := make([]error, 70000)
		for i := range children {
			children[i] = one
		}
		sink = &list{children}
	case "chain":
		sink = chain(100)
	case "steps":
		steps := make([]step, 1500)
		for i := range steps[1:] {
			steps[i].next = &steps[i+1]
		}
		sink = &steps[0]
	case "cycle":
		sink = cycle()
	case "self":
		me := &link{name: "me"}
		me.next = me
		fmt.Println(error(me))
	case "far":
		sink = &far{name: "from afar", cause: made("the cause")}
	case "many":
		flood(100_000, func(i int) error { return made("one of many") })
	case "heavy":
		children := make([]error, 1000)
		for i := range children {
			children[i] = made(fmt.Sprint("child ", i))
		}
		flood(100, func(i int) error { return &list{children} })
	case "long":
		for _, n := range []int{1025, 1028, 1032, 1055, 4127, 100_001, 1 << 20, 1<<20 + 1} {
			sink = made(strings.Repeat("0123456789abcdefghi", n/19+1)[:n])
		}
	case "binary":
		sink = made("caf\xe9 \xff\x00 end")
	case "gone":
		sink = made(unsafe.String(unmapped(), 16))
	case "edge":
		sink = edge()
	case "hole":
		sink = (*text)(unsafe.Pointer(unmapped()))
	case "half":
		sink = (*text)(unsafe.Pointer(&pages()[4096-8]))
	case "odd":
		sink = at(&pages()[1001], "at an odd address")
	case "torn":
		sink = torn()
	case "nil":
		var none *text
		sink = none
	}
}
