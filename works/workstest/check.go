package workstest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"
)

// check walks decoded JSON and keeps the first mistake, as the answer it gets.
// Its getters give zero values for what is not right, so that the walk goes on.
type check struct {
	s      *Server // for fileIds; nil where none are allowed
	app    *App
	raw    json.RawMessage // the value of content, as it came
	failed *reply
}

func (k *check) wrong(path, why string) {
	if k.failed == nil {
		r := invalid(path + " " + why)
		k.failed = &r
	}
}

func at(path string, i int) string { return path + "[" + strconv.Itoa(i) + "]" }

// length counts characters as the app's platforms do: in UTF-16.
func length(s string) int {
	n := 0
	for _, r := range s {
		n += max(1, utf16.RuneLen(r))
	}
	return n
}

// body decodes {"content":…}. Numbers stay as they are written.
func (k *check) body(b []byte) map[string]any {
	d := json.NewDecoder(bytes.NewReader(b))
	d.UseNumber()
	var v any
	var outer struct {
		Content json.RawMessage `json:"content"`
	}
	if d.Decode(&v) != nil || d.More() || json.Unmarshal(b, &outer) != nil {
		r := failure(http.StatusBadRequest, "BAD_REQUEST", "body is no JSON object")
		k.failed = &r
		return nil
	}
	k.raw = outer.Content
	m := k.object("body", v)
	k.fields("body", m, "content")
	return m
}

func (k *check) object(path string, v any) map[string]any {
	m, ok := v.(map[string]any)
	if !ok {
		k.wrong(path, "must be an object")
	}
	return m
}

// fields refuses what the documentation does not name.
func (k *check) fields(path string, m map[string]any, known ...string) {
	for name := range m {
		if !slices.Contains(known, name) {
			k.wrong(path+"."+name, "is not a field here")
		}
	}
}

// text gives a string of least to most characters; with least 0 it may be away.
func (k *check) text(path string, m map[string]any, name string, least, most int) string {
	v, there := m[name]
	if !there && least == 0 {
		return ""
	}
	s, ok := v.(string)
	n := length(s)
	switch {
	case !ok:
		k.wrong(path+"."+name, "must be a string")
	case n < least:
		k.wrong(path+"."+name, "must not be empty")
	case n > most:
		k.wrong(path+"."+name, fmt.Sprintf("has %d characters of at most %d", n, most))
	}
	return s
}

// word gives a string out of a few; away is good too.
func (k *check) word(path string, m map[string]any, name string, words ...string) string {
	v, there := m[name]
	if !there {
		return ""
	}
	s, ok := v.(string)
	if !ok || !slices.Contains(words, s) {
		k.wrong(path+"."+name, "must be one of "+strings.Join(words, ", "))
	}
	return s
}

// array gives least to most members; with least 0 it may be away.
func (k *check) array(path string, m map[string]any, name string, least, most int) []any {
	v, there := m[name]
	if !there && least == 0 {
		return nil
	}
	a, ok := v.([]any)
	switch {
	case !ok:
		k.wrong(path+"."+name, "must be an array")
	case len(a) < least || len(a) > most:
		k.wrong(path+"."+name, fmt.Sprintf("has %d members of %d to %d", len(a), least, most))
		return nil
	}
	return a
}

// languages of variants (docs/bot-send-*).
var languages = []string{"ko_KR", "ja_JP", "zh_CN", "zh_TW", "en_US"}

// i18n checks the variants of a field: one for each language.
func (k *check) i18n(path string, m map[string]any, list, name string, most int) {
	seen := map[string]bool{}
	for i, v := range k.array(path, m, list, 0, len(languages)) {
		p := at(path+"."+list, i)
		one := k.object(p, v)
		k.fields(p, one, "language", name)
		k.text(p, one, name, 1, most)
		k.text(p, one, "language", 1, 10)
		k.word(p, one, "language", languages...)
		if l, _ := one["language"].(string); seen[l] {
			k.wrong(p+".language", "is there twice")
		} else {
			seen[l] = true
		}
	}
}

// url wants an address of at most 1,000 characters.
func (k *check) url(path string, m map[string]any, name string, schemes ...string) {
	s := k.text(path, m, name, 1, 1000)
	if scheme, rest, ok := strings.Cut(s, ":"); !ok || rest == "" || rest == "//" || !slices.Contains(schemes, scheme) {
		k.wrong(path+"."+name, "must begin with "+strings.Join(schemes, ": or ")+":")
	}
}

// source wants an address or an attachment, and not both.
func (k *check) source(path string, m map[string]any, url, id, use string) {
	_, byURL := m[url]
	_, byID := m[id]
	switch {
	case byURL == byID:
		k.wrong(path+"."+url, "or "+id+" must be given, and one of them only")
	case byURL:
		k.url(path, m, url, "https")
	default:
		k.file(path+"."+id, k.text(path, m, id, 1, 300), use)
	}
}
