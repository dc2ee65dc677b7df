package number_test

import (
	"testing"

	"github.com/dipcast/dipcast/internal/number"
)

func TestKey(t *testing.T) {
	for s, want := range map[string]string{
		"010-2613-2471": "01026132471", "+82 10-2613-2471": "01026132471", "+82 (0)10 2613 2471": "01026132471",
		"821026132471": "01026132471", "00182 10 2613 2471": "01026132471", "(02) 123-4567": "021234567", "82-2-123-4567": "021234567",
		"02-123-4567(1001)": "021234567", "02.123.4567 ext. 12": "021234567", "02-123-4567 내선 12": "021234567", "02-123-4567#12": "021234567",
		"1668-2471": "16682471", "+82 1668 2471": "16682471", "8215882471": "15882471",
		"+1 212-555-0123": "+12125550123", "001-1-212-555-0123": "+12125550123", "00700 1 212 555 0123": "+12125550123",
		"8212-3456": "82123456", "1010": "1010", "114": "114", "070-4580-5605": "07045805605",
		"": "", "12": "", "anonymous": "", "홍길동": "", "+": "", "001": "", "0123456789012345": "", "０１０": "",
	} {
		if got := number.Key(s); got != want {
			t.Errorf("Key(%q) = %q, want %q", s, got, want)
		}
	}
}

// FuzzKey: a Key is the Key of itself, and nothing but digits.
func FuzzKey(f *testing.F) {
	f.Add("+82 10-2613-2471")
	f.Add("001-1-212-555-0123")
	f.Fuzz(func(t *testing.T, s string) {
		k := number.Key(s)
		if k == "" {
			return
		}
		if again := number.Key(k); again != k {
			t.Fatalf("Key(%q) = %q, whose Key is %q", s, k, again)
		}
		for i, r := range k {
			if (r < '0' || r > '9') && (r != '+' || i > 0) {
				t.Fatalf("Key(%q) = %q", s, k)
			}
		}
	})
}
