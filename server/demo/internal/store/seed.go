package store

import (
	"fmt"
	"os"
	"path/filepath"
)

// Products is how many articles the catalogue has: sku-0 to sku-19.
const Products = 20

// Seed writes the catalogue and the tax tables. As in the incident that this demo shows, the table of the EU is left
// out, one article's record is cut short, one article's stock isn't a number, and where an export should be is a folder.
func (s *Store) Seed() error {
	for _, table := range []string{"products", "taxes", "orders", "exports", "exports/march"} {
		if err := os.MkdirAll(filepath.Join(s.dir, table), 0o700); err != nil {
			return err
		}
	}
	for n := 0; n < Products; n++ {
		product := Product{
			SKU:   fmt.Sprintf("sku-%d", n),
			Name:  fmt.Sprintf("Teapot no. %d", n),
			Cents: 1900 + 150*n,
			Stock: fmt.Sprint(10 + n),
		}
		if n == 7 {
			product.Stock = "12 boxes"
		}
		if err := s.Put("products", product.SKU, product); err != nil {
			return err
		}
	}
	if err := os.WriteFile(s.path("products", "sku-13"), []byte(`{"sku": "sku-13", "name": "Teap`), 0o600); err != nil {
		return err
	}
	for country, percent := range map[string]float64{"US": 7.25, "JP": 10, "CH": 8.1} {
		if err := s.Put("taxes", country, map[string]float64{"percent": percent}); err != nil {
			return err
		}
	}
	return nil
}
