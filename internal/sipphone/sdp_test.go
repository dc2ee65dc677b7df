package sipphone

import (
	"errors"
	"net/netip"
	"slices"
	"strings"
	"testing"
)

// asteriskOffer is what Asterisk 22 offers a phone with allow = ulaw,alaw.
const asteriskOffer = "v=0\r\no=- 1268397483 1268397483 IN IP4 127.0.0.1\r\ns=Asterisk\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n" +
	"m=audio 22334 RTP/AVP 0 8 101\r\na=rtpmap:0 PCMU/8000\r\na=rtpmap:8 PCMA/8000\r\n" +
	"a=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-16\r\na=ptime:20\r\na=maxptime:140\r\na=sendrecv\r\n"

func TestParseSDP(t *testing.T) {
	edit := func(pairs ...string) string { return strings.NewReplacer(pairs...).Replace(asteriskOffer) }
	at := netip.MustParseAddrPort("127.0.0.1:22334")
	tests := []struct {
		name string
		body string
		want session // without lines
		err  error
	}{
		{"asterisk", asteriskOffer, session{addr: at, codecs: []Codec{PCMU, PCMA}, event: 101, dir: sendRecv}, nil},
		{"bare LF", strings.ReplaceAll(asteriskOffer, "\r", ""), session{addr: at, codecs: []Codec{PCMU, PCMA}, event: 101, dir: sendRecv}, nil},
		{"hold", edit("a=sendrecv", "a=sendonly"), session{addr: at, codecs: []Codec{PCMU, PCMA}, event: 101, dir: sendOnly}, nil},
		{"hold of RFC 2543", edit("c=IN IP4 127.0.0.1", "c=IN IP4 0.0.0.0"), session{codecs: []Codec{PCMU, PCMA}, event: 101, dir: sendOnly}, nil},
		{"direction of the session", edit("t=0 0", "t=0 0\r\na=inactive", "a=sendrecv\r\n", ""), session{addr: at, codecs: []Codec{PCMU, PCMA}, event: 101, dir: inactive}, nil},
		{"address of the stream", edit("a=ptime:20", "c=IN IP4 127.0.0.9"), session{addr: netip.MustParseAddrPort("127.0.0.9:22334"), codecs: []Codec{PCMU, PCMA}, event: 101, dir: sendRecv}, nil},
		{"video first", edit("m=audio", "m=video 5000 RTP/AVP 99\r\na=inactive\r\nc=IN IP4 127.0.0.7\r\nm=audio"), session{addr: at, codecs: []Codec{PCMU, PCMA}, event: 101, dir: sendRecv, audio: 1}, nil},
		{"other codecs beside", edit("RTP/AVP 0 8", "RTP/AVP 9 8 8 18"), session{addr: at, codecs: []Codec{PCMA}, event: 101, dir: sendRecv}, nil},
		{"no common codec", edit("RTP/AVP 0 8", "RTP/AVP 9 18"), session{}, ErrMedia},
		{"fax", edit("m=audio 22334 RTP/AVP 0 8 101", "m=image 22334 udptl t38"), session{}, ErrMedia},
		{"refused", edit("m=audio 22334", "m=audio 0"), session{}, ErrMedia},
		{"port too high", edit("m=audio 22334", "m=audio 99999"), session{}, ErrMedia},
		{"elsewhere", edit("c=IN IP4 127.0.0.1", "c=IN IP4 192.0.2.1"), session{}, ErrNotLoopback},
		{"a name", edit("c=IN IP4 127.0.0.1", "c=IN IP4 localhost"), session{}, ErrMedia},
		{"empty", "", session{}, ErrMedia},
		{"too long", asteriskOffer + strings.Repeat("a=x\r\n", maxSDPBytes), session{}, ErrMedia},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, err := parseSDP([]byte(test.body))
			if !errors.Is(err, test.err) || (err != nil) != (test.err != nil) {
				t.Fatalf("error %v, want %v", err, test.err)
			}
			if err != nil {
				return
			}
			w := test.want
			if got.addr != w.addr || !slices.Equal(got.codecs, w.codecs) || got.event != w.event || got.dir != w.dir || got.audio != w.audio {
				t.Errorf("got %+v, want %+v", got, w)
			}
		})
	}
}

func TestDescription(t *testing.T) {
	d := description{
		id: 7, version: 1, local: netip.MustParseAddrPort("127.0.0.1:4000"),
		codecs: []Codec{PCMA}, event: 96, dir: recvOnly,
		lines: []string{"image 5000 udptl t38", "audio 22334 RTP/AVP 0 8 96", "bad"}, at: 1,
	}
	body := string(d.bytes())
	want := "v=0\r\no=- 7 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n" +
		"m=image 0 udptl t38\r\n" +
		"m=audio 4000 RTP/AVP 8 96\r\na=rtpmap:8 PCMA/8000\r\na=rtpmap:96 telephone-event/8000\r\na=fmtp:96 0-15\r\na=ptime:20\r\na=recvonly\r\n" +
		"m=audio 0 RTP/AVP 0\r\n"
	if body != want {
		t.Errorf("got\n%s\nwant\n%s", body, want)
	}
	if s, err := parseSDP([]byte(body)); err != nil || s.dir != recvOnly || s.event != 96 || s.audio != 1 {
		t.Errorf("reads back as %+v, %v", s, err)
	}
}

func TestDirections(t *testing.T) {
	// What a hold of ours and the wish of the other side make together.
	tests := []struct{ wish, offered, want direction }{
		{sendRecv, sendRecv, sendRecv},
		{sendRecv, sendOnly, recvOnly},
		{sendRecv, recvOnly, sendOnly},
		{sendRecv, inactive, inactive},
		{sendOnly, sendRecv, sendOnly},
		{sendOnly, sendOnly, inactive},
		{sendOnly, recvOnly, sendOnly},
	}
	for _, test := range tests {
		if got := test.wish.and(test.offered.reverse()); got != test.want {
			t.Errorf("%s against an offer of %s: %s, want %s", test.wish, test.offered, got, test.want)
		}
	}
}

// FuzzParseSDP: whatever is accepted stays on loopback, and our answer to it
// has as many streams and reads back.
func FuzzParseSDP(f *testing.F) {
	f.Add([]byte(asteriskOffer))
	f.Add([]byte("c=IN IP6 ::1\nm=audio 2 RTP/AVP 8\nm=x"))
	f.Add([]byte("c=IN IP4 127.0.0.1\nm=\nm=audio 1 RTP/AVP 0"))
	f.Fuzz(func(t *testing.T, body []byte) {
		s, err := parseSDP(body)
		if err != nil {
			return
		}
		if s.addr.IsValid() && !s.addr.Addr().IsLoopback() {
			t.Fatalf("media would go to %v", s.addr)
		}
		d := description{
			version: 1, local: netip.MustParseAddrPort("127.0.0.1:4000"),
			codecs: s.codecs, event: s.event, dir: s.dir.reverse(), lines: s.lines, at: s.audio,
		}
		back, err := parseSDP(d.bytes())
		if err != nil || len(back.lines) != len(s.lines) || back.audio > s.audio {
			t.Fatalf("our answer\n%s\nreads as %+v, %v", d.bytes(), back, err)
		}
	})
}
