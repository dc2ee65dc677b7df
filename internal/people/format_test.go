package people

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"slices"
	"strings"
	"testing"

	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/unicode"

	"github.com/dipcast/dipcast/internal/store"
)

func TestParse(t *testing.T) {
	hong := store.Contact{Number: "01026132471", Written: "010-2613-2471", Name: "홍길동", Company: "얼쑤팩토리"}
	ansi, err := korean.EUCKR.NewEncoder().String("이름,회사,전화번호\n홍길동,얼쑤팩토리,010-2613-2471\n")
	if err != nil {
		t.Fatal(err)
	}
	old, err := korean.EUCKR.NewEncoder().String("BEGIN:VCARD\r\nVERSION:2.1\r\nFN;CHARSET=EUC-KR:홍길동\r\nTEL;CELL:01026132471\r\nEND:VCARD\r\n")
	if err != nil {
		t.Fatal(err)
	}
	utf16, err := unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM).NewEncoder().String("이름\t회사\t번호\n홍길동\t얼쑤팩토리\t010-2613-2471\n")
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name, text string
		f          Format
		want       []store.Contact
		wrong      []Mistake
	}{
		{"csv", "name,company,number\r\n홍길동,얼쑤팩토리,010-2613-2471\r\n", CSV, []store.Contact{hong}, nil},
		{"bom, semicolons, Korean columns", "\ufeff이름;회사명;휴대폰\n홍길동;얼쑤팩토리;010-2613-2471\n", CSV, []store.Contact{hong}, nil},
		{"CP949", ansi, CSV, []store.Contact{hong}, nil},
		{"UTF-16 with tabs", "\xff\xfe" + utf16, CSV, []store.Contact{hong}, nil},
		{"a workbook", "PK\x03\x04", CSV, nil, []Mistake{{1, "", `is a workbook: save it as "CSV UTF-8"`}}},
		{"Outlook", "이름,성,회사,휴대폰,근무지 전화\n길동,홍,얼쑤팩토리,010-2613-2471,\n", CSV, []store.Contact{hong}, nil},
		{"Google", "First Name,Last Name,Organization Name,Phone 1 - Label,Phone 1 - Value\n길동,홍,얼쑤팩토리,Mobile,010-2613-2471\n", CSV, []store.Contact{hong}, nil},
		{"Google of before", "Name,Given Name,Family Name,Phone 1 - Value,Organization 1 - Name\n홍길동,길동,홍,010-2613-2471,얼쑤팩토리\n", CSV, []store.Contact{hong}, nil},
		{"plain words", "담당자,거래처,연락처\n홍길동,얼쑤팩토리,010-2613-2471\n", CSV, []store.Contact{hong}, nil},
		{"two numbers", "Name,Mobile Phone,Phone 1\n\"Kim, Y.\",'+82 10 1234 5678,02-123-4567\n", CSV, []store.Contact{
			{Number: "01012345678", Written: "+82 10 1234 5678", Name: "Kim, Y."}, {Number: "021234567", Written: "02-123-4567", Name: "Kim, Y."},
		}, nil},
		{"the same twice", "name,company,number\n홍길동,얼쑤팩토리,010-2613-2471\n홍길동,얼쑤팩토리,+82-10-2613-2471\n", CSV, []store.Contact{hong}, nil},
		{"mistakes", "name,company,number\n홍길동,얼쑤팩토리,010-2613-2471\n\n김영희,,abc\n이철수,,01026132471\n박민수,,\n,,0212345678\n", CSV, []store.Contact{hong}, []Mistake{
			{4, "number", `"abc" is no telephone number`}, {5, "number", "01026132471 is another contact's already"}, {6, "number", "is missing"}, {7, "name", "is missing"},
		}},
		{"no columns", "홍길동,01026132471\n", CSV, nil, []Mistake{{1, "", "the first line must name the columns: name (이름) or company (회사), and number (전화번호)"}}},
		{"quotes", "name,number\n\"홍길동,01026132471\n", CSV, nil, []Mistake{{2, "", "a quotation mark stands alone: close it, or write it twice within a cell"}}},
		{"empty", "", CSV, nil, []Mistake{{1, "", "there is no contact in it"}}},
		{"vCard 3.0", "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:홍길동\r\nN:홍;길동;;;\r\nORG:얼쑤\r\n 팩토리;영업\r\nTEL;TYPE=CELL:010-2613-2471\r\nitem1.TEL;TYPE=WORK:02-123-4567\r\nEND:VCARD\r\n", VCard, []store.Contact{
			{Number: "01026132471", Written: "010-2613-2471", Name: "홍길동", Company: "얼쑤팩토리 영업"},
			{Number: "021234567", Written: "02-123-4567", Name: "홍길동", Company: "얼쑤팩토리 영업"},
		}, nil},
		{"vCard 2.1", "BEGIN:VCARD\nVERSION:2.1\nN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=ED=99=8D;=EA=B8=B8=\n=EB=8F=99;;;\nTEL;CELL:01026132471\nEND:VCARD\n", VCard, []store.Contact{
			{Number: "01026132471", Written: "01026132471", Name: "홍길동"},
		}, nil},
		{"vCard 2.1 in EUC-KR", old, VCard, []store.Contact{{Number: "01026132471", Written: "01026132471", Name: "홍길동"}}, nil},
		{"vCard 2.1, quoted EUC-KR", "BEGIN:VCARD\nFN;CHARSET=EUC-KR;ENCODING=QUOTED-PRINTABLE:=C8=AB=B1=E6=B5=BF\nTEL;CELL:01026132471\nEND:VCARD\n", VCard, []store.Contact{
			{Number: "01026132471", Written: "01026132471", Name: "홍길동"},
		}, nil},
		{"vCard 4.0", "BEGIN:VCARD\nVERSION:4.0\nFN:Kim\\, Y.\nTEL;VALUE=uri;TYPE=\"voice,cell\":tel:+82-10-1234-5678;ext=5\nEND:VCARD\n", VCard, []store.Contact{
			{Number: "01012345678", Written: "+82-10-1234-5678", Name: "Kim, Y."},
		}, nil},
		{"vCard mistakes", "BEGIN:VCARD\nFN:A\nTEL:x1\nEND:VCARD\nBEGIN:VCARD\nTEL:0212345678\nEND:VCARD\nBEGIN:VCARD\nFN:B\n", VCard, nil, []Mistake{
			{3, "TEL", `"x1" is no telephone number`}, {5, "FN", "is missing"}, {8, "BEGIN", "this vCard has no end"},
		}},
		{"not text", "BEGIN:VCARD\nFN:\xff\n", VCard, nil, []Mistake{{2, "", "is neither UTF-8 nor CP949 (EUC-KR): save it as \"CSV UTF-8\""}}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			all, wrong := parse(tt.f, []byte(tt.text))
			if !slices.Equal(all, tt.want) {
				t.Errorf("got %+v\nwant %+v", all, tt.want)
			}
			if !slices.Equal(wrong, tt.wrong) {
				t.Errorf("got %+v\nwant %+v", wrong, tt.wrong)
			}
		})
	}
}

// TestWrite: what is exported is read again as it was.
func TestWrite(t *testing.T) {
	all := []store.Contact{
		{Number: "+12125550123", Written: "+1 212-555-0123", Name: `A, B; "C" \ D`, Company: "=1+1"},
		{Number: "01026132471", Written: "010-2613-2471", Name: "홍길동"},
		{Number: "021234567", Written: "02-123-4567", Company: "얼쑤팩토리"},
	}
	for _, f := range []Format{CSV, VCard} {
		text := write(f, all)
		got, wrong := parse(f, text)
		if wrong != nil || !slices.Equal(got, all) {
			t.Errorf("%s: %+v, %v\n%s", f, got, wrong, text)
		}
		if f == CSV && strings.Contains(string(text), ",=") {
			t.Errorf("a formula: %s", text)
		}
	}
}

// TestT35_ContactCells: what would be a formula in a spreadsheet is none, and comes
// back as it was.
func TestT35_ContactCells(t *testing.T) {
	var all []store.Contact
	for i, evil := range []string{"=cmd()", "+82 팩토리", "-1", "@SUM(A1)", "＝1+1", "＋82", "－1", "＠SUM(A1)", "'=1", "''-1", "'", "'a"} {
		number := fmt.Sprintf("010123456%02d", i)
		all = append(all, store.Contact{Number: number, Written: number, Name: evil, Company: evil})
	}
	text := write(CSV, all)
	rows, err := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(text, []byte("\ufeff")))).ReadAll()
	if err != nil || len(rows) != len(all)+1 {
		t.Fatal(len(rows), err)
	}
	for _, row := range rows {
		for _, cell := range row {
			if cell != "" && strings.ContainsRune("=+-@＝＋－＠", []rune(cell)[0]) {
				t.Errorf("a formula: %q", cell)
			}
		}
	}
	if got, wrong := parse(CSV, text); wrong != nil || !slices.Equal(got, all) {
		t.Errorf("%+v, %d mistakes", got, len(wrong))
	}
}

// FuzzParse: whatever comes in, numbers are keys and nothing panics.
func FuzzParse(f *testing.F) {
	f.Add([]byte("name,number\nA,01012345678\n"), true)
	f.Add([]byte("BEGIN:VCARD\nFN:A\nTEL;ENCODING=QUOTED-PRINTABLE:01=\n0\nEND:VCARD"), false)
	f.Fuzz(func(t *testing.T, data []byte, csv bool) {
		format := VCard
		if csv {
			format = CSV
		}
		all, wrong := parse(format, data)
		if len(all) == 0 && len(wrong) == 0 || len(wrong) > maxWrong {
			t.Fatalf("%d contacts, %d mistakes", len(all), len(wrong))
		}
		for _, c := range all {
			if c.Number == "" || c.Name == "" && c.Company == "" {
				t.Fatalf("%+v", c)
			}
		}
	})
}
