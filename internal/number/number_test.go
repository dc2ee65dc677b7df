package number_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/dipcast/dipcast/internal/number"
)

func TestCheck(t *testing.T) {
	tests := []struct {
		name, in string
		want     error
	}{
		{"mobile", "01026132471", nil},
		{"representative", "16682471", nil},
		{"three digits", "101", nil},
		{"fifteen digits", "001202555012345", nil},
		{"empty", "", number.ErrEmpty},
		{"two digits", "10", number.ErrTooShort},
		{"sixteen digits", "0012025550123456", number.ErrTooLong},
		{"very long", strings.Repeat("1", 100000), number.ErrTooLong},
		{"full-width digits", "010１２３", number.ErrCharacter},
		{"arabic digits", "٠١٠١٢٣٤", number.ErrCharacter},
		{"plus", "+8210", number.ErrCharacter},
		{"hyphens", "006-82-10", number.ErrCharacter},
		{"feature code", "*21*", number.ErrCharacter},
		{"leading space", " 01026132471", number.ErrCharacter},
		{"line feed", "010\n26132471", number.ErrCharacter},
		{"NUL", "010\x0026132471", number.ErrCharacter},
		{"dialplan jump", "01026132471,1", number.ErrCharacter},
		{"second channel", "1010&PJSIP/x", number.ErrCharacter},
		{"dialplan variable", "${EXTEN}", number.ErrCharacter},
		{"letters", "010abcd", number.ErrCharacter},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			err := number.Check(tt.in)
			if !errors.Is(err, tt.want) {
				t.Fatalf("Check: got %v, want %v", err, tt.want)
			}
			if err != nil && !errors.Is(err, number.ErrInvalid) {
				t.Errorf("%v does not wrap ErrInvalid", err)
			}
			if err != nil && len(tt.in) > 4 && strings.Contains(err.Error(), tt.in) {
				t.Errorf("the error repeats the number: %v", err)
			}
		})
	}
}

func TestCheckExtension(t *testing.T) {
	tests := []struct {
		in   string
		want error
	}{
		{"1010", nil},
		{"2471", nil},
		{"45144800", nil},
		{"101", nil},
		{"111", nil}, // a report line gives way to an extension
		{"0101", number.ErrExtension},
		{"12345678901", number.ErrExtension},
		{"112", number.ErrReserved},
		{"119", number.ErrReserved},
		{"10", number.ErrTooShort},
		{"", number.ErrEmpty},
		{"10a0", number.ErrCharacter},
		{"../1", number.ErrCharacter},
	}
	for _, tt := range tests {
		if err := number.CheckExtension(tt.in); !errors.Is(err, tt.want) {
			t.Errorf("CheckExtension(%q) = %v, want %v", tt.in, err, tt.want)
		}
	}
}

func TestCheckFeature(t *testing.T) {
	tests := []struct {
		in   string
		want error
	}{
		{"*21*01026132471#", nil},
		{"+821012345678", nil},
		{"*", nil},
		{"", number.ErrEmpty},
		{"*21&", number.ErrFeature},
		{"*２1", number.ErrFeature},
		{strings.Repeat("*", 33), number.ErrTooLong},
	}
	for _, tt := range tests {
		if err := number.CheckFeature(tt.in); !errors.Is(err, tt.want) {
			t.Errorf("CheckFeature(%q) = %v, want %v", tt.in, err, tt.want)
		}
	}
}

func TestClassify(t *testing.T) {
	own := func(s string) bool {
		switch s {
		case "1010", "2471", "45144800", "111", "112", "1366":
			return true
		}
		return false
	}
	tests := []struct {
		in   string
		want number.Kind
	}{
		{"1010", number.Internal},
		{"45144800", number.Internal},
		{"111", number.Internal},  // owned
		{"1366", number.Internal}, // owned
		{"12000", number.Internal},
		{"1099", number.Internal}, // does it exist: the caller's question
		{"112", number.Emergency}, // even when owned
		{"119", number.Emergency},
		{"02119", number.Emergency},
		{"031112", number.Emergency},
		{"113", number.Emergency},
		{"1388", number.Emergency},
		{"01026132471", number.Mobile},
		{"0111234567", number.Mobile},
		{"0121234567", number.Invalid},
		{"010123456", number.Invalid},
		{"07045805605", number.National},
		{"0704580560", number.Invalid},
		{"0212345678", number.National},
		{"021234567", number.National},
		{"0311234567", number.National},
		{"05012345678", number.National},
		{"0801234567", number.National},
		{"16682471", number.National},
		{"15880000", number.National},
		{"18001234", number.National},
		{"17001234", number.Invalid},
		{"141234", number.National},
		{"114", number.National},
		{"1330", number.National},
		{"5551234", number.National},
		{"0010", number.International},
		{"0012025550123", number.International},
		{"00700821012345", number.International},
		{"000", number.International},
		{"0600000000", number.Premium},
		{"060", number.Premium},
		{"0991234567", number.Invalid},
		{"123456789", number.Invalid},
		{"+8210", number.Invalid},
		{"010１２３４５６７８", number.Invalid},
		{"", number.Invalid},
	}
	for _, tt := range tests {
		if got := number.Classify(tt.in, own); got != tt.want {
			t.Errorf("Classify(%q) = %v, want %v", tt.in, got, tt.want)
		}
	}
	if got := number.Classify("1010", nil); got != number.Internal {
		t.Errorf("Classify without owner = %v", got)
	}
}

// FuzzClassify: what is classified passes Check, and no text that begins with
// 00 or 060 is ever anything cheaper.
func FuzzClassify(f *testing.F) {
	for _, s := range []string{"1010", "0010", "060123", "119", "010１２３", "*21*"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		k := number.Classify(s, nil)
		if err := number.Check(s); (err != nil) && k != number.Invalid {
			t.Fatalf("%q is %v but %v", s, k, err)
		}
		if strings.HasPrefix(s, "00") && k != number.Invalid && k != number.International {
			t.Fatalf("%q is %v", s, k)
		}
		if strings.HasPrefix(s, "060") && k != number.Invalid && k != number.Premium {
			t.Fatalf("%q is %v", s, k)
		}
	})
}
