package amitest

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// World is what a Server reports in its lists.
type World struct {
	Channels  map[string]*Channel // by name
	Bridges   []Bridge
	Devices   []Device
	Hints     []Hint
	Endpoints []Endpoint
	Contacts  []Contact
	Queues    []Queue
	Calls     int // processed so far, in CoreStatus

	globals map[string]string
}

// Channel is a live channel.
type Channel struct {
	Name, State, StateDesc              string // State such as "6", StateDesc "Up"
	CallerIDNum, CallerIDName           string
	ConnectedLineNum, ConnectedLineName string
	AccountCode, Context, Exten         string
	Priority, Uniqueid, Linkedid        string
	Application, ApplicationData        string
	BridgeID                            string
	Since                               time.Time
	Variables                           map[string]string

	peer string // the other half of a Local channel
}

// Bridge is a row of BridgeList.
type Bridge struct {
	ID, Type, Technology string
	Channels             int
}

// Device is a row of DeviceStateList.
type Device struct{ Name, State string }

// Hint is a row of ExtensionStateList.
type Hint struct{ Exten, Context, Hint, Status, StatusText string }

// Endpoint is a row of PJSIPShowEndpoints.
type Endpoint struct{ Name, Transport, Aor, Auths, Contacts, State string }

// Contact is a row of PJSIPShowContacts.
type Contact struct{ Endpoint, URI, UserAgent, Status string }

// Queue is a queue with its members and callers.
type Queue struct {
	Name, Strategy string
	Members        []Member
	Callers        []Caller
}

// Member is a member of a Queue. Status is the device state's number, "1" for
// not in use.
type Member struct {
	Name, Interface, Membership, Penalty, Status, Paused string
}

// Caller waits in a Queue.
type Caller struct {
	Channel, Uniqueid, Number, Name string
	Wait                            int // seconds
}

// Update changes the world.
func (s *Server) Update(f func(*World)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f(&s.world)
}

// variables returns the variables of a channel, or of the server, or nil when
// there is no such channel.
func (w *World) variables(channel string) map[string]string {
	if channel == "" {
		if w.globals == nil {
			w.globals = make(map[string]string)
		}
		return w.globals
	}
	ch := w.Channels[channel]
	if ch == nil {
		return nil
	}
	if ch.Variables == nil {
		ch.Variables = make(map[string]string)
	}
	return ch.Variables
}

// channels returns the channels, the newest first, as Asterisk lists them.
func (s *Server) channels() []Channel {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := make([]Channel, 0, len(s.world.Channels))
	for _, ch := range slices.Sorted(maps.Keys(s.world.Channels)) {
		all = append(all, *s.world.Channels[ch])
	}
	slices.SortStableFunc(all, func(a, b Channel) int { return b.Since.Compare(a.Since) })
	return all
}

func (s *Server) snapshot() World {
	s.mu.Lock()
	defer s.mu.Unlock()
	w := s.world
	w.Bridges, w.Devices, w.Hints = slices.Clone(w.Bridges), slices.Clone(w.Devices), slices.Clone(w.Hints)
	w.Endpoints, w.Contacts, w.Queues = slices.Clone(w.Endpoints), slices.Clone(w.Contacts), slices.Clone(w.Queues)
	return w
}

// snapshotHeaders are the headers that describe a channel in every event.
func (ch *Channel) snapshotHeaders() []string {
	unknown := func(s string) string {
		if s == "" {
			return "<unknown>"
		}
		return s
	}
	return []string{
		"Channel", ch.Name, "ChannelState", ch.State, "ChannelStateDesc", ch.StateDesc,
		"CallerIDNum", unknown(ch.CallerIDNum), "CallerIDName", unknown(ch.CallerIDName),
		"ConnectedLineNum", unknown(ch.ConnectedLineNum), "ConnectedLineName", unknown(ch.ConnectedLineName),
		"Language", "en", "AccountCode", ch.AccountCode, "Context", ch.Context, "Exten", ch.Exten,
		"Priority", ch.Priority, "Uniqueid", ch.Uniqueid, "Linkedid", ch.Linkedid,
	}
}

func coreShowChannels(c *Conn, r Request) {
	var items [][]string
	for _, ch := range c.s.channels() {
		d := time.Since(ch.Since)
		items = append(items, slices.Concat([]string{"Event", "CoreShowChannel", idSecond, ""}, ch.snapshotHeaders(), []string{
			"Application", ch.Application, "ApplicationData", ch.ApplicationData,
			"Duration", fmt.Sprintf("%02d:%02d:%02d", int(d.Hours()), int(d.Minutes())%60, int(d.Seconds())%60),
			"BridgeId", ch.BridgeID,
		}))
	}
	c.list(r, "Channels will follow", "CoreShowChannelsComplete", items, len(items))
}

// coreShowChannels is the text of "core show channels".
func (s *Server) coreShowChannels() []string {
	lines := []string{fmt.Sprintf("%-64s %-32s %-7s %-30s", "Channel", "Location", "State", "Application(Data)")}
	for _, ch := range s.channels() {
		lines = append(lines, fmt.Sprintf("%-64s %-32s %-7s %-30s", ch.Name, ch.Exten+"@"+ch.Context+":"+ch.Priority,
			ch.StateDesc, ch.Application+"("+ch.ApplicationData+")"))
	}
	n := len(lines) - 1
	return append(lines, itoa(n)+" active channels",
		fmt.Sprintf("%d of 2000 max active calls (%5.2f%% of capacity)", n/2, float64(n/2)/20), itoa(s.snapshot().Calls)+" calls processed")
}

func coreStatus(c *Conn, r Request) {
	start := c.s.start
	h := []string{
		"CoreStartupDate", start.Format("2006-01-02"), "CoreStartupTime", start.Format("15:04:05"),
		"CoreReloadDate", start.Format("2006-01-02"), "CoreReloadTime", start.Format("15:04:05"),
		"CoreCurrentCalls", itoa(len(c.s.channels()) / 2),
	}
	if c.s.o.Version != "16" {
		h = append(h, "CoreProcessedCalls", itoa(c.s.snapshot().Calls))
	}
	c.Respond(r, "Success", h...)
}

func (s *Server) asteriskVersion() string {
	if s.o.Version == "16" {
		return "16.28.0~dfsg-0+deb11u10"
	}
	return "22.10.1+dfsg+~cs6.17.60671434-1"
}

func coreSettings(c *Conn, r Request) {
	_, ami, _ := strings.Cut(c.s.o.Banner, "/")
	h := []string{
		"AMIversion", ami, "AsteriskVersion", c.s.asteriskVersion(), "SystemName", "",
		"CoreMaxCalls", "2000", "CoreMaxLoadAvg", "0.000000", "CoreRunUser", "", "CoreRunGroup", "",
		"CoreMaxFilehandles", "0", "CoreRealTimeEnabled", "No", "CoreCDRenabled", "Yes", "CoreHTTPenabled", "Yes",
	}
	if c.s.o.Version != "16" {
		h = append(h, "SoundsSearchCustomDir", "No")
	}
	c.Respond(r, "Success", h...)
}
