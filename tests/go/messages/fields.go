package main

// Messages made of fields and constants alone.

type plain struct{ text string }

func (e *plain) Error() string { return e.text }

type second struct {
	code int
	text string
}

func (e *second) Error() string { return e.text }

type byValue struct {
	code int32
	text string
}

func (e byValue) Error() string { return e.text }

type word string

func (e word) Error() string { return string(e) }

type prefixed string

func (e prefixed) Error() string { return "bad word: " + string(e) }

type constant struct{}

func (constant) Error() string { return "nothing to see here" }

type pointerConstant struct{ seen bool }

func (*pointerConstant) Error() string { return "still nothing" }

type raw []byte

func (e raw) Error() string { return string(e) }

type rawField struct {
	n    int
	body []byte
}

func (e *rawField) Error() string { return "body " + string(e.body) }

type concat2 struct{ a, b string }

func (e *concat2) Error() string { return e.a + e.b }

type concat3 struct{ a, b string }

func (e *concat3) Error() string { return e.a + ": " + e.b }

type concat5 struct{ a, b, c string }

func (e concat5) Error() string { return e.a + " " + e.b + " " + e.c }

type concat7 struct{ a, b, c string }

func (e *concat7) Error() string { return "<" + e.a + "|" + e.b + "|" + e.c + ">" }

type nested struct {
	before int8
	inner  struct {
		n    uint16
		text string
	}
}

func (e *nested) Error() string { return "nested " + e.inner.text }

type base struct {
	code int
	text string
}

func (b *base) Error() string { return "base " + b.text }

type promoted struct {
	extra string
	base
}

type valueBase struct{ text string }

func (b valueBase) Error() string { return "value base " + b.text }

type promotedValue struct {
	pad [3]int64
	valueBase
}

type promotedPointer struct {
	pad byte
	*base
}

type promotedInterface struct {
	pad byte
	error
}

type deep struct {
	a uint64
	promoted
}

type array struct{ words [3]string }

func (e array) Error() string { return e.words[0] + "/" + e.words[2] }

type generic[T any] struct {
	value T
	text  string
}

func (e *generic[T]) Error() string { return "generic " + e.text }

type genericValue[T any] struct {
	text  string
	value T
}

func (e genericValue[T]) Error() string { return e.text + "!" }

type alias = concat3

func values() (all []error) {
	all = append(all, fieldValues()...)
	all = append(all, conditionValues()...)
	all = append(all, formatValues()...)
	all = append(all, integerValues()...)
	all = append(all, causeValues()...)
	all = append(all, pointerValues()...)
	all = append(all, listValues()...)
	all = append(all, panicNilValues()...)
	all = append(all, standardValues()...)
	all = append(all, runtimeValues()...)
	return append(all, opaqueValues()...)
}

func fieldValues() []error {
	return []error{
		&plain{"one"}, &plain{""}, &plain{"\xff\x00 not UTF-8"}, &plain{"größe 漢字"},
		&second{7, "two"}, byValue{9, "three"}, word("four"), word(""), prefixed("five"), prefixed(""),
		constant{}, &pointerConstant{}, raw("six"), &rawField{2, []byte("seven")}, &rawField{},
		&concat2{"a", "b"}, &concat2{"", "b"}, &concat2{"a", ""}, &concat3{"op", "why"}, &alias{"x", "y"},
		concat5{"a", "b", "c"}, concat5{}, &concat7{"a", "b", "c"},
		&nested{1, struct {
			n    uint16
			text string
		}{3, "eight"}},
		&base{3, "nine"}, &promoted{"x", base{4, "ten"}}, promoted{"x", base{4, "ten"}}.pointer(),
		promotedValue{valueBase: valueBase{"eleven"}}, &promotedValue{valueBase: valueBase{"twelve"}},
		promotedPointer{1, &base{5, "thirteen"}}, promotedInterface{1, &plain{"fourteen"}},
		&promotedInterface{1, word("fifteen")}, &deep{1, promoted{"y", base{6, "sixteen"}}},
		array{[3]string{"p", "q", "r"}}, &generic[int]{1, "g1"}, &generic[string]{"s", "g2"},
		genericValue[bool]{"g3", true}, genericValue[[]int]{"g4", nil},
	}
}

func (p promoted) pointer() error { return &p }
