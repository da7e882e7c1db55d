// Command stress makes errors on many goroutines whose stacks grow and move while the collector runs all the time, for as long
// as it is told. Each error says who made it and which it is, and so does its cause. It prints how many it made of each kind.
package main

import (
	"errors"
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"strconv"
	"sync"
	"sync/atomic"
	"time"
)

type fault struct {
	worker, round int
	padding       [24]byte
	err           error
}

func (f *fault) Error() string { return "fault " + label(f.worker, f.round) + ": " + f.err.Error() }
func (f *fault) Unwrap() error { return f.err }

type small struct{ worker, round int }

func (s small) Error() string { return "small " + label(s.worker, s.round) }

func label(worker, round int) string { return strconv.Itoa(worker) + "/" + strconv.Itoa(round) }

var plain, wrapped, faults, smalls, joined atomic.Int64

//go:noinline
func makePlain(worker, round int) error {
	plain.Add(1)
	return errors.New("plain " + label(worker, round))
}

//go:noinline
func makeSmall(worker, round int) error {
	smalls.Add(1)
	return small{worker, round}
}

// deep makes its error with a stack that had to grow for it, and wraps it on the way back.
//
//go:noinline
func deep(depth, worker, round int) error {
	var room [512]byte
	room[depth%len(room)] = byte(depth)
	if depth > 0 {
		err := deep(depth-1, worker, round)
		if depth%16 != 0 {
			runtime.KeepAlive(&room)
			return err
		}
		wrapped.Add(1)
		return fmt.Errorf("wrapped %s: %w", label(worker, round), err)
	}
	faults.Add(1)
	return &fault{worker: worker, round: round, err: makePlain(worker, round)}
}

//go:noinline
func join(worker, round int) error {
	joined.Add(1)
	return errors.Join(makePlain(worker, round), makeSmall(worker, round))
}

var live [64][]byte

func work(worker int, until time.Time) {
	for round := 0; time.Now().Before(until); round++ {
		done := make(chan error)
		go func() { done <- deep(round%64, worker, round) }() // a new goroutine: a small stack
		err := <-done
		if err == nil || join(worker, round) == nil {
			panic("no error")
		}
		live[worker%len(live)] = make([]byte, 1024+round%8192)
		var f *fault
		if !errors.As(err, &f) || f.worker != worker || f.round != round {
			panic("another's error: " + err.Error())
		}
		time.Sleep(time.Duration(worker%7+1) * time.Millisecond)
	}
}

func main() {
	seconds, err := strconv.Atoi(os.Args[1])
	if err != nil {
		panic(err)
	}
	debug.SetGCPercent(1)
	until := time.Now().Add(time.Duration(seconds) * time.Second)
	var group sync.WaitGroup
	for worker := 0; worker < 32; worker++ {
		group.Add(1)
		go func(worker int) {
			defer group.Done()
			work(worker, until)
		}(worker)
	}
	group.Wait()
	fmt.Printf("plain %d wrapped %d faults %d smalls %d joined %d\n",
		plain.Load(), wrapped.Load(), faults.Load(), smalls.Load(), joined.Load())
}
