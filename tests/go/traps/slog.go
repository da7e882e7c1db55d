//go:build go1.21

package main

import (
	"io"
	"log/slog"
)

func loggedBySlog() error {
	err := fail("slogged")
	slog.New(slog.NewTextHandler(io.Discard, nil)).Error("it failed", "err", err)
	return err
}

func anySlogged() error {
	slog.New(slog.NewTextHandler(io.Discard, nil)).Error("it failed", slog.Any("err", &pointerError{"slogged as any"}))
	return nil
}

func init() {
	cases["loggedBySlog"] = loggedBySlog
	cases["anySlogged"] = anySlogged
}
