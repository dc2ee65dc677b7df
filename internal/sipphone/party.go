package sipphone

import (
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/emiago/sipgo/sip"
)

// ErrText reports a name, number or header value that can't be put into a SIP
// message as it is.
var ErrText = errors.New("not allowed in a SIP message")

// maxTextBytes bounds names, numbers and header values that we send: a message
// must fit into one datagram.
const maxTextBytes = 256

// Party is one end of a call: the number (the user part of its URI) and the
// display name. Both are empty when not known.
type Party struct {
	Name, Number string
}

// LogValue keeps people's names and numbers out of logs.
func (p Party) LogValue() slog.Value { return slog.StringValue("[party]") }

// Invite is what an INVITE said, ours or theirs.
type Invite struct {
	From   Party  // From header
	To     Party  // To header
	Called string // user part of the Request-URI: the number that was dialled

	// Asserted is the P-Asserted-Identity, else the Remote-Party-ID; zero when
	// neither is there.
	Asserted Party
	// Diversion holds who diverted the call, the last one first (RFC 5806).
	Diversion []Party

	AlertInfo, CallInfo []string
	// AutoAnswer says that the caller asks the phone to answer by itself,
	// after AutoAnswerAfter: Call-Info or Alert-Info with answer-after or
	// auto-answer, as Asterisk's dialplans and desk phones use them.
	AutoAnswer      bool
	AutoAnswerAfter time.Duration

	headers []sip.Header
}

// LogValue keeps people's names and numbers out of logs.
func (i Invite) LogValue() slog.Value { return slog.StringValue("[invite]") }

// Header returns the values of all headers of a name, in order; nil when there
// is none. Letter case does not matter.
func (i Invite) Header(name string) []string {
	var vs []string
	for _, h := range i.headers {
		if strings.EqualFold(h.Name(), name) {
			vs = append(vs, h.Value())
		}
	}
	return vs
}

// readInvite takes out of an INVITE what callers of the package may look at.
func readInvite(req *sip.Request) Invite {
	i := Invite{Called: unescapeUser(req.Recipient.User), headers: req.CloneHeaders()}
	if h := req.From(); h != nil {
		i.From = Party{Name: unescapeName(h.DisplayName), Number: unescapeUser(h.Address.User)}
	}
	if h := req.To(); h != nil {
		i.To = Party{Name: unescapeName(h.DisplayName), Number: unescapeUser(h.Address.User)}
	}
	i.Asserted, _ = asserted(i.Header)
	for _, v := range i.Header("Diversion") {
		if p, ok := parseParty(v); ok {
			i.Diversion = append(i.Diversion, p)
		}
	}
	i.AlertInfo, i.CallInfo = i.Header("Alert-Info"), i.Header("Call-Info")
	for _, v := range append(append([]string(nil), i.AlertInfo...), i.CallInfo...) {
		if after, ok := autoAnswer(v); ok {
			i.AutoAnswer, i.AutoAnswerAfter = true, after
		}
	}
	return i
}

// headerValues adapts a message to the look-ups below.
func headerValues(m sip.Message) func(string) []string {
	return func(name string) []string {
		var vs []string
		for _, h := range m.GetHeaders(name) {
			vs = append(vs, h.Value())
		}
		return vs
	}
}

// asserted returns the identity that the network vouches for.
func asserted(header func(string) []string) (Party, bool) {
	for _, name := range []string{"P-Asserted-Identity", "Remote-Party-ID"} {
		for _, v := range header(name) {
			if p, ok := parseParty(v); ok {
				return p, true
			}
		}
	}
	return Party{}, false
}

// parseParty reads a name-addr or addr-spec (RFC 3261 section 20.10).
func parseParty(value string) (Party, bool) {
	var u sip.Uri
	var params sip.HeaderParams
	name, err := sip.ParseAddressValue(value, &u, &params)
	if err != nil {
		return Party{}, false
	}
	user := u.User
	if user == "" && u.Scheme == "tel" {
		user, _, _ = strings.Cut(u.Raw(), ";")
	}
	return Party{Name: unescapeName(name), Number: unescapeUser(user)}, true
}

// autoAnswer reads "<sip:x>;answer-after=0" and the "info=alert-autoanswer"
// and "Auto Answer" forms of common desk phones.
func autoAnswer(value string) (time.Duration, bool) {
	v := strings.ToLower(value)
	if _, rest, ok := strings.Cut(v, "answer-after="); ok {
		digits := rest[:len(rest)-len(strings.TrimLeft(rest, "0123456789"))]
		n, err := strconv.Atoi(digits)
		return time.Duration(min(n, 3600)) * time.Second, err == nil
	}
	plain := strings.NewReplacer("-", "", " ", "", "_", "").Replace(v)
	return 0, strings.Contains(plain, "autoanswer")
}

// unescapeName undoes the quoting of a quoted-string (RFC 3261 section 25.1).
func unescapeName(s string) string {
	if !strings.Contains(s, `\`) {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' && i+1 < len(s) {
			i++
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

// escapeName makes s fit between the quotes of a display name.
func escapeName(s string) string {
	return strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s)
}

// unescapeUser undoes the %-escapes of a user part; what is no escape stays.
func unescapeUser(s string) string {
	if u, err := url.PathUnescape(s); err == nil {
		return u
	}
	return s
}

// escapeUser writes a number or name into the user part of a URI. It returns
// an error that wraps ErrText for anything but letters, digits and -_.!~*+#.
func escapeUser(s string) (string, error) {
	if s == "" || len(s) > maxTextBytes {
		return "", fmt.Errorf("user part of %d bytes: %w", len(s), ErrText)
	}
	for i := range len(s) {
		c := s[i]
		if !('0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || strings.IndexByte("-_.!~*+#", c) >= 0) {
			return "", fmt.Errorf("user part: %w", ErrText)
		}
	}
	return strings.ReplaceAll(s, "#", "%23"), nil
}

// checkText refuses what would end its own line, and what is too long.
func checkText(what, s string) error {
	if len(s) > maxTextBytes {
		return fmt.Errorf("%s of %d bytes: %w", what, len(s), ErrText)
	}
	if !utf8.ValidString(s) {
		return fmt.Errorf("%s is not UTF-8: %w", what, ErrText)
	}
	for _, r := range s {
		if r < ' ' || r == 0x7F {
			return fmt.Errorf("%s holds a control character: %w", what, ErrText)
		}
	}
	return nil
}
