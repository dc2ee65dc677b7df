package rest_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/dipcast/dipcast/internal/demo"
	"github.com/dipcast/dipcast/internal/sipphone"
)

// TestApplied: what reaches an Asterisk by an apply, on one lab.
func TestApplied(t *testing.T) {
	both(t, func(t *testing.T, s *site) {
		ringBackTone(t, s)
		rotate(t, s)
	})
}

// rotate: one request, and the old password of a phone helps nobody any more,
// the phone that was registered with it is gone, and the new one works.
func rotate(t *testing.T, s *site) {
	registrations := func() (n int) {
		var all []struct {
			ServerID int    `json:"server_id"`
			Agent    string `json:"user_agent"`
		}
		s.get(prefix+"/registrations?extension=1010&server_id=1", &all)
		return len(all)
	}
	s.until("the phone is registered", func() bool { return registrations() == 1 })
	old := s.demo.Phone(2, "1010")
	r := s.as(basic(demo.Operator), "POST", prefix+"/extensions/1010/devices/0/rotate?tenant=T2", "")
	if r.status != 200 {
		t.Fatalf("%d %s", r.status, r.raw)
	}
	var made struct {
		Device  string `json:"device_name"`
		Secret  string `json:"secret"`
		Applied int    `json:"applied"`
		Problem string `json:"problem"`
	}
	s.data(r, &made)
	if made.Device != "T2_1010" || len(made.Secret) < 16 || made.Applied != 2 || made.Problem != "" {
		t.Fatalf("answer %s", r.raw)
	}
	if n := registrations(); n != 0 {
		t.Errorf("%d phones are still registered", n)
	}
	var status *sipphone.StatusError
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	if err := old.Register(ctx); !errors.As(err, &status) || status.Code != 401 {
		t.Errorf("the old password: %v", err)
	}
	phone, err := sipphone.New(sipphone.Options{Server: s.demo.SIPAddress(1), User: "T2_1010", Password: made.Secret})
	if err != nil {
		t.Fatal(err)
	}
	if err := phone.Start(ctx); err != nil {
		t.Fatal(err)
	}
	defer phone.Close()
	if err := phone.Register(ctx); err != nil {
		t.Fatal("the new password: ", err)
	}
	s.until("the phone can be called", func() bool {
		var devices []struct {
			ServerID   int    `json:"server_id"`
			State      string `json:"state"`
			Registered bool   `json:"registered"`
		}
		s.get(prefix+"/extensions/1010/devices", &devices)
		return len(devices) > 0 && devices[0].ServerID == 1 && devices[0].Registered
	})
}
