package call_test

import (
	"testing"

	"github.com/dipcast/dipcast/internal/call"
)

// TestID: what ID writes ParseID reads, and nothing else.
func TestID(t *testing.T) {
	for _, linkedid := range []string{"1795282245.12", "pbx-7-1795282245.12", "-"} {
		if server, got, ok := call.ParseID(call.ID(12, linkedid)); server != 12 || got != linkedid || !ok {
			t.Errorf("%s: %d %q %t", linkedid, server, got, ok)
		}
	}
	for _, id := range []string{"", "1", "1-", "-1.2", "0-1.2", "+1-1.2", "01-1.2", "x-1.2", "99999999999999999999-1.2"} {
		if server, linkedid, ok := call.ParseID(id); ok {
			t.Errorf("%q is read as %d %q", id, server, linkedid)
		}
	}
}
