package people

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/korean"

	"github.com/dipcast/dipcast/internal/number"
	"github.com/dipcast/dipcast/internal/store"
)

// Format is that of a file of contacts.
type Format string

// The formats.
const (
	CSV   Format = "csv"
	VCard Format = "vcard"
)

// MaxImport bounds a file of contacts, in bytes.
const MaxImport = 8 << 20

// maxWrong bounds the mistakes that are told of one file.
const maxWrong = 100

// Mistake is one in a file of contacts.
type Mistake struct {
	Line  int    `json:"line"`  // from 1
	Field string `json:"field"` // the column, or the property of a vCard; "" the whole line
	Text  string `json:"message"`
}

// Wrong are the mistakes of a file, the first 100 of them. It is an error.
type Wrong []Mistake

// Error implements error.
func (w Wrong) Error() string {
	m := w[0]
	if m.Field != "" {
		m.Text = m.Field + ": " + m.Text
	}
	text := fmt.Sprintf("line %d: %s", m.Line, m.Text)
	if len(w) > 1 {
		text += fmt.Sprintf(" (and %d more)", len(w)-1)
	}
	return text
}

// book collects contacts and mistakes.
type book struct {
	all   []store.Contact
	at    map[string]int // number → its place in all
	wrong Wrong
}

func (b *book) mistake(line int, field, format string, args ...any) {
	if len(b.wrong) < maxWrong {
		b.wrong = append(b.wrong, Mistake{line, field, fmt.Sprintf(format, args...)})
	}
}

// add takes one number. The same number twice is a mistake unless both say the
// same name: nobody could tell which is right.
func (b *book) add(line int, field, written, name, company string) {
	key := number.Key(written)
	if key == "" || len(written) > 60 {
		b.mistake(line, field, "%q is no telephone number", text(written, 40))
		return
	}
	c := store.Contact{Number: key, Written: written, Name: name, Company: company}
	if i, ok := b.at[key]; ok {
		if was := b.all[i]; was.Name != name || was.Company != company {
			b.mistake(line, field, "%s is another contact's already", text(written, 40))
		}
		return
	}
	b.at[key] = len(b.all)
	b.all = append(b.all, c)
}

// parse reads a file. What has no mistake is returned in any case.
func parse(f Format, data []byte) ([]store.Contact, Wrong) {
	b := &book{at: map[string]int{}}
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	switch {
	case len(data) > MaxImport:
		b.mistake(1, "", "the file is larger than %d MB", MaxImport>>20)
	case !utf8.Valid(data) && f == CSV && decoded(data) != nil:
		b.csv(decoded(data))
	case !utf8.Valid(data):
		at := 0
		for at < len(data) {
			r, n := utf8.DecodeRune(data[at:])
			if r == utf8.RuneError && n == 1 {
				break
			}
			at += n
		}
		b.mistake(1+bytes.Count(data[:at], []byte("\n")), "", "is not UTF-8: save it as \"CSV UTF-8\"")
	case f == VCard:
		b.vcards(string(data))
	default:
		b.csv(data)
	}
	if len(b.all) == 0 && len(b.wrong) == 0 {
		b.mistake(1, "", "there is no contact in it")
	}
	return b.all, b.wrong
}

// decoded is a file in CP949, as Korean spreadsheets write CSV; nil when it is
// none.
func decoded(data []byte) []byte {
	out, err := korean.EUCKR.NewDecoder().Bytes(data)
	if err != nil || bytes.ContainsRune(out, utf8.RuneError) {
		return nil
	}
	return out
}

// Names of columns, in small letters without spaces and signs.
var (
	nameColumns    = []string{"name", "fullname", "displayname", "이름", "성명", "고객명"}
	companyColumns = []string{"company", "organization", "organisation", "회사", "회사명", "상호", "업체명"}
	numberColumns  = []string{
		"number", "phone", "phonenumber", "telephone", "tel", "mobile", "mobilephone", "cellphone", "homephone", "businessphone", "fax",
		"전화", "전화번호", "휴대폰", "휴대폰번호", "휴대전화", "휴대전화번호", "핸드폰", "회사전화", "대표번호", "팩스",
	}
)

func columnName(s string) string {
	s = strings.NewReplacer(" ", "", "_", "", "-", "", ".", "").Replace(strings.ToLower(strings.TrimSpace(s)))
	return strings.TrimRight(s, "0123456789")
}

// csv reads a table: the first line names the columns, separated by commas,
// semicolons or tabs.
func (b *book) csv(data []byte) {
	first, _, _ := bytes.Cut(data, []byte("\n"))
	r := csv.NewReader(bytes.NewReader(data))
	for _, comma := range ",;\t" {
		if bytes.ContainsRune(first, comma) {
			r.Comma = comma
			break
		}
	}
	r.FieldsPerRecord, r.LazyQuotes = -1, false
	head, err := r.Read()
	if err != nil {
		b.csvError(err)
		return
	}
	name, company, numbers := -1, -1, []int(nil)
	for i, h := range head {
		switch c := columnName(h); {
		case name < 0 && slices.Contains(nameColumns, c):
			name = i
		case company < 0 && slices.Contains(companyColumns, c):
			company = i
		case slices.Contains(numberColumns, c):
			numbers = append(numbers, i)
		}
	}
	if (name < 0 && company < 0) || len(numbers) == 0 {
		b.mistake(1, "", "the first line must name the columns: name (이름) or company (회사), and number (전화번호)")
		return
	}
	for {
		row, err := r.Read()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			b.csvError(err)
			return
		}
		line, _ := r.FieldPos(0)
		cell := func(i int) string {
			if i < 0 || i >= len(row) {
				return ""
			}
			return plain(strings.TrimSpace(row[i]))
		}
		who, of, numbered := text(cell(name), maxName), text(cell(company), maxName), false
		for _, i := range numbers {
			if written := cell(i); written != "" {
				numbered = true
				if who != "" || of != "" {
					b.add(line, strings.TrimSpace(head[i]), written, who, of)
				}
			}
		}
		switch {
		case who == "" && of == "" && numbered:
			b.mistake(line, strings.TrimSpace(head[max(name, 0)]), "is missing")
		case (who != "" || of != "") && !numbered:
			b.mistake(line, strings.TrimSpace(head[numbers[0]]), "is missing")
		}
	}
}

func (b *book) csvError(err error) {
	var p *csv.ParseError
	if errors.As(err, &p) {
		b.mistake(p.Line, "", "%v", p.Err)
		return
	}
	b.mistake(1, "", "there is no contact in it")
}

// write makes a file of contacts.
func write(f Format, all []store.Contact) []byte {
	var out bytes.Buffer
	if f == VCard {
		for i := range all {
			c := &all[i]
			fmt.Fprintf(&out, "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:%s\r\nN:%s;;;;\r\n", escape(shownName(c)), escape(c.Name))
			if c.Company != "" {
				fmt.Fprintf(&out, "ORG:%s\r\n", escape(c.Company))
			}
			fmt.Fprintf(&out, "TEL:%s\r\nEND:VCARD\r\n", escape(c.Written))
		}
		return out.Bytes()
	}
	out.WriteString("\ufeff") // spreadsheets take it for UTF-8 then
	w := csv.NewWriter(&out)
	_ = w.Write([]string{"name", "company", "number"}) // into memory
	for i := range all {
		c := &all[i]
		_ = w.Write([]string{harmless(c.Name), harmless(c.Company), harmless(c.Written)})
	}
	w.Flush()
	return out.Bytes()
}

func shownName(c *store.Contact) string {
	if c.Name != "" {
		return c.Name
	}
	return c.Company
}

// formula are the signs that a cell of a spreadsheet begins a formula with
// (OWASP, CSV Injection), of full width too.
const formula = "=+-@＝＋－＠"

// harmless keeps a spreadsheet from taking a text, +82 too, for a formula.
func harmless(s string) string {
	if first, _ := utf8.DecodeRuneInString(s); s != "" && strings.ContainsRune(formula, first) {
		return "'" + s
	}
	return s
}

// plain is the opposite.
func plain(s string) string {
	if rest, ok := strings.CutPrefix(s, "'"); ok && harmless(rest) != rest {
		return rest
	}
	return s
}
