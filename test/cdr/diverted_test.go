package cdr_test

import (
	"context"
	"testing"
	"time"

	"github.com/dipcast/dipcast/ami"
	"github.com/dipcast/dipcast/internal/asteriskproc/asterisktest"
	"github.com/dipcast/dipcast/internal/await"
	"github.com/dipcast/dipcast/internal/dialplan"
	"github.com/dipcast/dipcast/internal/sipphone"
	"github.com/dipcast/dipcast/internal/store/storetest"
)

// TestDivertedUnseen: a call from the network that is diverted while the gateway is
// away is in the history with who called which number, the rule that diverted, and
// who answered; what is written while it is there says the same.
func TestDivertedUnseen(t *testing.T) {
	t.Parallel()
	l := newLab(t, storetest.SQLite(t))
	destination, err := dialplan.FormatDestination(mobile)
	if err != nil {
		t.Fatal(err)
	}
	l.put(dialplan.DiversionKey("1014", dialplan.CFI, dialplan.Destination), destination)
	l.put(dialplan.DiversionKey("1014", dialplan.CFI, dialplan.Enable), dialplan.Yes)
	l.put(dialplan.GateKey("1014"), dialplan.Yes)
	call := func() {
		ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
		defer cancel()
		if !one(ctx, t, func(ctx context.Context) (*sipphone.Call, error) {
			return l.network.Call(ctx, sipphone.CallOptions{From: stranger, Name: "바깥", To: did})
		}) {
			t.Error("not answered")
		}
	}
	call()
	l.start()
	call()
	var rows []row
	await.That(t, "both calls", func() bool {
		rows = l.history("two")
		return len(rows) == 2 && rows[0].Source == "live" && rows[1].Source == "completed"
	})
	for _, r := range rows {
		if r.Src != stranger || r.Dst != did || r.DID != did || r.Direction != "external" || r.Disposition != "ANSWERED" ||
			r.AnsweredBy == nil || r.AnsweredBy.Number != mobile || r.DivertedBy == nil || r.DivertedBy.Type != "CFI" ||
			r.DivertedBy.Extension != "1014" || r.DivertedBy.Number != mobile {
			t.Errorf("%+v %+v %+v", r, r.AnsweredBy, r.DivertedBy)
		}
	}
}

// put writes AstDB.
func (l *lab) put(key, value string) {
	l.t.Helper()
	c, stop := l.server.LinkUntil(l.t, asterisktest.All)
	defer stop()
	asterisktest.Do(l.t, c, ami.NewAction("DBPut").Add("Family", two).Add("Key", key).Add("Val", value))
}
