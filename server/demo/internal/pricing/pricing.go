// Package pricing turns an article, a country and a coupon into a price.
package pricing

import (
	"fmt"
	"strconv"

	"shop/internal/store"
)

// OutOfStock is an error by value: which article, and how many were asked for.
type OutOfStock struct {
	SKU   string
	Asked int
	Left  int
}

func (e OutOfStock) Error() string {
	return e.SKU + " is out of stock: " + strconv.Itoa(e.Asked) + " asked, " + strconv.Itoa(e.Left) + " left"
}

// TaxError says that a country's tax isn't known.
type TaxError struct {
	Country string
	Err     error
}

func (e *TaxError) Error() string { return "no tax table for " + e.Country + ": " + e.Err.Error() }
func (e *TaxError) Unwrap() error { return e.Err }

// Pricing computes prices.
type Pricing struct {
	data *store.Store
	// campaigns is nil until a campaign is loaded, which the incident's deployment forgot too.
	campaigns map[string]int
}

// New prices the articles of a store.
func New(data *store.Store) *Pricing { return &Pricing{data: data} }

// Quote gives the price in cents of so many of an article, with the country's tax.
func (p *Pricing) Quote(sku string, quantity int, country string) (int, error) {
	product, err := p.data.Product(sku)
	if err != nil {
		return 0, err
	}
	left, err := strconv.Atoi(product.Stock)
	if err != nil {
		return 0, fmt.Errorf("stock of %s: %w", sku, err)
	}
	if quantity > left {
		return 0, OutOfStock{SKU: sku, Asked: quantity, Left: left}
	}
	percent, err := p.tax(country)
	if err != nil {
		return 0, fmt.Errorf("quote %s: %w", sku, err)
	}
	return int(float64(product.Cents*quantity) * (1 + percent/100)), nil
}

func (p *Pricing) tax(country string) (float64, error) {
	var table struct {
		Percent float64 `json:"percent"`
	}
	if err := p.data.Get("taxes", country, &table); err != nil {
		return 0, &TaxError{Country: country, Err: err}
	}
	return table.Percent, nil
}

// Redeem counts a coupon's use.
func (p *Pricing) Redeem(coupon string) {
	p.campaigns[coupon]++
}
