package main

import (
	"debug/dwarf"
	"debug/elf"
	"debug/gosym"
	"fmt"
	"io"
	"sort"
)

type frame struct {
	Function string `json:"function"`
	File     string `json:"file"`
	Line     int64  `json:"line"`
	Inlined  bool   `json:"inlined"`
}

// A scope is a function, or a call inlined into its parent.
type scope struct {
	name     string
	ranges   [][2]uint64
	callFile string
	callLine int64
	inlined  []*scope
}

// Calls are DWARF's; the position of an instruction is debug/gosym's, since DWARF's line table is off by a row here and
// there before Go 1.25.
type positions struct {
	functions []*scope
	lines     *gosym.Table
}

func newPositions(file *elf.File, data *dwarf.Data) (*positions, error) {
	p := &positions{}
	// The system's linker may merge .gopclntab into another section.
	table, err := between(file, "runtime.pclntab", "runtime.epclntab")
	if err != nil {
		return nil, err
	}
	if p.lines, err = gosym.NewTable(nil, gosym.NewLineTable(table, symbol(file, "runtime.text"))); err != nil {
		return nil, err
	}
	names := map[dwarf.Offset]string{}
	// Abstract functions may stand in a later unit than the call that was inlined.
	for reader := data.Reader(); ; {
		entry, err := reader.Next()
		if err != nil {
			return nil, err
		}
		if entry == nil {
			break
		}
		if name, ok := entry.Val(dwarf.AttrName).(string); ok && entry.Tag == dwarf.TagSubprogram {
			names[entry.Offset] = name
		}
	}
	if err := p.readScopes(data, names); err != nil {
		return nil, err
	}
	sort.Slice(p.functions, func(i, j int) bool { return p.functions[i].ranges[0][0] < p.functions[j].ranges[0][0] })
	return p, nil
}

func (p *positions) readScopes(data *dwarf.Data, names map[dwarf.Offset]string) error {
	var files []*dwarf.LineFile
	var parents []*scope
	for reader := data.Reader(); ; {
		entry, err := reader.Next()
		if err != nil {
			return err
		}
		if entry == nil {
			return nil
		}
		var s *scope
		switch entry.Tag {
		case 0:
			parents = parents[:len(parents)-1]
			continue
		case dwarf.TagCompileUnit:
			if files, err = unitFiles(data, entry); err != nil {
				return err
			}
		case dwarf.TagSubprogram, dwarf.TagInlinedSubroutine:
			if s, err = readScope(data, entry, names, files); err != nil {
				return err
			}
			if entry.Tag == dwarf.TagSubprogram {
				if len(s.ranges) > 0 {
					p.functions = append(p.functions, s)
				}
			} else if parent := parents[len(parents)-1]; parent != nil {
				parent.inlined = append(parent.inlined, s)
			}
		default:
			// Lexical blocks belong to the function around them.
			if len(parents) > 0 {
				s = parents[len(parents)-1]
			}
		}
		if entry.Children {
			parents = append(parents, s)
		}
	}
}

func readScope(data *dwarf.Data, entry *dwarf.Entry, names map[dwarf.Offset]string, files []*dwarf.LineFile) (*scope, error) {
	s := &scope{name: names[entry.Offset]}
	if origin, ok := entry.Val(dwarf.AttrAbstractOrigin).(dwarf.Offset); ok {
		s.name = names[origin]
	}
	if index, ok := entry.Val(dwarf.AttrCallFile).(int64); ok && int(index) < len(files) && files[index] != nil {
		s.callFile = files[index].Name
	}
	s.callLine, _ = entry.Val(dwarf.AttrCallLine).(int64)
	var err error
	s.ranges, err = data.Ranges(entry)
	return s, err
}

func unitFiles(data *dwarf.Data, unit *dwarf.Entry) ([]*dwarf.LineFile, error) {
	reader, err := data.LineReader(unit)
	if err != nil || reader == nil {
		return nil, err
	}
	// Files may be added by the line program itself.
	for {
		var entry dwarf.LineEntry
		if err := reader.Next(&entry); err == io.EOF {
			return reader.Files(), nil
		} else if err != nil {
			return nil, err
		}
	}
}

func between(file *elf.File, from, to string) ([]byte, error) {
	start, end := symbol(file, from), symbol(file, to)
	for _, segment := range file.Progs {
		if segment.Type == elf.PT_LOAD && start >= segment.Vaddr && end <= segment.Vaddr+segment.Filesz {
			data := make([]byte, end-start)
			_, err := segment.ReadAt(data, int64(start-segment.Vaddr))
			return data, err
		}
	}
	return nil, fmt.Errorf("no segment holds %s", from)
}

// at gives the frames at pc, innermost first; none where DWARF knows no function.
func (p *positions) at(pc uint64) []frame {
	frames := []frame{}
	i := sort.Search(len(p.functions), func(i int) bool { return p.functions[i].ranges[0][0] > pc }) - 1
	if i < 0 || !p.functions[i].holds(pc) {
		return frames
	}
	file, position, _ := p.lines.PCToLine(pc)
	number := int64(position)
	path := p.functions[i].path(pc)
	for i := len(path) - 1; i >= 0; i-- {
		frames = append(frames, frame{path[i].name, file, number, i > 0})
		file, number = path[i].callFile, path[i].callLine
	}
	return frames
}

func (s *scope) holds(pc uint64) bool {
	for _, r := range s.ranges {
		if r[0] <= pc && pc < r[1] {
			return true
		}
	}
	return false
}

func (s *scope) path(pc uint64) []*scope {
	for _, child := range s.inlined {
		if child.holds(pc) {
			return append([]*scope{s}, child.path(pc)...)
		}
	}
	return []*scope{s}
}
