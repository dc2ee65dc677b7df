package asteriskconf

import (
	"fmt"
	"net"
	"strings"

	"github.com/dipcast/dipcast/internal/company"
	"github.com/dipcast/dipcast/internal/dialplan"
)

func pjsipConf(in Input) string {
	var b strings.Builder
	fmt.Fprintf(&b, `[global]
type=global
user_agent=%s
endpoint_identifier_order=ip,username
unidentified_request_count=5
unidentified_request_period=5

[system]
type=system
timer_t1=500

[transport-udp]
type=transport
protocol=udp
bind=%s

`, quoted(in.SIP.UserAgent), net.JoinHostPort(in.SIP.Address, itoa(in.SIP.Port)))
	for _, t := range in.allTrunks() {
		writeTrunk(&b, &t)
	}
	for i := range in.Companies {
		for j := range in.Companies[i].Extensions {
			e := &in.Companies[i].Extensions[j]
			for nth := range e.Devices {
				writeDevice(&b, in, &in.Companies[i], e, nth)
			}
		}
	}
	return b.String()
}

// media is what every endpoint has. Media always passes through Asterisk, so
// that recording and the assistant can be put into a call. Connected-line
// updates are off: they come as re-INVITEs that plain phones refuse.
const media = `disallow=all
allow=ulaw,alaw
direct_media=no
rtp_symmetric=yes
force_rport=yes
send_connected_line=no
allow_overlap=no
`

// writeTrunk writes a peer that is known by the address and port it sends from
// (matching a port needs Asterisk 16.8 or newer).
func writeTrunk(b *strings.Builder, t *company.Trunk) {
	name := dialplan.TrunkEndpoint(t.ID)
	peer := net.JoinHostPort(t.Host, itoa(t.Port0()))
	fmt.Fprintf(b, `[%[1]s]
type=endpoint
context=%[2]s
aors=%[1]s
identify_by=ip
trust_id_inbound=yes
send_pai=no
send_diversion=yes
%[3]s
[%[1]s]
type=aor
contact=sip:%[4]s

[%[1]s]
type=identify
endpoint=%[1]s
match=%[4]s

`, name, dialplan.TrunkContext(t.ID), media, peer)
}

func writeDevice(b *strings.Builder, in Input, t *company.Company, e *company.Extension, nth int) {
	p := t.Prefix()
	name := company.DeviceName(p, e.Number, nth)
	own := t.OwnNumber(e)
	fmt.Fprintf(b, `[%[1]s]
type=endpoint
context=%[2]s
subscribe_context=%[3]s
aors=%[1]s
auth=%[1]s
identify_by=username
callerid=%[4]s
set_var=DC_COS=%[2]s
set_var=DC_NUMBER=%[5]s
set_var=DC_EXT=%[7]s
set_var=TRANSFER_CONTEXT=%[2]s
rewrite_contact=yes
%[6]s`, name, dialplan.ClassOfService(p), hintContext(p), callerID(e.Name, e.Number), own, media, e.Number)
	if own != "" {
		fmt.Fprintf(b, "accountcode=%s\n", own)
	}
	fmt.Fprintf(b, `
[%[1]s]
type=auth
auth_type=userpass
username=%[1]s
password=%[2]s

[%[1]s]
type=aor
max_contacts=1
remove_existing=yes
maximum_expiration=%[3]d
minimum_expiration=30
qualify_frequency=%[4]d

`, name, quoted(e.Devices[nth].Secret.Reveal()), in.SIP.MaxExpirySeconds, in.SIP.QualifySeconds)
}
