// Program deadlines misses deadlines for different reasons, one for each name on the command line.
package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"time"
)

func must(err error) {
	if err != nil {
		panic(err)
	}
}

// work uses the processor until it has had enough of it, or the deadline is over.
func work(ctx context.Context, cpu time.Duration) error {
	for used := time.Duration(0); used < cpu; {
		start := time.Now()
		for i := 0; time.Since(start) < time.Millisecond; i++ {
		}
		used += time.Millisecond
		if ctx.Err() != nil {
			return fmt.Errorf("work: %w", ctx.Err())
		}
	}
	return errors.New("the work was done in time")
}

// starved does work among processes that want all processors too.
func starved() error {
	self, err := os.Executable()
	must(err)
	for i := 0; i < 8; i++ {
		spinner := exec.Command(self, "spin")
		spinner.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
		must(spinner.Start())
		defer spinner.Process.Kill()
	}
	time.Sleep(100 * time.Millisecond)
	ctx, cancel := context.WithTimeout(context.Background(), 1200*time.Millisecond)
	defer cancel()
	return work(ctx, time.Hour)
}

// quota does work in a cgroup that may use a tenth of a processor; its folder is in the environment.
func quota() error {
	must(os.WriteFile(os.Getenv("CGROUP")+"/cgroup.procs", []byte(fmt.Sprint(os.Getpid())), 0))
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	fmt.Println(errors.New("an error before"))
	return work(ctx, time.Hour)
}

// peer waits for an answer that doesn't come.
func peer() error {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	must(err)
	defer listener.Close()
	conn, err := net.Dial("tcp", listener.Addr().String())
	must(err)
	defer conn.Close()
	must(conn.SetReadDeadline(time.Now().Add(200 * time.Millisecond)))
	_, err = conn.Read(make([]byte, 1))
	return err
}

// lock gets a lock too late.
func lock() error {
	var mu sync.Mutex
	mu.Lock()
	ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
	defer cancel()
	time.AfterFunc(300*time.Millisecond, mu.Unlock)
	mu.Lock()
	defer mu.Unlock()
	return fmt.Errorf("too late for the lock: %w", ctx.Err())
}

// channel waits for a value that isn't sent.
func channel() error {
	values := make(chan int)
	ctx, cancel := context.WithTimeout(context.Background(), 200*time.Millisecond)
	defer cancel()
	select {
	case <-values:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("no value: %w", ctx.Err())
	}
}

// none has nothing to do with deadlines.
func none() error {
	time.Sleep(100 * time.Millisecond)
	return fmt.Errorf("no deadline: %w", context.Canceled)
}

func main() {
	// too much work for the time
	long := func() error {
		ctx, cancel := context.WithTimeout(context.Background(), 600*time.Millisecond)
		defer cancel()
		return work(ctx, time.Hour)
	}
	cases := map[string]func() error{
		"starved": starved, "quota": quota, "peer": peer, "lock": lock, "channel": channel, "none": none, "long": long,
	}
	for _, name := range os.Args[1:] {
		if name == "spin" {
			for {
			}
		}
		fmt.Printf("%s: %s\n", name, strings.TrimSpace(cases[name]().Error()))
	}
}
