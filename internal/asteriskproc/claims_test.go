package asteriskproc

import (
	"runtime"
	"testing"
)

// TestClaimsOutliveCollections: ports that nothing is bound to yet are not given
// to others, however often garbage is collected, as long as their Ports is kept.
func TestClaimsOutliveCollections(t *testing.T) {
	var mine, other Ports
	first, err := mine.Pick(2)
	if err != nil {
		t.Fatal(err)
	}
	for range 3 {
		runtime.GC()
		got, err := other.Pick(2)
		if err != nil {
			t.Fatal(err)
		}
		if got == first {
			t.Fatalf("%d is given twice", got)
		}
	}
	runtime.KeepAlive(&mine)
}

// TestClosedClaims: what was given back is given to others, and to itself.
func TestClosedClaims(t *testing.T) {
	var mine, other Ports
	defer mine.Close()
	defer other.Close()
	first, err := mine.Pick(2)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range []*Ports{&other, &mine} {
		mine.Close()
		other.Close()
		if got, err := p.Pick(2); err != nil || got > first {
			t.Errorf("%d, %v, want %d or one that another process gave back", got, err, first)
		}
	}
}
