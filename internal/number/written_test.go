package number_test

import (
	"testing"

	"github.com/dipcast/dipcast/internal/number"
)

// TestWritten: numbers are written as people do, and what is none stays.
func TestWritten(t *testing.T) {
	for s, want := range map[string]string{
		"01012345678": "010-1234-5678", "025551234": "02-555-1234", "0255512345": "02-5551-2345", "0317654321": "031-765-4321", "07045805605": "070-4580-5605",
		"16682471": "1668-2471", "050712345678": "0507-1234-5678", "+821012345678": "010-1234-5678", "+8225551234": "02-555-1234",
		"1010": "1010", "600": "600", "*21": "*21", "": "", "0018005551234": "0018005551234", "+18005551234": "+18005551234", "0": "0", "112": "112", "12345678": "12345678",
	} {
		if got := number.Written(s); got != want {
			t.Errorf("%q is written %q, want %q", s, got, want)
		}
	}
}
