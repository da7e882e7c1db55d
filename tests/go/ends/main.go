// Command ends ends in the way that its argument names.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"strings"
	"syscall"
	"time"
	"unsafe"
)

type node struct {
	pad  [100]byte
	next *node
}

//go:noinline
func follow(n *node) *node { return n.next }

//go:noinline
func read(address uintptr) byte { return **(**byte)(unsafe.Pointer(&address)) }

var kept [][]byte
var sink map[int]string

// work allocates until its deadline: what lives is large, so that the collector is at work nearly always.
func work(ctx context.Context) error {
	sink = map[int]string{}
	for i := 0; ctx.Err() == nil; i++ {
		sink[i%500000] = strings.Repeat("x", 64+i%64)
	}
	return fmt.Errorf("work: %w", ctx.Err())
}

// join moves this process to a control group.
func join(group string) {
	if group == "" {
		return
	}
	if err := os.WriteFile(group+"/cgroup.procs", []byte(fmt.Sprint(os.Getpid())), 0o644); err != nil {
		panic(err)
	}
}

// touch reads a file's pages one by one through a mapping, after the kernel was asked to forget them.
func touch(name string) error {
	runtime.LockOSThread() // one thread's story
	file, err := os.Create(name)
	if err != nil {
		return err
	}
	defer file.Close()
	const size = 256 << 20
	if _, err := file.Write(make([]byte, size)); err != nil {
		return err
	}
	if err := file.Sync(); err != nil {
		return err
	}
	const dontNeed = 4 // POSIX_FADV_DONTNEED
	syscall.Syscall6(syscall.SYS_FADVISE64, file.Fd(), 0, 0, dontNeed, 0, 0)
	memory, err := syscall.Mmap(int(file.Fd()), 0, size, syscall.PROT_READ, syscall.MAP_SHARED)
	if err != nil {
		return err
	}
	syscall.Madvise(memory, syscall.MADV_RANDOM)
	ctx, cancel := context.WithTimeout(context.Background(), 500*time.Millisecond)
	defer cancel()
	var sum byte
	for at := 0; ctx.Err() == nil; at = (at + 4099*4096) % size {
		sum += memory[at]
	}
	var usage syscall.Rusage
	syscall.Getrusage(syscall.RUSAGE_SELF, &usage)
	fmt.Println("major faults:", usage.Majflt, sum)
	return fmt.Errorf("touch: %w", ctx.Err())
}

func main() {
	join(os.Getenv("CGROUP"))
	switch os.Args[1] {
	case "nil":
		defer func() { fmt.Println("recovered:", recover()) }()
		follow(nil)
	case "unmapped": // a fault that the runtime doesn't make a panic of, unless told
		debug.SetPanicOnFault(true)
		defer func() { fmt.Println("recovered:", recover()) }()
		read(0x7fff00000123)
	case "wild": // an address that no memory can have: the processor doesn't tell which
		debug.SetPanicOnFault(true)
		defer func() { fmt.Println("recovered:", recover()) }()
		read(0xdead000000000000)
	case "segv": // the same, unless told: it ends the program
		read(0x7fff00000123)
	case "killed":
		fmt.Println("ready")
		time.Sleep(time.Hour)
	case "abort":
		syscall.Kill(os.Getpid(), syscall.SIGABRT)
		time.Sleep(time.Hour)
	case "memory": // until the cgroup's limit ends it
		for {
			block := make([]byte, 1<<20)
			for i := 0; i < len(block); i += 4096 {
				block[i] = 1
			}
			kept = append(kept, block)
		}
	case "disk":
		fmt.Println(touch(os.Args[2]))
	case "collector":
		debug.SetGCPercent(1)
		runtime.GOMAXPROCS(2)
		ctx, cancel := context.WithTimeout(context.Background(), 1500*time.Millisecond)
		defer cancel()
		err := work(ctx)
		fmt.Println(err, errors.Is(err, context.DeadlineExceeded))
	}
}
