// Package tenant holds the companies that share DIPCAST: their extensions and
// numbers, who owns what, and who a request comes from.
package tenant

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strconv"
)

// ErrID reports an id that is not 16 lower-case hex digits. The text does not
// repeat the id.
var ErrID = errors.New("a tenant id has 16 lower-case hex digits")

// ID identifies a tenant: 16 hex digits, the family of its keys in AstDB.
//
// It is sensitive, so every way of printing it (fmt, slog, JSON, YAML) shows
// the tenant's number instead, T2. Only Hex returns the id itself. The zero ID
// prints T?. IDs are comparable.
type ID struct {
	hex    string
	number int
}

// NewID returns the id hex of the tenant with this number. It does not check
// hex; CheckID does.
func NewID(hex string, number int) ID { return ID{hex: hex, number: number} }

// CheckID returns ErrID unless hex is 16 lower-case hex digits.
func CheckID(hex string) error {
	if len(hex) != 16 {
		return ErrID
	}
	for i := range len(hex) {
		c := hex[i]
		if (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return ErrID
		}
	}
	return nil
}

// Hex returns the id itself, for AstDB and SQL; never for a log.
func (i ID) Hex() string { return i.hex }

// String returns T and the tenant's number.
func (i ID) String() string {
	if i.number == 0 {
		return "T?"
	}
	return "T" + strconv.Itoa(i.number)
}

// Format implements fmt.Formatter, so that no verb shows the id.
func (i ID) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, i.String()) }

// LogValue implements slog.LogValuer.
func (i ID) LogValue() slog.Value { return slog.StringValue(i.String()) }

// MarshalText implements encoding.TextMarshaler for JSON and YAML.
func (i ID) MarshalText() ([]byte, error) { return []byte(i.String()), nil }
