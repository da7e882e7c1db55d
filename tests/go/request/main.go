// Command request serves one HTTP request to itself, whose handler makes four errors; and makes one outside any request.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
)

type notReady struct{ Shard int }

func (e *notReady) Error() string { return fmt.Sprintf("shard %d is not ready", e.Shard) }

//go:noinline
func find() error { return errors.New("no such row") }

//go:noinline
func load() error { return fmt.Errorf("load: %w", find()) }

//go:noinline
func ask(shard int) error { return &notReady{shard} }

//go:noinline
func both() error { return errors.Join(load(), ask(7)) }

//go:noinline
func background() error { return errors.New("nobody asked") }

func handle(w http.ResponseWriter, _ *http.Request) {
	http.Error(w, both().Error(), http.StatusServiceUnavailable)
}

func main() {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	server := &http.Server{Handler: http.HandlerFunc(handle)}
	go server.Serve(listener)
	done := make(chan error)
	go func() { done <- background() }()
	outside := <-done
	response, err := http.Get("http://" + listener.Addr().String())
	if err != nil {
		panic(err)
	}
	body, _ := io.ReadAll(response.Body)
	response.Body.Close()
	// returns when the request's last goroutine is done: its read ahead of the next request was stopped by then
	if err := server.Shutdown(context.Background()); err != nil {
		panic(err)
	}
	fmt.Printf("%v\n%s", outside, body)
}
