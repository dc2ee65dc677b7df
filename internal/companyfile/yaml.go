// Package companyfile writes a company's description as a file that people read
// and change, and reads it back: the whole as YAML, extensions as CSV.
package companyfile

import (
	"bytes"
	"encoding"
	"errors"
	"fmt"
	"reflect"
	"strings"

	"github.com/goccy/go-yaml"

	"github.com/dipcast/dipcast/internal/company"
	"github.com/dipcast/dipcast/internal/secret"
	"github.com/dipcast/dipcast/internal/tenant"
)

// Format is the version of the file's form.
const Format = 1

// MaxFile bounds a file that is read, in bytes.
const MaxFile = 4 << 20

// File is a whole company.
type File struct {
	Format int `json:"format"`
	company.Company
	Servers []int         `json:"servers,omitempty"` // ids; the first is home
	Limits  tenant.Limits `json:"limits,omitzero"`   // of calls to the network
	// HistoryDays is how long calls stay in the history; 0 keeps them for good.
	HistoryDays int `json:"history_days,omitempty"`
}

// Write returns the YAML text of a file: the same for the same company, with
// every list in the order of its names. Secrets are left out unless they are
// asked for; head are lines of comment at the top.
func Write(f *File, secrets bool, head ...string) ([]byte, error) {
	one := *f
	one.Format = Format
	numbers := one.Numbers
	one.Company = one.Sorted()
	one.Numbers = numbers // their order counts
	if !secrets {
		one.Company = one.Bare()
	}
	v, _, err := plain(reflect.ValueOf(&one).Elem(), false)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	for _, line := range head {
		b.WriteString(strings.TrimRight("# "+strings.NewReplacer("\n", " ", "\r", " ").Replace(line), " ") + "\n")
	}
	if err := yaml.NewEncoder(&b, yaml.IndentSequence(true)).Encode(v); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// plain is a value as the YAML encoder takes it, in the order of the fields.
// empty reports that it is left out where its tag says so.
func plain(v reflect.Value, omit bool) (out any, empty bool, err error) {
	if omit && v.IsZero() {
		return nil, true, nil
	}
	if s, ok := v.Interface().(secret.Text); ok {
		return s.Reveal(), s.Empty(), nil
	}
	if m, ok := v.Interface().(encoding.TextMarshaler); ok && v.Kind() != reflect.Pointer {
		text, err := m.MarshalText()
		return string(text), false, err
	}
	switch v.Kind() {
	case reflect.Pointer:
		if v.IsNil() {
			return nil, omit, nil
		}
		return plain(v.Elem(), false)
	case reflect.Struct:
		out, err := plainStruct(v)
		return out, false, err
	case reflect.Slice:
		if v.Len() == 0 && omit {
			return nil, true, nil
		}
		if v.IsNil() {
			return nil, false, nil
		}
		list := make([]any, v.Len())
		for i := range list {
			if list[i], _, err = plain(v.Index(i), false); err != nil {
				return nil, false, err
			}
		}
		return list, false, nil
	case reflect.Map: // of texts only; the encoder sorts its keys
		m := map[string]string{}
		for it := v.MapRange(); it.Next(); {
			m[it.Key().String()] = it.Value().String()
		}
		return m, omit && len(m) == 0, nil
	case reflect.String:
		return v.String(), false, nil
	}
	return v.Interface(), false, nil
}

func plainStruct(v reflect.Value) (yaml.MapSlice, error) {
	out := yaml.MapSlice{}
	for i := range v.NumField() {
		f := v.Type().Field(i)
		if f.Anonymous {
			inner, err := plainStruct(v.Field(i))
			if err != nil {
				return nil, err
			}
			out = append(out, inner...)
			continue
		}
		name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		if name == "" || name == "-" {
			continue
		}
		value, empty, err := plain(v.Field(i), options != "")
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		if !empty {
			out = append(out, yaml.MapItem{Key: name, Value: value})
		}
	}
	return out, nil
}

// ErrFile reports a file that cannot be read. Problems says where.
var ErrFile = errors.New("not a description of a company")

// Problem is one thing wrong with a file.
type Problem struct {
	Line   int    // from 1, 0 when it is the whole
	Column string // of CSV: its header; of YAML: the field
	Text   string
}

// Error implements error.
func (p Problem) Error() string {
	var at []string
	if p.Line > 0 {
		at = append(at, fmt.Sprintf("line %d", p.Line))
	}
	if p.Column != "" {
		at = append(at, p.Column)
	}
	if len(at) == 0 {
		return p.Text
	}
	return strings.Join(at, ", ") + ": " + p.Text
}

// Problems are what is wrong with a file; it is an ErrFile.
type Problems []Problem

// Error implements error.
func (p Problems) Error() string {
	texts := make([]string, len(p))
	for i := range p {
		texts[i] = p[i].Error()
	}
	return strings.Join(texts, "\n")
}

// Is makes it an ErrFile.
func (p Problems) Is(target error) bool { return target == ErrFile }

// maxProblems bounds how many are told.
const maxProblems = 20
