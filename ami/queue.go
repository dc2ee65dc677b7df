package ami

import (
	"bytes"
	"strconv"
)

// The action Queues of Asterisk 13 and older prints the text of "queue show"
// into the stream, without a Response line; each queue ends at a blank line:
//
//	q-100 has 0 calls (max unlimited) in 'ringall' strategy (0s holdtime, 0s talktime), W:0, C:0, A:0, SL:0.0% within 0s
//	   Members:
//	      PJSIP/1010 (ringinuse enabled) (Not in use) has taken no calls yet
//	   No Callers
//
// Source: apps/app_queue.c, __queues_show. Its headers are those amiws makes of
// it: QueueName, Calls, Maxlen, Strategy, Holdtime, Talktime, Weight,
// CallsCompleted, CallsAbandoned, ServiceLevel, ServiceLevelPeriod,
// MembersCount, CallersCount. The text itself is in Outputs.

// isQueueLine reports whether line is the first line of a queue's text.
func isQueueLine(line []byte) bool {
	i := bytes.Index(line, []byte(" calls (max "))
	return i > 0 && bytes.LastIndex(line[:i], []byte(" has ")) > 0 &&
		bytes.Contains(line[i:], []byte(" strategy ("))
}

// makeQueue replaces the fields of a queue's text by headers made from it.
func (m *Message) makeQueue() {
	var head []byte
	members, callers, group := 0, 0, ""
	for line := range textLines(m.raw) {
		trimmed := bytes.TrimSpace(line)
		switch {
		case head == nil:
			head = line
		case bytes.HasPrefix(trimmed, []byte("Members:")), bytes.HasPrefix(trimmed, []byte("Callers:")),
			bytes.HasPrefix(trimmed, []byte("No Members")), bytes.HasPrefix(trimmed, []byte("No Callers")):
			group = string(bytes.TrimPrefix(trimmed, []byte("No ")))
		case len(group) > 0 && group[0] == 'M':
			members++
		case len(group) > 0 && group[0] == 'C':
			callers++
		}
	}
	m.made = m.made[:0]
	for _, h := range queueHead(head) {
		m.made = append(append(append(append(m.made, h.name...), ": "...), h.value...), "\r\n"...)
	}
	m.made = append(strconv.AppendInt(append(m.made, "MembersCount: "...), int64(members), 10), "\r\n"...)
	m.made = append(strconv.AppendInt(append(m.made, "CallersCount: "...), int64(callers), 10), "\r\n"...)
	m.src, m.table = m.made, m.table[:0]
	for at := 0; at < len(m.made); {
		n := bytes.IndexByte(m.made[at:], '\n')
		m.table = append(m.table, splitLine(m.made[at:at+n-1], at))
		at += n + 1
	}
	m.fields = m.table
}

type madeHeader struct {
	name  string
	value []byte
}

// queueHead takes the first line of a queue's text apart. What it does not
// find is an empty value.
func queueHead(line []byte) []madeHeader {
	between := func(after, before string) []byte {
		_, rest, ok := bytes.Cut(line, []byte(after))
		if !ok {
			return nil
		}
		if before == "" {
			return bytes.TrimSpace(rest)
		}
		value, _, _ := bytes.Cut(rest, []byte(before))
		return value
	}
	i := bytes.Index(line, []byte(" calls (max "))
	h := bytes.LastIndex(line[:max(i, 0)], []byte(" has "))
	if i < 0 || h < 0 {
		return []madeHeader{{"QueueName", line}}
	}
	name, calls := line[:h], line[h+len(" has "):i]
	line = line[i:]
	return []madeHeader{
		{"QueueName", name},
		{"Calls", calls},
		{"Maxlen", between("(max ", ")")},
		{"Strategy", between("in '", "'")},
		{"Holdtime", between("strategy (", "s holdtime")},
		{"Talktime", between("holdtime, ", "s talktime")},
		{"Weight", between("W:", ",")},
		{"CallsCompleted", between("C:", ",")},
		{"CallsAbandoned", between("A:", ",")},
		{"ServiceLevel", bytes.TrimSuffix(between("SL:", " within"), []byte("%"))},
		{"ServiceLevelPeriod", bytes.TrimSuffix(between("within ", ""), []byte("s"))},
	}
}
