package seed_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/dipcast/dipcast/internal/asteriskproc"
	"github.com/dipcast/dipcast/internal/demo"
	"github.com/dipcast/dipcast/internal/sipphone"
)

// TestWorkflows walks the two workflows at the end of the document, one after
// the other: a diversion is read, given its number, switched on and verified;
// then a click-to-call from 1010 rings its mobile instead and connects it with
// 07045144801, and each hears the other.
func TestWorkflows(t *testing.T) {
	for name, version := range map[string]asteriskproc.Version{"22": asteriskproc.Asterisk22, "16": asteriskproc.Asterisk16} {
		t.Run("asterisk "+name, func(t *testing.T) { workflows(t, start(t, version)) })
	}
}

func workflows(t *testing.T, s *site) {
	cfi := demo.Tenant2 + " diversions/1010/CFI"
	// 1. Read.
	if got := s.command("database get " + cfi + "/enable"); got != "Value: yes" {
		t.Errorf("a new extension's enable: %q", got)
	}
	if got := s.command("database get " + cfi + "/destination"); !strings.Contains(got, "Database entry not found") {
		t.Errorf("a new extension's destination: %q", got)
	}
	// 2. Set the number. 3. Enable.
	for _, c := range []string{"/destination sub-custom-numbers," + demo.Mobile + ",1", "/enable yes"} {
		if got := s.command("database put " + cfi + c); got != "Updated database successfully" {
			t.Errorf("put %s: %q", c, got)
		}
	}
	// 4. Verify.
	if got := s.command("database get " + cfi + "/destination"); got != "Value: sub-custom-numbers,"+demo.Mobile+",1" {
		t.Errorf("destination: %q", got)
	}

	// Click-to-call, example 1 of the document.
	for _, b := range document(t) {
		if strings.Contains(b.text, "얼쑤팩토리 <16682471>") && !b.isTemplate() {
			if got, raw := s.ask(b.text); got.Data["Response"] != "Success" {
				t.Fatalf("originate: %s", raw)
			}
		}
	}
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	mobile := next(ctx, t, "the mobile", s.demo.Network().NextCall)
	if got := mobile.Invite(); got.Called != demo.Mobile {
		t.Fatalf("the network was asked for %s", got.Called)
	}
	desk := next(ctx, t, "1013", s.demo.Phone(2, "1013").NextCall)
	for _, c := range []*sipphone.Call{mobile, desk} {
		if err := c.WaitAnswered(ctx); err != nil {
			t.Fatal(err)
		}
	}
	// RTP at the right ends: each hears the tone that only the other sends.
	if err := desk.WaitTone(ctx, mobile.Tone()); err != nil {
		t.Errorf("1013 does not hear the mobile: %v", err)
	}
	if err := mobile.WaitTone(ctx, desk.Tone()); err != nil {
		t.Errorf("the mobile does not hear 1013: %v", err)
	}
	if mobile.Tone() == desk.Tone() {
		t.Error("both send the same tone: nothing is proved")
	}
	if calls := s.demo.Phone(2, "1010").Calls(); len(calls) != 0 {
		t.Errorf("1010's phone rang although it is diverted: %v", calls)
	}
	// Towards the network a number of the company is shown: the one asked for.
	if from := mobile.Invite().From.Number; from != "16682471" {
		t.Errorf("the mobile was shown %s", from)
	}
}

func next(ctx context.Context, t *testing.T, who string, f func(context.Context) (*sipphone.Call, error)) *sipphone.Call {
	t.Helper()
	c, err := f(ctx)
	if err != nil {
		t.Fatalf("%s was not called: %v", who, err)
	}
	return c
}
