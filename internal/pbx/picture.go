package pbx

import (
	"slices"
	"strings"

	"github.com/dipcast/dipcast/internal/call"
	"github.com/dipcast/dipcast/internal/dialplan"
	"github.com/dipcast/dipcast/internal/tenant"
)

// Device is one device of a server and its state.
type Device struct {
	Name      string `json:"device"`              // PJSIP/T2_1010, or a lamp: Custom:T2_CFI_1010
	Extension string `json:"extension,omitempty"` // whose it is; "" when that is not known
	State     string `json:"state"`               // as Asterisk names it: NOT_INUSE, RINGING, INUSE …
}

// Picture is a server's state at one moment, as one tenant may see it.
type Picture struct {
	Epoch string
	Seq   uint64 // of the last event that it has the effects of
	// Whole is false while the server's state is still being read, or no link
	// was ever up: then something may be missing.
	Whole   bool
	Calls   []*call.Call // live, the oldest first
	Devices []Device     // by name
}

// Picture gives the state of the server as the tenant may see it, of one of its
// extensions only when ext is not empty. A nil tenant is an operator, who sees
// everything.
func (s *Server) Picture(t *tenant.Tenant, ext string) Picture {
	s.mu.Lock()
	defer s.mu.Unlock()
	p := Picture{Calls: []*call.Call{}}
	for _, c := range s.tracker.Live(t) {
		if ext != "" && !c.Involves(t, ext) {
			continue
		}
		if t != nil {
			c = c.For(t)
		}
		p.Calls = append(p.Calls, c)
	}
	s.state.mu.Lock()
	defer s.state.mu.Unlock()
	p.Epoch, p.Seq, p.Whole = s.state.epoch, s.state.seq, s.state.whole
	p.Devices = s.state.devicesOf(t, ext)
	return p
}

// Whole reports whether the server's state has been read, as Picture.Whole does.
func (s *Server) Whole() bool { return s.state.complete() }

// Calls follows the server's calls.
func (s *Server) Calls() *call.Tracker { return s.tracker }

// devicesOf lists the phones and lamps of a tenant's extensions, or with nil
// every device. The caller holds mu.
func (s *state) devicesOf(t *tenant.Tenant, ext string) []Device {
	out := []Device{}
	if t == nil {
		for name, st := range s.devices {
			out = append(out, Device{Name: name, Extension: extensionOf(name), State: st})
		}
	} else {
		for _, x := range t.Extensions {
			if ext != "" && x != ext {
				continue
			}
			add := func(name string) {
				if st, ok := s.devices[name]; ok {
					out = append(out, Device{Name: name, Extension: x, State: st})
				}
			}
			add(dialplan.Dial(t.Prefix(), x))
			for _, d := range dialplan.Kinds {
				add(dialplan.Lamp(t.Prefix(), d, x))
			}
		}
	}
	slices.SortFunc(out, func(a, b Device) int { return strings.Compare(a.Name, b.Name) })
	return out
}

// extensionOf is the extension in a device's name, with a marker or without.
func extensionOf(device string) string {
	if _, _, ext, ok := dialplan.ParseLamp(device); ok {
		return ext
	}
	if name, ok := strings.CutPrefix(device, "PJSIP/"); ok {
		if _, ext := dialplan.ParseEndpoint(name); strings.Trim(ext, "0123456789") == "" {
			return ext
		}
	}
	return ""
}
