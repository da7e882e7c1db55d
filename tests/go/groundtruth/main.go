// Command groundtruth prints, as JSON, what the symbol table and DWARF of a Go executable say, for tests to compare with
// what errscope read of the stripped build of the same program. Program counters (hexadecimal, one a line) on standard
// input are answered with their source position and inlined frames. With -module and the like the source of methods
// named Unwrap and Cause is looked at, too.
package main

import (
	"bufio"
	"debug/elf"
	"encoding/json"
	"flag"
	"fmt"
	"go/ast"
	"os"
	"strconv"
	"strings"
)

type function struct {
	Name    string `json:"name"`
	Address uint64 `json:"address"`
	Size    uint64 `json:"size"`
}

type truth struct {
	Functions []function        `json:"functions"`
	Types     []runtimeType     `json:"types"`
	Itabs     map[string]uint64 `json:"itabs"`
	Frames    [][]frame         `json:"frames"`
	Methods   []method          `json:"methods"`
	// Functions with error among their results.
	Returning []string `json:"returning"`
}

func main() {
	from := &sources{parsed: map[string]*ast.File{}}
	flag.StringVar(&from.module, "module", "", "path of the main module")
	flag.StringVar(&from.dir, "dir", "", "its folder")
	flag.StringVar(&from.goroot, "goroot", "", "root of the Go that built it")
	flag.StringVar(&from.cache, "cache", "", "module cache")
	flag.Parse()
	if err := run(flag.Arg(0), from); err != nil {
		fmt.Fprintln(os.Stderr, "groundtruth:", err)
		os.Exit(1)
	}
}

func run(path string, from *sources) error {
	file, err := elf.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	data, err := file.DWARF()
	if err != nil {
		return err
	}
	t := truth{Itabs: map[string]uint64{}}
	if err := symbols(file, &t); err != nil {
		return err
	}
	if t.Types, err = runtimeTypes(file, data); err != nil {
		return err
	}
	positions, err := newPositions(file, data)
	if err != nil {
		return err
	}
	if t.Frames, err = readFrames(positions); err != nil {
		return err
	}
	if t.Methods, t.Returning, err = methods(file, data, positions, from); err != nil {
		return err
	}
	return json.NewEncoder(os.Stdout).Encode(t)
}

func symbols(file *elf.File, t *truth) error {
	symbols, err := file.Symbols()
	if err != nil {
		return err
	}
	for _, s := range symbols {
		for _, prefix := range []string{"go:itab.", "go.itab."} {
			if name, found := strings.CutPrefix(s.Name, prefix); found && name != "*" {
				t.Itabs[name] = s.Value
			}
		}
		if elf.ST_TYPE(s.Info) == elf.STT_FUNC && int(s.Section) < len(file.Sections) {
			if file.Sections[s.Section].Name == ".text" {
				t.Functions = append(t.Functions, function{s.Name, s.Value, s.Size})
			}
		}
	}
	return nil
}

func readFrames(positions *positions) ([][]frame, error) {
	frames := [][]frame{}
	for scanner := bufio.NewScanner(os.Stdin); scanner.Scan(); {
		pc, err := strconv.ParseUint(scanner.Text(), 16, 64)
		if err != nil {
			return nil, err
		}
		frames = append(frames, positions.at(pc))
	}
	return frames, nil
}
