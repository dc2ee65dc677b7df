package sipphone

import (
	"bytes"
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"
)

// ErrMedia reports a session description that we can't follow: no audio, no
// common codec, or media that would leave the machine.
var ErrMedia = errors.New("media not acceptable")

// maxSDPBytes bounds what is parsed; Asterisk's longest is below 2 KB.
const maxSDPBytes = 16 << 10

const eventPayload = 101 // dynamic payload type we offer for telephone-event

// direction is the media direction attribute of RFC 8866 section 6.7, seen
// from whoever sent the description.
type direction string

const (
	sendRecv direction = "sendrecv"
	sendOnly direction = "sendonly"
	recvOnly direction = "recvonly"
	inactive direction = "inactive"
)

func (d direction) sends() bool { return d == sendRecv || d == sendOnly }

// reverse is what the other side must answer (RFC 3264 section 6.1).
func (d direction) reverse() direction {
	switch d {
	case sendOnly:
		return recvOnly
	case recvOnly:
		return sendOnly
	}
	return d
}

// and is the direction when one side wants d and the other allows o.
func (d direction) and(o direction) direction {
	send := d.sends() && o.sends()
	recv := d.reverse().sends() && o.reverse().sends()
	switch {
	case send && recv:
		return sendRecv
	case send:
		return sendOnly
	case recv:
		return recvOnly
	}
	return inactive
}

// session is the part of a session description that a phone needs: where the
// audio goes, in which codecs, and which way.
type session struct {
	addr   netip.AddrPort
	codecs []Codec // in the order of preference
	event  uint8   // payload type of telephone-event, 0 for none
	dir    direction
	secure bool   // SRTP
	crypto string // tag of the key that is taken
	key    masterKey
	lines  []string // every m= line in order, so that an answer has as many
	audio  int      // index of ours in lines
}

// parseSDP reads an offer or an answer. It takes the first audio stream over
// RTP or SRTP that is not refused (port 0, RFC 3264 section 6) and returns an error that wraps ErrMedia when there is none, when it
// has no codec of ours, or when its address is not on loopback.
func parseSDP(body []byte) (session, error) {
	s := session{dir: sendRecv, audio: -1}
	if len(body) > maxSDPBytes {
		return s, fmt.Errorf("%w: session description of %d bytes", ErrMedia, len(body))
	}
	var host, sessionHost string
	var port uint16
	for line := range bytes.Lines(body) {
		l := strings.TrimRight(string(line), "\r\n")
		key, value, ok := strings.Cut(l, "=")
		if !ok {
			continue
		}
		ours := s.audio >= 0 && s.audio == len(s.lines)-1
		switch {
		case key == "m":
			s.lines = append(s.lines, value)
			if f := strings.Fields(value); s.audio < 0 && len(f) > 3 && f[0] == "audio" && (f[2] == "RTP/AVP" || f[2] == "RTP/SAVP") && parsePort(f[1]) != 0 {
				s.audio = len(s.lines) - 1
				s.secure = f[2] == "RTP/SAVP"
				port = parsePort(f[1])
				s.codecs = knownCodecs(f[3:])
			}
		case key == "c" && len(s.lines) == 0:
			sessionHost = connectionHost(value)
		case key == "c" && ours:
			host = connectionHost(value)
		case key == "a" && (len(s.lines) == 0 || ours):
			s.attribute(value)
		}
	}
	if host == "" {
		host = sessionHost
	}
	switch addr, err := netip.ParseAddr(host); {
	case s.audio < 0:
		return s, fmt.Errorf("%w: no audio stream", ErrMedia)
	case len(s.codecs) == 0:
		return s, fmt.Errorf("%w: no common codec", ErrMedia)
	case err != nil:
		return s, fmt.Errorf("%w: bad address", ErrMedia)
	case addr.IsUnspecified():
		s.dir = s.dir.and(sendOnly) // hold in the manner of RFC 2543
	case !addr.IsLoopback():
		return s, fmt.Errorf("%w: %w", ErrMedia, ErrNotLoopback)
	default:
		s.addr = netip.AddrPortFrom(addr, port)
	}
	return s, nil
}

func (s *session) attribute(value string) {
	switch d := direction(value); d {
	case sendRecv, sendOnly, recvOnly, inactive:
		s.dir = d
		return
	}
	if rest, ok := strings.CutPrefix(value, "crypto:"); ok && s.crypto == "" {
		if tag, key, ok := parseCrypto(rest); ok {
			s.crypto, s.key = tag, key
		}
		return
	}
	rest, ok := strings.CutPrefix(value, "rtpmap:")
	if !ok {
		return
	}
	pt, name, _ := strings.Cut(rest, " ")
	if n, err := strconv.ParseUint(pt, 10, 7); err == nil && strings.EqualFold(name, "telephone-event/8000") {
		s.event = uint8(n)
	}
}

// parsePort returns 0, which is a refused stream, for what is no port.
func parsePort(s string) uint16 {
	n, err := strconv.ParseUint(s, 10, 16)
	if err != nil {
		return 0
	}
	return uint16(n)
}

func connectionHost(value string) string {
	f := strings.Fields(value)
	if len(f) < 3 || f[0] != "IN" {
		return ""
	}
	return f[2]
}

func knownCodecs(formats []string) []Codec {
	var cs []Codec
	for _, f := range formats {
		if n, err := strconv.ParseUint(f, 10, 7); err == nil && Codec(n).known() && !slices.Contains(cs, Codec(n)) {
			cs = append(cs, Codec(n))
		}
	}
	return cs
}

// description writes our own side. For an answer, lines are the m= lines of
// the offer and at our place in them; the other streams are refused with port
// 0 (RFC 3264 section 6). For an offer, lines is nil.
type description struct {
	id, version uint64
	local       netip.AddrPort
	codecs      []Codec
	event       uint8
	dir         direction
	crypto      string // tag and key, "1 AES_CM_128_HMAC_SHA1_80 inline:…"; "" without SRTP
	lines       []string
	at          int
}

func (d description) bytes() []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "v=0\r\no=- %d %d IN IP4 %s\r\ns=-\r\nc=IN IP4 %s\r\nt=0 0\r\n",
		d.id, d.version, d.local.Addr(), d.local.Addr())
	if d.lines == nil {
		d.audio(&b)
		return b.Bytes()
	}
	for i, l := range d.lines {
		if i == d.at {
			d.audio(&b)
			continue
		}
		f := strings.Fields(l)
		if len(f) < 4 {
			f = []string{"audio", "0", "RTP/AVP", "0"}
		}
		f[1] = "0"
		fmt.Fprintf(&b, "m=%s\r\n", strings.Join(f, " "))
	}
	return b.Bytes()
}

func (d description) audio(b *bytes.Buffer) {
	profile := "RTP/AVP"
	if d.crypto != "" {
		profile = "RTP/SAVP"
	}
	fmt.Fprintf(b, "m=audio %d %s", d.local.Port(), profile)
	for _, c := range d.codecs {
		fmt.Fprintf(b, " %d", c)
	}
	if d.event != 0 {
		fmt.Fprintf(b, " %d", d.event)
	}
	b.WriteString("\r\n")
	for _, c := range d.codecs {
		fmt.Fprintf(b, "a=rtpmap:%d %s/%d\r\n", c, c, sampleRate)
	}
	if d.event != 0 {
		fmt.Fprintf(b, "a=rtpmap:%d telephone-event/8000\r\na=fmtp:%d 0-15\r\n", d.event, d.event)
	}
	if d.crypto != "" {
		fmt.Fprintf(b, "a=crypto:%s\r\n", d.crypto)
	}
	fmt.Fprintf(b, "a=ptime:20\r\na=%s\r\n", d.dir)
}
