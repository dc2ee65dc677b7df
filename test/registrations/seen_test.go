package registrations_test

import (
	"strings"
	"testing"
	"time"
)

type registration struct {
	Extension  string    `json:"extension"`
	DeviceName string    `json:"device_name"`
	Address    string    `json:"address"`
	UserAgent  string    `json:"user_agent"`
	Status     string    `json:"status"`
	RTT        float64   `json:"rtt_ms"`
	ExpiresAt  time.Time `json:"expires_at"`
}

// TestRegistrationsAreSeen: address, user agent and round trip of every phone,
// by its tenant alone.
func TestRegistrationsAreSeen(t *testing.T) {
	both(t, nil, func(l *lab) {
		for device, address := range map[string]string{"T2_1010": "127.0.0.5", "T2_1010_1": "127.0.0.6", "T10_1010": "127.0.0.7"} {
			if err := l.phone(device, address, password).Register(l.t.Context()); err != nil {
				l.t.Fatal(err)
			}
		}
		var seen []registration
		l.until("both phones are seen, with their round trip", func() bool {
			l.do(keyTwo, "GET", "/registrations", "", &seen)
			return len(seen) == 2 && seen[0].RTT > 0 && seen[1].RTT > 0
		})
		for i, want := range []struct{ device, address string }{{"T2_1010", "127.0.0.5:"}, {"T2_1010_1", "127.0.0.6:"}} {
			r := seen[i]
			if r.Extension != "1010" || r.DeviceName != want.device || !strings.HasPrefix(r.Address, want.address) ||
				r.UserAgent != "dipcast-sipphone" || r.Status != "reachable" || !r.ExpiresAt.After(time.Now()) {
				l.t.Errorf("seen %+v, want %v", r, want)
			}
		}
		var other []registration
		if l.do(keyTen, "GET", "/registrations", "", &other); len(other) != 1 || other[0].DeviceName != "T10_1010" {
			l.t.Errorf("the other tenant sees %+v", other)
		}
		if l.do(keyTwo, "GET", "/registrations?extension=1013", "", &other); len(other) != 0 {
			l.t.Errorf("of 1013: %+v", other)
		}
		var devices []struct {
			DeviceName    string         `json:"device_name"`
			Registered    bool           `json:"registered"`
			Registrations []registration `json:"registrations"`
		}
		l.do(keyTwo, "GET", "/extensions/1010/devices", "", &devices)
		if len(devices) != 2 || devices[1].DeviceName != "T2_1010_1" || !devices[1].Registered || len(devices[0].Registrations) != 1 || len(devices[1].Registrations) != 1 {
			l.t.Errorf("devices %+v", devices)
		}

		var trunks []struct{ Trunk, State string }
		// It is nobody's: rendered by hand.
		if l.do(keyTwo, "GET", "/trunk-registrations", "", &trunks); len(trunks) != 0 {
			l.t.Errorf("a tenant sees %+v", trunks)
		}
		l.do(operator, "GET", "/trunk-registrations", "", &trunks)
		if len(trunks) != 1 || trunks[0].Trunk != "trk-5" || trunks[0].State == "registered" {
			l.t.Errorf("trunks %+v", trunks)
		}
	})
}
