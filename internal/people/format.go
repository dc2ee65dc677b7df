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
	"golang.org/x/text/encoding/unicode"

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
	if len(data) > MaxImport {
		b.mistake(1, "", "the file is larger than %d MB", MaxImport>>20)
		return nil, b.wrong
	}
	read := decoded(data)
	switch {
	case bytes.HasPrefix(data, []byte("PK\x03\x04")) || bytes.HasPrefix(data, []byte("\xd0\xcf\x11\xe0")):
		b.mistake(1, "", "is a workbook: save it as \"CSV UTF-8\"")
	case read == nil:
		at := 0
		for at < len(data) {
			r, n := utf8.DecodeRune(data[at:])
			if r == utf8.RuneError && n == 1 {
				break
			}
			at += n
		}
		b.mistake(1+bytes.Count(data[:at], []byte("\n")), "", "is neither UTF-8 nor CP949 (EUC-KR): save it as \"CSV UTF-8\"")
	case f == VCard:
		b.vcards(string(read))
	default:
		b.csv(read)
	}
	if len(b.all) == 0 && len(b.wrong) == 0 {
		b.mistake(1, "", "there is no contact in it")
	}
	return b.all, b.wrong
}

// decoded is a file as UTF-8: as it is, or from UTF-16 with a mark, which
// spreadsheets call Unicode, or from CP949, as Korean ones and old phones write.
// nil when it is none of these.
func decoded(data []byte) []byte {
	switch {
	case bytes.HasPrefix(data, []byte("\xff\xfe")) || bytes.HasPrefix(data, []byte("\xfe\xff")):
		out, err := unicode.UTF16(unicode.LittleEndian, unicode.ExpectBOM).NewDecoder().Bytes(data)
		if err != nil || bytes.ContainsRune(out, utf8.RuneError) {
			return nil
		}
		return out
	case utf8.Valid(data):
		return bytes.TrimPrefix(data, []byte("\ufeff"))
	}
	out, err := korean.EUCKR.NewDecoder().Bytes(data)
	if err != nil || bytes.ContainsRune(out, utf8.RuneError) {
		return nil
	}
	return out
}

// Names of columns, in small letters without spaces, signs and digits: what
// people write, and what Outlook and Google export.
var (
	nameColumns    = []string{"name", "fullname", "displayname", "이름", "성명", "고객명", "담당자"}
	givenColumns   = []string{"givenname", "firstname"}
	familyColumns  = []string{"familyname", "lastname", "성"}
	companyColumns = []string{"company", "organization", "organisation", "organizationname", "회사", "회사명", "회사이름", "상호", "업체명", "거래처"}
	numberColumns  = []string{
		"number", "phone", "phonenumber", "telephone", "tel", "mobile", "mobilephone", "cellphone", "homephone", "businessphone", "fax", "phonevalue",
		"번호", "연락처", "전화", "전화번호", "휴대폰", "휴대폰번호", "휴대전화", "휴대전화번호", "핸드폰", "핸드폰번호", "회사전화", "회사전화번호",
		"근무지전화", "집전화", "집전화번호", "직통번호", "직통전화", "대표번호", "대표전화", "팩스", "팩스번호",
	}
)

func columnName(s string) string {
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune(" _-.0123456789", r) {
			return -1
		}
		return r
	}, strings.ToLower(strings.TrimSpace(s)))
}

// columns are the places of the columns, -1 for those that are not there.
type columns struct {
	name, given, family, company int
	numbers                      []int
}

func columnsOf(head []string) columns {
	c := columns{name: -1, given: -1, family: -1, company: -1}
	for i, h := range head {
		h = columnName(h)
		for _, one := range []struct {
			at  *int
			all []string
		}{{&c.name, nameColumns}, {&c.given, givenColumns}, {&c.family, familyColumns}, {&c.company, companyColumns}} {
			if *one.at < 0 && slices.Contains(one.all, h) {
				*one.at = i
			}
		}
		if slices.Contains(numberColumns, h) {
			c.numbers = append(c.numbers, i)
		}
	}
	if c.name >= 0 && c.family >= 0 && columnName(head[c.family]) == "성" && columnName(head[c.name]) == "이름" {
		c.name, c.given = -1, c.name // as Outlook has it
	}
	return c
}

// named reports whether there is a column to call people by.
func (c *columns) named() bool { return max(c.name, c.given, c.family, c.company) >= 0 }

// who is the name in a row.
func (c *columns) who(cell func(int) string) string {
	if name := cell(c.name); name != "" {
		return name
	}
	return joined(cell(c.family), cell(c.given))
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
	at := columnsOf(head)
	if !at.named() || len(at.numbers) == 0 {
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
		who, of, numbered := text(at.who(cell), maxName), text(cell(at.company), maxName), false
		for _, i := range at.numbers {
			if written := cell(i); written != "" {
				numbered = true
				if who != "" || of != "" {
					b.add(line, strings.TrimSpace(head[i]), written, who, of)
				}
			}
		}
		switch {
		case who == "" && of == "" && numbered:
			b.mistake(line, strings.TrimSpace(head[max(at.name, at.given, 0)]), "is missing")
		case (who != "" || of != "") && !numbered:
			b.mistake(line, strings.TrimSpace(head[at.numbers[0]]), "is missing")
		}
	}
}

func (b *book) csvError(err error) {
	var p *csv.ParseError
	if errors.As(err, &p) {
		if errors.Is(err, csv.ErrQuote) || errors.Is(err, csv.ErrBareQuote) {
			b.mistake(p.Line, "", "a quotation mark stands alone: close it, or write it twice within a cell")
			return
		}
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

// harmless keeps a spreadsheet from taking a text, +82 too, for a formula. One that
// looks as if that was done already gets another apostrophe, so that plain gives back
// what was.
func harmless(s string) string {
	bare := strings.TrimLeft(s, "'")
	if first, _ := utf8.DecodeRuneInString(bare); bare != "" && strings.ContainsRune(formula, first) {
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
