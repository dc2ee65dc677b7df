package guard

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"
)

// TestRefused: the last refusal of each name is known for an hour, and no flood of
// names grows what is kept.
func TestRefused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		r.settings.Failures = 0 // refusals are remembered where nobody is banned, too
		r.start()
		defer func() { r.stop() }()
		const first, second = "IPV4/UDP/192.0.2.7/5060", "IPV4/UDP/192.0.2.8/5060"
		r.failAs("T2_1010", first, 2)
		pass(time.Minute)
		r.failAs("T2_1010", second, 1)
		r.failAs("<unknown>", first, 1)
		got := ""
		for _, x := range r.Refused() {
			got += fmt.Sprintf("%q %s %d; ", x.Account, show(x.Source), x.Times)
		}
		if want := `"" 192.0.2.7 1; "T2_1010" 192.0.2.8 3; `; got != want {
			t.Errorf("refused: %s", got)
		}
		for i := range 2 * maxRefusals {
			r.failAs(fmt.Sprintf("scan%d", i), second, 1)
		}
		all := r.Refused()
		if len(all) != maxRefusals {
			t.Errorf("%d are remembered", len(all))
		}
		pass(refusalFor + time.Minute)
		if n := len(r.Refused()); n != 0 {
			t.Errorf("after an hour there are %d", n)
		}
	})
}
