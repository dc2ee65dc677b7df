package envelope

import (
	"bytes"

	"github.com/dipcast/dipcast/ami"
)

// filter is a small Bloom filter over header names. It answers "certainly
// new" for nearly every header of a real event without comparing names.
type filter [4]uint64

// hash mixes length, first and last two bytes: enough to tell the headers of
// a channel snapshot apart (CallerIDNum, CallerIDName, Channel, ChannelState).
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

// add reports whether name may have been added before.
func (f *filter) add(name []byte) bool {
	h := hash(name)
	bit := uint64(1) << (h & 63)
	was := f[h>>6]&bit != 0
	f[h>>6] |= bit
	return was
}

// repeats reports whether any header name of m occurs twice.
func repeats(m *ami.Message) bool {
	var seen filter
	for i := range m.Len() {
		name, _ := m.Header(i)
		if seen.add(name) && occurs(m, 0, i, name) {
			return true
		}
	}
	return false
}

// occurs reports whether one of the headers [from, to) is called name.
func occurs(m *ami.Message, from, to int, name []byte) bool {
	for j := from; j < to; j++ {
		if n, _ := m.Header(j); bytes.Equal(n, name) {
			return true
		}
	}
	return false
}
