// Goroutines that start others, hand errors over, wait with one in flight, and end with one.
package main

import (
	"errors"
	"fmt"
	"os"
	"sync"
	"time"
)

// Four generations. The ones between have ended before the youngest makes its error, if hurry is true: then nobody may know
// them any more.
func trunk(errs chan<- error, hurry bool) {
	go branch(errs, hurry)
	if !hurry {
		time.Sleep(5 * time.Second)
	}
}

func branch(errs chan<- error, hurry bool) {
	go leaf(errs)
	if !hurry {
		time.Sleep(5 * time.Second)
	}
}

func leaf(errs chan<- error) {
	time.Sleep(20 * time.Millisecond)
	errs <- fmt.Errorf("leaf: %w", &os.PathError{Op: "open", Path: "x", Err: errors.New("no")})
}

// The receiver was late: the error waited in the channel.
func late(errs chan error) {
	go func() {
		err := errors.New("early")
		errs <- err
	}()
	time.Sleep(50 * time.Millisecond)
	fmt.Fprintln(os.Stderr, fmt.Errorf("late: %w", <-errs))
}

// An error in flight while its goroutine waits for a channel and for a mutex.
func waits(errs chan error) {
	var mutex sync.Mutex
	mutex.Lock()
	reply := make(chan int)
	var done sync.WaitGroup
	done.Add(1)
	go func() {
		defer done.Done()
		err := fails()
		<-reply
		mutex.Lock()
		go helper()
		errs <- err
	}()
	time.Sleep(30 * time.Millisecond)
	reply <- 1
	time.Sleep(30 * time.Millisecond)
	mutex.Unlock()
	done.Wait()
	fmt.Fprintln(os.Stderr, <-errs)
}

//go:noinline
func fails() error { return errors.New("in flight") }

func helper() { time.Sleep(time.Millisecond) }

// The parent never rests, so that its g changes all the time.
func busy(errs chan<- error) {
	there, back := make(chan int), make(chan int)
	go func() {
		for x := range there {
			back <- x
		}
	}()
	go func() { errs <- fmt.Errorf("busy: %w", errors.New("no")) }()
	for start := time.Now(); time.Since(start) < 300*time.Millisecond; {
		there <- 1
		<-back
	}
	close(there)
}

// Nobody asks for it.
func forgets() {
	var done sync.WaitGroup
	done.Add(1)
	go func() {
		defer done.Done()
		_ = forgotten()
	}()
	done.Wait()
}

//go:noinline
func forgotten() error { return errors.New("forgotten") }

// A package-level error that is made at run time is everybody's: nobody hands it over.
var errShared = fmt.Errorf("shared by %d", 2)

func shares() {
	done := make(chan bool)
	for i := 0; i < 2; i++ {
		go func() {
			fmt.Fprintln(os.Stderr, fmt.Errorf("of all: %w", errShared))
			done <- true
		}()
		<-done
	}
}

func main() {
	errs := make(chan error, 1)
	go trunk(errs, false)
	fmt.Fprintln(os.Stderr, <-errs)
	go trunk(errs, true)
	fmt.Fprintln(os.Stderr, <-errs)
	go busy(errs)
	fmt.Fprintln(os.Stderr, <-errs)
	time.AfterFunc(time.Millisecond, func() { errs <- errors.New("timer") })
	fmt.Fprintln(os.Stderr, <-errs)
	late(errs)
	waits(errs)
	forgets()
	shares()
	// The collector may look at the goroutines a little later.
	time.Sleep(500 * time.Millisecond)
}
