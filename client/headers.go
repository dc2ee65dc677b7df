package client

import (
	"encoding/json"
	"fmt"
	"strings"
)

// Headers are those of an event or an answer, by name as Asterisk spells it.
// One that repeats has several values, except Output: its lines are one value,
// joined by "\n".
type Headers map[string][]string

// Get returns the first value of a header, "" when there is none. The name is
// found in any letter case, fastest in Asterisk's own.
func (h Headers) Get(name string) string {
	if v, ok := h[name]; ok && len(v) > 0 {
		return v[0]
	}
	for n, v := range h {
		if len(v) > 0 && strings.EqualFold(n, name) {
			return v[0]
		}
	}
	return ""
}

// UnmarshalJSON implements json.Unmarshaler.
func (h *Headers) UnmarshalJSON(b []byte) error {
	var raw map[string]any
	if err := json.Unmarshal(b, &raw); err != nil {
		return fmt.Errorf("headers: %w", err)
	}
	*h = make(Headers, len(raw))
	for name, v := range raw {
		switch v := v.(type) {
		case string:
			(*h)[name] = []string{v}
		case []any:
			for _, e := range v {
				(*h)[name] = append((*h)[name], fmt.Sprint(e))
			}
		default:
			(*h)[name] = []string{fmt.Sprint(v)}
		}
	}
	return nil
}
