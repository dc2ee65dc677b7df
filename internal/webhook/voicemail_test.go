package webhook_test

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/dipcast/dipcast/ami"
	"github.com/dipcast/dipcast/internal/store"
	"github.com/dipcast/dipcast/internal/store/storetest"
	"github.com/dipcast/dipcast/internal/tenant"
	"github.com/dipcast/dipcast/internal/webhook"
)

// TestVoicemail: a message that somebody left is told, one that was heard is not.
func TestVoicemail(t *testing.T) {
	s := storetest.SQLite(t).Open(t, func(o *store.Options) {
		o.SecretKey = func() ([]byte, error) { return bytes.Repeat([]byte{7}, 32), nil }
	})
	w, err := webhook.New(webhook.Options{Store: s, Logger: slog.New(slog.DiscardHandler), Add: s.AddOutbox})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Create(t.Context(), store.Webhook{Tenant: 2, URL: "https://crm.example/", Events: webhook.Types, Enabled: true}); err != nil {
		t.Fatal(err)
	}
	who := &tenant.Tenant{ID: tenant.NewID("7be69580e27641df", 2), Number: 2}
	at := time.UnixMilli(1760579048983)
	told := func(lines ...string) []store.OutboxRow {
		t.Helper()
		var m ami.Message
		if err := ami.Parse([]byte(strings.Join(lines, "\r\n")+"\r\n\r\n"), &m); err != nil {
			t.Fatal(err)
		}
		at = at.Add(time.Second)
		w.Event(1, at, &m, who)
		// What is told of a call goes along with its end.
		rows := w.Ended(who, &store.CallRow{Server: 1, Linkedid: "1.1"})
		return rows[:len(rows)-1]
	}
	enters := []string{"Event: Newexten", "Linkedid: 1.1", "Application: VoiceMail", "AppData: 1010@T2_voicemail,u"}
	has := func(n string) []string {
		return []string{"Event: MessageWaiting", "Mailbox: 1010@T2_voicemail", "Waiting: 1", "New: " + n, "Old: 0"}
	}
	for i, step := range []struct {
		lines []string
		want  int
	}{
		{has("3"), 0}, // somebody listens to it after the start
		{enters, 0},
		{has("4"), 1},
		{has("3"), 0}, // one is heard
		{has("4"), 0}, // marked as new again: nobody left one
		{enters, 0},
		{has("4"), 0},
		{has("5"), 1},
	} {
		rows := told(step.lines...)
		if len(rows) != step.want {
			t.Errorf("step %d: %+v", i, rows)
		}
		if len(rows) == 1 && !strings.Contains(string(rows[0].Body), `"data":{"server_id":1,"extension":"1010","call_id":"1-1.1","new":`) {
			t.Errorf("step %d: %s", i, rows[0].Body)
		}
	}
	w.Forget(1)
	if rows := told(has("9")...); len(rows) > 0 {
		t.Errorf("%+v", rows)
	}
	told(enters...)
	if rows := told(has("10")...); len(rows) != 1 || rows[0].Label != webhook.VoicemailNew {
		t.Errorf("%+v", rows)
	}
}
