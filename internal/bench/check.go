package bench

import (
	"bytes"
	"encoding/json"
	"fmt"
)

var numberKey = []byte(`"` + numberHeader + `":"`)

// numberOf finds an event's number without parsing the frame; ok is false for
// any other frame.
func numberOf(frame []byte) (n int, ok bool) {
	i := bytes.Index(frame, numberKey)
	if i < 0 {
		return 0, false
	}
	rest := frame[i+len(numberKey):]
	for i, c := range rest {
		if c < '0' || c > '9' {
			return n, i > 0 && c == '"'
		}
		n = n*10 + int(c-'0')
	}
	return 0, false
}

// check decodes a frame as a client would and compares every header with what
// was sent.
func (g generator) check(frame []byte) error {
	n, ok := numberOf(frame)
	if !ok {
		return fmt.Errorf("no number: %.200s", frame)
	}
	var got struct {
		Type int               `json:"type"`
		ID   int               `json:"server_id"`
		Data map[string]string `json:"data"`
	}
	if err := json.Unmarshal(frame, &got); err != nil {
		return fmt.Errorf("event %d: %w", n, err)
	}
	want := g.event(n)
	if got.Type != 3 || got.ID != 1 || len(got.Data) != len(want) {
		return fmt.Errorf("event %d: another envelope, or %d headers instead of %d", n, len(got.Data), len(want))
	}
	for _, h := range want {
		if v, ok := got.Data[h.name]; !ok || v != h.value {
			return fmt.Errorf("event %d: %s is %q, not %q", n, h.name, v, h.value)
		}
	}
	return nil
}
