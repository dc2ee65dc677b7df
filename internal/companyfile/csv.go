package companyfile

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/unicode/norm"

	"github.com/dipcast/dipcast/internal/company"
)

// column is a column of a CSV of extensions.
type column struct {
	name string   // English, in the header that is written
	also []string // other headers, as people in Korea write them
	get  func(*company.Extension) string
	// set takes what is in a cell; "" stands for the default.
	set func(*company.Extension, string) error
}

var errWhole = errors.New("must be a whole number")

func wholeNumber(text string, to *int) error {
	if text == "" {
		*to = 0
		return nil
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		return errWhole
	}
	*to = n
	return nil
}

func number(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

// columns are all of them; the first is needed.
var columns = []column{
	{
		name: "number", also: []string{"내선", "내선번호", "번호", "extension"},
		get: func(e *company.Extension) string { return e.Number },
	},
	{
		name: "name", also: []string{"이름", "성명", "사용자"},
		get: func(e *company.Extension) string { return e.Name },
		set: func(e *company.Extension, s string) error { e.Name = s; return nil },
	},
	{
		name: "email", also: []string{"이메일", "메일", "e-mail"},
		get: func(e *company.Extension) string {
			if e.Voicemail == nil {
				return ""
			}
			return e.Voicemail.Email
		},
		set: func(e *company.Extension, s string) error {
			if e.Voicemail == nil {
				if s == "" {
					return nil
				}
				e.Voicemail = &company.Voicemail{}
			}
			v := *e.Voicemail
			v.Email, e.Voicemail = s, &v
			return nil
		},
	},
	{
		name: "class", also: []string{"등급", "발신등급", "발신 등급"},
		get: func(e *company.Extension) string { return e.Class },
		set: func(e *company.Extension, s string) error { e.Class = s; return nil },
	},
	{
		name: "own_number", also: []string{"발신번호", "발신 번호", "대표번호"},
		get: func(e *company.Extension) string { return e.OwnNumber },
		set: func(e *company.Extension, s string) error { e.OwnNumber = s; return nil },
	},
	{
		name: "language", also: []string{"언어"},
		get: func(e *company.Extension) string { return e.Language },
		set: func(e *company.Extension, s string) error { e.Language = s; return nil },
	},
	{
		name: "ring_seconds", also: []string{"벨 시간", "벨시간", "울림시간"},
		get: func(e *company.Extension) string { return number(e.RingSeconds) },
		set: func(e *company.Extension, s string) error { return wholeNumber(s, &e.RingSeconds) },
	},
	{
		name: "call_limit", also: []string{"동시통화", "동시 통화"},
		get: func(e *company.Extension) string { return number(e.CallLimit) },
		set: func(e *company.Extension, s string) error { return wholeNumber(s, &e.CallLimit) },
	},
	{
		name: "pickup_groups", also: []string{"당겨받기그룹", "당겨받기 그룹", "픽업그룹"},
		get: func(e *company.Extension) string {
			texts := make([]string, len(e.PickupGroups))
			for i, g := range e.PickupGroups {
				texts[i] = strconv.Itoa(g)
			}
			return strings.Join(texts, " ")
		},
		set: func(e *company.Extension, s string) error {
			e.PickupGroups = nil
			for _, one := range strings.FieldsFunc(s, func(r rune) bool { return r == ' ' || r == ',' || r == ';' }) {
				g, err := strconv.Atoi(one)
				if err != nil {
					return errors.New("must be whole numbers with blanks between them")
				}
				e.PickupGroups = append(e.PickupGroups, g)
			}
			return nil
		},
	},
}

// Columns are the names of all columns, in their order.
func Columns() []string {
	names := make([]string, len(columns))
	for i := range columns {
		names[i] = columns[i].name
	}
	return names
}

// Clear is a cell that makes something its default again. An empty cell leaves
// it as it is.
const Clear = "-"

// Row is one extension of a CSV.
type Row struct {
	Line   int // from 1, the header's
	Number string

	header string // of the number's column
	cells  []cell
}

type cell struct {
	column *column
	header string // as the file has it
	text   string
}

// ReadCSV reads extensions from a CSV as spreadsheets write it: with commas,
// semicolons or tabs, in UTF-8 with a byte order mark or without, or in CP949
// (EUC-KR). Its first line names the columns, in English or Korean. The error is
// a Problems.
func ReadCSV(data []byte) ([]Row, error) {
	if len(data) > MaxFile {
		return nil, Problems{{Text: fmt.Sprintf("has more than %d bytes", MaxFile)}}
	}
	text, err := decode(data)
	if err != nil {
		return nil, Problems{{Text: err.Error()}}
	}
	r := csv.NewReader(strings.NewReader(text))
	r.Comma, r.FieldsPerRecord = separator(text), -1
	r.TrimLeadingSpace = r.Comma != '\t' // which is a space too: an empty cell would be left out
	header, err := r.Read()
	if err != nil {
		return nil, Problems{{Line: 1, Text: "there is no line that names the columns, such as number,name,email,class"}}
	}
	by, problems := headers(header)
	if len(problems) > 0 {
		return nil, problems
	}
	var rows []Row
	seen := map[string]int{}
	for {
		record, err := r.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			var p *csv.ParseError
			line := 0
			if errors.As(err, &p) {
				line = p.Line
			}
			return nil, append(problems, Problem{Line: line, Text: "has a quotation mark that does not fit"})
		}
		line, _ := r.FieldPos(0)
		row, wrong := readRow(record, by, line)
		if row == nil && wrong == nil {
			continue // an empty line of a spreadsheet
		}
		problems = append(problems, wrong...)
		if row != nil {
			if first := seen[row.Number]; first > 0 {
				problems = append(problems, Problem{Line: line, Column: by[0].header, Text: fmt.Sprintf("is that of line %d too", first)})
			}
			seen[row.Number] = line
			rows = append(rows, *row)
		}
		if len(rows) > company.MaxExtensions {
			return nil, append(problems, Problem{Line: line, Text: fmt.Sprintf("there are more than %d extensions", company.MaxExtensions)})
		}
		if len(problems) >= maxProblems {
			break
		}
	}
	if len(problems) > 0 {
		return nil, problems
	}
	return rows, nil
}

// decode gives the text of a file in one of the encodings that are used.
func decode(data []byte) (string, error) {
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	if !utf8.Valid(data) {
		// EUCKR of this package is CP949, its superset, which Excel writes.
		out, err := korean.EUCKR.NewDecoder().Bytes(data)
		if err != nil || bytes.ContainsRune(out, utf8.RuneError) {
			return "", errors.New("is neither UTF-8 nor CP949 (EUC-KR)")
		}
		data = out
	}
	if bytes.IndexByte(data, 0) >= 0 {
		return "", errors.New("holds NUL: save it as CSV, in UTF-8")
	}
	// Names typed on some systems come in single letters; phones show these apart.
	return norm.NFC.String(string(data)), nil
}

// separator is what stands between the columns of the first line.
func separator(text string) rune {
	first, _, _ := strings.Cut(text, "\n")
	best, most := ',', strings.Count(first, ",")
	for _, c := range ";\t" {
		if n := strings.Count(first, string(c)); n > most {
			best, most = c, n
		}
	}
	return best
}

// headers finds the columns; the first of the result is the number's, the others
// are by their place. What is nil is not looked at.
func headers(header []string) (out []*head, problems Problems) {
	number := -1
	seen := map[string]bool{}
	list := make([]*head, len(header))
	for i, text := range header {
		text = strings.TrimSpace(text)
		if text == "" {
			continue
		}
		c := columnOf(text)
		switch {
		case c == nil:
			problems = append(problems, Problem{Line: 1, Column: clipField(text), Text: "is no column; there are " + strings.Join(Columns(), ", ")})
		case seen[c.name]:
			problems = append(problems, Problem{Line: 1, Column: clipField(text), Text: "is there twice"})
		default:
			seen[c.name] = true
			list[i] = &head{c, text, i}
			if c.set == nil {
				number = i
			}
		}
		if len(problems) >= maxProblems {
			return nil, problems
		}
	}
	if number < 0 {
		problems = append(problems, Problem{Line: 1, Text: "names no column number (내선)"})
		return nil, problems
	}
	out = append(out, list[number])
	for i, h := range list {
		if i != number && h != nil {
			out = append(out, h)
		}
	}
	return out, problems
}

// head is a column of a file.
type head struct {
	column *column
	header string
	at     int
}

func columnOf(text string) *column {
	text = strings.ToLower(text)
	for i := range columns {
		if columns[i].name == text || slices.Contains(columns[i].also, text) {
			return &columns[i]
		}
	}
	return nil
}

func readRow(record []string, by []*head, line int) (*Row, Problems) {
	row := Row{Line: line, header: by[0].header}
	for _, h := range by {
		if h.at >= len(record) {
			continue
		}
		text := unguard(strings.TrimSpace(record[h.at]))
		if h.column.set == nil {
			row.Number = text
		} else if text != "" {
			row.cells = append(row.cells, cell{h.column, h.header, text})
		}
	}
	switch {
	case row.Number == "" && len(row.cells) == 0:
		return nil, nil
	case row.Number == "":
		return nil, Problems{{Line: line, Column: by[0].header, Text: "is missing"}}
	}
	var wrong Problems
	for _, c := range row.cells {
		var e company.Extension
		if err := c.column.set(&e, c.value()); err != nil {
			wrong = append(wrong, Problem{Line: line, Column: c.header, Text: err.Error()})
		}
	}
	return &row, wrong
}

func (c *cell) value() string {
	if c.text == Clear {
		return ""
	}
	return c.text
}

// Apply changes the extensions of a company as the rows say: those that are not
// there are added, with a phone; those without a row stay.
func Apply(c *company.Company, rows []Row) {
	for i := range rows {
		e := c.Extension(rows[i].Number)
		if e == nil {
			c.Extensions = append(c.Extensions, company.Extension{Number: rows[i].Number, Devices: []company.Device{{}}})
			e = &c.Extensions[len(c.Extensions)-1]
		}
		for _, one := range rows[i].cells {
			_ = one.column.set(e, one.value()) // readRow has tried
		}
	}
}

// Located finds the row and column of problems that company.Check has with what
// Apply made. Those of other things keep their fields.
func Located(problems []company.Problem, rows []Row) Problems {
	var out Problems
	for _, p := range problems {
		if len(out) == maxProblems {
			break
		}
		one := Problem{Column: p.Field, Text: p.Text}
		for i := range rows {
			rest, ok := strings.CutPrefix(p.Field, "extensions["+rows[i].Number+"]")
			if !ok {
				continue
			}
			one.Line, one.Column = rows[i].Line, strings.TrimPrefix(rest, ".")
			switch one.Column {
			case "voicemail.email":
				one.Column = "email"
			case "number", "":
				one.Column = rows[i].header
			}
			for _, c := range rows[i].cells {
				if c.column.name == one.Column {
					one.Column = c.header
				}
			}
		}
		out = append(out, one)
	}
	return out
}

// guards are what a spreadsheet takes for the beginning of a formula, in full
// width too.
const guards = "=+-@\t\r\n＝＋－＠"

// formula reports a cell that a spreadsheet takes for a formula, or that has
// apostrophes before what would be one.
func formula(s string) bool {
	first, _ := utf8.DecodeRuneInString(strings.TrimLeft(s, "'"))
	return first != utf8.RuneError && strings.ContainsRune(guards, first)
}

// guard keeps a cell from being a formula, as OWASP's page on CSV injection has
// it: with an apostrophe in front.
func guard(s string) string {
	if formula(s) {
		return "'" + s
	}
	return s
}

// unguard takes away what guard put there.
func unguard(s string) string {
	if rest, ok := strings.CutPrefix(s, "'"); ok && formula(rest) {
		return rest
	}
	return s
}

// WriteCSV writes the extensions of a company as ReadCSV reads them, with a byte
// order mark, by which spreadsheets know UTF-8.
func WriteCSV(c *company.Company) ([]byte, error) {
	var b bytes.Buffer
	b.WriteString("\ufeff")
	w := csv.NewWriter(&b)
	record := make([]string, len(columns))
	for i := range columns {
		record[i] = columns[i].name
	}
	if err := w.Write(record); err != nil {
		return nil, err
	}
	sorted := c.Sorted()
	for i := range sorted.Extensions {
		for j := range columns {
			record[j] = guard(columns[j].get(&sorted.Extensions[i]))
		}
		if err := w.Write(record); err != nil {
			return nil, err
		}
	}
	w.Flush()
	return b.Bytes(), w.Error()
}
