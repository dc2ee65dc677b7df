package config

import (
	"net/netip"
	"regexp"
	"strings"
	"time"
)

// hostPattern is an IP address or a name, without a port.
var hostPattern = regexp.MustCompile(`^[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?$`)

// isHost accepts an IP address or a name.
func isHost(s string) bool {
	_, err := netip.ParseAddr(s)
	return err == nil || hostPattern.MatchString(s)
}

// maxWord bounds words that are put into the app's document, in bytes.
const maxWord = 64

func (r *report) softphone(s *Softphone) {
	if n := strings.Count(s.QR, "{address}") + strings.Count(s.QR, "{url}"); n != 1 || len(s.QR) > 200 || strings.ContainsFunc(s.QR, unprintable) {
		r.add("softphone.qr", "must hold {address} or {url} once, such as provlinkbs://{address}")
	}
	if s.Lifetime < time.Minute || s.Lifetime > 7*24*time.Hour {
		r.add("softphone.lifetime", "must be 1m to 168h")
	}
	for _, w := range []struct{ key, word string }{
		{"transport", s.Transport},
		{"sdes", s.SDES},
		{"push", s.Push},
		{"no_push", s.NoPush},
		{"codec_ids.ulaw", s.CodecIDs.ULaw},
		{"codec_ids.alaw", s.CodecIDs.ALaw},
		{"codec_ids.g722", s.CodecIDs.G722},
		{"codec_ids.opus", s.CodecIDs.Opus},
	} {
		if len(w.word) > maxWord || strings.ContainsFunc(w.word, unprintable) || strings.ContainsAny(w.word, ", ") {
			r.add("softphone."+w.key, "must be one word of printable ASCII, or empty to leave it out")
		}
	}
}

func unprintable(c rune) bool { return c < ' ' || c > '~' }
