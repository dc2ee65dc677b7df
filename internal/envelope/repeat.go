package envelope

import (
	"bytes"

	"github.com/dipcast/dipcast/ami"
)

// maxMarked is how many headers have a mark; more than a Reader's bound on
// headers but Output lines, of which there may be any number.
const maxMarked = 1024

// repeats knows which headers of a message have a name that occurs twice.
type repeats struct {
	any          bool
	heads, tails [maxMarked / 64]uint64 // first and later occurrences
}

// find looks at all names once. Most are known by number; of the others a small
// Bloom filter answers "certainly new" nearly always, without comparing names.
func (r *repeats) find(m *ami.Message) {
	var seen, numbers filter
	for i := range m.Len() {
		var name []byte
		if n := m.HeaderName(i); n != 0 {
			if !numbers.set(uint8(n)) {
				continue
			}
			name, _ = m.Header(i)
		} else if name, _ = m.Header(i); !seen.add(name) {
			continue
		}
		j := index(m, 0, i, name)
		if j < 0 {
			continue
		}
		r.any = true
		if i < maxMarked {
			r.heads[j/64] |= 1 << (j % 64)
			r.tails[i/64] |= 1 << (i % 64)
		}
	}
}

// first reports whether later headers have the name of header i, which itself
// is the first of it.
func (r *repeats) first(m *ami.Message, i int) bool {
	if !r.any {
		return false
	}
	if i < maxMarked && r.heads[i/64]&(1<<(i%64)) != 0 {
		return true
	}
	if m.Len() <= maxMarked {
		return false
	}
	name, _ := m.Header(i)
	return index(m, max(i+1, maxMarked), m.Len(), name) >= 0
}

// later reports whether an earlier header has the name of header i.
func (r *repeats) later(m *ami.Message, i int) bool {
	if !r.any {
		return false
	}
	if i < maxMarked {
		return r.tails[i/64]&(1<<(i%64)) != 0
	}
	name, _ := m.Header(i)
	return index(m, 0, i, name) >= 0
}

// index finds the first of the headers [from, to) that is called name, or -1.
func index(m *ami.Message, from, to int, name []byte) int {
	for j := from; j < to; j++ {
		if n, _ := m.Header(j); bytes.Equal(n, name) {
			return j
		}
	}
	return -1
}

// filter is a Bloom filter over header names, or a set of their numbers.
type filter [4]uint64

// add reports whether name may have been added before.
func (f *filter) add(name []byte) bool { return f.set(hash(name)) }

func (f *filter) set(h uint8) bool {
	bit := uint64(1) << (h & 63)
	was := f[h>>6]&bit != 0
	f[h>>6] |= bit
	return was
}

// hash mixes the length and four bytes: enough to tell the headers of a channel
// snapshot apart (CallerIDNum, CallerIDName, Channel, ChannelState).
func hash(name []byte) uint8 {
	n := len(name)
	if n == 0 {
		return 0
	}
	h := uint32(n)*0x9e3779b1 ^ uint32(name[0])*0x85ebca6b ^ uint32(name[n-1])*0xc2b2ae35
	if n > 4 {
		h ^= uint32(name[n-4])*0x27d4eb2f ^ uint32(name[n/2])*0x165667b1
	}
	return uint8(h >> 24)
}
