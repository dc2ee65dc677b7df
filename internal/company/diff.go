package company

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Difference is one thing that is different in another description.
type Difference struct {
	Field string `json:"field"` // "extensions[1010].name", "trunks[3]"
	// Before and After are JSON texts. "" means that it is not there.
	Before string `json:"before,omitempty"`
	After  string `json:"after,omitempty"`
}

// String is "extensions[1010].name: "A" → "B"", with + and - in front of what
// is added and removed.
func (d Difference) String() string {
	switch {
	case d.Before == "":
		return "+ " + d.Field + ": " + d.After
	case d.After == "":
		return "- " + d.Field + ": " + d.Before
	}
	return "~ " + d.Field + ": " + d.Before + " → " + d.After
}

// names are the members by which entries of lists are known.
var names = map[string]string{
	"extensions": "number", "trunks": "id", "dids": "number", "ring_groups": "number",
	"attendants": "number", "conferences": "number",
	"time_groups": "id", "holidays": "date", "classes": "name", "tones": "name", "routes": "name",
}

// What a difference shows in place of a secret: never what it was or is.
const (
	hiddenThere  = `"[redacted]"`
	hiddenOther  = `"[redacted, another]"`
	maxFieldText = 400 // bytes of one value
)

// Diff returns what is different in after, in the order of the fields. Secrets
// are compared, and not shown.
func Diff(before, after *Company) []Difference {
	var out []Difference
	a, b := plain(before), plain(after)
	for _, field := range slices.Sorted(maps.Keys(union(a, b))) {
		if names[field] != "" {
			out = append(out, diffList(field, names[field], a[field], b[field])...)
			continue
		}
		out = append(out, diffValue(field, a[field], b[field])...)
	}
	return append(out, diffSecrets(before, after)...)
}

// plain is a company as JSON has it, without secrets.
func plain(c *Company) map[string]any {
	bare := c.Bare()
	bare = bare.Sorted()
	data, err := json.Marshal(bare)
	if err != nil {
		return nil // texts, numbers and lists always marshal
	}
	var m map[string]any
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	_ = d.Decode(&m) // what was just marshalled
	return m
}

func union(a, b map[string]any) map[string]bool {
	all := map[string]bool{}
	for k := range a {
		all[k] = true
	}
	for k := range b {
		all[k] = true
	}
	return all
}

func diffList(field, name string, before, after any) []Difference {
	index := func(list any) (map[string]any, []string) {
		entries, _ := list.([]any)
		by, order := map[string]any{}, make([]string, 0, len(entries))
		for i, e := range entries {
			m, _ := e.(map[string]any)
			key := fmt.Sprint(m[name])
			if m[name] == nil || by[key] != nil {
				key = fmt.Sprint(i)
			}
			by[key] = e
			order = append(order, key)
		}
		return by, order
	}
	a, first := index(before)
	b, second := index(after)
	var out []Difference
	for _, key := range first {
		out = append(out, diffEntry(field+"["+key+"]", a[key], b[key])...)
	}
	for _, key := range second {
		if _, ok := a[key]; !ok {
			out = append(out, diffEntry(field+"["+key+"]", nil, b[key])...)
		}
	}
	return out
}

// diffEntry goes into an entry that is in both.
func diffEntry(field string, before, after any) []Difference {
	a, okA := before.(map[string]any)
	b, okB := after.(map[string]any)
	if !okA || !okB {
		return diffValue(field, before, after)
	}
	var out []Difference
	for _, key := range slices.Sorted(maps.Keys(union(a, b))) {
		out = append(out, diffValue(field+"."+key, a[key], b[key])...)
	}
	return out
}

func diffValue(field string, before, after any) []Difference {
	d := Difference{field, text(before), text(after)}
	if d.Before == d.After {
		return nil
	}
	d.Before, d.After = clip(d.Before), clip(d.After)
	return []Difference{d}
}

func text(v any) string {
	if v == nil {
		return ""
	}
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return "?" // it came out of JSON
	}
	return strings.TrimSuffix(b.String(), "\n")
}

func clip(s string) string {
	if len(s) <= maxFieldText {
		return s
	}
	return strings.ToValidUTF8(s[:maxFieldText], "") + "…"
}

func diffSecrets(before, after *Company) []Difference {
	a, b := before.Secrets(), after.Secrets()
	there := func(all map[string]bool, s Secrets) {
		for place := range s {
			all[place] = true
		}
	}
	places := map[string]bool{}
	there(places, a)
	there(places, b)
	var out []Difference
	for _, place := range slices.Sorted(maps.Keys(places)) {
		if a[place] == b[place] {
			continue
		}
		d := Difference{Field: secretField(place)}
		if !a[place].Empty() {
			d.Before = hiddenThere
		}
		if !b[place].Empty() {
			d.After = hiddenThere
		}
		if d.Before == d.After {
			d.After = hiddenOther
		}
		out = append(out, d)
	}
	return out
}

// secretField is a place as fields are written: "extensions[1010].devices[0].secret".
func secretField(place string) string {
	parts := strings.Split(place, "/")
	switch {
	case parts[0] == "naver_works":
		return parts[0] + "." + parts[1]
	case len(parts) == 4:
		return parts[0] + "[" + parts[1] + "].devices[" + parts[3] + "].secret"
	case parts[0] == "conferences":
		return parts[0] + "[" + parts[1] + "].pin"
	case len(parts) == 3:
		return parts[0] + "[" + parts[1] + "].voicemail.pin"
	}
	return parts[0] + "[" + parts[1] + "].secret"
}
