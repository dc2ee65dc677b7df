package pbx

import (
	"cmp"
	"context"
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/dipcast/dipcast/ami"
	"github.com/dipcast/dipcast/internal/policy"
)

// Contact is where a phone has registered.
type Contact struct {
	id        string         // in AstDB
	Device    string         // the endpoint, "T2_1010"
	URI       string         // where it is called
	Address   netip.AddrPort // of URI: behind a NAT box that box's, since contacts are rewritten; zero for a name
	Via       string         // the address it gives itself, host:port
	Transport string         // "udp", "tcp", "tls", "ws", "wss"
	UserAgent string
	// Reachable is what OPTIONS found: "reachable", "unreachable", or
	// "unknown" when it is not probed.
	Reachable string
	RTT       time.Duration // of the last probe that was answered; 0 none
	Expires   time.Time
}

// TrunkLogin is the state of a registration of ours at a carrier.
type TrunkLogin struct {
	Name string // of the trunk, "trk-1"
	// State is "registered", "rejected", "unregistered" or "stopped".
	State string
	// Next is when it is tried or renewed next; zero when it is not told.
	Next time.Time
}

const (
	maxContacts = 50_000
	// contactsAge is for how long a list of contacts serves all who ask.
	contactsAge = 2 * time.Second
)

// contactList keeps the newest list of contacts. Its zero value has none.
type contactList struct {
	turn sync.Mutex // held while a list is read
	mu   sync.Mutex
	list []Contact
	at   time.Time
}

func (l *contactList) fresh() ([]Contact, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.list, !l.at.IsZero() && time.Since(l.at) < contactsAge
}

// Contacts are all phones that are registered, by device and then by address.
// The list is shared and at most two seconds old.
func (s *Server) Contacts(ctx context.Context) ([]Contact, error) {
	if list, ok := s.contacts.fresh(); ok {
		return list, nil
	}
	s.contacts.turn.Lock() // several who ask get one list
	defer s.contacts.turn.Unlock()
	if list, ok := s.contacts.fresh(); ok {
		return list, nil
	}
	r, err := s.listed(ctx, "PJSIPShowRegistrationInboundContactStatuses", maxContacts)
	if err != nil {
		return nil, err
	}
	list := []Contact{}
	for _, m := range r {
		if m.Get("Event") == "ContactStatusDetail" && m.Get("URI") != "" {
			list = append(list, contactOf(m))
		}
	}
	slices.SortFunc(list, func(a, b Contact) int { return cmp.Or(cmp.Compare(a.Device, b.Device), cmp.Compare(a.URI, b.URI)) })
	s.contacts.mu.Lock()
	defer s.contacts.mu.Unlock()
	s.contacts.list, s.contacts.at = list, time.Now()
	return list, nil
}

// listed asks for a list of PJSIP's. Asterisk answers with an error when it is
// empty.
func (s *Server) listed(ctx context.Context, action string, most int) ([]*ami.Message, error) {
	r, err := s.links[policy.Database].client.List(ctx, ami.NewAction(action), most)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", action, err)
	}
	if !r.Success() && !strings.Contains(r.Get("Message"), "No ") {
		return nil, fmt.Errorf("%s: %w: %s", action, ErrRefused, r.Get("Message"))
	}
	return r.Events, nil
}

func contactOf(m *ami.Message) Contact {
	c := Contact{
		id: m.Get("ID"), Device: cmp.Or(m.Get("EndpointName"), m.Get("AOR")), URI: m.Get("URI"), Via: m.Get("ViaAddress"),
		UserAgent: m.Get("UserAgent"), Transport: "udp", Reachable: "unknown",
	}
	if n, err := strconv.ParseInt(m.Get("RegExpire"), 10, 64); err == nil && n > 0 {
		c.Expires = time.Unix(n, 0).UTC()
	}
	switch m.Get("Status") {
	case "Reachable":
		c.Reachable = "reachable"
		if n, err := strconv.ParseInt(m.Get("RoundtripUsec"), 10, 64); err == nil && n > 0 {
			c.RTT = time.Duration(n) * time.Microsecond
		}
	case "Unreachable":
		c.Reachable = "unreachable"
	}
	uri, params, _ := strings.Cut(c.URI, ";")
	for p := range strings.SplitSeq(params, ";") {
		if t, ok := strings.CutPrefix(strings.ToLower(p), "transport="); ok {
			c.Transport = t
		}
	}
	host := uri[strings.LastIndexByte(uri, '@')+1:]
	host = strings.TrimPrefix(strings.TrimPrefix(host, "sip:"), "sips:")
	if a, err := netip.ParseAddrPort(host); err == nil {
		c.Address = a
	} else if a, err := netip.ParseAddr(strings.Trim(host, "[]")); err == nil {
		c.Address = netip.AddrPortFrom(a, 5060)
	}
	return c
}

// TrunkLogins are the registrations of trunks, by name.
func (s *Server) TrunkLogins(ctx context.Context) ([]TrunkLogin, error) {
	r, err := s.listed(ctx, "PJSIPShowRegistrationsOutbound", maxContacts)
	if err != nil {
		return nil, err
	}
	out := []TrunkLogin{}
	for _, m := range r {
		if m.Get("Event") != "OutboundRegistrationDetail" {
			continue
		}
		l := TrunkLogin{Name: m.Get("ObjectName"), State: strings.ToLower(m.Get("Status"))}
		if n, err := strconv.ParseInt(m.Get("NextReg"), 10, 64); err == nil && n > 0 {
			l.Next = time.Now().Add(time.Duration(n) * time.Second).UTC().Truncate(time.Second)
		}
		out = append(out, l)
	}
	slices.SortFunc(out, func(a, b TrunkLogin) int { return cmp.Compare(a.Name, b.Name) })
	return out, nil
}

// ForgetContacts has Asterisk forget where a device is registered: it is called
// no more until it registers again. Asterisk keeps contacts in AstDB
// (res_pjsip_registrar); that one is gone it shows with its next reload.
func (s *Server) ForgetContacts(ctx context.Context, device string) error {
	s.contacts.mu.Lock()
	s.contacts.at = time.Time{} // not from the list of a moment ago
	s.contacts.mu.Unlock()
	all, err := s.Contacts(ctx)
	if err != nil {
		return err
	}
	for i := range all {
		if all[i].Device != device || all[i].id == "" {
			continue
		}
		if _, err := s.dbDel(ctx, "registrar/contact", all[i].id); err != nil {
			return fmt.Errorf("forget a contact: %w", err)
		}
	}
	s.contacts.mu.Lock()
	defer s.contacts.mu.Unlock()
	s.contacts.at = time.Time{}
	return nil
}
