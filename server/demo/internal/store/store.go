// Package store keeps the shop's data as JSON files in one folder.
package store

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// ErrNotFound says that no record has the key.
var ErrNotFound = errors.New("record not found")

// RecordError says which operation failed on which record.
type RecordError struct {
	Op    string // "read", "write" or "decode"
	Table string
	Key   string
	Err   error
}

func (e *RecordError) Error() string {
	return "store: " + e.Op + " " + e.Table + "/" + e.Key + ": " + e.Err.Error()
}
func (e *RecordError) Unwrap() error { return e.Err }

// Product is one article on sale.
type Product struct {
	SKU   string `json:"sku"`
	Name  string `json:"name"`
	Cents int    `json:"cents"`
	// Stock is text: the old system wrote it, not always as a number.
	Stock string `json:"stock"`
}

// Store is safe for use by several goroutines.
type Store struct {
	dir string
}

// New uses a folder that exists.
func New(dir string) *Store { return &Store{dir: dir} }

func (s *Store) path(table, key string) string {
	return filepath.Join(s.dir, table, key+".json")
}

// Get reads one record into v.
func (s *Store) Get(table, key string, v any) error {
	text, err := os.ReadFile(s.path(table, key))
	if err != nil {
		return &RecordError{Op: "read", Table: table, Key: key, Err: err}
	}
	if err := json.Unmarshal(text, v); err != nil {
		return &RecordError{Op: "decode", Table: table, Key: key, Err: err}
	}
	return nil
}

// Put writes one record: to a new file first, so that a reader never sees half of one.
func (s *Store) Put(table, key string, v any) error {
	text, err := json.Marshal(v)
	if err != nil {
		return &RecordError{Op: "write", Table: table, Key: key, Err: err}
	}
	path := s.path(table, key)
	if err := os.WriteFile(path+".new", text, 0o600); err != nil {
		return &RecordError{Op: "write", Table: table, Key: key, Err: err}
	}
	return os.Rename(path+".new", path)
}

// Product looks an article up in the catalogue.
func (s *Store) Product(sku string) (Product, error) {
	var product Product
	if !strings.HasPrefix(sku, "sku-") {
		return product, fmt.Errorf("product %q: %w", sku, ErrNotFound)
	}
	err := s.Get("products", sku, &product)
	if err != nil {
		return product, fmt.Errorf("product %q: %w", sku, err)
	}
	return product, nil
}

// Export hands out the raw file of a table's dump.
func (s *Store) Export(name string) ([]byte, error) {
	text, err := os.ReadFile(filepath.Join(s.dir, "exports", name))
	if err != nil {
		return nil, fmt.Errorf("export %s: %w", name, err)
	}
	return text, nil
}
