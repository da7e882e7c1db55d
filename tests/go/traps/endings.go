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

func mapWrites() {
	m := map[int]int{}
	for i := 0; i < 4; i++ {
		go func() {
			for {
				m[1]++
			}
		}()
	}
	time.Sleep(time.Minute)
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
	"exitOne": exitOne, "logFatal": logFatal, "exitZero": exitZero, "panicUnrecovered": panicUnrecovered,
	"panicInDefer": panicInDefer, "deadlock": deadlock, "mapWrites": mapWrites, "stackOverflow": stackOverflow,
	"unlocked": unlocked, "waits": waits, "returns": returns,
}
