// Package bank is the upstream that the shop charges cards at: a server on loopback that is at times slow or overloaded,
// and a standby that is down for good, so that its port refuses connections.
package bank

import (
	"io"
	"log"
	"net"
	"net/http"
	"sync/atomic"
	"time"
)

// Bank is a running upstream.
type Bank struct {
	URL        string
	StandbyURL string
	server     *http.Server
	requests   atomic.Int64
}

// Start listens on a free port of 127.0.0.1.
func Start() (*Bank, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	standby, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		listener.Close()
		return nil, err
	}
	bank := &Bank{
		URL:        "http://" + listener.Addr().String(),
		StandbyURL: "http://" + standby.Addr().String(),
	}
	// From here on nobody listens at the standby's address.
	standby.Close()
	mux := http.NewServeMux()
	mux.HandleFunc("POST /charge", bank.charge)
	bank.server = &http.Server{
		Handler:           mux,
		ErrorLog:          log.New(io.Discard, "", 0),
		ReadHeaderTimeout: 5 * time.Second,
	}
	go bank.server.Serve(listener)
	return bank, nil
}

// charge answers in a cycle of eight: five accepted, one declined, one overloaded, one too slow for its caller.
func (b *Bank) charge(w http.ResponseWriter, r *http.Request) {
	io.Copy(io.Discard, http.MaxBytesReader(w, r.Body, 1<<16))
	switch b.requests.Add(1) % 8 {
	case 2:
		w.WriteHeader(http.StatusPaymentRequired)
		io.WriteString(w, `{"reason": "insufficient funds"}`)
	case 4:
		w.WriteHeader(http.StatusServiceUnavailable)
		io.WriteString(w, `{"reason": "try again later"`) // cut short, as an overloaded server does
	case 6:
		select {
		case <-r.Context().Done():
		case <-time.After(500 * time.Millisecond):
		}
	default:
		io.WriteString(w, `{"receipt": "ok"}`)
	}
}

// Close ends the server and its connections.
func (b *Bank) Close() error { return b.server.Close() }
