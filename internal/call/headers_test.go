package call

import (
	"testing"

	"github.com/dipcast/dipcast/ami"
)

// TestHeadersAreKnown: a field whose header has no number would never be read.
func TestHeadersAreKnown(t *testing.T) {
	for name := range headers {
		if ami.NameOf(name) == 0 {
			t.Errorf("%s is not among ami's names", name)
		}
	}
}
