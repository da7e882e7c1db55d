//go:build !dump

package main

import "os"

func exit(code int) { os.Exit(code) }
