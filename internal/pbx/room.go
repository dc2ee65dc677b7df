package pbx

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/dipcast/dipcast/ami"
	"github.com/dipcast/dipcast/internal/dialplan"
	"github.com/dipcast/dipcast/internal/policy"
)

// maxChannels bounds a list of channels.
const maxChannels = 50_000

// maxRoom bounds what is read of a server's capacity.
const maxRoom = 1000

// recordingVariable is what MixMonitor sets on a channel that it records.
const recordingVariable = "MIXMONITOR_FILENAME"

// Phones are how many contacts each phone has that is registered, by its
// endpoint, "T2_1010".
func (s *Server) Phones(ctx context.Context) (map[string]int, error) {
	s.contacts.mu.Lock()
	s.contacts.at = time.Time{} // not from the list of a moment ago
	s.contacts.mu.Unlock()
	list, err := s.Contacts(ctx)
	if err != nil {
		return nil, err
	}
	out := make(map[string]int, len(list))
	for i := range list {
		if isPhone(list[i].Device) {
			out[list[i].Device]++
		}
	}
	return out, nil
}

// PhonesInUse are the phones that are in a call, by their endpoints. One that
// only rings is not.
func (s *Server) PhonesInUse() []string {
	s.state.mu.Lock()
	defer s.state.mu.Unlock()
	var out []string
	for device, st := range s.state.devices {
		switch st {
		case "INUSE", "BUSY", "ONHOLD", "RINGINUSE":
			if name, ok := strings.CutPrefix(device, "PJSIP/"); ok && isPhone(name) {
				out = append(out, name)
			}
		}
	}
	return out
}

// isPhone reports whether an endpoint is an extension's, "T2_1010" or "1010-2",
// not a trunk's.
func isPhone(endpoint string) bool {
	_, name := dialplan.ParseEndpoint(endpoint)
	return name != "" && name[0] >= '0' && name[0] <= '9'
}

// Recorded are the channels that are being recorded, by their Uniqueids, each
// with its Linkedid. One whose recording was stopped before its end counts too.
func (s *Server) Recorded(ctx context.Context) (map[string]string, error) {
	a := ami.NewAction("Status").Add("Variables", recordingVariable)
	r, err := s.links[policy.Events].client.List(ctx, a, maxChannels)
	if err != nil {
		return nil, fmt.Errorf("channels that are recorded: %w", err)
	}
	if !r.Success() {
		return nil, fmt.Errorf("channels that are recorded: %w: %s", ErrRefused, s.masked(r.Get("Message")))
	}
	out := map[string]string{}
	for _, m := range r.Events {
		if m.Event() == nil || m.Get("Uniqueid") == "" {
			continue
		}
		if v, ok := strings.CutPrefix(m.Get("Variable"), recordingVariable+"="); ok && v != "" {
			out[m.Get("Uniqueid")] = m.Get("Linkedid")
		}
	}
	return out, nil
}

// Live reports whether there is a channel, by its Uniqueid.
func (s *Server) Live(uniqueid string) bool { return s.tracker.HasChannel(uniqueid) }

// Room are the values of dialplan.CapacityFamily.
func (s *Server) Room(ctx context.Context) (map[string]string, error) {
	all, err := s.tree(ctx, dialplan.CapacityFamily, "", maxRoom)
	if err != nil {
		return nil, fmt.Errorf("read capacity: %w", err)
	}
	return all, nil
}

// SetRoom keeps a value of dialplan.CapacityFamily; "" takes it away.
func (s *Server) SetRoom(ctx context.Context, key, value string) error {
	if value == "" {
		_, err := s.dbDel(ctx, dialplan.CapacityFamily, key)
		return err
	}
	return s.dbPut(ctx, dialplan.CapacityFamily, key, value)
}

// maxAORs bounds what is read of a server's phones.
const maxAORs = 50_000

// Registrable is how many contacts each phone may have that the server knows, by its
// endpoint, whether it is registered or not.
func (s *Server) Registrable(ctx context.Context) (map[string]int, error) {
	list, err := s.listed(ctx, "PJSIPShowAors", maxAORs)
	if err != nil {
		return nil, err
	}
	out := map[string]int{}
	for _, m := range list {
		name := m.Get("ObjectName")
		if m.Is("Event", "AorList") && isPhone(name) {
			n, err := strconv.Atoi(m.Get("MaxContacts"))
			if err != nil {
				continue
			}
			out[name] = max(out[name], n) // one that is closed is listed twice
		}
	}
	return out, nil
}

// Closed are the phones that may have no further contact, each with how many it may
// have.
func (s *Server) Closed(ctx context.Context) (map[string]int, error) {
	entries, err := s.tree(ctx, dialplan.AORsFamily, dialplan.AORsKey, maxAORs)
	if err != nil {
		return nil, fmt.Errorf("read closed phones: %w", err)
	}
	out := make(map[string]int, len(entries))
	for k, v := range entries {
		var aor struct {
			Most string `json:"max_contacts"`
		}
		most := -1 // of nobody's
		if json.Unmarshal([]byte(v), &aor) == nil {
			if n, err := strconv.Atoi(aor.Most); err == nil {
				most = n
			}
		}
		out[strings.TrimPrefix(k, dialplan.AORsKey+"/")] = most
	}
	return out, nil
}

// Close has a phone register with no more than most contacts from now on: with 0
// it is refused (403), else the newest replaces the oldest. A negative number opens
// it again. Asterisk asks at each REGISTER (res_pjsip_registrar by sorcery.conf), so
// nothing is reloaded, and who is registered stays so.
func (s *Server) Close(ctx context.Context, phone string, most int) error {
	key := dialplan.AORsKey + "/" + phone
	if most < 0 {
		_, err := s.dbDel(ctx, dialplan.AORsFamily, key)
		return err
	}
	return s.dbPut(ctx, dialplan.AORsFamily, key, fmt.Sprintf(`{"max_contacts":"%d","remove_existing":"yes"}`, most))
}
