// Program load does one thing many times and prints how long one takes, in nanoseconds: for benches.
package main

import (
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

func main() {
	loads := map[string]func(int){"calls": calls, "failures": failures, "switches": switches}
	n, err := strconv.Atoi(os.Args[2])
	if err != nil {
		panic(err)
	}
	start := time.Now()
	loads[os.Args[1]](n)
	fmt.Println("ns:", time.Since(start).Nanoseconds()/int64(n))
}
