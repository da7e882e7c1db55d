package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/url"
	"os"
	"os/exec"
	"reflect"
	"strconv"
	"syscall"
)

// Types of the standard library.

func standardValues() []error {
	all := []error{
		errors.New("new"), fmt.Errorf("w: %w", errors.New("x")), fmt.Errorf("%w and %w", errors.New("x"), word("y")),
		errors.Join(errors.New("a")), errors.Join(errors.New("a"), word("b"), &plain{""}),
		&fs.PathError{Op: "open", Path: "/p", Err: syscall.ENOENT}, &os.LinkError{Op: "link", Old: "a", New: "b", Err: syscall.EXDEV},
		os.NewSyscallError("read", syscall.EIO), &exec.Error{Name: "x", Err: exec.ErrNotFound},
		&strconv.NumError{Func: "Atoi", Num: "1x\n", Err: strconv.ErrSyntax}, context.DeadlineExceeded, context.Canceled,
		&url.Error{Op: "Get", URL: "http://h/%zz", Err: word("no")}, url.EscapeError("%zz"), url.InvalidHostError("h h"),
		&net.DNSError{Err: "no such host", Name: "h", Server: "1.1.1.1:53"}, &net.DNSError{Err: "no such host", Name: "h"},
		&net.AddrError{Err: "missing port", Addr: "h"}, &net.AddrError{Err: "missing port"}, net.InvalidAddrError("bad"),
		net.UnknownNetworkError("net9"), &net.ParseError{Type: "IP address", Text: "1.2"},
		&net.OpError{Op: "dial", Net: "tcp", Err: word("refused")}, &net.OpError{Op: "close", Err: net.ErrClosed},
		&json.UnmarshalTypeError{Value: "number", Type: reflect.TypeOf(1)}, &json.InvalidUnmarshalError{},
	}
	for i := syscall.Errno(0); i < 136; i++ {
		all = append(all, i)
	}
	var syntax *json.SyntaxError
	if err := json.Unmarshal([]byte("{x"), new(any)); errors.As(err, &syntax) {
		all = append(all, syntax)
	}
	return append(all, syscall.Errno(4095), syscall.Errno(1<<40))
}
