// Package load is the shop's customers.
package load

import (
	"context"
	"io"
	"math/rand"
	"net/http"
	"strings"
	"sync"
	"time"
)

// request is one kind of visit; of 100 visits, weight are of this kind.
type request struct {
	weight int
	method string
	path   string
	body   string
}

const (
	goodOrder = `{"sku": "sku-2", "quantity": 1, "country": "US", "email": "ada@example.org"}`
	euOrder   = `{"sku": "sku-4", "quantity": 2, "country": "EU", "email": "emmy@example.org"}`
)

var requests = []request{
	{14, "GET", "/products/sku-3", ""},
	{3, "GET", "/products/teapot", ""},
	{3, "GET", "/products/sku-13", ""},
	{2, "GET", "/products/sku-99", ""},
	{6, "GET", "/quote?sku=sku-5&quantity=1&country=CH", ""},
	{18, "GET", "/quote?sku=sku-5&quantity=1&country=EU", ""},
	{2, "GET", "/quote?sku=sku-7&quantity=1&country=US", ""},
	{2, "GET", "/quote?sku=sku-0&quantity=99&country=US", ""},
	{1, "GET", "/quote?sku=sku-0&quantity=some&country=US", ""},
	{14, "POST", "/orders", goodOrder},
	{16, "POST", "/orders", euOrder},
	{3, "POST", "/orders", `{"sku": "", "quantity": 0, "country": "US", "email": "nobody"}`},
	{2, "POST", "/orders", `{"sku": "sku-2", "quantity": 5000, "country": "US", "email": "ada@example.org"}`},
	{3, "POST", "/orders", `{"sku": "sku-2", "quantity": 1, "country": "US", "email": "ada@example.org", "coupon": "TEA"}`},
	{1, "POST", "/orders", `{"sku": 2}`},
	{1, "GET", "/orders/latest", ""},
	{6, "GET", "/report?countries=US,EU", ""},
	{1, "GET", "/report?countries=US,JP,CH", ""},
	{2, "GET", "/exports/march", ""},
}

// Run sends requests at a steady rate (a second) until ctx ends, at most eight at a time; a visitor who finds eight
// before him goes away.
func Run(ctx context.Context, base string, rate float64) {
	client := &http.Client{
		Timeout:   2 * time.Second,
		Transport: &http.Transport{MaxIdleConnsPerHost: 8, IdleConnTimeout: 10 * time.Second},
	}
	defer client.CloseIdleConnections()
	// The same visits in the same order at every start.
	random := rand.New(rand.NewSource(1))
	seats := make(chan struct{}, 8)
	var visits sync.WaitGroup
	defer visits.Wait()
	tick := time.NewTicker(time.Duration(float64(time.Second) / rate))
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		next := pick(random)
		select {
		case seats <- struct{}{}:
		default:
			continue
		}
		visits.Add(1)
		go func() {
			defer visits.Done()
			visit(client, base, next)
			<-seats
		}()
	}
}

func pick(random *rand.Rand) request {
	n := random.Intn(100)
	for _, r := range requests {
		if n -= r.weight; n < 0 {
			return r
		}
	}
	return requests[0]
}

func visit(client *http.Client, base string, r request) {
	request, err := http.NewRequest(r.method, base+r.path, strings.NewReader(r.body))
	if err != nil {
		return
	}
	response, err := client.Do(request)
	if err != nil {
		return
	}
	io.Copy(io.Discard, response.Body)
	response.Body.Close()
}
