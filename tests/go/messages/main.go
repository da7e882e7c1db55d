// Messages prints, for many values of many error types, what Error() returns and what the value's fields hold: the
// truth that the messages recovered from this program's machine code are compared with.
package main

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"reflect"
	"strconv"
	"unsafe"
)

// cause is what an error inside the object says. Formatter is set where its type has a Format method.
type cause struct {
	Text      string `json:"text"`
	Formatter bool   `json:"formatter"`
}

// shown is what fmt and String() make of what an interface inside the object holds.
type shown struct {
	V      string `json:"v"`
	S      string `json:"s"`
	String string `json:"string"`
}

// record is one line of output. Every text is hex, because a Go string needn't be UTF-8; offsets are decimal strings.
type record struct {
	Type    string              `json:"type"`
	Text    string              `json:"text"`
	Object  string              `json:"object"`
	Strings map[string]string   `json:"strings"`
	Errors  map[string]cause    `json:"errors"`
	Lists   map[string][]string `json:"lists"`
	Shown   map[string]shown    `json:"shown"`
}

func toHex(s string) string { return hex.EncodeToString([]byte(s)) }

// collect walks a value in memory: `at` is the address of a value of type t that lies `offset` bytes into the object.
func (r *record) collect(t reflect.Type, at unsafe.Pointer, offset uintptr, depth int) {
	key := strconv.Itoa(int(offset))
	v := reflect.NewAt(t, at).Elem()
	switch t.Kind() {
	case reflect.String:
		r.Strings[key] = toHex(v.String())
	case reflect.Struct:
		for i := 0; i < t.NumField(); i++ {
			f := t.Field(i)
			r.collect(f.Type, unsafe.Add(at, f.Offset), offset+f.Offset, depth+1)
		}
	case reflect.Array:
		for i := 0; i < t.Len() && i < 16; i++ {
			step := uintptr(i) * t.Elem().Size()
			r.collect(t.Elem(), unsafe.Add(at, step), offset+step, depth+1)
		}
	case reflect.Slice:
		if t.Elem().Kind() == reflect.Uint8 {
			r.Strings[key] = toHex(string(v.Bytes()))
		} else if list, ok := v.Interface().([]error); ok {
			texts := []string{}
			for _, e := range list {
				texts = append(texts, toHex(e.Error()))
			}
			r.Lists[key] = texts
		}
	case reflect.Interface, reflect.Pointer:
		if v.IsNil() || depth == 0 && t.Kind() == reflect.Pointer {
			return
		}
		if t.Kind() == reflect.Interface {
			held := v.Interface()
			text := shown{V: toHex(fmt.Sprintf("%v", held)), S: toHex(fmt.Sprintf("%s", held))}
			if s, ok := held.(fmt.Stringer); ok {
				text.String = toHex(s.String())
			}
			r.Shown[key] = text
		}
		if e, ok := v.Interface().(error); ok {
			_, formatter := e.(fmt.Formatter)
			r.Errors[key] = cause{toHex(textOf(e)), formatter}
		}
	}
}

// textOf is Error(), or the empty text where that panics.
func textOf(e error) (text string) {
	defer func() { _ = recover() }()
	return e.Error()
}

func main() {
	out := json.NewEncoder(os.Stdout)
	for _, e := range values() {
		r := record{fmt.Sprintf("%T", e), toHex(e.Error()), "", map[string]string{}, map[string]cause{}, map[string][]string{}, map[string]shown{}}
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
		r.Object = hex.EncodeToString(unsafe.Slice((*byte)(at), t.Size()))
		r.collect(t, at, 0, 1)
		if err := out.Encode(r); err != nil {
			panic(err)
		}
	}
}
