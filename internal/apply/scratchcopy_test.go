package apply

import (
	"strings"
	"testing"
)

// TestScratchRegistersNowhere: no line of a copy names where a registration would
// go. Asterisk sends the first one a second after its start, which a trial on a
// quick machine does not last.
func TestScratchRegistersNowhere(t *testing.T) {
	t.Parallel()
	const carrier = "192.0.2.7"
	c := &scratchCopy{dir: t.TempDir(), server: t.TempDir()}
	copies, err := c.of(map[string]string{"etc/pjsip.conf": "[trk-1]\ntype=registration\nserver_uri=sip:" + carrier + ":5070\nclient_uri=sip:me@" + carrier +
		"\noutbound_proxy=sip:" + carrier + `:5062\;lr` + "\nqualify_frequency = 30 ; seconds\n"})
	if err != nil {
		t.Fatal(err)
	}
	if text := copies["etc/pjsip.conf"]; strings.Contains(text, carrier) || strings.Contains(text, "30") || strings.Count(text, "\n") != 6 {
		t.Errorf("the copy is\n%s", text)
	}
}
