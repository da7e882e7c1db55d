// Command beat makes one known error every 20 ms until SIGTERM or SIGINT, then says how many and ends with status 5. It
// is for tests that attach to what runs already.
//
//	beat -hot N   makes N errors in one thread as fast as it can, and ends.
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"
)

// Missed is an error with a field, made at one place.
type Missed struct{ Beat int }

func (m *Missed) Error() string { return fmt.Sprintf("missed beat %d", m.Beat) }

//go:noinline
func miss(beat int) error { return &Missed{Beat: beat} }

//go:noinline
func hot() error { return errors.New("hot") }

func main() {
	times := flag.Int("hot", 0, "make so many errors at once, and end")
	flag.Parse()
	if *times > 0 {
		made := 0
		for i := 0; i < *times; i++ {
			if hot() != nil {
				made++
			}
		}
		fmt.Println("made", made)
		return
	}
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, syscall.SIGTERM, syscall.SIGINT)
	tick := time.NewTicker(20 * time.Millisecond)
	fmt.Println("beating")
	for beat := 1; ; beat++ {
		select {
		case <-stop:
			fmt.Println("missed", beat-1)
			os.Exit(5)
		case <-tick.C:
			if err := miss(beat); err == nil {
				panic("no error")
			}
		}
	}
}
