package app

import (
	"context"
	"runtime/debug"
	"runtime/metrics"
	"time"
)

// A login takes 19 MiB for argon2id, and a wave of clients some 15 KiB of
// handshake each. All of it is garbage a moment later, but a quiet process
// collects only after two minutes and gives pages back slowly: a gateway that
// rests would stand at 80 MB instead of 25. So it tidies up when it is quiet.
const (
	tidyEvery = time.Second
	// tidyQuiet is how much may be allocated in one tidyEvery while quiet.
	tidyQuiet = 256 << 10
	// tidyWorth is how much there must be to give back.
	tidyWorth = 1 << 20
)

// heap tells how much garbage there is and how much was ever allocated.
type heap struct{ samples []metrics.Sample }

func newHeap() *heap {
	names := []string{
		"/gc/heap/allocs:bytes", "/memory/classes/heap/objects:bytes", "/gc/heap/live:bytes",
		"/memory/classes/heap/free:bytes",
	}
	h := &heap{samples: make([]metrics.Sample, len(names))}
	for i, n := range names {
		h.samples[i].Name = n
	}
	return h
}

// read returns all bytes ever allocated, and those that a collection could give
// back to the system now: garbage and free pages.
func (h *heap) read() (allocated, spare uint64) {
	metrics.Read(h.samples)
	v := func(i int) uint64 { return h.samples[i].Value.Uint64() }
	objects, live := v(1), v(2)
	return v(0), max(objects, live) - live + v(3)
}

// tidier decides when to tidy up.
type tidier struct {
	allocated uint64 // at the last look
	left      uint64 // what the last tidying could not give back
}

// look takes the figures of now and reports whether it is time.
func (t *tidier) look(allocated, spare uint64) bool {
	quiet := allocated-t.allocated < tidyQuiet
	t.allocated = allocated
	return quiet && spare > t.left+tidyWorth
}

// tidy gives memory back whenever the process has been quiet for a moment,
// until ctx ends. It costs one garbage collection, a few milliseconds beside
// the others, and nothing while the process works.
func tidy(ctx context.Context) {
	tick := time.NewTicker(tidyEvery)
	defer tick.Stop()
	h := newHeap()
	var t tidier
	t.allocated, _ = h.read()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			if t.look(h.read()) {
				debug.FreeOSMemory()
				t.allocated, t.left = h.read()
			}
		}
	}
}
