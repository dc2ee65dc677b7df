package people

import (
	"slices"
	"strings"
	"testing"

	"golang.org/x/text/encoding/korean"

	"github.com/dipcast/dipcast/internal/store"
)

func TestParse(t *testing.T) {
	hong := store.Contact{Number: "01026132471", Written: "010-2613-2471", Name: "홍길동", Company: "얼쑤팩토리"}
	ansi, err := korean.EUCKR.NewEncoder().String("이름,회사,전화번호\n홍길동,얼쑤팩토리,010-2613-2471\n")
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
		{"two numbers", "Name,Mobile Phone,Phone 1\n\"Kim, Y.\",'+82 10 1234 5678,02-123-4567\n", CSV, []store.Contact{
			{Number: "01012345678", Written: "+82 10 1234 5678", Name: "Kim, Y."}, {Number: "021234567", Written: "02-123-4567", Name: "Kim, Y."},
		}, nil},
		{"the same twice", "name,company,number\n홍길동,얼쑤팩토리,010-2613-2471\n홍길동,얼쑤팩토리,+82-10-2613-2471\n", CSV, []store.Contact{hong}, nil},
		{"mistakes", "name,company,number\n홍길동,얼쑤팩토리,010-2613-2471\n\n김영희,,abc\n이철수,,01026132471\n박민수,,\n,,0212345678\n", CSV, []store.Contact{hong}, []Mistake{
			{4, "number", `"abc" is no telephone number`}, {5, "number", "01026132471 is another contact's already"}, {6, "number", "is missing"}, {7, "name", "is missing"},
		}},
		{"no columns", "홍길동,01026132471\n", CSV, nil, []Mistake{{1, "", "the first line must name the columns: name (이름) or company (회사), and number (전화번호)"}}},
		{"quotes", "name,number\n\"홍길동,01026132471\n", CSV, nil, []Mistake{{2, "", `extraneous or missing " in quoted-field`}}},
		{"empty", "", CSV, nil, []Mistake{{1, "", "there is no contact in it"}}},
		{"vCard 3.0", "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:홍길동\r\nN:홍;길동;;;\r\nORG:얼쑤\r\n 팩토리;영업\r\nTEL;TYPE=CELL:010-2613-2471\r\nitem1.TEL;TYPE=WORK:02-123-4567\r\nEND:VCARD\r\n", VCard, []store.Contact{
			{Number: "01026132471", Written: "010-2613-2471", Name: "홍길동", Company: "얼쑤팩토리 영업"},
			{Number: "021234567", Written: "02-123-4567", Name: "홍길동", Company: "얼쑤팩토리 영업"},
		}, nil},
		{"vCard 2.1", "BEGIN:VCARD\nVERSION:2.1\nN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=ED=99=8D;=EA=B8=B8=\n=EB=8F=99;;;\nTEL;CELL:01026132471\nEND:VCARD\n", VCard, []store.Contact{
			{Number: "01026132471", Written: "01026132471", Name: "홍길동"},
		}, nil},
		{"vCard 4.0", "BEGIN:VCARD\nVERSION:4.0\nFN:Kim\\, Y.\nTEL;VALUE=uri;TYPE=\"voice,cell\":tel:+82-10-1234-5678;ext=5\nEND:VCARD\n", VCard, []store.Contact{
			{Number: "01012345678", Written: "+82-10-1234-5678", Name: "Kim, Y."},
		}, nil},
		{"vCard mistakes", "BEGIN:VCARD\nFN:A\nTEL:x1\nEND:VCARD\nBEGIN:VCARD\nTEL:0212345678\nEND:VCARD\nBEGIN:VCARD\nFN:B\n", VCard, nil, []Mistake{
			{3, "TEL", `"x1" is no telephone number`}, {5, "FN", "is missing"}, {8, "BEGIN", "this vCard has no end"},
		}},
		{"not text", "BEGIN:VCARD\nFN:\xff\n", VCard, nil, []Mistake{{2, "", "is not UTF-8: save it as \"CSV UTF-8\""}}},
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
