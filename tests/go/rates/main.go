// Command rates makes N errors of one type as fast as it can and, all at the same instruction, every 50,000th time two more of a
// rare type and every 1,000th time one of a third. It prints how many it made of each. Told "wrap", it wraps an error by
// fmt.Errorf as often as that, and every 50,000th time elsewhere.
package main

import (
	"fmt"
	"os"
	"strconv"
)

type Common struct{ At int }
type Rare struct{ At int }
type Seldom struct{ At int }

func (c *Common) Error() string { return fmt.Sprintf("common %d", c.At) }
func (r *Rare) Error() string   { return fmt.Sprintf("rare %d", r.At) }
func (s *Seldom) Error() string { return fmt.Sprintf("seldom %d", s.At) }

// give makes errors of all pointer types at one instruction.
//
//go:noinline
func give[T error](value T) error { return value }

//go:noinline
func often(at int, err error) error { return fmt.Errorf("often %d: %w", at, err) }

//go:noinline
func seldom(at int, err error) error { return fmt.Errorf("seldom %d: %w", at, err) }

func wrap(times int) {
	made := 0
	for i := 1; i <= times; i++ {
		if often(i, os.ErrNotExist) != nil {
			made++
		}
		if i%50_000 == 0 && seldom(i, os.ErrNotExist) != nil {
			made++
		}
	}
	fmt.Println("wrapped", made)
}

func main() {
	times, err := strconv.Atoi(os.Args[1])
	if err != nil {
		panic(err)
	}
	if len(os.Args) > 2 {
		wrap(times)
		return
	}
	common, rare, third := 0, 0, 0
	count := func(err error, made *int) {
		if err != nil {
			*made++
		}
	}
	for i := 1; i <= times; i++ {
		count(give(&Common{i}), &common)
		if i%50_000 == 0 {
			count(give(&Rare{i}), &rare)
			count(give(&Rare{i + 1}), &rare)
		}
		if i%1_000 == 0 {
			count(give(&Seldom{i}), &third)
		}
	}
	fmt.Println("common", common, "rare", rare, "seldom", third)
}
