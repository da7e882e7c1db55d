package main

import (
	"debug/dwarf"
	"debug/elf"
	"regexp"
)

// A method named Error, Unwrap or Cause.
type method struct {
	// As the symbol: pkg/path.(*T).Error.
	Name    string `json:"name"`
	Address uint64 `json:"address"`
	// Known is false where DWARF doesn't tell the signature: of wrappers, in older versions.
	Known   bool     `json:"known"`
	Params  int      `json:"params"`
	Results []string `json:"results"`
	// What the source returns, see returned; none where there is no source.
	Returns []string `json:"returns"`
}

var wanted = regexp.MustCompile(`\.(Error|Unwrap|Cause)$`)

type signature struct {
	known   bool
	params  int
	results []string
}

// methods lists the wanted methods that the symbol table has.
func methods(file *elf.File, data *dwarf.Data, lines *positions, sources *sources) ([]method, []string, error) {
	signatures, returning, err := readSignatures(data)
	if err != nil {
		return nil, nil, err
	}
	symbols, err := file.Symbols()
	if err != nil {
		return nil, nil, err
	}
	methods := []method{}
	for _, s := range symbols {
		if elf.ST_TYPE(s.Info) != elf.STT_FUNC || !wanted.MatchString(s.Name) {
			continue
		}
		m := method{Name: s.Name, Address: s.Value, Results: []string{}, Returns: []string{}}
		if found := signatures[s.Name]; found != nil && found.known {
			m.Known, m.Params, m.Results = true, found.params, found.results
		}
		path, _, _ := lines.lines.PCToLine(s.Value)
		if returns := sources.returned(path, s.Name); returns != nil {
			m.Returns = returns
		}
		methods = append(methods, m)
	}
	return methods, returning, nil
}

// An inlinable method has two entries: its receiver and named parameters are in the abstract one, unnamed results in the
// concrete one, which has no name.
func readSignatures(data *dwarf.Data) (map[string]*signature, []string, error) {
	typeNames := map[dwarf.Offset]string{}
	type parameter struct {
		result bool
		of     dwarf.Offset
	}
	type entity struct {
		name       string
		wrapper    bool
		origin     dwarf.Offset
		parameters []parameter
	}
	entities := map[dwarf.Offset]*entity{}
	var current *entity
	depth := 0
	for reader := data.Reader(); ; {
		entry, err := reader.Next()
		if err != nil {
			return nil, nil, err
		}
		if entry == nil {
			break
		}
		if entry.Tag == 0 {
			depth--
			continue
		}
		name, _ := entry.Val(dwarf.AttrName).(string)
		switch entry.Tag {
		case dwarf.TagSubprogram:
			current = &entity{name: name}
			current.wrapper, _ = entry.Val(dwarf.AttrTrampoline).(bool)
			if !current.wrapper {
				_, current.wrapper = entry.Val(dwarf.AttrTrampoline).(int64)
			}
			current.origin, _ = entry.Val(dwarf.AttrAbstractOrigin).(dwarf.Offset)
			entities[entry.Offset] = current
		case dwarf.TagFormalParameter:
			if of, ok := entry.Val(dwarf.AttrType).(dwarf.Offset); ok && depth == 2 && current != nil {
				result, _ := entry.Val(dwarf.AttrVarParam).(bool)
				current.parameters = append(current.parameters, parameter{result, of})
			}
		default:
			if depth == 1 {
				current = nil // a type of functions has parameters, too
			}
			if name != "" {
				typeNames[entry.Offset] = name
			}
		}
		if entry.Children {
			depth++
		}
	}
	signatures := map[string]*signature{}
	returning := map[string]bool{}
	for _, e := range entities {
		name := e.name
		if abstract := entities[e.origin]; abstract != nil {
			name = abstract.name
		}
		for _, p := range e.parameters {
			if p.result && typeNames[p.of] == "error" {
				returning[name] = true
			}
		}
		if !wanted.MatchString(name) {
			continue
		}
		s := signatures[name]
		if s == nil {
			s = &signature{params: -1, results: []string{}}
			signatures[name] = s
		}
		params, results := -1, []string{}
		for _, p := range e.parameters {
			if p.result {
				results = append(results, typeNames[p.of])
			} else {
				params++
			}
		}
		// Up to Go 1.20 wrappers have no parameters in DWARF, and receivers without a name have none anywhere.
		s.known = s.known || params >= 0 || !e.wrapper
		s.params = max(s.params, params, 0)
		if len(results) > len(s.results) {
			s.results = results
		}
	}
	names := make([]string, 0, len(returning))
	for name := range returning {
		names = append(names, name)
	}
	return signatures, names, nil
}
