package ami

import "encoding/binary"

// Name is the number of a header's name that Asterisk uses often, 0 for any
// other. Which number a name has may change with the version of this package.
// Names are told apart exactly, with their letter case.
type Name uint8

// NameOf returns the number of a name, or 0.
func NameOf(name string) Name { return known.find([]byte(name)) }

// String returns the name, "" for 0.
func (n Name) String() string {
	if n == 0 || int(n) > len(wellKnown) {
		return ""
	}
	return wellKnown[n-1]
}

// Names is how many there are: a Name is less than it.
const Names = len(wellKnown) + 1

// wellKnown are the names of the headers of channels, bridges, dialling, queues
// and devices, as Asterisk 16 and 22 write them.
var wellKnown = [...]string{
	"Event", "Privilege", "ActionID", "Response", "Message", "Timestamp", "SystemName", "EventList", "ListItems",
	"Channel", "ChannelState", "ChannelStateDesc", "CallerIDNum", "CallerIDName", "ConnectedLineNum",
	"ConnectedLineName", "Language", "AccountCode", "Context", "Exten", "Priority", "Uniqueid", "Linkedid",
	"DestChannel", "DestChannelState", "DestChannelStateDesc", "DestCallerIDNum", "DestCallerIDName",
	"DestConnectedLineNum", "DestConnectedLineName", "DestLanguage", "DestAccountCode", "DestContext", "DestExten",
	"DestPriority", "DestUniqueid", "DestLinkedid", "DialString", "DialStatus", "Forward",
	"Extension", "Application", "AppData", "ApplicationData", "Variable", "Value", "Cause", "Cause-txt",
	"CID-CallingPres", "Duration", "Newname", "TechCause", "MusicClass", "Digit", "Direction", "DurationMs",
	"BridgeUniqueid", "BridgeId", "BridgeType", "BridgeTechnology", "BridgeCreator", "BridgeName",
	"BridgeNumChannels", "BridgeVideoSourceMode", "SwapUniqueid",
	"Device", "State", "Status", "StatusText", "Hint", "Peer", "PeerStatus", "AOR", "Endpoint", "EndpointName",
	"Contact", "URI", "UserAgent", "RoundtripUsec", "Mailbox", "Waiting", "New", "Old",
	"Queue", "MemberName", "Interface", "StateInterface", "Membership", "Penalty", "CallsTaken", "LastCall",
	"LastPause", "LoginTime", "InCall", "Paused", "PausedReason", "Ringinuse", "Wrapuptime", "Position", "Count",
	"HoldTime", "RingTime", "TalkTime", "Reason",
	"Source", "Destination", "DestinationContext", "CallerID", "DestinationChannel", "LastApplication", "LastData",
	"StartTime", "AnswerTime", "EndTime", "BillableSeconds", "Disposition", "AMAFlags", "UniqueID", "UserField",
}

var actionID = NameOf("ActionID")

// nameTable finds a name by four bytes at each end: none of two places is taken
// by two names for long.
type nameTable [1024]struct {
	name   string
	number Name
}

var known = func() *nameTable {
	t := new(nameTable)
	for i, name := range wellKnown {
		at := nameHash([]byte(name))
		for t[at].number != 0 {
			at = (at + 1) % uint32(len(t))
		}
		t[at].name, t[at].number = name, Name(i+1)
	}
	return t
}()

func nameHash(name []byte) uint32 {
	n := len(name)
	if n < 4 {
		if n == 0 {
			return 0
		}
		return (uint32(name[0])*0x85ebca6b ^ uint32(name[n-1])*0xc2b2ae35) >> 22
	}
	h := binary.LittleEndian.Uint32(name)*0x9e3779b1 ^ binary.LittleEndian.Uint32(name[n-4:])*0x85ebca6b
	return (h ^ uint32(n)*0xc2b2ae35) >> 22
}

func (t *nameTable) find(name []byte) Name {
	for at := nameHash(name); ; at = (at + 1) % uint32(len(t)) {
		e := &t[at]
		if e.number == 0 || e.name == string(name) {
			return e.number
		}
	}
}
