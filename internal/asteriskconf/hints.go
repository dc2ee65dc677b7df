package asteriskconf

import (
	"fmt"
	"strings"

	"github.com/dipcast/dipcast/internal/company"
	"github.com/dipcast/dipcast/internal/dialplan"
)

func hintContext(prefix string) string { return prefix + "extension-hints" }

// writeHints writes the states phones may subscribe to: an extension, and the
// lamp of each diversion under the lamp's own name, "CFI_1010".
func writeHints(p *plan, t *company.Company) {
	prefix := t.Prefix()
	p.part("lamps: extensions, and their diversions")
	p.context(hintContext(prefix))
	for i := range t.Extensions {
		e := &t.Extensions[i]
		devices := []string{dialplan.Dial(prefix, e.Number)} // also without a phone: then it is unavailable
		for nth := 1; nth < len(e.Devices); nth++ {
			devices = append(devices, "PJSIP/"+company.DeviceName(prefix, e.Number, nth))
		}
		// Do not disturb shows on the lamps of colleagues as in use.
		devices = append(devices, dialplan.Lamp(prefix, dialplan.DND, e.Number))
		fmt.Fprintf(p, "exten => %s,hint,%s\n", e.Number, strings.Join(devices, "&"))
		for _, d := range dialplan.Kinds {
			fmt.Fprintf(p, "exten => %s_%s,hint,%s\n", d, e.Number, dialplan.Lamp(prefix, d, e.Number))
		}
	}
}
