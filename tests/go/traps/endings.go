package main

import (
	"fmt"
	"log"
	"os"
	"sync"
	"time"
)

func exitOne() {
	err := fmt.Errorf("could not start: %w", fail("config"))
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}

func logFatal() { log.Fatal(fail("fatal")) }

// The program's status tells of it: that isn't swallowing it.
func exitTested() {
	if err := fail("only tested"); err != nil {
		os.Exit(3)
	}
}

// The last error that was made before is a package-level one, which led nowhere.
var errMade = fmt.Errorf("made of %d", len(os.Args))

// Which of them led there, can't be told.
func exitAfterTwo() {
	fmt.Fprintln(os.Stderr, "warning:", fail("written"))
	if err := fail("met since"); err != nil {
		os.Exit(5)
	}
}

func exitAlone() { os.Exit(4) }

func exitZero() {
	fmt.Fprintln(os.Stderr, fail("of no matter"))
	os.Exit(0)
}

func panicUnrecovered() { panic(fail("unrecovered")) }

func panicInDefer() {
	defer func() { panic("second") }()
	panic(fail("first"))
}

func deadlock() { select {} }

// Two that write may both notice it before the program ends; of one that reads and one that writes only the reader does.
func mapRead() {
	m := map[int]int{}
	go func() {
		for {
			m[1]++
		}
	}()
	for {
		failures += m[1]
	}
}

//go:noinline
func recurse(n int) int {
	if n < 0 {
		return 0
	}
	var room [512]byte
	room[n%512] = byte(n)
	return recurse(n+1) + int(room[(n+1)%512])
}
func stackOverflow() { fmt.Println(recurse(0)) }

func unlocked() {
	var mu sync.Mutex
	mu.Unlock()
}

func waits() {
	fmt.Fprintln(os.Stderr, "waiting")
	time.Sleep(time.Minute)
}

func returns() { sink = fail("and returned") }

var endings = map[string]func(){
	"exitOne": exitOne, "logFatal": logFatal, "exitTested": exitTested, "exitAfterTwo": exitAfterTwo, "exitAlone": exitAlone, "exitZero": exitZero, "panicUnrecovered": panicUnrecovered,
	"panicInDefer": panicInDefer, "deadlock": deadlock, "mapRead": mapRead, "stackOverflow": stackOverflow,
	"unlocked": unlocked, "waits": waits, "returns": returns,
}
