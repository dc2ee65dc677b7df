package fax

import (
	"regexp"
	"testing"
)

// endings are all that spandsp says of a fax that failed (t30_logging.c of the
// library that Asterisk 22 has here), by the reason that we give.
var endings = map[string][]string{
	"no_fax": {
		"The CED tone exceeded 5s", "Timed out waiting for initial communication", "Timed out waiting for the first message",
		"Received other than DIS while waiting for DIS",
	},
	"dropped": {"The call dropped prematurely"},
	"training": {
		"The HDLC carrier did not stop in a timely manner", "Failed to train with any of the compatible modems",
		"Received bad response to DCS or training", "Received no response to DCS or TCF",
	},
	"incompatible": {
		"Far end is not compatible", "Far end is not able to receive", "Far end is not able to transmit",
		"Far end cannot receive at the resolution of the image", "Far end cannot receive at the size of image",
	},
	"silence": {
		"No response after sending a page", "Timed out waiting for receiver ready (ECM mode)", "Timed out waiting for procedural interrupt",
		"Timed out while waiting for first line", "Timer T2 expired while waiting for NSS, DCS or MCF",
		"Timer T2 expired while waiting for RR command", "Timer T2 expired while waiting for fax page", "Timer T2 expired while waiting for next fax page",
		"Timer T2 expired while waiting for phase D",
	},
	"refused": {
		"Received a DCN from remote after sending a page", "Received a DCN while waiting for a DIS", "Unexpected DCN after EOM or MPS sequence",
		"Unexpected DCN after RR/RNR sequence", "Unexpected DCN after requested retransmission", "Unexpected DCN while waiting for DCS or DIS",
		"Unexpected DCN while waiting for EOM, EOP or MPS", "Unexpected DCN while waiting for image data", "Timer T2 expired while waiting for DCN",
		"Operator intervention failed", "Poll not accepted", "Ident not accepted", "Password not accepted", "Sub-address not accepted",
		"Selective polling address not accepted", "Selective polling reference (SEP) not known",
	},
	"poor_line": {
		"Invalid ECM response received from receiver", "Invalid ECM response received from transmitter", "Invalid response after sending a page",
		"Disconnected after permitted retries", "Carrier lost during fax receive", "Timed out while waiting for EOL (end Of line)",
		"Unexpected message received", "Unexpected command after page received",
	},
	"file": {
		"TIFF/F file cannot be opened", "TIFF/F page not found", "TIFF/F format is not compatible", "TIFF/F page number tag missing",
		"Incorrect values for TIFF/F tags", "Bad TIFF/F header - incorrect values in fields", "Cannot allocate memory for more pages",
	},
}

// TestReasons: whatever Asterisk says of a fax that failed has a reason in words
// of both languages.
func TestReasons(t *testing.T) {
	left := regexp.MustCompile(`[^0-9A-Za-z+,]`) // as the dialplan cuts it down
	for want, texts := range endings {
		for _, text := range texts {
			if got := reasonOfText("", left.ReplaceAllString(text, "")); got != want {
				t.Errorf("%s: %s, want %s", text, got, want)
			}
		}
	}
	for code, want := range map[string]string{
		"HANGUP": "dropped", "FILE_ERROR": "file", "MEMORY_ERROR": "file", "T38_NEG_ERROR": "incompatible", "TIMEOUT": "silence", "INIT_ERROR": "error", "UNKNOWN": "error",
	} {
		if got := reasonOfText(left.ReplaceAllString(code, ""), "errorinthechannel"); got != want {
			t.Errorf("%s: %s, want %s", code, got, want)
		}
	}
	for _, r := range reasons {
		if r.Korean == "" || r.English == "" || ReasonOf(r.Code) != r {
			t.Errorf("%+v", r)
		}
	}
}
