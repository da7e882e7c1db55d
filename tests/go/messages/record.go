package main

import (
	"encoding/hex"
	"fmt"
	"reflect"
	"strconv"
	"unsafe"
)

// cause is what an error inside the object says. Formatter is set where its type has a Format method.
type cause struct {
	Type      string `json:"type"`
	Text      string `json:"text"`
	Formatter bool   `json:"formatter"`
}

// shown is what fmt and String() make of what an interface inside the object holds.
type shown struct {
	V      string `json:"v"`
	S      string `json:"s"`
	String string `json:"string"`
}

// namedType is what a runtime type is called; Path is empty for a type without a name.
type namedType struct {
	Name string `json:"name"`
	Path string `json:"path"`
}

// record is one line of output. Every text is hex, because a Go string needn't be UTF-8; offsets are decimal strings.
type record struct {
	Type    string             `json:"type,omitempty"`
	Package string             `json:"package,omitempty"`
	Text    string             `json:"text"`
	Object  string             `json:"object"`
	Strings map[string]string  `json:"strings"`
	Errors  map[string]cause   `json:"errors"`
	Lists   map[string][]cause `json:"lists"`
	Shown   map[string]shown   `json:"shown"`
	// By pointers: to runtime types, and to anything else.
	Types  map[string]namedType `json:"types"`
	Behind map[string]*record   `json:"behind"`
}

func toHex(s string) string { return hex.EncodeToString([]byte(s)) }

// recordOf says what an error's object holds.
func recordOf(e error, text string) *record {
	t := reflect.TypeOf(e)
	var at unsafe.Pointer
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
		at = reflect.ValueOf(e).UnsafePointer()
	} else {
		copied := reflect.New(t)
		copied.Elem().Set(reflect.ValueOf(e))
		at = copied.UnsafePointer()
	}
	r := objectAt(t, at, 0)
	r.Type, r.Package, r.Text = fmt.Sprintf("%T", e), t.PkgPath(), toHex(text)
	return r
}

// objectAt says what a value in memory holds, which so many pointers led to.
func objectAt(t reflect.Type, at unsafe.Pointer, pointers int) *record {
	r := &record{
		Strings: map[string]string{}, Errors: map[string]cause{}, Lists: map[string][]cause{}, Shown: map[string]shown{},
		Types: map[string]namedType{}, Behind: map[string]*record{},
	}
	r.Object = hex.EncodeToString(unsafe.Slice((*byte)(at), t.Size()))
	r.collect(t, at, 0, pointers)
	return r
}

// collect walks a value in memory: `at` is the address of a value of type t that lies `offset` bytes into the object.
func (r *record) collect(t reflect.Type, at unsafe.Pointer, offset uintptr, pointers int) {
	key := strconv.Itoa(int(offset))
	v := reflect.NewAt(t, at).Elem()
	switch t.Kind() {
	case reflect.String:
		r.Strings[key] = toHex(v.String())
	case reflect.Struct:
		for i := 0; i < t.NumField(); i++ {
			f := t.Field(i)
			r.collect(f.Type, unsafe.Add(at, f.Offset), offset+f.Offset, pointers)
		}
	case reflect.Array:
		for i := 0; i < t.Len() && i < 16; i++ {
			step := uintptr(i) * t.Elem().Size()
			r.collect(t.Elem(), unsafe.Add(at, step), offset+step, pointers)
		}
	case reflect.Slice:
		if t.Elem().Kind() == reflect.Uint8 {
			r.Strings[key] = toHex(string(v.Bytes()))
		} else if t.Elem() == reflect.TypeOf((*error)(nil)).Elem() {
			r.collectList(key, v)
		}
	case reflect.Interface:
		r.collectInterface(key, v)
	case reflect.Pointer:
		r.collectPointer(key, v, pointers)
	}
}

// collectList tells the texts of a []error, if all have one.
func (r *record) collectList(key string, v reflect.Value) {
	list := []cause{}
	for i := 0; i < v.Len(); i++ {
		element, ok := causeOf(v.Index(i).Interface())
		if !ok {
			return
		}
		list = append(list, element)
	}
	r.Lists[key] = list
}

func (r *record) collectInterface(key string, v reflect.Value) {
	if v.IsNil() {
		return
	}
	held := v.Interface()
	text := shown{V: toHex(fmt.Sprintf("%v", held)), S: toHex(fmt.Sprintf("%s", held))}
	if s, ok := held.(fmt.Stringer); ok {
		text.String = toHex(stringOf(s))
	}
	r.Shown[key] = text
	if found, ok := causeOf(held); ok {
		r.Errors[key] = found
	}
}

// causeOf is false for what is no error, or one whose Error method panics.
func causeOf(held any) (cause, bool) {
	e, isError := held.(error)
	if !isError {
		return cause{}, false
	}
	text, ok := textOf(e)
	_, formatter := e.(fmt.Formatter)
	return cause{fmt.Sprintf("%T", e), toHex(text), formatter}, ok
}

func (r *record) collectPointer(key string, v reflect.Value, pointers int) {
	if v.IsNil() {
		return
	}
	if name := v.Type().Elem().String(); name == "abi.Type" || name == "runtime._type" {
		named := typeAt(v.UnsafePointer())
		r.Types[key] = namedType{named.String(), named.PkgPath()}
		return
	}
	if pointers == 0 {
		r.Behind[key] = objectAt(v.Type().Elem(), v.UnsafePointer(), 1)
	}
	if found, ok := causeOf(v.Interface()); ok {
		r.Errors[key] = found
	}
}

// typeAt is the runtime type at an address: what reflect gives for an interface that holds it.
func typeAt(address unsafe.Pointer) reflect.Type {
	var value any
	*(*unsafe.Pointer)(unsafe.Pointer(&value)) = address
	return reflect.TypeOf(value)
}

// textOf is Error(), unless that panics.
func textOf(e error) (text string, ok bool) {
	defer func() { _ = recover() }()
	return e.Error(), true
}

// stringOf is String(), or the empty text where that panics.
func stringOf(s fmt.Stringer) (text string) {
	defer func() { _ = recover() }()
	return s.String()
}
