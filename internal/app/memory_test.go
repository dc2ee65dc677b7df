package app

import "testing"

func TestTidier(t *testing.T) {
	const mib = 1 << 20
	tests := []struct {
		name             string
		last             tidier
		allocated, spare uint64
		want             bool
	}{
		{"quiet, a login's memory to give back", tidier{allocated: 70 * mib}, 70 * mib, 64 * mib, true},
		{"at work", tidier{allocated: 70 * mib}, 72 * mib, 64 * mib, false},
		{"quiet, nothing to give back", tidier{allocated: 70 * mib}, 70 * mib, mib / 2, false},
		{"what stayed the last time does not come again and again", tidier{allocated: 70 * mib, left: 3 * mib}, 70 * mib, 3 * mib, false},
		{"more than stayed the last time", tidier{allocated: 70 * mib, left: 3 * mib}, 70 * mib, 5 * mib, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := tt.last.look(tt.allocated, tt.spare); got != tt.want {
				t.Errorf("look(%d, %d) = %v", tt.allocated, tt.spare, got)
			}
			if tt.last.allocated != tt.allocated {
				t.Errorf("allocated = %d, not what was seen", tt.last.allocated)
			}
		})
	}
}

// TestHeap: the runtime still has the figures by these names.
func TestHeap(t *testing.T) {
	allocated, spare := newHeap().read()
	if allocated == 0 || spare > 1<<40 {
		t.Errorf("allocated %d, spare %d", allocated, spare)
	}
}
