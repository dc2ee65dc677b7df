package ami

import "slices"

// Arena keeps copies of many messages in few growing slices, so that a batch
// can be handed to another goroutine without an allocation for each message.
// The zero value is ready for use. It is not safe for concurrent use.
type Arena struct {
	bytes  []byte
	fields []field
	items  []arenaItem
}

type arenaItem struct {
	raw, src, end     int // raw is bytes[raw:src], made headers bytes[src:end]
	fields, fieldsEnd int
	kind              Kind
}

// Grow makes room for messages of so many bytes in all, as events are usually
// long and wide: more than that is taken too, at the price of copying.
func (a *Arena) Grow(bytes int) {
	// An event of 500 bytes has 20 to 25 headers.
	grow(&a.bytes, bytes)
	grow(&a.fields, bytes/20)
	grow(&a.items, bytes/400)
}

// grow is slices.Grow, which clears the new room even of a slice that had none:
// memory fresh from the system is so touched once more than it has to be.
func grow[T any](s *[]T, n int) {
	if *s == nil {
		*s = make([]T, 0, n)
		return
	}
	*s = slices.Grow(*s, n)
}

// Add copies m into the arena.
func (a *Arena) Add(m *Message) {
	it := arenaItem{raw: len(a.bytes), fields: len(a.fields), kind: m.kind}
	a.bytes = append(a.bytes, m.raw...)
	it.src = len(a.bytes)
	if m.kind == KindQueueList {
		a.bytes = append(a.bytes, m.src...)
	}
	it.end = len(a.bytes)
	a.fields = append(a.fields, m.fields...)
	it.fieldsEnd = len(a.fields)
	a.items = append(a.items, it)
}

// Len returns the number of messages.
func (a *Arena) Len() int { return len(a.items) }

// Bytes returns the number of bytes of all messages.
func (a *Arena) Bytes() int { return len(a.bytes) }

// At makes m a view of the i-th message. It is valid until Reset.
func (a *Arena) At(i int, m *Message) {
	it := &a.items[i]
	m.raw = a.bytes[it.raw:it.src:it.src]
	m.src = m.raw
	if it.kind == KindQueueList {
		m.src = a.bytes[it.src:it.end:it.end]
	}
	m.fields = a.fields[it.fields:it.fieldsEnd:it.fieldsEnd]
	m.kind = it.kind
}

// Reset forgets all messages and keeps the memory for the next ones.
func (a *Arena) Reset() {
	a.bytes, a.fields, a.items = a.bytes[:0], a.fields[:0], a.items[:0]
}
