package envelope

import (
	"bytes"
	"encoding/binary"
	"unicode/utf8"

	"golang.org/x/text/encoding/korean"
)

const hexDigits = "0123456789abcdef"

// plain marks the ASCII bytes that stand for themselves in a JSON string.
var plain = func() (t [256]bool) {
	for c := 0x20; c < 0x80; c++ {
		t[c] = c != '"' && c != '\\'
	}
	return t
}()

// encoding says how a value that is not UTF-8 was made valid.
type encoding uint8

const (
	asUTF8    encoding = iota
	asEUCKR            // read as EUC-KR (CP949), as old Korean exchanges send names
	asInvalid          // invalid bytes became U+FFFD
)

// String is what EncodingHeader says behind a header's name.
func (e encoding) String() string { return [...]string{"", "=EUC-KR", "=invalid"}[e] }

// AppendString appends s as a JSON string. Bytes that are not UTF-8 become
// what appendText makes of them.
func AppendString(dst []byte, s string) []byte {
	dst, _ = appendText(append(dst, '"'), []byte(s))
	return append(dst, '"')
}

// appendText appends b as the inside of a JSON string. Bytes that are not UTF-8
// are read as EUC-KR when the whole of b is that, else each becomes U+FFFD.
func appendText(dst, b []byte) ([]byte, encoding) {
	if isPlain(b) {
		return append(dst, b...), asUTF8
	}
	if utf8.Valid(b) {
		return appendEscaped(dst, b, true), asUTF8
	}
	if k, ok := fromEUCKR(b); ok {
		return appendEscaped(dst, k, true), asEUCKR
	}
	return appendEscaped(dst, b, false), asInvalid
}

// isPlain reports whether all of b is ASCII that stands for itself. It looks at
// eight bytes at a time.
func isPlain(b []byte) bool {
	n := len(b)
	if n < 8 {
		for _, c := range b {
			if !plain[c] {
				return false
			}
		}
		return true
	}
	special := odd(binary.LittleEndian.Uint64(b[n-8:]))
	for i := 0; i+8 < n; i += 8 {
		special |= odd(binary.LittleEndian.Uint64(b[i:]))
	}
	return special == 0
}

// odd is not 0 when one of the eight bytes of x is not plain. "Bit Twiddling
// Hacks", determine if a word has a byte less than n, or equal to n.
func odd(x uint64) uint64 {
	const ones, highs = 0x0101010101010101, 0x8080808080808080
	quote, slash := x^(ones*'"'), x^(ones*'\\')
	return (x | (x-ones*0x20)&^x | (quote-ones)&^quote | (slash-ones)&^slash) & highs
}

// fromEUCKR decodes b when every byte of it belongs to a character.
func fromEUCKR(b []byte) ([]byte, bool) {
	// The copy keeps the decoder from making callers' buffers escape.
	k, err := korean.EUCKR.NewDecoder().Bytes(bytes.Clone(b))
	return k, err == nil && !bytes.ContainsRune(k, utf8.RuneError)
}

// validName is a header's name as a member is called. Bytes that are not UTF-8,
// which only a UserEvent's names can hold, become %B0: names that differ stay
// different.
func validName(name []byte) []byte {
	if utf8.Valid(name) {
		return name
	}
	var out []byte
	for len(name) > 0 {
		r, n := utf8.DecodeRune(name)
		if r == utf8.RuneError && n == 1 {
			const digits = "0123456789ABCDEF"
			out = append(out, '%', digits[name[0]>>4], digits[name[0]&15])
		} else {
			out = append(out, name[:n]...)
		}
		name = name[n:]
	}
	return out
}

// appendEscaped appends b with the escapes of RFC 8259 section 7; each byte
// that is not UTF-8 becomes U+FFFD; valid says that there is none.
func appendEscaped(dst, b []byte, valid bool) []byte {
	start := 0
	for i := 0; i < len(b); {
		c := b[i]
		if plain[c] || valid && c >= utf8.RuneSelf {
			i++
			continue
		}
		if c >= utf8.RuneSelf {
			r, n := utf8.DecodeRune(b[i:])
			if r == utf8.RuneError && n == 1 {
				dst = append(dst, b[start:i]...)
				dst = append(dst, "\uFFFD"...)
				start = i + 1
			}
			i += n
			continue
		}
		dst = append(dst, b[start:i]...)
		switch c {
		case '"', '\\':
			dst = append(dst, '\\', c)
		case '\n':
			dst = append(dst, '\\', 'n')
		case '\r':
			dst = append(dst, '\\', 'r')
		case '\t':
			dst = append(dst, '\\', 't')
		default:
			dst = append(dst, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&15])
		}
		i++
		start = i
	}
	return append(dst, b[start:]...)
}
