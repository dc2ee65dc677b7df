package attribution

import (
	"bytes"

	"github.com/dipcast/dipcast/internal/dialplan"
	"github.com/dipcast/dipcast/internal/tenant"
)

// prefixed is the tenant that an exact marker in value names. A marker of a
// tenant that this server does not have is a conflict with whatever else the
// event says.
func (v *View) prefixed(value []byte) (m mark, found bool) {
	n, found := dialplan.MarkerIn(value)
	if !found {
		return mark{}, false
	}
	t := v.byNumber[n]
	return mark{tenant: t, conflict: t == nil}, true
}

var (
	local = []byte("Local/")
	at    = []byte("@")
)

// channelMark reads a channel's name. Of a Local channel only the context
// counts: its exten is what somebody dialled.
func (v *View) channelMark(value []byte) mark {
	if bytes.HasPrefix(value, local) {
		return v.localMark(trimSerial(value))
	}
	if m, ok := v.prefixed(value); ok || v.main == nil {
		return m
	}
	_, rest, ok := bytes.Cut(value, []byte("/"))
	if !ok {
		return mark{}
	}
	return v.mainExtension(trimSerial(rest))
}

// localMark reads the name of a Local device, "Local/1010@cos-all", which has no
// serial behind it.
func (v *View) localMark(value []byte) mark {
	i := bytes.LastIndex(value, at)
	if i < 0 {
		return mark{}
	}
	return v.contextMark(value[i+1:])
}

// trimSerial takes "-0000001a" and ";1" off a channel's name.
func trimSerial(name []byte) []byte {
	if i := bytes.LastIndexByte(name, '-'); i >= 0 {
		return name[:i]
	}
	return name
}

func (v *View) contextMark(value []byte) mark {
	if m, ok := v.prefixed(value); ok || v.main == nil {
		return m
	}
	if v.main.HasContext(string(value)) {
		return mark{tenant: v.main}
	}
	return mark{}
}

func (v *View) deviceMark(value []byte) mark {
	if bytes.HasPrefix(value, local) {
		return v.localMark(value)
	}
	if m, ok := v.prefixed(value); ok || v.main == nil {
		return m
	}
	if rest, ok := bytes.CutPrefix(value, []byte("PJSIP/")); ok {
		return v.mainExtension(rest)
	}
	if bytes.HasPrefix(value, []byte("Custom:")) {
		if _, _, ext, ok := dialplan.ParseLamp(string(value)); ok && v.main.HasExtension(ext) {
			return mark{tenant: v.main}
		}
		return mark{}
	}
	if bytes.ContainsAny(value, "/:") {
		return mark{} // a device of another kind
	}
	if ext, box, ok := bytes.Cut(value, at); ok {
		return v.mainMailbox(ext, box)
	}
	return v.mainExtension(value)
}

// mainMailbox is the main tenant when a mailbox is of one of its extensions:
// 1010@voicemail. The context must be known as the main tenant's, because other
// systems name those of all tenants by texts without a marker.
func (v *View) mainMailbox(ext, context []byte) mark {
	for _, c := range mainMailboxes {
		if bytes.Equal(context, c) {
			return v.mainExtension(ext)
		}
	}
	return mark{}
}

// mainMailboxes are the contexts of the main tenant's mailboxes: ours, as
// asteriskconf writes it, and VitalPBX's, by the path of its own first tenant.
var mainMailboxes = [][]byte{[]byte("voicemail"), []byte("vitalpbx-voicemail")}

// mainExtension is the main tenant when value is one of its extensions, or a
// further device of one ("1010_1").
func (v *View) mainExtension(value []byte) mark {
	ext, _, _ := bytes.Cut(value, []byte("_"))
	if v.main.HasExtension(string(ext)) {
		return mark{tenant: v.main}
	}
	return mark{}
}

// extension is the tenant's extension that a channel, device or endpoint
// belongs to, "" when it is none.
func extension(t *tenant.Tenant, value []byte) string {
	if len(value) == 0 {
		return ""
	}
	if tech, rest, ok := bytes.Cut(value, []byte("/")); ok {
		value = rest
		if bytes.Equal(tech, []byte("Local")) {
			value, _, _ = bytes.Cut(value, []byte("@"))
			return own(t, value)
		}
		value = trimSerial(value)
	}
	if box, _, ok := bytes.Cut(value, at); ok { // a mailbox: 1010@T2_voicemail
		return own(t, box)
	}
	if i := bytes.LastIndexByte(value, ':'); i >= 0 { // Custom:T2_CFI_1010
		value = value[i+1:]
	}
	if !t.Main {
		_, rest, ok := bytes.Cut(value, []byte("_")) // behind T2_
		if !ok {
			return ""
		}
		value = rest
	}
	if ext, _, ok := bytes.Cut(value, []byte("_")); ok {
		if e := own(t, ext); e != "" {
			return e
		}
		value = value[len(ext)+1:] // CFI_1010
	}
	return own(t, value)
}

func own(t *tenant.Tenant, ext []byte) string {
	if !t.HasExtension(string(ext)) {
		return ""
	}
	return string(ext)
}
