// Package api is the shop's HTTP interface.
package api

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log"
	"net/http"
	"strconv"
	"strings"

	"shop/internal/orders"
	"shop/internal/pricing"
	"shop/internal/store"
)

// handler is an http.HandlerFunc that may fail.
type handler func(w http.ResponseWriter, r *http.Request) error

type server struct {
	data   *store.Store
	prices *pricing.Pricing
	orders *orders.Service
	log    *log.Logger
}

// New gives the routes, each with the recovery of panics around it.
func New(data *store.Store, prices *pricing.Pricing, service *orders.Service, logger *log.Logger) http.Handler {
	s := &server{data: data, prices: prices, orders: service, log: logger}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /products/{sku}", s.serve(s.product))
	mux.HandleFunc("GET /quote", s.serve(s.quote))
	mux.HandleFunc("POST /orders", s.serve(s.place))
	mux.HandleFunc("GET /orders/{number}", s.serve(s.order))
	mux.HandleFunc("GET /report", s.serve(s.report))
	mux.HandleFunc("GET /exports/{name}", s.serve(s.export))
	return mux
}

// serve answers with the status that an error means.
func (s *server) serve(h handler) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		err := recovered(h)(w, r)
		if err == nil {
			return
		}
		status := statusOf(err)
		s.log.Printf("%s %s: %d: %v", r.Method, r.URL, status, err)
		http.Error(w, http.StatusText(status), status)
	}
}

func statusOf(err error) int {
	var panicked *PanicError
	var invalid orders.Invalid
	var rule orders.Rule
	var outOfStock pricing.OutOfStock
	switch {
	case errors.As(err, &panicked):
		return http.StatusInternalServerError
	case errors.Is(err, store.ErrNotFound), errors.Is(err, fs.ErrNotExist):
		return http.StatusNotFound
	case errors.As(err, &invalid), errors.As(err, &rule), errors.Is(err, strconv.ErrSyntax):
		return http.StatusBadRequest
	case errors.As(err, &outOfStock):
		return http.StatusConflict
	}
	return http.StatusInternalServerError
}

func (s *server) product(w http.ResponseWriter, r *http.Request) error {
	product, err := s.data.Product(r.PathValue("sku"))
	if err != nil {
		return err
	}
	return json.NewEncoder(w).Encode(product)
}

func (s *server) quote(w http.ResponseWriter, r *http.Request) error {
	query := r.URL.Query()
	quantity, err := strconv.Atoi(query.Get("quantity"))
	if err != nil {
		return fmt.Errorf("quantity: %w", err)
	}
	cents, err := s.prices.Quote(query.Get("sku"), quantity, query.Get("country"))
	if err != nil {
		return fmt.Errorf("GET /quote: %w", err)
	}
	return json.NewEncoder(w).Encode(map[string]int{"cents": cents})
}

func (s *server) place(w http.ResponseWriter, r *http.Request) error {
	order := new(orders.Order)
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 1<<16)).Decode(order); err != nil {
		return fmt.Errorf("POST /orders: body: %w", err)
	}
	if err := s.orders.Place(r.Context(), order); err != nil {
		return fmt.Errorf("POST /orders: %w", err)
	}
	return json.NewEncoder(w).Encode(order)
}

func (s *server) order(w http.ResponseWriter, r *http.Request) error {
	order, err := s.orders.Find(r.PathValue("number"))
	if err != nil {
		return fmt.Errorf("GET /orders: %w", err)
	}
	return json.NewEncoder(w).Encode(order)
}

func (s *server) report(w http.ResponseWriter, r *http.Request) error {
	totals, err := s.orders.Report(r.Context(), strings.Split(r.URL.Query().Get("countries"), ","))
	if err != nil {
		return fmt.Errorf("GET /report: %w", err)
	}
	return json.NewEncoder(w).Encode(totals)
}

func (s *server) export(w http.ResponseWriter, r *http.Request) error {
	text, err := s.data.Export(r.PathValue("name"))
	if err != nil {
		return err
	}
	_, err = w.Write(text)
	return err
}
