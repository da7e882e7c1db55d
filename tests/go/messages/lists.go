package main

import (
	"errors"
	"strconv"
	"strings"
)

// Messages of lists of errors.

type joinedList []error

func (l joinedList) Error() string {
	texts := make([]string, 0, len(l))
	for _, err := range l {
		texts = append(texts, err.Error())
	}
	return strings.Join(texts, "; ")
}

// The same code as joinedList's, and nearly the same.
type joinedAlike []error

func (l joinedAlike) Error() string {
	texts := make([]string, 0, len(l))
	for _, err := range l {
		texts = append(texts, err.Error())
	}
	return strings.Join(texts, "; ")
}

type joinedByCommas []error

func (l joinedByCommas) Error() string {
	texts := make([]string, 0, len(l))
	for _, err := range l {
		texts = append(texts, err.Error())
	}
	return strings.Join(texts, ", ")
}

type grownList struct {
	op   string
	errs []error
}

func (l *grownList) Error() string {
	var texts []string
	for _, err := range l.errs {
		texts = append(texts, err.Error())
	}
	return l.op + ": [" + strings.Join(texts, "\n\t") + "]"
}

type concatenatedList struct{ errs []error }

func (l concatenatedList) Error() string {
	text := "all:"
	for _, err := range l.errs {
		text += " " + err.Error()
	}
	return text
}

type firstOf struct{ errs []error }

func (l *firstOf) Error() string {
	if len(l.errs) == 0 {
		return "no errors"
	}
	return l.errs[0].Error()
}

type shortenedList []error

func (l shortenedList) Error() string {
	texts := []string{}
	for i, err := range l {
		if i == 3 {
			texts = append(texts, "…")
			break
		}
		texts = append(texts, err.Error())
	}
	return strings.Join(texts, ", ")
}

type numberedList []error

func (l numberedList) Error() string {
	text := strconv.Itoa(len(l)) + " errors"
	for i, err := range l {
		text += "\n" + strconv.Itoa(i+1) + ". " + err.Error()
	}
	return text
}

type backwards []error

func (l backwards) Error() string {
	text := ""
	for i := len(l) - 1; i >= 0; i-- {
		text += l[i].Error() + "."
	}
	return text
}

type someList []error

func (l someList) Error() string {
	var texts []string
	for _, err := range l {
		if err != nil {
			texts = append(texts, err.Error())
		}
	}
	return strings.Join(texts, "|")
}

func listValues() (all []error) {
	for _, n := range []int{0, 1, 2, 3, 4, 5, 9, 15, 16, 17, 18, 40} {
		errs := []error{}
		for i := 0; i < n; i++ {
			errs = append(errs, errors.New("e"+strconv.Itoa(i)))
		}
		all = append(all, joinedList(errs))
		all = append(all, joinedAlike(errs))
		all = append(all, joinedByCommas(errs))
		all = append(all, &plain{"lists"}, &grownList{"op", errs}, concatenatedList{errs}, &firstOf{errs},
			shortenedList(errs), numberedList(errs), backwards(errs), someList(errs))
	}
	return all
}
