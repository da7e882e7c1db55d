package main

import (
	"debug/dwarf"
	"debug/elf"
)

// Attributes of cmd/internal/dwarf.
const (
	attrGoKind        dwarf.Attr = 0x2900
	attrGoKey         dwarf.Attr = 0x2901
	attrGoElem        dwarf.Attr = 0x2902
	attrGoEmbedded    dwarf.Attr = 0x2903
	attrGoRuntimeType dwarf.Attr = 0x2904
)

type field struct {
	Name   string `json:"name"`
	Offset int64  `json:"offset"`
	// Static address of the field's runtime type, 0 if the program has none.
	Type     uint64 `json:"type"`
	TypeName string `json:"typeName"`
	Embedded bool   `json:"embedded"`
}

type runtimeType struct {
	Name    string  `json:"name"`
	Address uint64  `json:"address"`
	Kind    int64   `json:"kind"`
	Size    int64   `json:"size"`
	Fields  []field `json:"fields"`
}

// runtimeTypes lists the types that DWARF says have a runtime type, each address once.
func runtimeTypes(file *elf.File, data *dwarf.Data) ([]runtimeType, error) {
	// DWARF may give runtime types as offsets from the first.
	base := symbol(file, "runtime.types")
	addressOf := func(entry *dwarf.Entry) uint64 {
		switch value := entry.Val(attrGoRuntimeType).(type) {
		case uint64:
			if value != 0 && value < base {
				return base + value
			}
			return value
		}
		return 0
	}
	addresses := map[dwarf.Offset]uint64{}
	typeNames := map[dwarf.Offset]string{}
	names := map[uint64]bool{}
	var entries []*dwarf.Entry
	members := map[dwarf.Offset][]*dwarf.Entry{}
	var owner *dwarf.Entry
	for reader := data.Reader(); ; {
		entry, err := reader.Next()
		if err != nil {
			return nil, err
		}
		if entry == nil {
			break
		}
		if entry.Tag == dwarf.TagMember {
			members[owner.Offset] = append(members[owner.Offset], entry)
			continue
		}
		if entry.Tag == dwarf.TagStructType {
			owner = entry
		}
		if name, ok := entry.Val(dwarf.AttrName).(string); ok {
			typeNames[entry.Offset] = name
		}
		if address := addressOf(entry); address != 0 {
			addresses[entry.Offset] = address
			entries = append(entries, entry)
		}
	}
	var types []runtimeType
	for _, entry := range entries {
		address := addresses[entry.Offset]
		// A typedef and the struct that it names share the runtime type.
		if names[address] {
			continue
		}
		names[address] = true
		t := runtimeType{Address: address}
		t.Name, _ = entry.Val(dwarf.AttrName).(string)
		t.Kind, _ = entry.Val(attrGoKind).(int64)
		t.Size, _ = entry.Val(dwarf.AttrByteSize).(int64)
		if t.Kind == 25 {
			t.Fields = fields(members[entry.Offset], addresses, typeNames)
		}
		types = append(types, t)
	}
	return types, nil
}

func fields(members []*dwarf.Entry, addresses map[dwarf.Offset]uint64, names map[dwarf.Offset]string) []field {
	var fields []field
	for _, member := range members {
		f := field{}
		f.Name, _ = member.Val(dwarf.AttrName).(string)
		f.Embedded, _ = member.Val(attrGoEmbedded).(bool)
		f.Offset, _ = member.Val(dwarf.AttrDataMemberLoc).(int64)
		if t, ok := member.Val(dwarf.AttrType).(dwarf.Offset); ok {
			f.Type, f.TypeName = addresses[t], names[t]
		}
		fields = append(fields, f)
	}
	return fields
}

func symbol(file *elf.File, name string) uint64 {
	symbols, _ := file.Symbols()
	for _, s := range symbols {
		if s.Name == name {
			return s.Value
		}
	}
	return 0
}
