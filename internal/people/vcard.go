package people

import (
	"io"
	"mime/quotedprintable"
	"strings"
)

// property is one line of a vCard, unfolded and decoded.
type property struct {
	line   int // from 1
	name   string
	params string // in capitals, with a ; before each
	value  string
}

// vcards reads vCards of the versions 2.1, 3.0 and 4.0: FN or N, ORG, and each
// TEL (RFC 6350; RFC 2426; vCard 2.1 with quoted-printable, as phones export it).
func (b *book) vcards(data string) {
	var name, full, company string
	var tels []property
	begun := 0
	for _, p := range properties(data) {
		switch {
		case p.name == "BEGIN" && strings.EqualFold(p.value, "VCARD"):
			if begun != 0 {
				b.mistake(begun, "BEGIN", "this vCard has no end")
			}
			begun, name, full, company, tels = p.line, "", "", "", nil
		case begun == 0:
			b.mistake(p.line, p.name, "stands outside of a vCard")
			return
		case p.name == "FN":
			full = text(unescape(p.value), maxName)
		case p.name == "N":
			name = text(nameOf(p.value), maxName)
		case p.name == "ORG":
			company = text(strings.Join(strings.Fields(strings.Join(split(p.value), " ")), " "), maxName)
		case p.name == "TEL":
			tels = append(tels, p)
		case p.name == "END":
			if full == "" {
				full = name
			}
			if full == company {
				full = ""
			}
			b.card(begun, full, company, tels)
			begun = 0
		}
	}
	if begun != 0 {
		b.mistake(begun, "BEGIN", "this vCard has no end")
	}
}

// card takes the numbers of one vCard. One without any is no mistake: address
// books have such.
func (b *book) card(line int, name, company string, tels []property) {
	if name == "" && company == "" {
		if len(tels) > 0 {
			b.mistake(line, "FN", "is missing")
		}
		return
	}
	for _, t := range tels {
		written := unescape(t.value)
		if rest, ok := strings.CutPrefix(strings.ToLower(written), "tel:"); ok { // RFC 3966
			written, _, _ = strings.Cut(rest, ";")
		}
		if written = strings.TrimSpace(written); written != "" {
			b.add(t.line, "TEL", written, name, company)
		}
	}
}

// nameOf puts family and given name together: in Korean without a space.
func nameOf(value string) string {
	parts := split(value)
	for len(parts) < 2 {
		parts = append(parts, "")
	}
	family, given := strings.TrimSpace(parts[0]), strings.TrimSpace(parts[1])
	return joined(family, given)
}

func joined(family, given string) string {
	if strings.ContainsFunc(family+given, func(r rune) bool { return r >= 0x1100 }) {
		return family + given
	}
	return strings.TrimSpace(given + " " + family)
}

// properties splits a file into lines. A line that begins with a space goes on
// from the one before (RFC 6350 section 3.2), and one of quoted-printable that
// ends with = goes on with the next.
func properties(data string) []property {
	var out []property
	lines := strings.Split(strings.ReplaceAll(data, "\r\n", "\n"), "\n")
	for i := 0; i < len(lines); i++ {
		at, whole := i+1, lines[i]
		for i+1 < len(lines) && (strings.HasPrefix(lines[i+1], " ") || strings.HasPrefix(lines[i+1], "\t")) {
			i++
			whole += lines[i][1:]
		}
		head, value, ok := strings.Cut(whole, ":")
		if !ok {
			continue
		}
		name, params, _ := strings.Cut(strings.ToUpper(head), ";")
		if _, after, grouped := strings.Cut(name, "."); grouped { // item1.TEL
			name = after
		}
		params = ";" + params + ";"
		if strings.Contains(params, ";ENCODING=QUOTED-PRINTABLE;") || strings.Contains(params, ";QUOTED-PRINTABLE;") {
			for strings.HasSuffix(value, "=") && i+1 < len(lines) {
				i++
				value = strings.TrimSuffix(value, "=") + lines[i]
			}
			if plain, err := io.ReadAll(quotedprintable.NewReader(strings.NewReader(value))); err == nil {
				if read := decoded(plain); read != nil { // CHARSET=EUC-KR
					plain = read
				}
				value = string(plain)
			}
		}
		out = append(out, property{line: at, name: strings.TrimSpace(name), params: params, value: strings.TrimSpace(value)})
	}
	return out
}

// split cuts a value at the semicolons that are not escaped.
func split(value string) []string {
	var out []string
	var b strings.Builder
	escaped := false
	for _, r := range value {
		switch {
		case escaped:
			if r == 'n' || r == 'N' {
				r = ' '
			}
			b.WriteRune(r)
			escaped = false
		case r == '\\':
			escaped = true
		case r == ';':
			out = append(out, b.String())
			b.Reset()
		default:
			b.WriteRune(r)
		}
	}
	return append(out, b.String())
}

// unescape is split for a value whose semicolons mean nothing.
func unescape(value string) string { return strings.Join(split(value), ";") }

// escape is the opposite (RFC 2426 section 5).
func escape(s string) string {
	return strings.NewReplacer(`\`, `\\`, ";", `\;`, ",", `\,`, "\n", `\n`, "\r", "").Replace(s)
}
