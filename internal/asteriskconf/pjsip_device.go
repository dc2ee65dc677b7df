package asteriskconf

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/dipcast/dipcast/internal/company"
)

// writeDevice writes the nth phone of an extension: the endpoint with what the
// dialplan knows it by, its password, and where it registers.
func writeDevice(b *strings.Builder, in Input, t *company.Company, e *company.Extension, nth int) {
	p := t.Prefix()
	d := &e.Devices[nth]
	name := company.DeviceName(p, e.Number, nth)
	own := t.OwnNumber(e)
	if d.Name != "" {
		fmt.Fprintf(b, "; %s\n", displayName(d.Name))
	}
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
set_var=DC_EXT=%[6]s
set_var=TRANSFER_CONTEXT=%[2]s
set_var=%[8]s
language=%[7]s
rewrite_contact=yes
`, name, inClass(t, e), hintContext(p), callerID(e.Name, e.Number), own, e.Number, channelLanguage(t, e.Language), callsOf(p, e.Number))
	if d.Transport != "" {
		fmt.Fprintf(b, "transport=%s\n", transportOf(d.Transport))
	}
	b.WriteString(deviceFeatures(t, e))
	writeMedia(b, in, d.Codecs, d.Encrypt, "")
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
max_contacts=%[3]d
remove_existing=yes
maximum_expiration=%[4]d
minimum_expiration=30
qualify_frequency=%[5]d

`, name, quoted(d.Secret.Reveal()), cmp.Or(d.Contacts, 1), in.SIP.MaxExpirySeconds, in.SIP.QualifySeconds)
}
