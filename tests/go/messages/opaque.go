package main

import (
	"fmt"
	"strings"
)

// Messages that a template can't express, or not yet.

type joined struct{ words []string }

func (e *joined) Error() string { return strings.Join(e.words, ", ") }

type upper struct{ text string }

func (e *upper) Error() string { return strings.ToUpper(e.text) }

type sliced struct{ text string }

func (e *sliced) Error() string { return e.text[2:] }

type counted struct{ words []string }

func (e *counted) Error() string { return fmt.Sprintf("%d words", len(e.words)) }

type listed struct{ errs []error }

func (e *listed) Error() string {
	s := ""
	for i, err := range e.errs {
		if i > 0 {
			s += "; "
		}
		s += err.Error()
	}
	return s
}

type closure struct{ f func() string }

func (e *closure) Error() string { return e.f() }

type anything struct{ v any }

func (e *anything) Error() string { return fmt.Sprintf("panic: %v", e.v) }

type printed struct{ p struct{ x, y int } }

func (e *printed) Error() string { return fmt.Sprintf("at %v", e.p) }

type typeName struct{ v any }

func (e *typeName) Error() string { return fmt.Sprintf("type %T", e.v) }

type built struct{ a, b string }

func (e *built) Error() string {
	var b strings.Builder
	b.WriteString(e.a)
	b.WriteByte('-')
	b.WriteString(e.b)
	return b.String()
}

type behind struct{ p *struct{ text string } }

func (e *behind) Error() string { return "behind " + e.p.text }

type arithmetic struct{ n int }

func (e *arithmetic) Error() string { return fmt.Sprintf("n plus one is %d", e.n+1) }

func opaqueValues() []error {
	return []error{
		&joined{[]string{"a", "b"}}, &upper{"u"}, &sliced{"abcd"}, &counted{[]string{"a"}}, &listed{[]error{word("a"), word("b")}},
		&closure{func() string { return "closed" }}, &anything{"str"}, &anything{word("err")}, &printed{}, &typeName{3},
		&built{"a", "b"}, &behind{&struct{ text string }{"b"}}, &arithmetic{4},
	}
}
