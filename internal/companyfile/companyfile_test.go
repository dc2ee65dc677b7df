package companyfile_test

import (
	"bytes"
	"errors"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/unicode/norm"

	"github.com/dipcast/dipcast/internal/company"
	"github.com/dipcast/dipcast/internal/companyfile"
	"github.com/dipcast/dipcast/internal/secret"
	"github.com/dipcast/dipcast/internal/tenant"
)

func example() *companyfile.File {
	return &companyfile.File{
		Company: company.Company{
			ID: "7be69580e27641df", Number: 2, Name: "얼쑤팩토리: \"#1\"", AreaCode: "02", Lines: 4,
			Extensions: []company.Extension{
				{
					Number: "1013", Name: "yes", Class: "office", PickupGroups: []int{1, 2},
					Voicemail: &company.Voicemail{PIN: secret.New("0471"), Email: "a@example.com"},
					Devices:   []company.Device{{Secret: secret.New("null")}, {Secret: secret.New("- {a: b} # c"), Transport: "tls", App: company.AppAcrobits}},
				},
				{Number: "0100", Name: "1e3"},
			},
			Trunks:     []company.Trunk{{ID: 11, Host: "203.0.113.7", Register: true, Username: "0700", Secret: secret.New("1234"), Match: []string{"203.0.113.0/28"}}},
			Routes:     []company.Route{{Name: "지방", Prefixes: []string{"031", "00"}, Trunks: []int{11}}},
			DIDs:       []company.DID{{Number: "07045805605", To: company.Ext("1013"), TimeGroup: 1, Else: company.Target{Kind: company.ToBusy}}},
			Numbers:    []string{"16682471", "16662471"},
			RingGroups: []company.RingGroup{{Number: "600", Members: []string{"1013"}}},
			TimeGroups: []company.TimeGroup{{ID: 1, Spans: []company.Span{{Days: company.Days[:5], From: "09:00", To: "18:00"}}}},
			Holidays:   []company.Holiday{{Date: "2026-09-25"}, {Date: "03-01"}},
			Classes:    []company.Class{{ID: 10000, Name: "office", Dials: []string{}}, {ID: 10001, Name: "open"}},
			Codes:      company.Codes{company.DoPickup: "*8", company.DoPark: "-"},
			Parking:    company.Parking{Number: "700"},
			Softphone:  company.Softphone{Push: true},
			Tones:      []company.Tone{{Name: "welcome", Title: "off"}},
			NaverWorks: &company.NaverWorks{
				ClientID: "0123", PrivateKey: secret.New("-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----\n"), Bot: 2000001, PerMinute: -1,
				Style: company.CardStyle{Ground: "#FFA9AA", Words: map[string]string{"ko.missed": "못 받은: 전화"}},
			},
		},
		Servers: []int{1, 2}, Limits: tenant.Limits{PerMinute: 60, Countries: []string{"1"}, Until: "2026-12-31"},
	}
}

// TestRoundTrip: what is written is read as what it was, with secrets and
// without, and written the same again.
func TestRoundTrip(t *testing.T) {
	for _, secrets := range []bool{true, false} {
		text, err := companyfile.Write(example(), secrets, "얼쑤팩토리\nname: x")
		if err != nil {
			t.Fatal(err)
		}
		got, err := companyfile.Read(text)
		if err != nil {
			t.Fatalf("%v\n%s", err, text)
		}
		want := example()
		want.Format = companyfile.Format
		want.Company = want.Sorted()
		want.Numbers = example().Numbers
		if !secrets {
			want.Company = want.Bare()
			if strings.Contains(string(text), "secret") || strings.Contains(string(text), "0471") {
				t.Errorf("secrets in %s", text)
			}
		}
		if diff := cmp.Diff(want, got, cmp.Comparer(func(a, b secret.Text) bool { return a == b })); diff != "" {
			t.Errorf("%s\n%s", diff, text)
		}
		again, err := companyfile.Write(got, secrets, "얼쑤팩토리\nname: x")
		if err != nil || !bytes.Equal(again, text) {
			t.Errorf("%v: written otherwise:\n%s\n%s", err, text, again)
		}
	}
}

// TestReadSaysWhere a file is wrong, and not what its secrets are.
func TestReadSaysWhere(t *testing.T) {
	const head = "format: 1\nid: 7be69580e27641df\nnumber: 2\nname: a\n"
	for text, want := range map[string]string{
		head + "colour: red":                                "line 5, colour: is not known here",
		head + "extensions: 1010":                           "line 5, extensions: must be a list",
		head + "dids: [{number: 070, to: nowhere}]":         "line 5, dids[0].to: ",
		head + "name: b":                                    "",
		head + "extensions: [{number: 1, ring_seconds: x}]": "line 5, extensions[0].ring_seconds: must be a whole number",
		head + "extensions: &a [{number: 1}]":               "line 5, extensions: anchors",
		"format: 2\nname: a":                                "format: must be 1",
		"a: [":                                              "",
		"":                                                  "must hold one company",
		"- 1":                                               "must be a mapping",
		strings.Repeat("[", 1000):                           "nested too deep",
		strings.Repeat("- ", 1000) + "a":                    "too many levels",
		"\xff":                                              "is not UTF-8",
		head + "trunks: [{id: 1, secret: [s3cr3t]}]": "line 5, trunks[0].secret: must be one value",
	} {
		_, err := companyfile.Read([]byte(text))
		if !errors.Is(err, companyfile.ErrFile) || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "s3cr3t") {
			t.Errorf("%.60q: %v", text, err)
		}
	}
	got, err := companyfile.Read([]byte(head + "dids: [{number: 07045805605, to: \"extension:1010\"}]\nextensions: [{number: 0100, name: 홍길동}]"))
	if err != nil || got.DIDs[0].Number != "07045805605" || got.Extensions[0].Number != "0100" {
		t.Errorf("%+v %v", got, err)
	}
}

func TestCSV(t *testing.T) {
	base := example().Company
	const text = "내선,이름,이메일,발신등급,벨 시간\n1013,홍길동,,-,40\n1020,\"성, 춘향\",s@example.com,office,\n,,,,\n"
	for name, data := range map[string][]byte{
		"utf-8": []byte(text), "bom": []byte("\ufeff" + text), "crlf": []byte(strings.ReplaceAll(text, "\n", "\r\n")),
		"semicolons": []byte(strings.NewReplacer("\"성, 춘향\"", "\"성, 춘향\"", ",", ";").Replace(strings.Replace(text, "성, 춘향", "성@춘향", 1))),
		"cp949":      encode(t, text),
		"tabs":       []byte(strings.NewReplacer("\"성, 춘향\"", "성, 춘향", ",", "\t").Replace(strings.Replace(text, "성, 춘향", "성@춘향", 1))),
		"decomposed": []byte(norm.NFD.String(text)),
	} {
		rows, err := companyfile.ReadCSV(data)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		c := base.Clone()
		companyfile.Apply(&c, rows)
		e, f := c.Extension("1013"), c.Extension("1020")
		if e.Name != "홍길동" || e.Class != "" || e.RingSeconds != 40 || e.Voicemail.Email != "a@example.com" || len(e.Devices) != 2 {
			t.Errorf("%s: %+v", name, e)
		}
		if f == nil || len(f.Devices) != 1 || f.Class != "office" || f.Voicemail.Email != "s@example.com" || !strings.HasPrefix(f.Name, "성") || f.RingSeconds != 0 {
			t.Errorf("%s: %+v", name, f)
		}
		if base.Extension("1020") != nil || base.Extension("1013").Name != "yes" {
			t.Errorf("%s: the original was changed", name)
		}
	}
	for text, want := range map[string]string{
		"":                                   "line 1",
		"name\nx":                            "names no column number",
		"number,colour\n1,2":                 "line 1, colour: is no column",
		"number,내선\n1,2":                     "line 1, 내선: is there twice",
		"number,ring_seconds\n1010,x":        "line 2, ring_seconds: must be a whole number",
		"number,name\n1010,a\n1010,b":        "line 3, number: is that of line 2 too",
		"number,name\n1010,a\n,b":            "line 3, number: is missing",
		"number,name\n1010,\"a\nb\" c\n":     "quotation mark",
		"number\xff\xfe":                     "neither UTF-8 nor CP949",
		"number,name\n1010,a\x00":            "NUL",
		"number,pickup_groups\n1010,eins":    "line 2, pickup_groups: must be whole numbers",
		"number,call_limit,벨시간\n1010,many,x": "line 2, call_limit: must be a whole number\nline 2, 벨시간: must be",
	} {
		if _, err := companyfile.ReadCSV([]byte(text)); !errors.Is(err, companyfile.ErrFile) || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", text, err)
		}
	}
	rows, err := companyfile.ReadCSV([]byte("내선,등급,이메일\n1013,none,x\n"))
	if err != nil {
		t.Fatal(err)
	}
	c := base.Clone()
	companyfile.Apply(&c, rows)
	got := companyfile.Located(company.Check(&c, nil), rows).Error()
	for _, want := range []string{"line 2, 등급: there is no class", "line 2, 이메일: is not an e-mail"} {
		if !strings.Contains(got, want) {
			t.Errorf("%s is not in %s", want, got)
		}
	}
}

func encode(t *testing.T, s string) []byte {
	t.Helper()
	b, err := korean.EUCKR.NewEncoder().Bytes([]byte(s))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// TestT35_ExtensionCells: a name that begins like a formula is none in a spreadsheet, and
// comes back as it was.
func TestT35_ExtensionCells(t *testing.T) {
	c := example().Company
	c.Extensions[0].Name = "=HYPERLINK(\"http://x\")"
	for i, name := range []string{"=cmd()", "'=1+1", "''-1", "＝1+1", "'＠x", "'"} {
		c.Extensions = append(c.Extensions, company.Extension{Number: strconv.Itoa(5000 + i), Name: name, Devices: company.Phone("a-long-password-0")})
	}
	text, err := companyfile.WriteCSV(&c)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(text), `"'=HYPERLINK`) || !bytes.HasPrefix(text, []byte("\ufeffnumber,name,")) {
		t.Errorf("%s", text)
	}
	for _, cell := range []string{",'=cmd(),", ",''=1+1,", ",'''-1,", ",'＝1+1,", ",''＠x,", ",',"} {
		if !strings.Contains(string(text), cell) {
			t.Errorf("%s is not in %s", cell, text)
		}
	}
	rows, err := companyfile.ReadCSV(text)
	if err != nil {
		t.Fatal(err)
	}
	d := c.Clone()
	companyfile.Apply(&d, rows)
	if diff := company.Diff(&c, &d); len(diff) != 0 {
		t.Errorf("%v", diff)
	}
}

// FuzzRead: whatever is read can be written, and reads the same.
func FuzzRead(f *testing.F) {
	text, err := companyfile.Write(example(), true)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(string(text))
	f.Add("format: 1\nname: [a]\nextensions:\n- number: 0100\n  devices: [{}]\n")
	f.Add("{\"format\":1,\"name\":\"\\u0000\"}")
	f.Fuzz(func(t *testing.T, s string) {
		file, err := companyfile.Read([]byte(s))
		if err != nil {
			if !errors.Is(err, companyfile.ErrFile) {
				t.Fatalf("%v", err)
			}
			return
		}
		first, err := companyfile.Write(file, true)
		if err != nil {
			t.Fatal(err)
		}
		if len(company.Check(&file.Company, nil)) > 0 {
			return // names may hold anything; Check refuses them
		}
		again, err := companyfile.Read(first)
		if err != nil {
			t.Fatalf("%v in %s", err, first)
		}
		second, err := companyfile.Write(again, true)
		if err != nil || !bytes.Equal(first, second) {
			t.Fatalf("%v\n%s\n%s", err, first, second)
		}
	})
}

// FuzzCSV: whatever is read and right is written and read as the same.
func FuzzCSV(f *testing.F) {
	f.Add([]byte("내선,이름,이메일,등급\n1010,홍길동,a@b,office\n"))
	f.Add([]byte("number;name\n1010;'=1+1\n"))
	f.Add([]byte("\xb3\xbb\xbc\xb1,name\n1010,\"a\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		rows, err := companyfile.ReadCSV(data)
		if err != nil {
			if !errors.Is(err, companyfile.ErrFile) {
				t.Fatalf("%v", err)
			}
			return
		}
		c := example().Company
		companyfile.Apply(&c, rows)
		if len(company.Check(&c, nil)) > 1 { // the phones that are new have no passwords yet
			return
		}
		text, err := companyfile.WriteCSV(&c)
		if err != nil {
			t.Fatal(err)
		}
		again, err := companyfile.ReadCSV(text)
		if err != nil {
			t.Fatalf("%v in %s", err, text)
		}
		d := c.Clone()
		companyfile.Apply(&d, again)
		if diff := company.Diff(&c, &d); len(diff) != 0 {
			t.Fatalf("%v in %s", diff, text)
		}
	})
}
