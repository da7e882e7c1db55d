package main

import (
	"errors"
	"fmt"
	"io/fs"
	"math/rand"
	"reflect"
	"syscall"
	"unsafe"
)

// filler makes values of error types with whatever their fields can hold, unexported ones too: the same ones each time.
type filler struct{ *rand.Rand }

// How often a value of a type is made, and how deep.
const (
	valuesOfType = 40
	maxDepth     = 5
)

var sampleTexts = []string{
	"", "x", "a text", "größe 漢字", "with \"quotes\" and\nlines", "\xff\x00 not UTF-8", " spaces ", "a/path/with.ext", "100%",
	"a text that is longer than what fits into registers and small buffers",
}

var sampleNumbers = []int64{0, 1, 2, 3, 4, 5, 7, 8, 10, 16, 22, 100, 127, 200, 255, 256, 401, 404, 500, 1000, 65535, 1 << 20, 1<<31 - 1, 1 << 40, -1, -2, -100}

var sampleCauses = []error{
	nil, errors.New("a cause"), fs.ErrNotExist, syscall.ENOENT, &fs.PathError{Op: "open", Path: "/x", Err: syscall.EACCES},
	fmt.Errorf("outer: %w", errors.New("inner")),
}

// print makes values of each type, of kinds that have Error() string, and prints those whose message can be had.
func printFilled(types []reflect.Type, print func(e error, text string)) {
	for _, t := range types {
		f := filler{rand.New(rand.NewSource(1))}
		for n := 0; n < valuesOfType; n++ {
			e := f.errorOf(t, n)
			if text, ok := textOf(e); ok {
				print(e, text)
			}
		}
	}
}

// errorOf makes the n-th value of a type; the first is its zero value.
func (f filler) errorOf(t reflect.Type, n int) error {
	object := t
	if t.Kind() == reflect.Pointer {
		object = t.Elem()
	}
	made := reflect.New(object)
	if n > 0 {
		f.fill(made.Elem(), 0)
	}
	if t.Kind() != reflect.Pointer {
		made = made.Elem()
	}
	return made.Interface().(error)
}

func (f filler) fill(v reflect.Value, depth int) {
	if depth > maxDepth {
		return
	}
	switch v.Kind() {
	case reflect.Bool:
		v.SetBool(f.Intn(2) == 1)
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		v.SetInt(sampleNumbers[f.Intn(len(sampleNumbers))])
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr:
		v.SetUint(uint64(sampleNumbers[f.Intn(len(sampleNumbers))]))
	case reflect.Float32, reflect.Float64:
		v.SetFloat(float64(sampleNumbers[f.Intn(len(sampleNumbers))]) / 8)
	case reflect.String:
		v.SetString(sampleTexts[f.Intn(len(sampleTexts))])
	case reflect.Struct:
		if v.Type() == reflect.TypeOf(reflect.Value{}) {
			return
		}
		for i := 0; i < v.NumField(); i++ {
			field := v.Field(i)
			f.fill(reflect.NewAt(field.Type(), unsafe.Pointer(field.UnsafeAddr())).Elem(), depth+1)
		}
	case reflect.Array:
		for i := 0; i < v.Len() && i < 64; i++ {
			f.fill(v.Index(i), depth+1)
		}
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), f.Intn(4), 4))
		for i := 0; i < v.Len(); i++ {
			f.fill(v.Index(i), depth+1)
		}
	case reflect.Pointer:
		path := v.Type().Elem().PkgPath()
		isRuntimes := path == "internal/abi" || path == "reflect" || path == "runtime"
		if f.Intn(3) > 0 && depth < maxDepth && !isRuntimes {
			v.Set(reflect.New(v.Type().Elem()))
			f.fill(v.Elem(), depth+1)
		}
	case reflect.Interface:
		f.fillInterface(v)
	}
}

// fillInterface leaves an interface nil that nothing here implements.
func (f filler) fillInterface(v reflect.Value) {
	number := f.Intn(8)
	var held any
	if number < len(sampleCauses) {
		held = sampleCauses[number]
	}
	switch {
	case held == nil && v.NumMethod() == 0:
		held = []any{"a value", 7, true, nil}[f.Intn(4)]
	case v.Type() == reflect.TypeOf((*reflect.Type)(nil)).Elem():
		held = []any{reflect.TypeOf(0), reflect.TypeOf(f), reflect.TypeOf([]string{})}[f.Intn(3)]
	case v.Type() == reflect.TypeOf((*fmt.Stringer)(nil)).Elem():
		held = reflect.TypeOf(0)
	}
	if held != nil && reflect.TypeOf(held).Implements(v.Type()) {
		v.Set(reflect.ValueOf(held))
	}
}
