package attribution

import (
	"bytes"

	"github.com/dipcast/dipcast/ami"
	"github.com/dipcast/dipcast/internal/tenant"
)

// mark is what the headers of one event say by themselves.
type mark struct {
	tenant   *tenant.Tenant
	conflict bool // two tenants, or one that this server does not have
}

func (m *mark) add(t *tenant.Tenant) {
	switch {
	case m.tenant == nil:
		m.tenant = t
	case m.tenant != t:
		m.conflict = true
	}
}

func (m *mark) merge(o mark) {
	if o.tenant != nil {
		m.add(o.tenant)
	}
	m.conflict = m.conflict || o.conflict
}

// role says what kind of value a header holds and which leg it speaks of.
type role uint8

const (
	none     role = iota
	channel       // PJSIP/T2_1010-00000001, Local/1010@T2_cos-all-00000001;1
	context       // T2_cos-all
	device        // PJSIP/T2_1010, Custom:T2_CFI_1010, Queue:T2_Q600
	endpoint      // T2_1010: an AOR, an endpoint, a peer, a queue, a mailbox
	exten
	uniqueid
	linkedid
	bridge
	stop // UserEvent: what follows is chosen by whoever raised it
)

// leg tells apart the channels one event can speak of.
type leg uint8

const (
	main leg = iota
	dest
	one
	two
	other // a transferer, a parkee: looked up by their call, never by their names
	legs
)

// roles are those of the names that Asterisk uses often.
var roles = func() (t [ami.Names]struct {
	role role
	leg  leg
},
) {
	for n := range t {
		t[n].role, t[n].leg = headerRole([]byte(ami.Name(n).String()))
	}
	return t
}()

// headerRole classifies a header name. It sorts by length and first byte before
// it compares.
func headerRole(name []byte) (role, leg) {
	switch len(name) {
	case 3:
		return ifEqual(name, "AOR", endpoint, main)
	case 4:
		return ifEqual(name, "Peer", endpoint, main)
	case 5:
		switch name[0] | 0x20 {
		case 'e':
			return ifEqual(name, "Exten", exten, main)
		case 'q':
			return ifEqual(name, "Queue", endpoint, main)
		}
	case 6:
		return ifEqual(name, "Device", device, main)
	case 7:
		switch name[0] | 0x20 {
		case 'c':
			if name[1]|0x20 == 'h' {
				return ifEqual(name, "Channel", channel, main)
			}
			return ifEqual(name, "Context", context, main)
		case 'm':
			return ifEqual(name, "Mailbox", endpoint, main)
		}
	case 8:
		switch name[0] | 0x20 {
		case 'u':
			return ifEqual(name, "Uniqueid", uniqueid, main)
		case 'l':
			return ifEqual(name, "Linkedid", linkedid, main)
		case 'e':
			return ifEqual(name, "Endpoint", endpoint, main)
		case 'b':
			return ifEqual(name, "BridgeId", bridge, main) // of CoreShowChannel
		}
	case 9:
		return ifEqual(name, "UserEvent", stop, main)
	case 11, 12:
		switch name[0] | 0x20 {
		case 'd':
			return destRole(name)
		case 'e':
			return ifEqual(name, "EndpointName", endpoint, main)
		}
	case 14, 15, 16:
		switch name[0] | 0x20 {
		case 'l':
			return localRole(name)
		case 'b':
			return ifEqual(name, "BridgeUniqueid", bridge, main)
		case 'p':
			return ifEqual(name, "ParkeeLinkedid", linkedid, other)
		}
	case 18:
		return ifEqual(name, "TransfererLinkedid", linkedid, other)
	}
	return none, main
}

func ifEqual(name []byte, want string, r role, l leg) (role, leg) {
	if bytes.EqualFold(name, []byte(want)) {
		return r, l
	}
	return none, main
}

func destRole(name []byte) (role, leg) {
	if !bytes.EqualFold(name[:4], []byte("Dest")) {
		return none, main
	}
	return legRole(name[4:], dest)
}

func localRole(name []byte) (role, leg) {
	if !bytes.EqualFold(name[:5], []byte("Local")) {
		return none, main
	}
	switch {
	case bytes.EqualFold(name[5:8], []byte("One")):
		return legRole(name[8:], one)
	case bytes.EqualFold(name[5:8], []byte("Two")):
		return legRole(name[8:], two)
	}
	return none, main
}

func legRole(rest []byte, l leg) (role, leg) {
	for _, c := range [...]struct {
		name string
		role role
	}{{"Channel", channel}, {"Context", context}, {"Uniqueid", uniqueid}, {"Linkedid", linkedid}, {"Exten", exten}} {
		if bytes.EqualFold(rest, []byte(c.name)) {
			return c.role, l
		}
	}
	return none, main
}

// facts are the headers of one event that attribution uses.
type facts struct {
	mark                      [legs]mark
	channel, context          [legs][]byte
	exten, uniqueid, linkedid [legs][]byte
	device, bridge            []byte
	known                     [legs]*chanState // found by learn; nil: look it up
	// doubled is true when one of these names is there twice: Asterisk writes
	// what callers choose without escapes, so a line may be one of theirs, and
	// which one is not to be told.
	doubled bool
}

// read collects the facts of m.
func (v *View) read(m *ami.Message, f *facts) {
	for i := range m.Len() {
		n := m.HeaderName(i)
		r, l := roles[n].role, roles[n].leg
		if r == none && n != 0 {
			continue
		}
		name, value := m.Header(i)
		if n == 0 {
			r, l = headerRole(name)
		}
		switch r {
		case none:
		case stop:
			return
		case channel:
			f.doubled = f.doubled || f.channel[l] != nil
			f.channel[l] = value
			f.mark[l].merge(v.channelMark(value))
		case context:
			f.doubled = f.doubled || f.context[l] != nil
			f.context[l] = value
			f.mark[l].merge(v.contextMark(value))
		case device:
			f.device = value
			f.mark[l].merge(v.deviceMark(value))
		case endpoint:
			if f.device == nil {
				f.device = value
			}
			f.mark[l].merge(v.deviceMark(value))
		case exten:
			f.doubled = f.doubled || f.exten[l] != nil
			f.exten[l] = value
		case uniqueid:
			f.doubled = f.doubled || f.uniqueid[l] != nil
			f.uniqueid[l] = value
		case linkedid:
			f.doubled = f.doubled || f.linkedid[l] != nil
			f.linkedid[l] = value
		case bridge:
			f.doubled = f.doubled || f.bridge != nil
			f.bridge = value
		}
	}
}
