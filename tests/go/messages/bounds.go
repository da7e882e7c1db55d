package main

import "time"

// Errors of the runtime, and those of package time.

// caught is what f panics with.
func caught(f func()) (err error) {
	defer func() { err, _ = recover().(error) }()
	f()
	return nil
}

var sink any

//go:noinline
func index(s []int, i int) { sink = s[i] }

//go:noinline
func unsignedIndex(s []int, i uint64) { sink = s[i] }

//go:noinline
func slice(s []int, i, j int) { sink = s[i:j] }

//go:noinline
func sliceText(s string, i, j int) { sink = s[i:j] }

//go:noinline
func slice3(s []int, i, j, k int) { sink = s[i:j:k] }

//go:noinline
func array3(s *[4]int, i, j, k int) { sink = s[i:j:k] }

//go:noinline
func toArray(s []int) { sink = (*[5]int)(s) }

//go:noinline
func divide(a, b int) { sink = a / b }

func runtimeValues() []error {
	s := make([]int, 2, 4)
	panics := []func(){
		func() { index(s, 2) }, func() { index(s, -1) }, func() { index(s, -1<<63) }, func() { unsignedIndex(s, 1<<64-1) },
		func() { slice(s, 0, 5) }, func() { slice(s, 3, 2) }, func() { slice(s, -1, 2) }, func() { slice(s, 0, -7) },
		func() { sliceText("abc", 0, 4) }, func() { sliceText("abc", 2, 1) }, func() { sliceText("abc", -2, 1) },
		func() { slice3(s, 0, 1, 9) }, func() { slice3(s, 0, 3, 2) }, func() { slice3(s, 2, 1, 3) },
		func() { slice3(s, 0, 1, -9) }, func() { slice3(s, 0, -3, 2) }, func() { slice3(s, -2, 1, 3) },
		func() { array3(&[4]int{}, 0, 1, 9) }, func() { array3(&[4]int{}, 0, 1, -9) }, func() { toArray(s) },
		func() { divide(1, len(s)-2) },
	}
	all := []error{}
	for _, f := range append(panics, assertionPanics()...) {
		if err := caught(f); err != nil {
			all = append(all, err)
		}
	}
	for _, text := range []string{"", "x", "2020-13-01", "2020-01-01 \"\\\t\x7f\xffé\ufffd", "2020-01-01T00:00:00Zjunk", "2020-02-31"} {
		if _, err := time.Parse(time.RFC3339, text); err != nil {
			all = append(all, err)
		}
		if _, err := time.Parse("2006-01-02 é\"", text); err != nil {
			all = append(all, err)
		}
		if _, err := time.ParseDuration(text); err != nil {
			all = append(all, err)
		}
	}
	return all
}
