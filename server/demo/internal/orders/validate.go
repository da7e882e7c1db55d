package orders

import (
	"errors"
	"strings"
)

// Invalid is an error by value: one field of an order that can't be as it is.
type Invalid struct {
	Field  string
	Reason string
}

func (e Invalid) Error() string { return e.Field + " " + e.Reason }

// Rule is a rule of the house, an error of kind string.
type Rule string

func (r Rule) Error() string { return "house rule: " + string(r) }

// validate gives all that's wrong at once, joined, or nil.
func validate(order *Order) error {
	var wrong []error
	if order.SKU == "" {
		wrong = append(wrong, Invalid{Field: "sku", Reason: "is missing"})
	}
	if order.Quantity <= 0 {
		wrong = append(wrong, Invalid{Field: "quantity", Reason: "must be positive"})
	}
	if !strings.Contains(order.Email, "@") {
		wrong = append(wrong, Invalid{Field: "email", Reason: "has no @"})
	}
	if order.Quantity > 1000 {
		wrong = append(wrong, Rule("no more than 1000 teapots to one house"))
	}
	return errors.Join(wrong...)
}
