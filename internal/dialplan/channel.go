package dialplan

import "strings"

// Channel is the name of a channel in its parts.
type Channel struct {
	Technology string // "PJSIP", "Local"; "" when the name has no "/"
	Endpoint   string // "T2_1010" of "PJSIP/T2_1010-0000001a"; "" for Local
	Exten      string // "1010" of "Local/1010@T2_cos-all-0000001a;1"
	Context    string // "T2_cos-all" of the same
	Half       int    // 1 or 2 for the halves of a Local channel, else 0
	Serial     string // "0000001a", which makes the name unique; "" if it has none
}

// ParseChannel takes a channel's name apart. Names of unknown form give what
// can be told, never an error. Forms: main/channel_internal_api.c and
// main/core_local.c of Asterisk; a masquerade appends "<ZOMBIE>" or "<MASQ>".
func ParseChannel(name string) Channel {
	var c Channel
	name = strings.TrimSuffix(name, "<ZOMBIE>")
	name = strings.TrimSuffix(name, "<MASQ>")
	name = strings.TrimPrefix(name, "AsyncGoto/") // an inner name follows
	technology, rest, ok := strings.Cut(name, "/")
	if !ok {
		return c
	}
	c.Technology = technology
	if s, ok := strings.CutSuffix(rest, ";1"); ok {
		rest, c.Half = s, 1
	} else if s, ok := strings.CutSuffix(rest, ";2"); ok {
		rest, c.Half = s, 2
	}
	if i := strings.LastIndexByte(rest, '-'); i >= 0 && isHex(rest[i+1:]) {
		rest, c.Serial = rest[:i], rest[i+1:]
	}
	if technology != "Local" {
		c.Endpoint = rest
		return c
	}
	// An exten may hold anything, a context no "@".
	if i := strings.LastIndexByte(rest, '@'); i >= 0 {
		c.Exten, c.Context = rest[:i], rest[i+1:]
	} else {
		c.Exten = rest
	}
	return c
}

func isHex(s string) bool {
	if len(s) != 8 {
		return false
	}
	for i := range len(s) {
		if c := s[i]; (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return false
		}
	}
	return true
}
