package hub

import (
	"sort"
	"sync"
	"sync/atomic"
	"time"
)

// segmentSize is the room of one piece of a log. A frame never straddles
// two segments; one larger than this gets a segment of its own.
const segmentSize = 64 << 10

// budget bounds all logs together, in bytes, and each in age. What falls out
// is gone, and a client that still needed it is told or closed.
type budget struct {
	maxBytes int64
	maxAge   time.Duration

	mu   sync.RWMutex // guards the segments of all logs
	held int64        // bytes of all segments, as allocated
	logs [formats]shared
}

// shared is the shared log of one format: frames as they go on the wire, one
// behind the other, kept once for all clients.
//
// Positions are byte offsets that only grow. Bytes never change once written,
// so a slice handed out by view stays good without the lock.
type shared struct {
	b    *budget
	segs []*segment

	base atomic.Uint64 // first offset still held
	tail atomic.Uint64 // offset behind the last byte
}

type segment struct {
	start uint64
	buf   []byte // len: written
	born  time.Time
}

func (s *segment) end() uint64 { return s.start + uint64(len(s.buf)) }

func (b *budget) init(bytes int64, age time.Duration) {
	b.maxBytes, b.maxAge = bytes, age
	for i := range b.logs {
		b.logs[i].b = b
	}
}

// append writes a frame, whose WebSocket header is head, and returns its offset.
func (l *shared) append(head, payload []byte) (off uint64) {
	need := len(head) + len(payload)
	l.b.mu.Lock()
	defer l.b.mu.Unlock()
	var last *segment
	if n := len(l.segs); n > 0 {
		last = l.segs[n-1]
	}
	if last == nil || cap(last.buf)-len(last.buf) < need {
		now, size := time.Now(), max(segmentSize, need)
		last = &segment{start: l.tail.Load(), buf: make([]byte, 0, size), born: now}
		l.segs = append(l.segs, last)
		l.b.held += int64(size)
		l.b.trim(now)
	}
	off = last.end()
	last.buf = append(last.buf, head...)
	last.buf = append(last.buf, payload...)
	l.tail.Store(last.end())
	return off
}

// trim drops what is too old, and then the oldest of all logs until they are
// within the bound; never the last segment of a log. The caller holds mu.
func (b *budget) trim(now time.Time) {
	for i := range b.logs {
		l := &b.logs[i]
		n := 0
		// The age of a segment is that of its youngest frame: the next one's birth.
		for n < len(l.segs)-1 && now.Sub(l.segs[n+1].born) > b.maxAge {
			n++
		}
		l.drop(n)
	}
	for b.held > b.maxBytes {
		var oldest *shared
		for i := range b.logs {
			l := &b.logs[i]
			if len(l.segs) > 1 && (oldest == nil || l.segs[0].born.Before(oldest.segs[0].born)) {
				oldest = l
			}
		}
		if oldest == nil {
			return
		}
		oldest.drop(1)
	}
}

// drop lets go of the first n segments. The caller holds mu.
func (l *shared) drop(n int) {
	if n == 0 {
		return
	}
	for _, s := range l.segs[:n] {
		l.b.held -= int64(cap(s.buf))
	}
	l.segs = append(l.segs[:0], l.segs[n:]...)
	clear(l.segs[len(l.segs):cap(l.segs)])
	if len(l.segs) == 0 {
		l.base.Store(l.tail.Load())
		return
	}
	l.base.Store(l.segs[0].start)
}

// expire drops what is too old although nothing new comes.
func (b *budget) expire(now time.Time) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.trim(now)
	for i := range b.logs {
		l := &b.logs[i]
		if len(l.segs) == 1 && now.Sub(l.segs[0].born) > 2*b.maxAge {
			l.drop(1)
		}
	}
}

// view returns the bytes [off, off+n), or as many as stand in one piece. It
// reports false when they have fallen out of the log.
func (l *shared) view(off uint64, n int) ([]byte, bool) {
	l.b.mu.RLock()
	defer l.b.mu.RUnlock()
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

// bytes is the memory the logs hold.
func (b *budget) bytes() int64 {
	b.mu.RLock()
	defer b.mu.RUnlock()
	return b.held
}
