// Program load does one thing many times and prints how long one takes, and what it takes of a processor, in nanoseconds: for
// benches.
package main

import (
	"errors"
	"fmt"
	"os"
	"runtime"
	"strconv"
	"syscall"
	"time"
)

// calls makes system calls that succeed and do next to nothing.
func calls(n int) {
	for i := 0; i < n; i++ {
		syscall.Getppid()
	}
}

// failures makes system calls that fail.
func failures(n int) {
	for i := 0; i < n; i++ {
		syscall.Access("/does/not/exist", 0)
	}
}

// fail makes an error at one place. Without a check of the stack its first instruction, where peers can probe it, is one that the
// kernel emulates; so is the call, where errscope does.
//
//go:noinline
//go:nosplit
func fail(text string) error { return same(errors.New(text)) }

//go:noinline
//go:nosplit
func same(err error) error { return err }

// failed makes errors in one thread, with a few different texts.
func failed(n int) {
	texts := []string{"no such order", "out of stock", "payment refused", "the upstream is away"}
	for i := 0; i < n; i++ {
		if fail(texts[i%len(texts)]) == nil {
			panic("no error")
		}
	}
}

// switches passes a byte between two threads, each of which sleeps until it comes.
func switches(n int) {
	var there, back [2]int
	for _, pair := range []*[2]int{&there, &back} {
		if err := syscall.Pipe(pair[:]); err != nil {
			panic(err)
		}
	}
	pass := func(from, to int) {
		b := make([]byte, 1)
		syscall.Read(from, b)
		syscall.Write(to, b)
	}
	go func() {
		runtime.LockOSThread()
		for i := 0; i < n; i++ {
			pass(there[0], back[1])
		}
	}()
	runtime.LockOSThread()
	b := make([]byte, 1)
	for i := 0; i < n; i++ {
		syscall.Write(there[1], b)
		syscall.Read(back[0], b)
	}
}

// parks passes a number between two goroutines, each of which waits until it comes.
func parks(n int) {
	there, back := make(chan int), make(chan int)
	go func() {
		for x := range there {
			back <- x
		}
	}()
	for i := 0; i < n/2; i++ {
		there <- i
		<-back
	}
}

// starts starts goroutines that end at once.
func starts(n int) {
	ended := make(chan int)
	for i := 0; i < n; i++ {
		go func() { ended <- 1 }()
		<-ended
	}
}

// cpu is the time of all processors that this process has had.
func cpu() int64 {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		panic(err)
	}
	return usage.Utime.Nano() + usage.Stime.Nano()
}

func main() {
	loads := map[string]func(int){
		"calls": calls, "failures": failures, "switches": switches, "parks": parks, "starts": starts,
		"errors": failed,
	}
	n, err := strconv.Atoi(os.Args[2])
	if err != nil {
		panic(err)
	}
	start, startCPU := time.Now(), cpu()
	loads[os.Args[1]](n)
	took, tookCPU := time.Since(start), cpu()-startCPU
	fmt.Println("ns:", took.Nanoseconds()/int64(n))
	fmt.Println("cpu ns:", tookCPU/int64(n))
}
