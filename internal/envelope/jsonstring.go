package envelope

import (
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

// appendString appends b as a JSON string. Bytes that are not UTF-8 are read
// as EUC-KR when the whole value is that, else each becomes U+FFFD.
func appendString(dst, b []byte) ([]byte, encoding) {
	i := 0
	for i < len(b) && plain[b[i]] {
		i++
	}
	dst = append(dst, '"')
	if i == len(b) {
		dst = append(dst, b...)
		return append(dst, '"'), asUTF8
	}
	how := asUTF8
	if !utf8.Valid(b) {
		how = asInvalid
		if k, err := korean.EUCKR.NewDecoder().Bytes(b); err == nil && validKorean(k) {
			b, how = k, asEUCKR
		}
	}
	dst = appendEscaped(dst, b)
	return append(dst, '"'), how
}

// validKorean reports whether the decoder found a character for every byte.
func validKorean(b []byte) bool {
	for len(b) > 0 {
		r, n := utf8.DecodeRune(b)
		if r == utf8.RuneError {
			return false
		}
		b = b[n:]
	}
	return true
}

func appendEscaped(dst, b []byte) []byte {
	start := 0
	for i := 0; i < len(b); {
		c := b[i]
		if plain[c] {
			i++
			continue
		}
		if c >= utf8.RuneSelf {
			r, n := utf8.DecodeRune(b[i:])
			if r != utf8.RuneError || n > 1 {
				i += n
				continue
			}
			dst = append(dst, b[start:i]...)
			dst = append(dst, "\uFFFD"...)
			i++
			start = i
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

// AppendString appends s as a JSON string; see appendString.
func AppendString(dst []byte, s string) []byte {
	dst, _ = appendString(dst, []byte(s))
	return dst
}
