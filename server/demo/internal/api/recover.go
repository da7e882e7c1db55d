package api

import (
	"fmt"
	"net/http"
)

// PanicError is a panic that a handler didn't recover, as the error of its request.
type PanicError struct {
	Route string
	Value any
}

func (e *PanicError) Error() string { return fmt.Sprintf("panic serving %s: %v", e.Route, e.Value) }

// Unwrap gives the panic's value if it is an error.
func (e *PanicError) Unwrap() error {
	err, _ := e.Value.(error)
	return err
}

// recovered turns a panic of h into an error.
func recovered(h handler) handler {
	return func(w http.ResponseWriter, r *http.Request) (err error) {
		defer func() {
			if value := recover(); value != nil {
				err = &PanicError{Route: r.Method + " " + r.URL.Path, Value: value}
			}
		}()
		return h(w, r)
	}
}
