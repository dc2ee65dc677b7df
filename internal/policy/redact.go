package policy

import (
	"bytes"

	"github.com/dipcast/dipcast/ami"
)

// Redacted stands for a secret in what a client gets.
const Redacted = "[redacted]"

// Redact returns a server's answer, or an item of its list, as a client may see
// it: m itself, or a copy without the passwords of phones, trunks and
// certificates, which PJSIPShowAuths, PJSIPShowEndpoint and console commands
// such as "pjsip show auth" tell. Everything that answers a client's action
// goes through it. It knows a secret by its header's name (Password, Md5Cred,
// PasswordDigest, OauthSecret, RefreshToken), in an Output line by what stands
// before the colon.
func Redact(m *ami.Message) *ami.Message {
	found := false
	for name, value := range m.All() {
		found = found || hasSecret(name, value)
	}
	if !found {
		return m
	}
	var raw []byte
	for name, value := range m.All() {
		switch {
		case isSecret(name) && len(value) > 0:
			value = []byte(Redacted)
		case hasSecret(name, value):
			i := bytes.IndexByte(value, ':')
			value = append(bytes.Clone(value[:i]), ": "+Redacted...)
		case m.Kind() == ami.KindCommandOutput && bytes.EqualFold(name, []byte("Response")):
			value = []byte("Success") // the shape of today: its lines are headers
		}
		raw = append(append(raw, name...), ": "...)
		raw = append(append(raw, value...), "\r\n"...)
	}
	out := new(ami.Message)
	if ami.Parse(append(raw, "\r\n"...), out) != nil {
		return new(ami.Message) // what cannot be read again tells nothing
	}
	return out
}

// hasSecret reports a header that shows a secret.
func hasSecret(name, value []byte) bool {
	if len(value) == 0 {
		return false
	}
	if isSecret(name) {
		return true
	}
	if !bytes.EqualFold(name, []byte("Output")) {
		return false
	}
	key, secret, ok := bytes.Cut(value, []byte(":"))
	return ok && isSecret(key) && len(bytes.TrimSpace(secret)) > 0
}

// isSecret reports the name of a setting that is a secret, in the spellings of
// AMI (Md5Cred) and of the console (md5_cred).
func isSecret(name []byte) bool {
	for _, word := range [...]string{"password", "passwd", "secret", "cred", "token"} {
		if containsFold(name, word) {
			return true
		}
	}
	return false
}

// containsFold reports whether name contains word, which is in lower case.
func containsFold(name []byte, word string) bool {
	for i := 0; i+len(word) <= len(name); i++ {
		j := 0
		for j < len(word) && name[i+j]|0x20 == word[j] {
			j++
		}
		if j == len(word) {
			return true
		}
	}
	return false
}
