// Command defers has a function with two deferred closures that it calls itself.
package main

import "sync"

var a, b sync.Mutex

//go:noinline
func two() int {
	a.Lock()
	defer a.Unlock()
	b.Lock()
	defer b.Unlock()
	return 2
}

func main() { two() }
