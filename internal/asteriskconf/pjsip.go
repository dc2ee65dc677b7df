package asteriskconf

import (
	"cmp"
	"fmt"
	"net"
	"slices"
	"strings"

	"github.com/dipcast/dipcast/internal/company"
)

// Names of the transports, one for each that is listened on.
const (
	transportUDP = "transport-udp"
	transportTCP = "transport-tcp"
	transportTLS = "transport-tls"
)

// Timers of SIP (RFC 3261 section 17.1.1), in milliseconds: when a request that
// nothing was heard of is sent again, and when it is given up. Who takes a call
// says so at once (100); the next trunk is tried, and CFU counts, after
// silentAfter instead of half a minute. It is 64 times the other: Asterisk takes
// no less (res_pjsip/config_system.c).
const (
	retransmitAfter = 100
	silentAfter     = 64 * retransmitAfter
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
timer_t1=%d
timer_b=%d

`, quoted(in.SIP.UserAgent), retransmitAfter, silentAfter)
	writeTransports(&b, in)
	for _, t := range in.allTrunks() {
		writeTrunk(&b, in, &t)
	}
	for i := range in.Companies {
		c := &in.Companies[i]
		for j := range c.Extensions {
			e := &c.Extensions[j]
			for nth := range e.Devices {
				writeDevice(&b, in, c, e, nth)
			}
		}
	}
	return b.String()
}

// uses reports whether a trunk or a phone asks for a transport.
func (in *Input) uses(transport string) bool {
	for _, t := range in.allTrunks() {
		if t.Transport == transport {
			return true
		}
	}
	return in.anyDevice(func(d *company.Device) bool { return d.Transport == transport })
}

func (in *Input) anyDevice(is func(*company.Device) bool) bool {
	for i := range in.Companies {
		for j := range in.Companies[i].Extensions {
			devices := in.Companies[i].Extensions[j].Devices
			for k := range devices {
				if is(&devices[k]) {
					return true
				}
			}
		}
	}
	return false
}

func writeTransports(b *strings.Builder, in Input) {
	writeTransport(b, in, transportUDP, "udp", in.SIP.Port, "")
	if in.SIP.TCPPort != 0 {
		writeTransport(b, in, transportTCP, "tcp", in.SIP.TCPPort, "")
	}
	if in.SIP.TLSPort == 0 {
		return
	}
	// TLS 1.2 is what both versions of Asterisk speak; older ones are broken.
	more := "method=tlsv1_2\n"
	if in.SIP.Cert != "" {
		more += fmt.Sprintf("cert_file=%s\npriv_key_file=%s\n", in.SIP.Cert, in.SIP.Key)
	}
	switch {
	case in.SIP.Cert != "" && in.SIP.CA == "" && in.Version == 16:
		// It complains of a missing list even when it verifies nobody.
		more += fmt.Sprintf("ca_list_file=%s\n", in.SIP.Cert)
	case in.SIP.CA != "":
		more += fmt.Sprintf("ca_list_file=%s\nverify_server=yes\n", in.SIP.CA)
	}
	writeTransport(b, in, transportTLS, "tls", in.SIP.TLSPort, more)
}

// writeTransport writes one address that is listened on. Towards addresses
// outside of the local networks Asterisk names External instead of its own.
func writeTransport(b *strings.Builder, in Input, name, protocol string, port int, more string) {
	fmt.Fprintf(b, "[%s]\ntype=transport\nprotocol=%s\nbind=%s\n%s", name, protocol, net.JoinHostPort(in.SIP.Address, itoa(port)), more)
	if in.SIP.External != "" {
		fmt.Fprintf(b, "external_signaling_address=%[1]s\nexternal_media_address=%[1]s\n", in.SIP.External)
		for _, n := range in.SIP.LocalNets {
			fmt.Fprintf(b, "local_net=%s\n", n.Masked())
		}
	}
	b.WriteString("\n")
}

// writeMedia writes what every endpoint has. Media always passes through
// Asterisk, so that recording and the assistant can be put into a call.
// Connected-line updates are off: they come as re-INVITEs that plain phones
// refuse. Sound goes back to where it came from, and so through any NAT box.
func writeMedia(b *strings.Builder, in Input, codecs []string, encrypt bool, dtmf string) {
	fmt.Fprintf(b, `disallow=all
allow=%s
dtmf_mode=%s
direct_media=no
rtp_symmetric=yes
force_rport=yes
send_connected_line=no
allow_overlap=no
`, strings.Join(in.codecs(codecs), ","), cmp.Or(dtmf, "rfc4733"))
	if encrypt { // and nothing else: not optimistic
		b.WriteString("media_encryption=sdes\nmedia_encryption_optimistic=no\n")
	}
}

// codecs are those of a list that this Asterisk can turn into others: Debian's
// 16 has no Opus.
func (in *Input) codecs(list []string) []string {
	if in.Version == 16 {
		list = slices.DeleteFunc(slices.Clone(list), func(c string) bool { return c == "opus" })
	}
	if len(list) == 0 {
		return company.DefaultCodecs
	}
	return list
}

// transcodes reports whether somebody asks for a codec.
func (in *Input) transcodes(codec string) bool {
	for _, t := range in.allTrunks() {
		if slices.Contains(t.Codecs, codec) {
			return true
		}
	}
	return in.anyDevice(func(d *company.Device) bool { return slices.Contains(d.Codecs, codec) })
}

// codecModules are what G.722 and Opus need beside what is always loaded.
func (in *Input) codecModules() []string {
	var all []string
	if in.transcodes("g722") {
		all = append(all, "codec_g722")
	}
	if in.transcodes("opus") && in.Version != 16 {
		all = append(all, "res_format_attr_opus", "codec_opus_open_source")
	}
	return all
}
