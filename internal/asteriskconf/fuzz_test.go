package asteriskconf_test

import (
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dipcast/dipcast/internal/asteriskconf"
	"github.com/dipcast/dipcast/internal/company"
	"github.com/dipcast/dipcast/internal/secret"
)

// described has something of everything that can be described.
func described() asteriskconf.Input {
	in := featured()
	c := &in.Companies[0]
	c.AreaCode, c.Language = "02", company.Korean
	c.Trunks = []company.Trunk{{
		ID: 21, Name: "통신사", Preset: "register", Host: "sip.example.net", Proxy: "proxy.example.net:5062", Register: true, Username: "07045805605",
		Secret: secret.New("s"), AuthUser: "auth", FromUser: "from", FromDomain: "example.net", Match: []string{"203.0.113.0/28"},
		Codecs: []string{"alaw"}, DTMF: "info", NumberFormat: "e164", DivertedShows: company.ShowCaller, Transport: "udp", Channels: 3,
	}}
	c.Routes = []company.Route{{Name: "해외", Prefixes: []string{"00", "010"}, Trunks: []int{21, 11}, Strip: 1, Prepend: "9"}, {Name: "그 밖", Trunks: []int{11, 1}}}
	c.TimeGroups = []company.TimeGroup{{ID: 1, Name: "업무 시간", Spans: []company.Span{{Days: []company.Day{"mon"}, From: "09:00", To: "18:00"}}}}
	c.Holidays = []company.Holiday{{Date: "2026-09-25", Name: "추석"}}
	c.Classes = []company.Class{{ID: 10001, Name: "staff", Dials: []string{"national"}}}
	c.RingGroups = []company.RingGroup{{Number: "600", Name: "영업", Members: []string{"1010", "1013"}, Else: company.Target{Kind: company.ToNotice, Value: "closed"}, CallerPrefix: "[영업] ", Tone: "spring"}}
	c.DIDs[0].Description, c.DIDs[0].CallerPrefix, c.DIDs[0].Tone, c.DIDs[0].Language = "대표", "[대표] ", "spring", company.English
	c.DIDs[0].TimeGroup, c.DIDs[0].Else = 1, company.Target{Kind: company.ToNumber, Value: "01026132471"}
	c.DIDs[1].DetectFax = 4
	c.DIDs = append(c.DIDs, company.DID{Number: "07045140001", To: company.Target{Kind: company.ToFax}})
	c.Fax = &company.Fax{StationID: "+82 70 4514 0001", Header: "Factory 2F"}
	c.Extensions[0].Class, c.Extensions[0].OwnNumber, c.Extensions[0].Language = "staff", "16682471", company.Korean
	c.Extensions[0].Devices = append(c.Extensions[0].Devices, company.Device{Name: "휴대폰", Secret: secret.New("two"), Transport: "udp", Codecs: []string{"alaw"}})
	return in
}

// TestDescribedGolden: the dialplan of all that can be described, as it stands.
func TestDescribedGolden(t *testing.T) {
	files, err := asteriskconf.Render(described())
	if err != nil {
		t.Fatal(err)
	}
	golden, got := filepath.Join("testdata", "described", "extensions.conf"), files["etc/extensions.conf"]
	if *update {
		if err := os.MkdirAll(filepath.Dir(golden), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(string(want), got); d != "" {
		t.Errorf("run with -update if it is meant:\n%s", d)
	}
}

// field is one text of a description.
type field struct {
	path string
	set  func(string)
}

// fields are all texts below v, in a fixed order.
func fields(path string, v reflect.Value) []field {
	if v.Type() == reflect.TypeFor[secret.Text]() {
		return []field{{path, func(s string) { v.Set(reflect.ValueOf(secret.New(s))) }}}
	}
	var all []field
	switch v.Kind() {
	case reflect.String:
		all = append(all, field{path, func(s string) { v.SetString(s) }})
	case reflect.Pointer:
		if !v.IsNil() {
			all = fields(path, v.Elem())
		}
	case reflect.Struct:
		for i := range v.NumField() {
			all = append(all, fields(path+"."+v.Type().Field(i).Name, v.Field(i))...)
		}
	case reflect.Slice:
		for i := range v.Len() {
			all = append(all, fields(fmt.Sprintf("%s[%d]", path, i), v.Index(i))...)
		}
	}
	return all
}

// free are the texts that people choose freely. All others have an alphabet.
var (
	free     = regexp.MustCompile(`\.(Name|Title|Description|CallerPrefix|Preset|Secret)$`)
	bound    = regexp.MustCompile(`(Classes|Tones)\[\d\]\.Name$`)
	harmless = regexp.MustCompile(`^[A-Za-z0-9+*#._~@:/-]*$`)
)

// shape is what Asterisk makes of a file but for the values: sections, keys, the
// extensions with the applications of their steps. It reads as main/config.c
// does: ";" begins a comment unless "\" is before it, a line with "#" at its
// beginning is a command.
func shape(text string) []string {
	var all []string
	for _, line := range strings.Split(text, "\n") {
		for i := strings.IndexByte(line, ';'); i >= 0; {
			if i == 0 || line[i-1] != '\\' {
				if strings.HasPrefix(line[i:], ";--") {
					all = append(all, "COMMENT OF MANY LINES")
				}
				line = line[:i]
				break
			}
			n := strings.IndexByte(line[i+1:], ';')
			if n < 0 {
				break
			}
			i += 1 + n
		}
		line = strings.TrimSpace(line)
		key, value, _ := strings.Cut(line, "=")
		switch {
		case line == "": // or a comment
		case strings.HasPrefix(line, "["), strings.HasPrefix(line, "#"):
			all = append(all, line)
		case strings.HasPrefix(line, "exten "), strings.HasPrefix(line, "same "):
			step, _, _ := strings.Cut(value, "(CALLERID(name)=") // whose value is text
			all = append(all, key+step[:min(len(step), 200)])
		default:
			all = append(all, key)
		}
	}
	return all
}

// FuzzRender: whatever stands in any one text of a description, either it is
// refused, or the files have the same sections, keys and steps as without it.
// Texts that are not free for everyone to choose are of harmless characters.
func FuzzRender(f *testing.F) {
	for i, s := range []string{
		"홍길동", `";]`, "a\nb=c", "\x00", `\;`, "<1>", "${SHELL(x)}", " x", "#exec id", ";--x", "--;", "[T10_cos-all]", "a,b|c", "$[1/0]", "1)", "x=>y", "\\", "\r", "exten => s,1,System(x)",
		"\u0085", "\u2028", ">x", strings.Repeat("길", 80),
	} {
		for n := range 8 {
			f.Add(uint(i+n*13), s)
		}
	}
	f.Fuzz(func(t *testing.T, nth uint, value string) {
		in := described()
		all := fields("company", reflect.ValueOf(&in.Companies[0]).Elem())
		one := all[nth%uint(len(all))]
		one.set(value)
		files, err := asteriskconf.Render(in)
		if err != nil {
			return
		}
		if !free.MatchString(one.path) || bound.MatchString(one.path) {
			if !harmless.MatchString(value) {
				t.Errorf("%s may be %q", one.path, value)
			}
			return
		}
		if value == "" {
			return // what is not there has no lines
		}
		one.set("x")
		plain, err := asteriskconf.Render(in)
		if err != nil {
			t.Fatal(err)
		}
		for path, text := range files {
			if d := cmp.Diff(shape(plain[path]), shape(text)); d != "" {
				t.Errorf("%s=%q changes %s:\n%s", one.path, value, path, d)
			}
		}
	})
}
