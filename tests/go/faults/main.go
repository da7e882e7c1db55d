// Program faults meets failures that are the kernel's doing: one function each, named for the errno. With names as
// arguments it runs these, and prints each error. It needs root, in a folder of its own that it may fill.
package main

import (
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"syscall"
	"time"
	"unsafe"
)

func must(err error) {
	if err != nil {
		panic(err)
	}
}

func enoent() error {
	_, err := os.Open("missing/file")
	return err
}

func eacces() error {
	must(os.WriteFile("secret", []byte("x"), 0o600))
	// the thread alone gives up root, for file systems only
	if _, _, errno := syscall.RawSyscall(syscall.SYS_SETFSUID, 65534, 0, 0); errno != 0 {
		panic(errno)
	}
	defer syscall.RawSyscall(syscall.SYS_SETFSUID, 0, 0, 0)
	_, err := os.ReadFile("secret")
	return err
}

func enospc() error {
	must(os.MkdirAll("small", 0o755))
	must(syscall.Mount("tmpfs", "small", "tmpfs", 0, "size=16k"))
	defer syscall.Unmount("small", 0)
	return os.WriteFile("small/big", make([]byte, 1<<20), 0o644)
}

func erofs() error {
	must(os.MkdirAll("fixed", 0o755))
	must(syscall.Mount("tmpfs", "fixed", "tmpfs", syscall.MS_RDONLY, "size=16k"))
	defer syscall.Unmount("fixed", 0)
	return os.Mkdir("fixed/new", 0o755)
}

func emfile() error {
	var limit syscall.Rlimit
	must(syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit))
	low := limit
	low.Cur = 32
	must(syscall.Setrlimit(syscall.RLIMIT_NOFILE, &low))
	defer syscall.Setrlimit(syscall.RLIMIT_NOFILE, &limit)
	var files []*os.File
	defer func() {
		for _, file := range files {
			file.Close()
		}
	}()
	for {
		file, err := os.Open("/dev/null")
		if err != nil {
			return err
		}
		files = append(files, file)
	}
}

func econnrefused() error {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	must(err)
	address := listener.Addr().String()
	listener.Close()
	fmt.Println("refused at", address)
	_, err = net.Dial("tcp", address)
	return err
}

// etimedout connects, in a network namespace of its own, to an address whose packets nobody takes: routed to the loopback
// device, and not local there.
func etimedout() error {
	runtime.LockOSThread() // never unlocked: the thread ends with its goroutine
	must(syscall.Unshare(syscall.CLONE_NEWNET))
	fd, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_DGRAM, 0)
	must(err)
	defer syscall.Close(fd)
	up := struct {
		name  [16]byte
		flags int16
		rest  [22]byte
	}{flags: syscall.IFF_UP}
	copy(up.name[:], "lo")
	ioctl(fd, syscall.SIOCSIFFLAGS, unsafe.Pointer(&up))
	type address struct {
		family uint16
		port   uint16
		ip     [4]byte
		zero   [8]byte
	}
	device := [3]byte{'l', 'o'}
	route := struct { // struct rtentry of linux/route.h
		pad1              uint64
		dst, gate, mask   address
		flags             uint16
		pad2              int16
		pad3, pad4        uint64
		metric            int16
		device            *byte
		mtu, window, pad5 uint64
	}{
		dst:    address{family: syscall.AF_INET, ip: [4]byte{10, 99, 0, 2}},
		mask:   address{family: syscall.AF_INET, ip: [4]byte{255, 255, 255, 255}},
		flags:  syscall.RTF_UP | syscall.RTF_HOST,
		device: &device[0],
	}
	ioctl(fd, syscall.SIOCADDRT, unsafe.Pointer(&route))
	const userTimeout = 18 // TCP_USER_TIMEOUT
	dialer := net.Dialer{Control: func(_, _ string, conn syscall.RawConn) (err error) {
		conn.Control(func(fd uintptr) { err = syscall.SetsockoptInt(int(fd), syscall.IPPROTO_TCP, userTimeout, 300) })
		return err
	}}
	fmt.Println("no answer from", "10.99.0.2:80")
	_, err = dialer.Dial("tcp", "10.99.0.2:80")
	return err
}

func ioctl(fd int, request uintptr, argument unsafe.Pointer) {
	if _, _, errno := syscall.Syscall(syscall.SYS_IOCTL, uintptr(fd), request, uintptr(argument)); errno != 0 {
		panic(errno)
	}
}

// apart runs it on a goroutine, and so a thread, of its own.
func apart(f func() error) func() error {
	return func() error {
		done := make(chan error)
		go func() { done <- f() }()
		return <-done
	}
}

func econnreset() error {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	must(err)
	defer listener.Close()
	connected, closed := make(chan bool), make(chan bool)
	go func() {
		peer, err := listener.Accept()
		must(err)
		<-connected
		must(peer.(*net.TCPConn).SetLinger(0))
		peer.Close()
		close(closed)
	}()
	conn, err := net.Dial("tcp", listener.Addr().String())
	must(err)
	defer conn.Close()
	close(connected)
	<-closed
	fmt.Println("reset by", conn.RemoteAddr())
	time.Sleep(50 * time.Millisecond)
	_, err = conn.Read(make([]byte, 1))
	return err
}

func epipe() error {
	reader, writer, err := os.Pipe()
	must(err)
	reader.Close()
	defer writer.Close()
	_, err = writer.Write([]byte("x"))
	return err
}

func eaddrinuse() error {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	must(err)
	defer listener.Close()
	fmt.Println("in use", listener.Addr())
	_, err = net.Listen("tcp", listener.Addr().String())
	return err
}

func enotempty() error {
	must(os.MkdirAll("full/of/things", 0o755))
	return os.Remove("full")
}

func eexist() error {
	must(os.MkdirAll("there", 0o755))
	return os.Mkdir("there", 0o755)
}

func enoexec() error {
	must(os.WriteFile("program", []byte("\x7fELF no"), 0o755))
	path, err := filepath.Abs("program")
	must(err)
	return exec.Command(path).Run()
}

func eio() error { // a read of one's own memory at an address that isn't mapped
	memory, err := os.Open("/proc/self/mem")
	must(err)
	defer memory.Close()
	_, err = memory.ReadAt(make([]byte, 8), 0x1000)
	return err
}

// ignored makes failures on the same thread and goroutine that no error comes from, then an error that no call is behind.
func ignored() error {
	for i := 0; i < 50; i++ {
		os.Stat("nothing/here")
		syscall.Access("nothing/there", 0)
		syscall.Kill(1<<30, 0)
	}
	return invented()
}

//go:noinline
func invented() error {
	return &fs.PathError{Op: "invent", Path: "nothing", Err: syscall.Errno(2)}
}

// late wraps, long after, an error that a call is behind, with other failures between.
func late() error {
	_, err := os.Open("first/of/all")
	for i := 0; i < 20; i++ {
		os.Open("others")
	}
	return fmt.Errorf("late: %w", err)
}

// elsewhere wraps it on another goroutine.
func elsewhere() error {
	_, err := os.Open("from/elsewhere")
	done := make(chan error)
	go func() { done <- fmt.Errorf("elsewhere: %w", err) }()
	return errors.Unwrap(fmt.Errorf("back: %w", <-done))
}

var cases = map[string]func() error{
	"ENOENT": enoent, "EACCES": eacces, "ENOSPC": enospc, "EROFS": erofs, "EMFILE": emfile, "ECONNREFUSED": econnrefused,
	"ETIMEDOUT":  apart(etimedout),
	"ECONNRESET": econnreset, "EPIPE": epipe, "EADDRINUSE": eaddrinuse, "ENOTEMPTY": enotempty, "EEXIST": eexist,
	"ENOEXEC": enoexec, "EIO": eio, "ignored": ignored, "late": late, "elsewhere": elsewhere,
}

func main() {
	for _, name := range os.Args[1:] {
		fmt.Printf("%s: %v\n", name, cases[name]())
	}
}
