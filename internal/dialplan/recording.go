package dialplan

import (
	"errors"
	"fmt"
	"path"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// Directions of a recorded call, as the names of recordings say them.
const (
	RecordIn    = "IN"    // with somebody from the network
	RecordOut   = "OUT"   // to the network
	RecordLocal = "LOCAL" // between extensions
)

// RecordFormat is the file format of recordings, and how their names end.
const RecordFormat = "wav"

// RecordingsFolder is where Asterisk writes recordings, below its spool folder.
const RecordingsFolder = "monitor"

// RecordingFamily and RecordingStop name the AstDB entry that stops recording
// when it is Yes: calls go on.
const (
	RecordingFamily = "dipcast_recording"
	RecordingStop   = "stop"
)

// RecordFolder is the folder of a tenant's recordings: "T2", also of a main
// tenant. It is no id, which would be told by every listing of the folder.
func RecordFolder(number int) string { return "T" + strconv.Itoa(number) }

// Recording is what the name of a recording says, so that one that was made
// while nobody watched is known by it alone:
//
//	T2/2026/11/21/143000-IN-01012345678-1010-1795238999-1795238990.7_1795238990.9.wav
type Recording struct {
	Tenant    int       // number of the prefix
	Folder    string    // day when the call began, "2026/11/21"
	Clock     string    // and its time, "143000", both by Asterisk's clock
	Direction string    // RecordIn and so on
	From, To  string    // digits only, may be ""
	Began     time.Time // when recording began, to the second, UTC
	Linkedid  string
	Uniqueid  string // of the channel where it was begun
}

// ErrRecording reports a name that is none of a recording.
var ErrRecording = errors.New("no name of a recording")

const (
	recordTenant  = `^T([1-9][0-9]{0,3})`
	recordTime    = `([0-9]{1,11})`
	recordParties = `([0-9]{6})-(IN|OUT|LOCAL)-([0-9]{0,32})-([0-9]{0,32})-`
	recordCall    = `([0-9A-Za-z.-]{1,128})_([0-9A-Za-z.-]{1,128})\.` + RecordFormat + `$`
)

var (
	recordingPattern = regexp.MustCompile(recordTenant + `/([0-9]{4}/[0-9]{2}/[0-9]{2})/` + recordParties + recordTime + `-` + recordCall)
	keyPattern       = regexp.MustCompile(recordTenant + `-` + recordTime + `-([0-9]{4}-[0-9]{2}-[0-9]{2})-` + recordParties + recordCall)
)

// ParseRecording reads a name as Name writes it, with slashes; or that of a
// recording which a key within the call began, and which Asterisk's own feature
// names in the order that it can, in no folder:
//
//	T2-1795238999-2026-11-21-143000-IN-01012345678-1010-1795238990.7_1795238990.9.wav
func ParseRecording(name string) (Recording, error) {
	m := recordingPattern.FindStringSubmatch(name)
	if k := keyPattern.FindStringSubmatch(name); k != nil {
		m = []string{"", k[1], strings.ReplaceAll(k[3], "-", "/"), k[4], k[5], k[6], k[7], k[2], k[8], k[9]}
	}
	if m == nil {
		return Recording{}, ErrRecording
	}
	number, err := strconv.Atoi(m[1])
	if err != nil {
		return Recording{}, ErrRecording
	}
	began, err := strconv.ParseInt(m[7], 10, 64)
	if err != nil {
		return Recording{}, ErrRecording
	}
	return Recording{
		Tenant: number, Folder: m[2], Clock: m[3], Direction: m[4], From: m[5], To: m[6],
		Began: time.Unix(began, 0).UTC(), Linkedid: m[8], Uniqueid: m[9],
	}, nil
}

// Name is the file below RecordingsFolder. It returns ErrRecording when a part
// could not be read back.
func (r *Recording) Name() (string, error) {
	name := path.Join(RecordFolder(r.Tenant), r.Folder, fmt.Sprintf("%s-%s-%s-%s-%d-%s_%s.%s",
		r.Clock, r.Direction, r.From, r.To, r.Began.Unix(), r.Linkedid, r.Uniqueid, RecordFormat))
	if got, err := ParseRecording(name); err != nil || got.Linkedid != r.Linkedid || got.Uniqueid != r.Uniqueid {
		return "", ErrRecording
	}
	return name, nil
}

// RecordedWith reports whether a recording is of a call of an extension: a number
// of the network that looks like one is none.
func RecordedWith(extension, direction, from, to string) bool {
	return extension != "" && (to == extension && direction != RecordOut || from == extension && direction != RecordIn)
}

// Digits are the digits of a number, at most 32: what names of recordings hold.
func Digits(number string) string {
	digits := strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, number)
	return digits[:min(len(digits), 32)]
}
