package dialplan

// FaxCall is the context that a fax calls from: the extension on whose behalf it
// is sent. FaxSend sends it once that call is answered: its id.
func FaxCall(prefix string) string { return prefix + "fax-call" }

// FaxSend is the context that sends the pages of a fax; see FaxCall.
func FaxSend(prefix string) string { return prefix + "fax-send" }

// Variables of an Originate that sends a fax.
const (
	FaxTo   = "DC_FAX_TO"   // the number to call
	FaxShow = "DC_FAX_SHOW" // the number to show, one of the company's
	FaxID   = "DC_FAX_ID"   // which fax: hexadecimal digits
)
