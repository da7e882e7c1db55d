package orders

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// CorruptTotals is what a worker panics with when its sums don't add up.
type CorruptTotals struct {
	Country string
	Off     int
}

func (e *CorruptTotals) Error() string {
	return fmt.Sprintf("totals of %s are off by %d", e.Country, e.Off)
}

type job struct {
	ctx     context.Context
	country string
	result  chan<- outcome
}
type outcome struct {
	country string
	cents   int
	err     error
}

// Report sums what one teapot of each of three articles would cost, country by country, in the pool of workers. What
// fails in a worker comes back through a channel.
func (s *Service) Report(ctx context.Context, countries []string) (map[string]int, error) {
	ctx, cancel := context.WithTimeout(ctx, 60*time.Millisecond)
	defer cancel()
	results := make(chan outcome, len(countries))
	for _, country := range countries {
		s.jobs <- job{ctx: ctx, country: country, result: results}
	}
	totals := make(map[string]int, len(countries))
	var failures []error
	for range countries {
		got := <-results
		if got.err != nil {
			failures = append(failures, fmt.Errorf("report for %s: %w", got.country, got.err))
			continue
		}
		totals[got.country] = got.cents
	}
	return totals, errors.Join(failures...)
}

func (s *Service) worker() {
	defer s.workers.Done()
	for job := range s.jobs {
		cents, err := s.total(job.ctx, job.country)
		job.result <- outcome{country: job.country, cents: cents, err: err}
	}
}

func (s *Service) total(ctx context.Context, country string) (cents int, err error) {
	defer func() {
		if failure, ok := recover().(error); ok {
			err = fmt.Errorf("worker: %w", failure)
		}
	}()
	switch country {
	case "CH": // its warehouse answers slowly
		if err := wait(ctx, 90*time.Millisecond); err != nil {
			return 0, fmt.Errorf("warehouse in %s: %w", country, err)
		}
	case "JP":
		panic(&CorruptTotals{Country: country, Off: 3})
	}
	for _, sku := range []string{"sku-1", "sku-2", "sku-3"} {
		price, err := s.prices.Quote(sku, 1, country)
		if err != nil {
			return 0, err
		}
		cents += price
	}
	return cents, nil
}

func wait(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}
