// Command shop is errscope's demo: a small shop with genuine faults, under its own gentle load.
//
// It serves an HTTP API on loopback, keeps its data as files in a temporary folder, charges cards at a bank (a second
// server on loopback that is slow, overloaded or down) and computes reports in a worker pool. Its incident of the day:
// a deployment left out the tax table of the EU, so quotes, checkouts and reports fail there, each in its own words.
// Smaller faults go on beside it. Nothing is printed unless -v; SIGINT or SIGTERM ends it cleanly.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"

	"shop/internal/api"
	"shop/internal/bank"
	"shop/internal/load"
	"shop/internal/orders"
	"shop/internal/payment"
	"shop/internal/pricing"
	"shop/internal/store"
)

func main() {
	rate := flag.Float64("rate", 12, "requests a second that the shop sends to itself (0: none)")
	addr := flag.String("addr", "127.0.0.1:0", "loopback address of the API")
	duration := flag.Duration("duration", 0, "end after this time (0: when told to)")
	verbose := flag.Bool("v", false, "print the address and a line for each failed request")
	flag.Parse()

	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if *duration > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, *duration)
		defer cancel()
	}
	out := io.Discard
	if *verbose {
		out = os.Stderr
	}
	if err := run(ctx, *addr, *rate, log.New(out, "shop: ", log.Ltime)); err != nil {
		fmt.Fprintln(os.Stderr, "shop:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, addr string, rate float64, logger *log.Logger) error {
	dir, err := os.MkdirTemp("", "shop-")
	if err != nil {
		return fmt.Errorf("make data folder: %w", err)
	}
	defer os.RemoveAll(dir)
	data := store.New(dir)
	if err := data.Seed(); err != nil {
		return fmt.Errorf("seed data folder: %w", err)
	}

	upstream, err := bank.Start()
	if err != nil {
		return fmt.Errorf("start bank: %w", err)
	}
	defer upstream.Close()

	prices := pricing.New(data)
	charges := payment.New(upstream.URL, upstream.StandbyURL)
	defer charges.Close()
	service := orders.New(data, prices, charges)
	defer service.Close()

	listener, err := listenLoopback(addr)
	if err != nil {
		return err
	}
	server := &http.Server{
		Handler:           api.New(data, prices, service, logger),
		ErrorLog:          log.New(io.Discard, "", 0),
		ReadHeaderTimeout: 5 * time.Second,
	}
	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }()
	logger.Printf("serving on http://%s", listener.Addr())

	if rate > 0 {
		load.Run(ctx, "http://"+listener.Addr().String(), rate)
	}
	select {
	case <-ctx.Done():
	case err := <-served:
		return fmt.Errorf("serve: %w", err)
	}
	ending, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	if err := server.Shutdown(ending); err != nil && !errors.Is(err, context.DeadlineExceeded) {
		return fmt.Errorf("shut down: %w", err)
	}
	return nil
}

// listenLoopback refuses any address that other machines could reach.
func listenLoopback(addr string) (net.Listener, error) {
	listener, err := net.Listen("tcp", addr)
	if err != nil {
		return nil, err
	}
	if tcp, ok := listener.Addr().(*net.TCPAddr); !ok || !tcp.IP.IsLoopback() {
		listener.Close()
		return nil, fmt.Errorf("%s is not a loopback address", addr)
	}
	return listener, nil
}
