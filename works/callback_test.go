package works_test

import (
	"encoding/base64"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/dipcast/dipcast/works"
)

const (
	vector1 = `{"type":"message","source":{"userId":"u-1"},"content":{"type":"text","text":"hi"}}`
	vector2 = `{"type":"message","source":{"userId":"c72af563-0f21-4736-11e4-045237113344","domainId":40029600},"issuedTime":"2022-01-04T05:16:05.716Z","content":{"type":"text","text":"전화 연결","postback":"call:accept:42"}}`
)

// TestSignature: vectors computed with OpenSSL and with Python's hmac.
func TestSignature(t *testing.T) {
	for _, v := range []struct{ secret, body, want string }{
		{"bot-secret-xyz", vector1, "xhG09XBmGhUfKRLinSDBKtJed37/Rmj32C+IUnzaPlI="},
		{"abcdefghij", vector1, "CsLa5z7EA+1gTssgBBpmq+5acONtKQ9wbhXFMrADgZc="},
		{"bot-secret-xyz", vector2, "hO8IEjpbnY22cVeq1vOIQxNDVHoEMVoYjMtjoNt4Z68="},
		{"abcdefghij", vector2, "MFBW6g4ZAxczr/XusOHYfHBWnrWTrzaM/xG9474P+Wk="},
	} {
		body := []byte(v.body)
		if got := works.Signature(v.secret, body); got != v.want {
			t.Errorf("%s: got %s, want %s", v.secret, got, v.want)
		}
		if !works.Verify(body, v.want, v.secret) || !works.Verify(body, v.want, "old", v.secret) || !works.Verify(body, v.want, v.secret, "") {
			t.Errorf("%s: a good signature is refused", v.secret)
		}
		for name, bad := range map[string]bool{
			"other secret":   works.Verify(body, v.want, "other"),
			"no secret":      works.Verify(body, v.want),
			"empty secret":   works.Verify(body, works.Signature("", body), ""),
			"other body":     works.Verify(append(body, ' '), v.want, v.secret),
			"no signature":   works.Verify(body, "", v.secret),
			"no base64":      works.Verify(body, "%%%", v.secret),
			"half signature": works.Verify(body, base64.StdEncoding.EncodeToString([]byte("0123456789abcdef")), v.secret),
			"without =":      works.Verify(body, strings.TrimRight(v.want, "="), v.secret),
		} {
			if bad {
				t.Errorf("%s: taken", name)
			}
		}
	}
}

func TestParseEvent(t *testing.T) {
	at := time.Date(2022, 1, 4, 5, 16, 5, 0, time.UTC)
	ms := at.Add(716 * time.Millisecond)
	const hong = "c72af563-0f21-4736-11e4-045237113344"
	room := works.Event{ChannelID: "12345", DomainID: 40029600, Issued: at}
	in := func(e works.Event, kind string, members ...string) works.Event {
		e.Type, e.Members = kind, members
		return e
	}
	text := func(s, postback string) works.EventContent {
		return works.EventContent{Type: "text", Text: s, Postback: postback}
	}
	want := map[string]works.Event{
		"message_group":   {Type: "message", UserID: hong, ChannelID: "12345a12-b12c-12d3-e123fghijkl", DomainID: 40029600, Issued: ms, Content: text("hello", "")},
		"message_private": {Type: "message", UserID: hong, DomainID: 40029600, Issued: ms, Content: text("전화 연결", "call:accept:42")},
		"location":        {Type: "message", UserID: "u-1", DomainID: 40029600, Issued: at, Content: works.EventContent{Type: "location"}},
		"sticker":         {Type: "message", UserID: "u-1", DomainID: 40029600, Issued: at, Content: works.EventContent{Type: "sticker"}},
		"image":           {Type: "message", UserID: "u-1", DomainID: 40029600, Issued: at, Content: works.EventContent{Type: "image", FileID: "jp1.1628695315008671000.1628781715.0.1000001.0.0.0"}},
		"postback":        {Type: "postback", UserID: "u-1", ChannelID: "12345", DomainID: 40029600, Issued: ms, Data: "action=buy"},
		"join":            in(room, "join"),
		"leave":           in(room, "leave"),
		"joined":          in(room, "joined", "userf7da-f82c-4284-13e7-030f3b4c756x"),
		"left":            in(room, "left", "userf7da-f82c-4284-13e7-030f3b4c756x"),
		"begin":           {Type: "begin", UserID: "u-1", DomainID: 40029600, Issued: ms},
		"unknown":         {Type: "reaction", UserID: "u-1", DomainID: 40029600, Issued: ms},
	}
	pressed := map[string]string{"message_private": "call:accept:42", "postback": "action=buy"}
	files, err := filepath.Glob("testdata/callbacks/*.json")
	if err != nil || len(files) != len(want) {
		t.Fatalf("%d files, want %d: %v", len(files), len(want), err)
	}
	for name, e := range want {
		body, err := os.ReadFile("testdata/callbacks/" + name + ".json")
		if err != nil {
			t.Fatal(err)
		}
		got, err := works.ParseEvent(body)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if d := cmp.Diff(e, *got); d != "" {
			t.Errorf("%s: want (-), got (+):\n%s", name, d)
		}
		if p := got.Pressed(); p != pressed[name] {
			t.Errorf("%s: pressed %q, want %q", name, p, pressed[name])
		}
	}
}

func TestParseEventRefuses(t *testing.T) {
	for name, body := range map[string]string{
		"nothing":   "",
		"no object": "[1]",
		"no JSON":   "type=message",
		"no type":   "{}",
		"two":       vector1 + vector1,
		"too long":  `{"type":"message","content":{"text":"` + strings.Repeat("a", works.MaxCallback) + `"}}`,
	} {
		if e, err := works.ParseEvent([]byte(body)); !errors.Is(err, works.ErrEvent) {
			t.Errorf("%s: got %+v, %v, want ErrEvent", name, e, err)
		}
	}
}

// FuzzParseEvent: whatever comes, there is an event with a type or ErrEvent, in
// text that is UTF-8; and a signature fits its own bytes only.
func FuzzParseEvent(f *testing.F) {
	files, err := filepath.Glob("testdata/callbacks/*.json")
	if err != nil {
		f.Fatal(err)
	}
	for _, name := range files {
		body, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(body)
	}
	f.Add([]byte(`{"type":"message","source":{"domainId":"x\ud800"},"issuedTime":"0"}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		e, err := works.ParseEvent(body)
		switch {
		case err != nil && !errors.Is(err, works.ErrEvent):
			t.Errorf("error %v is no ErrEvent", err)
		case err == nil && e.Type == "":
			t.Error("no type, and no error")
		case err == nil:
			for _, s := range append([]string{e.Type, e.UserID, e.ChannelID, e.Data, e.Content.Text, e.Content.Postback, e.Content.FileID, e.Pressed()}, e.Members...) {
				if !utf8.ValidString(s) {
					t.Errorf("%q is no UTF-8", s)
				}
			}
		}
		if works.Verify(append(body, 'x'), works.Signature("s", body), "s") {
			t.Error("a signature fits other bytes")
		}
	})
}
