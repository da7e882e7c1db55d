// Program sentinels uses package-level errors in every way that code does: returned, stored, wrapped, and only compared with.
package main

import (
	"bytes"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
)

var ErrNotFound = errors.New("not found")
var ErrBusy error = &busy{3}
var ErrDynamic = fmt.Errorf("dynamic %d", len(os.Args))

type busy struct{ n int }

func (b *busy) Error() string { return fmt.Sprint("busy ", b.n) }

type holder struct{ err error }

//go:noinline
func find(k string) (string, error) {
	if k == "" {
		return "", ErrNotFound
	}
	return k, nil
}

//go:noinline
func mixed(n int) error {
	switch n {
	case 0:
		return nil
	case 1:
		return ErrBusy
	case 2:
		return errors.New("made here")
	case 3:
		return ErrDynamic
	case 4:
		return fmt.Errorf("wrapped: %w", ErrNotFound)
	}
	return io.EOF
}

//go:noinline
func check(err error) bool {
	if err == ErrNotFound {
		return true
	}
	return errors.Is(err, ErrBusy) || errors.Is(err, sql.ErrNoRows)
}

//go:noinline
func deferred() (err error) {
	defer func() {
		if err == nil {
			err = ErrBusy
		}
	}()
	return nil
}

//go:noinline
func hold(h *holder) { h.err = io.ErrUnexpectedEOF }

func main() {
	_, err := find("")
	fmt.Println(check(err))
	for i := 0; i < 6; i++ {
		fmt.Println(mixed(i))
	}
	deferred()
	var h holder
	hold(&h)
	fmt.Println(h.err != nil)
	b := make([]byte, 4)
	r := strings.NewReader("")
	_, err = r.Read(b)
	fmt.Println(err == io.EOF, check(err))
	_, err = bytes.NewReader(nil).ReadByte()
	fmt.Println(err)
}
