// Messages prints, for many values of many error types, what Error() returns and what the value's fields hold: the
// truth that the messages recovered from this program's machine code are compared with.
package main

import (
	"encoding/json"
	"os"
	"reflect"
	"strings"
)

// Without an argument it prints all values; "made": only those that its code makes, not those made by reflection; "quiet":
// makes those, and prints nothing.
func main() {
	mode := strings.Join(os.Args[1:], " ")
	out := json.NewEncoder(os.Stdout)
	print := func(e error, text string) {
		if err := out.Encode(recordOf(e, text)); err != nil {
			panic(err)
		}
	}
	all := values()
	if mode == "quiet" {
		return
	}
	seen := map[reflect.Type]bool{}
	types := []reflect.Type{}
	for _, e := range all {
		print(e, e.Error())
		// what the runtime makes can't hold just anything
		if t := reflect.TypeOf(e); !seen[t] && !isRuntime(t) {
			seen[t] = true
			types = append(types, t)
		}
	}
	if mode == "" {
		printFilled(types, print)
	}
}

func isRuntime(t reflect.Type) bool {
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	return t.PkgPath() == "runtime" || t.PkgPath() == "internal/runtime/maps"
}
