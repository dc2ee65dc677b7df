package softphone_test

import (
	"encoding/xml"
	"errors"
	"flag"
	"os"
	"strings"
	"testing"

	"github.com/dipcast/dipcast/internal/company"
	"github.com/dipcast/dipcast/internal/secret"
	"github.com/dipcast/dipcast/internal/softphone"
)

var update = flag.Bool("update", false, "write the golden files")

var words = softphone.Words{
	TLS: "tls+sip:", SDES: "enabled", Push: "push", NoPush: "off",
	Codecs: map[string]string{"ulaw": "0", "alaw": "8", "g722": "9"},
}

func account() softphone.Account {
	return softphone.Account{
		Title: "얼쑤팩토리 1010", User: "T2_1010_1", Password: secret.New("c2x7pm4hn9w5kqt3zr8vbd6y"), Display: "홍길동",
		Host: "pbx.example.com", Port: 5061, Encrypt: true, Codecs: company.SoftphoneCodecs,
	}
}

// TestDocument: the whole text, byte by byte.
func TestDocument(t *testing.T) {
	push := account()
	push.Push = true
	plain := account()
	plain.Encrypt, plain.Host, plain.Port = false, "::1", 5060
	hostile := account()
	hostile.Title = "</title><password>x</password><title>&lt;\x00\x1b\xff"
	hostile.Display = "]]><!-- \r\n\" ' & --><?xml?>"
	hostile.Password = secret.New(`"'<&>]]>` + "\t")
	for name, a := range map[string]softphone.Account{"push": push, "no-push": account(), "plain": plain, "hostile": hostile} {
		t.Run(name, func(t *testing.T) {
			got, err := softphone.Document(a, words)
			if err != nil {
				t.Fatal(err)
			}
			file := "testdata/" + name + ".xml"
			if *update {
				if err := os.WriteFile(file, got, 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if string(got) != string(want) {
				t.Errorf("got\n%s\nwant\n%s", got, want)
			}
		})
	}
}

// parsed is a document as an app reads it.
type parsed struct {
	XMLName  xml.Name
	Nodes    []struct{ XMLName xml.Name } `xml:",any"`
	Password string                       `xml:"password"`
	Title    string                       `xml:"title"`
}

// FuzzDocument: whatever the values are, the document has the same members, and
// the password arrives as it is where XML can hold it.
func FuzzDocument(f *testing.F) {
	f.Add("얼쑤 <1010>", "p]]>&\"", "h\n")
	f.Add("\x00", "\xff\xfe", "</account>")
	f.Fuzz(func(t *testing.T, title, password, display string) {
		a := account()
		a.Title, a.Password, a.Display = title, secret.New(password), display
		text, err := softphone.Document(a, words)
		if err != nil {
			if !errors.Is(err, softphone.ErrAccount) {
				t.Fatal(err)
			}
			return
		}
		var p parsed
		if err := xml.Unmarshal(text, &p); err != nil {
			t.Fatalf("%v\n%s", err, text)
		}
		members := 9
		if display != "" {
			members++
		}
		if p.XMLName.Local != "account" || len(p.Nodes) != members {
			t.Errorf("%d members\n%s", len(p.Nodes), text)
		}
		if strings.ToValidUTF8(password, "") == password && !strings.ContainsFunc(password, func(c rune) bool { return c < ' ' || c > 0xd7ff }) && p.Password != password {
			t.Errorf("the password %q became %q", password, p.Password)
		}
	})
}

// TestIncomplete: an app drops an account without a title without a word.
func TestIncomplete(t *testing.T) {
	for _, change := range []func(*softphone.Account){
		func(a *softphone.Account) { a.Title = " " },
		func(a *softphone.Account) { a.User = "" },
		func(a *softphone.Account) { a.Password = secret.Text{} },
		func(a *softphone.Account) { a.Host = "" },
		func(a *softphone.Account) { a.Port = 0 },
	} {
		a := account()
		change(&a)
		if _, err := softphone.Document(a, words); !errors.Is(err, softphone.ErrAccount) {
			t.Errorf("%+v: %v", a, err)
		}
	}
}
