package hub

import (
	"sort"
	"sync"
	"sync/atomic"
	"time"
)

// segmentSize is the room of one piece of the log. A frame never straddles
// two segments; one larger than this gets a segment of its own.
const segmentSize = 64 << 10

// shared is the shared log: frames as they go on the wire, one behind the
// other, kept once for all clients. It is bounded in bytes and in age; what
// falls out is gone, and a client that still needed it is told or closed.
//
// Positions are byte offsets that only grow. Bytes never change once written,
// so a slice handed out by view stays good without the lock.
type shared struct {
	maxBytes int64
	maxAge   time.Duration

	mu   sync.RWMutex
	segs []*segment
	held int64 // bytes of all segments, as allocated

	base atomic.Uint64 // first offset still held
	tail atomic.Uint64 // offset behind the last byte
}

type segment struct {
	start uint64
	buf   []byte // len: written
	born  time.Time
}

func (s *segment) end() uint64 { return s.start + uint64(len(s.buf)) }

// append writes frame, whose WebSocket header is head, and returns its offset.
func (l *shared) append(head, payload []byte, now time.Time) (off uint64) {
	need := len(head) + len(payload)
	l.mu.Lock()
	defer l.mu.Unlock()
	var last *segment
	if n := len(l.segs); n > 0 {
		last = l.segs[n-1]
	}
	if last == nil || cap(last.buf)-len(last.buf) < need {
		size := max(segmentSize, need)
		last = &segment{start: l.tail.Load(), buf: make([]byte, 0, size), born: now}
		l.segs = append(l.segs, last)
		l.held += int64(size)
		l.trim(now)
	}
	off = last.end()
	last.buf = append(last.buf, head...)
	last.buf = append(last.buf, payload...)
	l.tail.Store(last.end())
	return off
}

// trim drops segments beyond the bounds, never the last. The caller holds mu.
func (l *shared) trim(now time.Time) {
	n := 0
	for n < len(l.segs)-1 {
		// The age of a segment is that of its youngest frame: the next one's birth.
		old := now.Sub(l.segs[n+1].born) > l.maxAge
		if !old && l.held <= l.maxBytes {
			break
		}
		l.held -= int64(cap(l.segs[n].buf))
		n++
	}
	if n == 0 {
		return
	}
	l.segs = append(l.segs[:0], l.segs[n:]...)
	clear(l.segs[len(l.segs):cap(l.segs)])
	l.base.Store(l.segs[0].start)
}

// expire drops what is too old although nothing new comes.
func (l *shared) expire(now time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.trim(now)
	if len(l.segs) == 1 && now.Sub(l.segs[0].born) > 2*l.maxAge {
		l.held, l.segs = 0, l.segs[:0]
		clear(l.segs[:cap(l.segs)])
		l.base.Store(l.tail.Load())
	}
}

// view returns the bytes [off, off+n), or as many as stand in one piece. It
// reports false when they have fallen out of the log.
func (l *shared) view(off uint64, n int) ([]byte, bool) {
	l.mu.RLock()
	defer l.mu.RUnlock()
	if len(l.segs) == 0 || off < l.segs[0].start {
		return nil, false
	}
	i := sort.Search(len(l.segs), func(i int) bool { return l.segs[i].start > off }) - 1
	s := l.segs[i]
	from := int(off - s.start)
	if from >= len(s.buf) {
		return nil, false
	}
	return s.buf[from:min(from+n, len(s.buf))], true
}

// bytes is the memory the log holds.
func (l *shared) bytes() int64 {
	l.mu.RLock()
	defer l.mu.RUnlock()
	return l.held
}
