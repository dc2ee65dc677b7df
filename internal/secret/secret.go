// Package secret holds texts that must not be shown: passwords of phones and
// trunks, keys, logins.
package secret

import (
	"fmt"
	"io"
	"log/slog"
)

const redacted = "[redacted]"

// Text is a text that prints as [redacted] under fmt, slog, JSON and YAML. Only
// Reveal returns it. The zero Text is empty and prints as "". Texts are
// comparable; comparing them is not constant in time, so it is for noticing
// changes only.
type Text struct{ text string }

// New returns a Text that holds text.
func New(text string) Text { return Text{text} }

// Reveal returns the text itself.
func (s Text) Reveal() string { return s.text }

// Empty reports whether there is no text.
func (s Text) Empty() bool { return s.text == "" }

// String returns "[redacted]", or "" for an empty secret.
func (s Text) String() string {
	if s.text == "" {
		return ""
	}
	return redacted
}

// Format implements fmt.Formatter, so that no verb shows the text.
func (s Text) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, s.String()) }

// LogValue implements slog.LogValuer.
func (s Text) LogValue() slog.Value { return slog.StringValue(s.String()) }

// MarshalText implements encoding.TextMarshaler, for JSON and others.
func (s Text) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler. What MarshalText wrote is
// no secret: it is refused, so that an export that was read back in does not
// replace a password by the word "[redacted]".
func (s *Text) UnmarshalText(text []byte) error {
	if string(text) == redacted {
		return fmt.Errorf("%s stands for a secret and is not one", redacted)
	}
	s.text = string(text)
	return nil
}

// MarshalYAML implements the YAML encoder's interface.
func (s Text) MarshalYAML() (any, error) { return s.String(), nil }
