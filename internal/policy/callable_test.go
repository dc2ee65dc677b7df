package policy_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/dipcast/dipcast/internal/policy"
	"github.com/dipcast/dipcast/internal/tenant"
)

// TestOpenedAbroad: what is open for a tenant can be called by its clients and
// operators, on every way a call goes or is moved, until its day is over; a
// diversion never goes there, nor does anybody else's call.
func TestOpenedAbroad(t *testing.T) {
	w := newWorld(t)
	all := make([]tenant.Tenant, 0, 3)
	for _, x := range w.dir.All() {
		c := *x
		if c.Number == 2 {
			c.Limits = tenant.Limits{Countries: []string{"1"}, Until: "2026-12-31", Premium: true}
		}
		all = append(all, c)
	}
	dir, err := tenant.NewDirectory(all)
	if err != nil {
		t.Fatal(err)
	}
	w.dir, w.two, w.ten = dir, dir.ByNumber(2), dir.ByNumber(10)
	for name, l := range w.channels {
		if l.Tenant != nil {
			l.Tenant = dir.ByNumber(l.Tenant.Number)
			w.channels[name] = l
		}
	}
	now := time.Date(2026, 12, 31, 12, 0, 0, 0, time.UTC)
	w.policy = policy.New(policy.Options{Directory: func() *tenant.Directory { return w.dir }, Channels: w.channels, Now: func() time.Time { return now }})
	requests := map[string]string{
		"Originate":     `{"Action":"Originate","Channel":"Local/1010@T2_cos-all","Context":"T2_cos-all","Exten":"%s"}`,
		"Redirect":      `{"Action":"Redirect","Channel":"PJSIP/T2_1010-00000001","Exten":"%s"}`,
		"BlindTransfer": `{"Action":"BlindTransfer","Channel":"PJSIP/T2_1010-00000001","Exten":"%s"}`,
	}
	verdict := func(who, format, num string) string {
		if got, refused := strings.CutPrefix(w.ask(t, who, fmt.Sprintf(format, num)), "! "); refused {
			code, _, _ := strings.Cut(got, " ")
			return code
		}
		return "ok"
	}
	for num, want := range map[string]string{
		"00112125550123": "ok", "0601234567": "ok",
		"00181312345678": "forbidden", "0012125550123": "forbidden", "119": "forbidden", "00112125550123000": "invalid_value",
	} {
		for name, format := range requests {
			for _, who := range []string{"two", "two/1010", "ops"} {
				if got := verdict(who, format, num); got != want {
					t.Errorf("%s: %s to %s: %s, want %s", who, name, num, got, want)
				}
			}
		}
		_, err := w.policy.ClickToCall(w.who("two"), policy.ClickToCall{Caller: "1010", Callee: num})
		if (err == nil) != (want == "ok") {
			t.Errorf("click-to-call to %s: %v", num, err)
		}
		divert := `{"Action":"DBPut","Family":"` + idTwo + `","Key":"diversions/1010/CFI/destination","Val":"sub-custom-numbers,%s,1"}`
		if got := verdict("two", divert, num); got == "ok" {
			t.Errorf("a diversion to %s is accepted", num)
		}
	}
	ten := `{"Action":"Originate","Channel":"Local/1010@T10_cos-all","Context":"T10_cos-all","Exten":"%s"}`
	if got := verdict("ten", ten, "00112125550123"); got != "forbidden" {
		t.Errorf("of a tenant that has nothing open: %s", got)
	}
	now = now.AddDate(0, 0, 2)
	if got := verdict("two", requests["Originate"], "00112125550123"); got != "forbidden" {
		t.Errorf("after its last day: %s", got)
	}
	if got := verdict("two", requests["Originate"], "0601234567"); got != "ok" {
		t.Errorf("premium, which has no day: %s", got)
	}
}
