// Package softphone writes what sets up the app Acrobits Softphone: the document
// that it fetches, and the code that people scan. Pure functions, no I/O.
//
// The document is the maker's "Account XML" (doc.acrobits.net/cloudsoftphone/account.html).
// What that leaves open, and so is told by Words, stands in docs/phones.md.
package softphone

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strconv"
	"strings"

	"github.com/dipcast/dipcast/internal/secret"
)

// ErrAccount reports an account that the app could not use.
var ErrAccount = errors.New("no account for a softphone")

// ContentType is that of a document.
const ContentType = "application/xml; charset=utf-8"

// Account is what one phone has to know.
type Account struct {
	Title    string      // as the app lists it; required: the app keeps no account without
	User     string      // the name it registers by; required
	Password secret.Text // required
	Display  string      // as others see it, "" for nothing
	Host     string      // address or name of the server; required
	Port     int         // required
	// Encrypt is TLS and SRTP; without, UDP and plain sound.
	Encrypt bool
	Codecs  []string // of package company, in the order of preference
	Push    bool     // the maker's push service registers while the app sleeps
}

// Words are how the app writes what its maker's documents leave open. One that is
// empty is left out.
type Words struct {
	TLS    string // "tls+sip:": SIP over TLS with sip: addresses
	SDES   string // "enabled": SRTP, its keys in SDP
	Push   string // "push"
	NoPush string // "off"
	// Codecs are the app's names by those of package company.
	Codecs map[string]string
}

// document is in the order of the maker's example.
type document struct {
	XMLName xml.Name `xml:"account"`

	Title        string `xml:"title"`
	Username     string `xml:"username"`
	Password     string `xml:"password"`
	Display      string `xml:"userDisplayName,omitempty"`
	Host         string `xml:"host"`
	Transport    string `xml:"transport,omitempty"`
	CodecOrder   string `xml:"codecOrder,omitempty"`
	CodecOrder3G string `xml:"codecOrder3G,omitempty"` // over mobile data
	SDESIncoming string `xml:"sdesIncoming,omitempty"`
	SDESOutgoing string `xml:"sdesOutgoing,omitempty"`
	Incoming     string `xml:"icm,omitempty"`
	// Refetch 0 keeps the app from fetching again: a link works once.
	Refetch int `xml:"extProvInterval"`
}

// Document writes the document. The same account always gives the same text; no
// value can alter it: what XML cannot hold becomes U+FFFD. The error wraps
// ErrAccount.
func Document(a Account, w Words) ([]byte, error) {
	if strings.TrimSpace(a.Title) == "" || a.User == "" || a.Password.Empty() || a.Host == "" || a.Port < 1 || a.Port > 65535 {
		return nil, fmt.Errorf("%w: a title, a name, a password, a host and a port are needed", ErrAccount)
	}
	d := document{
		Title: a.Title, Username: a.User, Password: a.Password.Reveal(), Display: a.Display,
		Host: hostPort(a.Host, a.Port), Transport: "udp", Incoming: w.NoPush,
	}
	if a.Encrypt {
		d.Transport, d.SDESIncoming, d.SDESOutgoing = w.TLS, w.SDES, w.SDES
	}
	if a.Push {
		d.Incoming = w.Push
	}
	var codecs []string
	for _, c := range a.Codecs {
		if id := w.Codecs[c]; id != "" {
			codecs = append(codecs, id)
		}
	}
	d.CodecOrder = strings.Join(codecs, ",")
	d.CodecOrder3G = d.CodecOrder
	var b bytes.Buffer
	b.WriteString(xml.Header)
	e := xml.NewEncoder(&b)
	e.Indent("", "  ")
	if err := e.Encode(d); err != nil { //nolint:gosec // the phone is to have its password
		return nil, fmt.Errorf("%w: %w", ErrAccount, err)
	}
	b.WriteByte('\n')
	return b.Bytes(), nil
}

// hostPort writes host and port, an IPv6 address in brackets.
func hostPort(host string, port int) string {
	if a, err := netip.ParseAddr(host); err == nil && a.Is6() {
		return net.JoinHostPort(host, strconv.Itoa(port))
	}
	return host + ":" + strconv.Itoa(port)
}
