//go:build dump

package main

import (
	"encoding/json"
	"fmt"
	"os"
)

type node struct {
	Type    string `json:"type"`
	Message string `json:"message"`
	Causes  []node `json:"causes,omitempty"`
}

// exit prints what was kept, as Go itself sees it, so that truth.ts can be checked without errscope.
func exit(code int) {
	var nodes []node
	for _, value := range kept {
		if err, ok := value.(error); ok {
			nodes = append(nodes, describe(err))
		} else {
			nodes = append(nodes, node{Type: fmt.Sprintf("%T", value), Message: fmt.Sprint(value)})
		}
	}
	json.NewEncoder(os.Stdout).Encode(nodes)
	os.Exit(code)
}

func describe(err error) node {
	n := node{Type: fmt.Sprintf("%T", err), Message: err.Error()}
	switch e := err.(type) {
	case interface{ Unwrap() error }:
		if cause := e.Unwrap(); cause != nil {
			n.Causes = append(n.Causes, describe(cause))
		}
	case interface{ Unwrap() []error }:
		for _, cause := range e.Unwrap() {
			n.Causes = append(n.Causes, describe(cause))
		}
	}
	return n
}
