package people

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/dipcast/dipcast/internal/store"
)

var factory = Extensions{
	Numbers: []string{"1010", "1013", "1018"}, DIDs: map[string]string{"07045805605": "1010", "07045144801": "1013", "0215881588": ""},
	Emails: map[string]string{"1010": "Hong@example.com", "1013": "team@example.com", "1018": "team@example.com"},
}

func TestRule(t *testing.T) {
	for _, tt := range []struct {
		name string
		rule Rule
		p    store.Person
		want string
	}{
		{"alone", Rule{Field: "telephone"}, store.Person{Fields: store.PersonFields{Telephone: " 1010 "}}, "1010"},
		{"in parentheses", Rule{Field: "telephone"}, store.Person{Fields: store.PersonFields{Telephone: "02-123-4567(1010)"}}, "1010"},
		{"behind p", Rule{Field: "telephone"}, store.Person{Fields: store.PersonFields{Telephone: "+82-2-123-4567p1013"}}, "1013"},
		{"the end of a number is none", Rule{Field: "telephone"}, store.Person{Fields: store.PersonFields{Telephone: "02-123-1010"}}, ""},
		{"unless a pattern says so", Rule{Field: "telephone", Pattern: `([0-9]{4})$`}, store.Person{Fields: store.PersonFields{Telephone: "02-123-1010"}}, "1010"},
		{"no extension of theirs", Rule{Field: "telephone"}, store.Person{Fields: store.PersonFields{Telephone: "1999"}}, ""},
		{"did", Rule{Field: "telephone", To: ToDID}, store.Person{Fields: store.PersonFields{Telephone: "+82-70-4580-5605"}}, "1010"},
		{"did of no extension", Rule{Field: "telephone", To: ToDID}, store.Person{Fields: store.PersonFields{Telephone: "02-1588-1588"}}, ""},
		{"e-mail", Rule{Field: "email", To: ToEmail}, store.Person{Email: "hong@EXAMPLE.com"}, "1010"},
		{"e-mail of several", Rule{Field: "email", To: ToEmail}, store.Person{Email: "team@example.com"}, ""},
		{"in an e-mail", Rule{Field: "email", Pattern: `^ext([0-9]+)@`}, store.Person{Email: "ext1018@example.com"}, "1018"},
		{"employee number", Rule{Field: "employee_number", Pattern: `E-?([0-9]+)`}, store.Person{Fields: store.PersonFields{EmployeeNumber: "E1010"}}, "1010"},
		{"key", Rule{Field: "external_key"}, store.Person{Fields: store.PersonFields{ExternalKey: "1010"}}, "1010"},
		{"nothing there", Rule{Field: "nickname", Pattern: `.*`}, store.Person{}, ""},
	} {
		k, err := compile([]Rule{tt.rule}, factory)
		if err != nil {
			t.Fatal(err)
		}
		if got := k.of(0, &tt.p); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
	for _, bad := range []Rule{{}, {Field: "phone"}, {Field: "email", To: "x"}, {Field: "email", Pattern: "("}, {Field: "email", Pattern: string(make([]byte, MaxPattern+1))}} {
		if _, err := compile([]Rule{bad}, factory); !errors.Is(err, ErrRule) {
			t.Errorf("%+v: %v", bad, err)
		}
	}
	if _, err := compile(make([]Rule, MaxRules+1), factory); !errors.Is(err, ErrRule) {
		t.Errorf("too many: %v", err)
	}
}

// TestAssign: nothing is guessed, and what was set by hand stays.
func TestAssign(t *testing.T) {
	tel := func(name, telephone string) store.Person {
		return store.Person{ID: name, Name: name, Fields: store.PersonFields{Telephone: telephone}}
	}
	byHand := func(p store.Person, ext string) store.Person {
		p.Extension, p.ExtensionByHand = ext, true
		return p
	}
	left := tel("gone", "1010")
	left.Left, left.Extension = time.Unix(1, 0), "1010"
	both := tel("both", "1018")
	both.Email = "hong@example.com"
	for _, tt := range []struct {
		name string
		all  []store.Person
		want []string // status and extension
	}{
		{"one each", []store.Person{tel("a", "1010"), tel("b", "1013"), tel("c", "02-123-4567")}, []string{"matched 1010", "matched 1013", "unmatched "}},
		{"two find one", []store.Person{tel("a", "1010"), tel("b", "1010"), tel("c", "1013")}, []string{"conflict ", "conflict ", "matched 1013"}},
		{"one finds two", []store.Person{both}, []string{"conflict "}},
		{"by hand goes first", []store.Person{tel("a", "1010"), byHand(tel("b", ""), "1010")}, []string{"conflict ", "by_hand 1010"}},
		{"by hand settles it", []store.Person{byHand(tel("a", "1010"), "1010"), byHand(tel("b", "1010"), "")}, []string{"by_hand 1010", "by_hand "}},
		{"by hand they share", []store.Person{byHand(tel("a", ""), "1010"), byHand(tel("b", ""), "1010")}, []string{"by_hand 1010", "by_hand 1010"}},
		{"who has left finds nothing", []store.Person{left, tel("a", "1010")}, []string{"left 1010", "matched 1010"}},
	} {
		k, err := compile(nil, factory)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, m := range k.assign(tt.all) {
			got = append(got, string(m.Status)+" "+m.Extension)
			if m.Status == Conflict && m.Why == "" {
				t.Errorf("%s: a conflict without a word", tt.name)
			}
		}
		if !slices.Equal(got, tt.want) {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
}
