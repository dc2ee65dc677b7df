// Package number holds the rules for phone numbers: which are well formed,
// what kind a number is in the Korean numbering plan, and how numbers, names
// and free text are masked before they reach a log.
//
// A number that breaks a rule is refused, never repaired: a digit that was
// dropped or folded by us would be dialled, and billed, as another number.
package number

import (
	"errors"
	"fmt"
)

// Limits of a destination and of an extension, in digits.
const (
	MinDigits          = 3
	MaxDigits          = 15 // ITU-T E.164 section 6
	MinExtensionDigits = 3  // shorter ones could never be called, see MinDigits
	MaxExtensionDigits = 10
	MaxFeatureChars    = 32
)

// ErrInvalid is wrapped by every error of this package. No error text repeats
// the number, so it may be logged.
var ErrInvalid = errors.New("invalid number")

// The ways a number can be wrong.
var (
	ErrEmpty     = fmt.Errorf("%w: empty", ErrInvalid)
	ErrCharacter = fmt.Errorf("%w: only the digits 0-9 are allowed", ErrInvalid)
	ErrFeature   = fmt.Errorf("%w: only the digits 0-9 and + * # are allowed", ErrInvalid)
	ErrTooShort  = fmt.Errorf("%w: shorter than %d digits", ErrInvalid, MinDigits)
	ErrTooLong   = fmt.Errorf("%w: too long", ErrInvalid)
	ErrExtension = fmt.Errorf("%w: an extension has 3 to 10 digits and does not begin with 0", ErrInvalid)
	ErrReserved  = fmt.Errorf("%w: an emergency number cannot be an extension", ErrInvalid)
)

// Check reports whether s can be a destination: 3 to 15 of the digits 0-9 and
// nothing else. Full-width and other Unicode digits, signs, spaces and the
// characters with a meaning in a dialplan are refused.
func Check(s string) error {
	switch {
	case s == "":
		return ErrEmpty
	case len(s) > 4*MaxDigits: // no need to look at each byte of a long text
		return ErrTooLong
	case !digits(s):
		return ErrCharacter
	case len(s) < MinDigits:
		return ErrTooShort
	case len(s) > MaxDigits:
		return ErrTooLong
	}
	return nil
}

// CheckExtension reports whether s can be an extension: 3 to 10 digits that do
// not begin with 0, the trunk prefix, and are not 112 or 119, which always
// leave for the emergency services.
func CheckExtension(s string) error {
	if err := Check(s); err != nil {
		return err
	}
	if len(s) < MinExtensionDigits || len(s) > MaxExtensionDigits || s[0] == '0' {
		return ErrExtension
	}
	if alwaysEmergency(s) {
		return ErrReserved
	}
	return nil
}

// CheckFeature reports whether s can be dialled where a feature code is meant:
// 1 to 32 of the digits 0-9 and + * #.
func CheckFeature(s string) error {
	switch {
	case s == "":
		return ErrEmpty
	case len(s) > MaxFeatureChars:
		return ErrTooLong
	}
	for i := range len(s) {
		switch c := s[i]; {
		case c >= '0' && c <= '9', c == '+', c == '*', c == '#':
		default:
			return ErrFeature
		}
	}
	return nil
}

func digits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}
