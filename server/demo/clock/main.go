// Command clock makes errors between two readings of Go's wall clock, for `errscope doctor` to compare with its own time of
// them. It writes the two to the file that it is given, in ns since 1970, a line for each error.
package main

import (
	"errors"
	"fmt"
	"os"
	"strconv"
	"time"
)

var last error

//go:noinline
func makeOne(n int) error { return errors.New("reading " + strconv.Itoa(n)) }

func main() {
	const readings = 200
	type reading struct{ before, after int64 }
	all := make([]reading, 0, readings)
	for n := 0; n < readings; n++ {
		before := time.Now().UnixNano()
		last = makeOne(n)
		all = append(all, reading{before, time.Now().UnixNano()})
		time.Sleep(time.Millisecond)
	}
	file, err := os.Create(os.Args[1])
	if err != nil {
		panic(err)
	}
	for _, one := range all {
		fmt.Fprintln(file, one.before, one.after)
	}
	if err := file.Close(); err != nil {
		panic(err)
	}
}
