package features_test

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/dipcast/dipcast/ami"
	"github.com/dipcast/dipcast/internal/company"
	"github.com/dipcast/dipcast/internal/dialplan"
	"github.com/dipcast/dipcast/internal/media"
	"github.com/dipcast/dipcast/internal/sipphone"
)

// Of 1300 calls from the network are recorded, of 1302 those to it, of 1304 those
// between extensions. 630 rings 1300 and 1308.
var _ = described(func(c *company.Company) {
	rings("1200", "1300", "1302")(c)
	c.Extension("1300").Recorded.Incoming = company.RecordAlways
	c.Extension("1302").Recorded.Outgoing = company.RecordAlways
	c.Extension("1304").Recorded.Internal = company.RecordAlways
	c.Recording.Notice = true
	c.RingGroups = append(c.RingGroups, company.RingGroup{Number: "630", Members: []string{"1300", "1308"}, RingSeconds: 2})
	c.DIDs = append(c.DIDs, company.DID{Number: didOf("0630"), To: company.Target{Kind: company.ToRingGroup, Value: "630"}})
})

// recordings are those with two parties, by direction, of tenant 2.
func (l *lab) recordings(direction, from, to string) []string {
	l.Helper()
	return l.recordingsOf(2, direction, from, to)
}

// recordingsOf are those in a tenant's folder.
func (l *lab) recordingsOf(tenant int, direction, from, to string) []string {
	l.Helper()
	folder := filepath.Join(l.server.Input.Dirs.Base, "spool", dialplan.RecordingsFolder)
	var all []string
	for _, pattern := range []string{"*.wav", "*/*/*/*/*"} { // by key, and by itself
		files, err := filepath.Glob(filepath.Join(folder, pattern))
		if err != nil {
			l.Fatal(err)
		}
		all = append(all, files...)
	}
	return slices.DeleteFunc(all, func(file string) bool {
		name, err := filepath.Rel(folder, file)
		if err != nil {
			l.Fatal(err)
		}
		r, err := dialplan.ParseRecording(filepath.ToSlash(name))
		if err != nil {
			l.Errorf("%s: %v", name, err)
		}
		return r.Tenant != tenant || r.Direction != direction || r.From != from || r.To != to
	})
}

// recording waits for the only recording with two parties, and for its end: then
// the head of the file says how long it is.
func (l *lab) recording(direction, from, to string) media.Sound {
	l.Helper()
	return l.recordingOf(2, direction, from, to)
}

func (l *lab) recordingOf(tenant int, direction, from, to string) media.Sound {
	l.Helper()
	return l.parts(1, tenant, direction, from, to)[0]
}

// parts waits for recordings with two parties, as many as there are to be, and for
// their ends. The oldest is the first.
func (l *lab) parts(n, tenant int, direction, from, to string) []media.Sound {
	l.Helper()
	var all []media.Sound
	l.until(fmt.Sprintf("%d recordings %s from %s to %s", n, direction, from, to), func() bool {
		files := l.recordingsOf(tenant, direction, from, to)
		if len(files) > n {
			l.Fatalf("there are %q", files)
		}
		if len(files) < n {
			return false
		}
		slices.Sort(files) // of one call: by when they began
		all = all[:0]
		for _, file := range files {
			data, err := os.ReadFile(file)
			if err != nil {
				l.Fatal(err)
			}
			length, err := media.WAVDuration(data)
			if err != nil || int(length.Seconds()*16000) < len(data)-100 {
				return false
			}
			sound, err := media.DecodeWAV(data)
			if err != nil {
				return false
			}
			all = append(all, sound)
		}
		return true
	})
	return all
}

// through checks that a tone is in a recording from its beginning to its end, but for
// half a second at most.
func (l *lab) through(s media.Sound, hz int) {
	l.Helper()
	if n, all := tenths(s, hz), len(s.Samples)*10/s.Rate; n < all-5 || n < 10 {
		l.Errorf("%d Hz is in %d of %d tenths of a second", hz, n, all)
	}
}

// lasts waits until there are so many seconds of a recording.
func (l *lab) lasts(direction, from, to string, seconds int64) {
	l.Helper()
	l.lastsOf(2, direction, from, to, seconds)
}

func (l *lab) lastsOf(tenant int, direction, from, to string, seconds int64) {
	l.Helper()
	l.partLasts(1, tenant, direction, from, to, seconds)
}

// partLasts is lastsOf for the newest of several parts.
func (l *lab) partLasts(n, tenant int, direction, from, to string, seconds int64) {
	l.Helper()
	l.until("sound recorded "+direction+" from "+from+" to "+to, func() bool {
		files := l.recordingsOf(tenant, direction, from, to)
		if len(files) < n {
			return false
		}
		info, err := os.Stat(slices.Max(files))
		return err == nil && info.Size() > seconds*16000
	})
}

// holds checks that a tone is in a recording, for half a second in all.
func (l *lab) holds(s media.Sound, hz int) {
	l.Helper()
	if n := tenths(s, hz); n < 5 {
		l.Errorf("%d Hz is in %d of %d tenths of a second", hz, n, len(s.Samples)*10/s.Rate)
	}
}

// holdsNot checks that a tone is not in a recording.
func (l *lab) holdsNot(s media.Sound, hz int) {
	l.Helper()
	if n := tenths(s, hz); n > 1 {
		l.Errorf("%d Hz is in %d of %d tenths of a second", hz, n, len(s.Samples)*10/s.Rate)
	}
}

// tenths counts the tenths of a second that a tone is in.
func tenths(s media.Sound, hz int) int {
	const block = 800 // 100 ms
	n := 0
	for part := range slices.Chunk(s.Samples, block) {
		var re, im, all float64
		for i, v := range part {
			sin, cos := math.Sincos(2 * math.Pi * float64(hz) * float64(i) / float64(s.Rate))
			re, im, all = re+float64(v)*cos, im+float64(v)*sin, all+float64(v)*float64(v)
		}
		if all > 0 && 2*(re*re+im*im)/float64(len(part)) > 0.2*all {
			n++
		}
	}
	return n
}

// noticed waits until somebody of the network is told, on a channel of which the
// name begins so.
func (l *lab) noticed(linkedid string) {
	l.Helper()
	l.wait("Event", "Newexten", "Channel", "PJSIP/trk-1-*", "Linkedid", linkedid, "Application", "Playback", "AppData", "dipcast/recorded*")
}

// linkedid is that of the only call that somebody of the network makes to a DID.
func (l *lab) linkedid(did string) string {
	l.Helper()
	return l.wait("Event", "Newchannel", "Channel", "PJSIP/trk-1-*", "Exten", did).Get("Linkedid")
}

// Calls from the network are recorded from the answer on, with both voices; who
// calls is told before it rings. One that nobody answers is not recorded.
var _ = scenario("recorded incoming", func(l *lab) {
	p := l.phone("1300", sipphone.Answer(0))
	out := l.incoming(stranger, didOf("1300"))
	l.noticed(l.linkedid(didOf("1300")))
	if len(p.Calls()) > 0 {
		l.Error("it rings while the notice is heard")
	}
	in := l.answered(p)
	l.talk(out, in)
	l.lasts(dialplan.RecordIn, stranger, "1300", 1)
	l.hangup(out, in)
	s := l.recording(dialplan.RecordIn, stranger, "1300")
	l.holds(s, out.Tone())
	l.holds(s, in.Tone())

	// By a group; and not answered at all.
	out = l.incoming(friend, didOf("0630"))
	l.noticed(l.linkedid(didOf("0630")))
	in = l.answered(p)
	l.talk(out, in)
	l.lasts(dialplan.RecordIn, friend, "1300", 1)
	l.hangup(in, out)
	l.holds(l.recording(dialplan.RecordIn, friend, "1300"), 1800)
	p.SetBehaviour(sipphone.Ring())
	l.ended(l.incoming(mobile2, didOf("1300")))
	if files := l.recordings(dialplan.RecordIn, mobile2, "1300"); len(files) > 0 {
		l.Errorf("a call that nobody answered wrote %q", files)
	}
})

// Calls to the network, also by click-to-call: who is called is told when he
// answers.
var _ = scenario("recorded outgoing", func(l *lab) {
	p := l.phone("1302", sipphone.Answer(0))
	out := l.dial(p, friend)
	in := l.toNetwork(friend)
	l.talk(out, in)
	l.lasts(dialplan.RecordOut, "1302", friend, 1)
	l.hangup(out, in)
	s := l.recording(dialplan.RecordOut, "1302", friend)
	l.holds(s, out.Tone())
	l.holds(s, in.Tone())
	notice := l.wait("Event", "Newexten", "Context", "T2_record-leg", "Application", "Playback", "AppData", "dipcast/recorded")
	if !strings.HasPrefix(notice.Get("Channel"), "PJSIP/trk-1-") || notice.Get("Language") != "ko_T2" {
		l.Errorf("told to %s in %s", notice.Get("Channel"), notice.Get("Language"))
	}

	// It goes on with whom it is transferred to, and who takes it from its space.
	const moved = "0101302130"
	l.number(moved, 2050)
	second, third := l.phone("1303", sipphone.Answer(0)), l.phone("1309", sipphone.Answer(0))
	out = l.dial(p, moved)
	in = l.toNetwork(moved)
	l.talk(out, in)
	l.lasts(dialplan.RecordOut, "1302", moved, 1)
	if err := out.Transfer(l.ctx(), "1303"); err != nil {
		l.Fatal(err)
	}
	then := l.answered(second)
	l.talk(in, then)
	l.partLasts(2, 2, dialplan.RecordOut, "1302", moved, 2)
	if err := then.Transfer(l.ctx(), "700"); err != nil {
		l.Fatal(err)
	}
	parked := l.wait("Event", "DialBegin", "DestChannel", "PJSIP/trk-1-*", "DialString", moved+"@trk-1").Get("DestUniqueid")
	last := l.dial(third, l.wait("Event", "ParkedCall", "ParkeeUniqueid", parked).Get("ParkingSpace"))
	l.talk(in, last)
	l.partLasts(3, 2, dialplan.RecordOut, "1302", moved, 2)
	l.hangup(last, in)
	parts := l.parts(3, 2, dialplan.RecordOut, "1302", moved)
	l.holds(parts[0], out.Tone())
	for i, ours := range map[int]int{1: then.Tone(), 2: last.Tone()} {
		l.holds(parts[i], ours)
		l.holds(parts[i], in.Tone())
	}

	l.do(ami.NewAction("Originate").Add("Channel", "Local/1302@T2_cos-all").Add("Context", "T2_cos-all").
		Add("Exten", mobile2).Add("Priority", "1").Add("Async", "true").Add("Timeout", "20000"))
	caller, callee := l.answered(p), l.toNetwork(mobile2)
	l.talk(caller, callee)
	l.lasts(dialplan.RecordOut, "1302", mobile2, 1)
	l.hangup(caller, callee)
	l.holds(l.recording(dialplan.RecordOut, "1302", mobile2), callee.Tone())
	if files := l.recordings(dialplan.RecordLocal, "1302", "1302"); len(files) > 0 {
		l.Errorf("the first leg of a click-to-call wrote %q", files)
	}
	// The other direction is asked for only.
	back := l.incoming(stranger, didOf("1302"))
	l.talk(back, l.answered(p))
	l.hangup(back)
	if files := l.recordings(dialplan.RecordIn, stranger, "1302"); len(files) > 0 {
		l.Errorf("a call from the network wrote %q", files)
	}
})

// Calls between extensions, when one of them is recorded. A transferred call is
// not recorded twice.
var _ = scenario("recorded internal", func(l *lab) {
	p := l.phone("1304", sipphone.Answer(0))
	other := l.phone("1305", sipphone.Answer(0))
	third := l.phone("1306", sipphone.Answer(0))
	for _, ends := range [][2]*sipphone.Phone{{p, other}, {other, p}, {other, third}} {
		from, to := strings.TrimPrefix(ends[0].User(), "T2_"), strings.TrimPrefix(ends[1].User(), "T2_")
		out := l.dial(ends[0], to)
		in := l.answered(ends[1])
		l.talk(out, in)
		if ends[1] != third {
			l.lasts(dialplan.RecordLocal, from, to, 1)
		}
		l.hangup(out, in)
		if ends[1] == third {
			if files := l.recordings(dialplan.RecordLocal, from, to); len(files) > 0 {
				l.Errorf("a call of others wrote %q", files)
			}
			continue
		}
		s := l.recording(dialplan.RecordLocal, from, to)
		l.holds(s, out.Tone())
		l.holds(s, in.Tone())
	}
})

// Recording by key: the file is where the others are, and named the same; the key
// ends it too.
var _ = scenario("recording", func(l *lab) {
	p := l.phone("1200", sipphone.Answer(0))
	out := l.incoming(stranger, didOf("1200"))
	in := l.answered(p)
	l.talk(out, in)
	l.keys(in, "*1")
	l.lasts(dialplan.RecordIn, stranger, "1200", 5) // it begins with what says so
	l.keys(in, "*1")
	s := l.recording(dialplan.RecordIn, stranger, "1200")
	l.holds(s, out.Tone())
	l.holds(s, in.Tone())
	l.talk(out, in)
	l.hangup(out)
})

// recordingStops: when recording is stopped, calls go on, and so does the recording
// of those that are recorded already. It is the same for all, so it comes after the
// scenarios.
func recordingStops(l *lab) {
	p, other := l.phone("1304", sipphone.Answer(0)), l.phone("1307", sipphone.Answer(0))
	before, third := l.phone("1308", sipphone.Answer(0)), l.phone("1309", sipphone.Answer(0))
	running := l.dial(p, "1308")
	recorded := l.answered(before)
	l.talk(running, recorded)
	l.put(dialplan.RecordingFamily, dialplan.RecordingStop, dialplan.Yes)
	l.lasts(dialplan.RecordLocal, "1304", "1308", 2)
	out := l.dial(other, "1304")
	in := l.answered(p)
	l.talk(out, in)
	l.keys(in, "*1")
	l.talk(out, in)
	l.hangup(out, in)
	l.talk(running, recorded)
	l.hangup(running, recorded)
	l.holds(l.recording(dialplan.RecordLocal, "1304", "1308"), recorded.Tone())

	// And there is recording again.
	l.do(ami.NewAction("DBDel").Add("Family", dialplan.RecordingFamily).Add("Key", dialplan.RecordingStop))
	out = l.dial(third, "1304")
	in = l.answered(p)
	l.talk(out, in)
	l.lasts(dialplan.RecordLocal, "1309", "1304", 1)
	l.hangup(out, in)
	for _, phone := range []string{"1304", "1307", "1308", "1309"} { // what follows looks at what is left
		l.until(phone+" is gone", func() bool {
			return l.seen("Event", "Hangup", "Channel", "PJSIP/T2_"+phone+"-*") == l.seen("Event", "Newchannel", "Channel", "PJSIP/T2_"+phone+"-*")
		})
	}
	if files := l.recordings(dialplan.RecordLocal, "1307", "1304"); len(files) > 0 {
		l.Errorf("with recording stopped a call wrote %q", files)
	}
}
