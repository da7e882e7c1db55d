// Command lives is for tests of processes: short ones, ones that become another program, many of one file. It makes an error
// while its packages are initialised and one in main, each with its process id, fails to open a file, then does what it is told.
//
//	lives once              ends with status 3
//	lives exec FILE ARG…    becomes FILE by exec
//	lives wait              makes an error every 20 ms; on SIGHUP becomes by exec what is at its own path then; on SIGTERM
//	                        ends with status 5; on SIGUSR1 starts itself to live once
//	lives busy              the same, while two goroutines never rest and make an error every few milliseconds
//	lives hot               the same, while a goroutine does nothing but make errors
package main

import (
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"syscall"
	"time"
)

// Lived is an error that says when, and in which process it was made.
type Lived struct {
	Stage string
	Pid   int
}

func (l *Lived) Error() string { return fmt.Sprintf("lived %s as %d", l.Stage, l.Pid) }

//go:noinline
func live(stage string) error { return &Lived{stage, os.Getpid()} }

var early = live("before main")

func main() {
	if early == nil || live("in main") == nil {
		panic("no error")
	}
	if _, err := os.Open(fmt.Sprint("/no such file/", os.Getpid())); err == nil {
		panic("no error")
	}
	switch os.Args[1] {
	case "once":
		os.Exit(3)
	case "exec":
		fmt.Println(syscall.Exec(os.Args[2], os.Args[2:], os.Environ()))
		os.Exit(1)
	case "wait":
		wait()
	case "busy":
		go work()
		go work()
		wait()
	case "hot":
		go func() {
			for live("at work") != nil {
			}
		}()
		wait()
	}
}

func work() {
	for next := time.Now(); ; {
		if time.Now().After(next) {
			next = next.Add(4 * time.Millisecond)
			if live("at work") == nil {
				panic("no error")
			}
		}
	}
}

func wait() {
	again := make(chan os.Signal, 1)
	signal.Notify(again, syscall.SIGHUP)
	child := make(chan os.Signal, 1)
	signal.Notify(child, syscall.SIGUSR1)
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, syscall.SIGTERM)
	fmt.Println("waiting as", os.Getpid())
	for {
		select {
		case <-again:
			fmt.Println(syscall.Exec(os.Args[0], os.Args, os.Environ()))
			os.Exit(1)
		case <-child:
			fmt.Println("its child:", exec.Command(os.Args[0], "once").Run())
		case <-stop:
			os.Exit(5)
		case <-time.After(20 * time.Millisecond):
			if live("on") == nil {
				panic("no error")
			}
		}
	}
}
