package recording

import (
	"context"
	"errors"
	"log/slog"
	"path"
	"strings"
	"sync"
	"time"

	"github.com/dipcast/dipcast/ami"
	"github.com/dipcast/dipcast/internal/dialplan"
)

// Events of recordings that are under way. EventReady is of one that is there.
const (
	EventStarted = "recording.started"
	EventStopped = "recording.stopped"
	EventReady   = "recording.ready"
)

// Why a Follower begins recordings anew: Debian's Asterisk 22 drops, as late, what a
// translator is given with lower RTP sequence numbers than before. What a recording
// hears goes through one, that lives as long as anything listens to the channel. So
// when somebody else is put in the place of a recorded channel's partner, his
// voice is missing in every second recording, for up to eleven minutes, though both
// hear each other. With nothing listening for some frames the translator goes.

// breath is for how long nothing listens: of 20 ms frames that are enough, and of
// the talk it is lost.
const breath = 100 * time.Millisecond

// settled is after how long a Local channel that is there still will stay.
const settled = time.Second

// Bounds of what is followed; beyond them recordings are as Asterisk makes them.
const (
	maxFollowed = 10_000 // channels in bridges, of each server
	maxJobs     = 256    // that wait
	maxAtOnce   = 8
	jobTimeout  = 10 * time.Second
)

// Recorder is what a Follower has servers do.
type Recorder interface {
	// Recorded gives the file of the last recording of a channel that runs, as
	// Asterisk says it; by whom is "" unless StartRecording began one, and always
	// whether the dialplan did.
	Recorded(ctx context.Context, server int, channel string) (file, byWhom string, always bool, err error)
	// End ends all recordings of a channel.
	End(ctx context.Context, server int, channel string) error
	// Begin records a channel; asked as if StartRecording had.
	Begin(ctx context.Context, server int, channel, file string, asked bool) error
	// Pause has recordings of a channel hold silence.
	Pause(ctx context.Context, server int, channel string) error
}

// FollowOptions configures a Follower. All are required.
type FollowOptions struct {
	Recorder Recorder
	Logger   *slog.Logger
	// Tell is told EventStarted and EventStopped, with what the name of the file
	// says. It must not block.
	Tell func(server int, event string, r dialplan.Recording)
	// Stopped reports that nothing is to be begun: the disk is full.
	Stopped func() bool
}

// Follower watches the recordings that are under way, and begins those anew whose
// channel gets another partner.
type Follower struct {
	o    FollowOptions
	jobs chan job

	mu    sync.Mutex
	sites map[int]*following
}

// following is one server.
type following struct {
	bridges map[string]map[string]string // by id: the names of its channels by their Uniqueids
	where   map[string]string            // by Uniqueid: the bridge
	live    map[string]*track            // recorded channels by their Uniqueids
	locals  map[string]bool              // Local channels that were in a bridge, by their Uniqueids
}

// track is a recorded channel.
type track struct {
	channel string
	partner string // Uniqueid of who it talks with; "": nobody yet
	local   string // the Local channel through which it talks
	given   bool   // whose other end was given to somebody else
	paused  bool
	running int                // recordings of it
	name    dialplan.Recording // zero until it was asked for
}

type job struct {
	server   int
	uniqueid string
	anew     bool // else it has just begun
	stays    bool // anew if its Local channel does not go out of the way
}

// NewFollower checks the options.
func NewFollower(o FollowOptions) (*Follower, error) {
	if o.Recorder == nil || o.Logger == nil || o.Tell == nil || o.Stopped == nil {
		return nil, errors.New("recording: all FollowOptions are required")
	}
	o.Logger = o.Logger.With("component", "recording")
	return &Follower{o: o, jobs: make(chan job, maxJobs), sites: map[int]*following{}}, nil
}

// Forget forgets a server's recordings: its link was lost, or events were.
func (f *Follower) Forget(server int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	delete(f.sites, server)
}

// Event looks at one event of a server. It neither blocks nor keeps m.
func (f *Follower) Event(server int, m *ami.Message) {
	event := m.Event()
	if len(event) == 0 {
		return
	}
	switch event[0] { // most events end here
	case 'M', 'H', 'B':
	default:
		return
	}
	switch string(event) {
	case "MixMonitorStart", "MixMonitorStop", "MixMonitorMute", "Hangup", "BridgeEnter", "BridgeLeave", "BridgeDestroy":
	default:
		return
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	s := f.sites[server]
	if s == nil {
		s = &following{bridges: map[string]map[string]string{}, where: map[string]string{}, live: map[string]*track{}, locals: map[string]bool{}}
		f.sites[server] = s
	}
	id, bridge := m.Get("Uniqueid"), m.Get("BridgeUniqueid")
	switch string(event) {
	case "MixMonitorStart":
		f.begun(server, s, id, m.Get("Channel"))
	case "MixMonitorMute":
		if t := s.live[id]; t != nil {
			t.paused = m.Is("State", "1")
		}
	case "MixMonitorStop":
		if t := s.live[id]; t != nil && t.running > 1 {
			t.running--
		} else {
			f.over(server, s, id)
		}
	case "Hangup":
		f.over(server, s, id)
		s.leave(id)
		delete(s.locals, id)
	case "BridgeEnter":
		if len(s.where) < maxFollowed && len(s.locals) < maxFollowed {
			s.leave(id)
			if talks(m) {
				s.enter(bridge, id, m.Get("Channel"))
				f.met(server, s, bridge)
			}
			f.moved(server, s, id, localName(m.Get("Channel")))
		}
	case "BridgeLeave":
		if s.where[id] == bridge {
			s.leave(id)
			f.met(server, s, bridge) // there were three for a moment
		}
	case "BridgeDestroy":
		for id := range s.bridges[bridge] {
			s.leave(id)
		}
	}
}

// talks reports whether those in the bridge of an event hear each other: calls that
// are parked share one, each by itself with its music.
func talks(m *ami.Message) bool {
	return !m.Is("BridgeType", "parking") && !m.Is("BridgeType", "holding")
}

func (s *following) enter(bridge, id, channel string) {
	if s.bridges[bridge] == nil {
		s.bridges[bridge] = map[string]string{}
	}
	s.bridges[bridge][id], s.where[id] = channel, bridge
}

func (s *following) leave(id string) {
	bridge := s.where[id]
	delete(s.where, id)
	if delete(s.bridges[bridge], id); len(s.bridges[bridge]) == 0 {
		delete(s.bridges, bridge)
	}
}

// partnerOf is with whom a channel is alone in its bridge.
func (s *following) partnerOf(id string) (partner, channel string) {
	all := s.bridges[s.where[id]]
	if len(all) != 2 {
		return "", ""
	}
	for other, name := range all {
		if other != id {
			return other, name
		}
	}
	return "", ""
}

// localName is what both ends of a Local channel have in common, "" for others.
func localName(channel string) string {
	if !strings.HasPrefix(channel, "Local/") {
		return ""
	}
	name, _, _ := strings.Cut(channel, ";")
	return name
}

func (f *Follower) begun(server int, s *following, id, channel string) {
	if t := s.live[id]; t != nil { // another one of the same channel
		t.running++
		return
	}
	if len(s.live) >= maxFollowed {
		return
	}
	t := &track{channel: channel, running: 1}
	s.live[id] = t
	if partner, name := s.partnerOf(id); localName(name) == "" {
		t.partner = partner
	} else {
		t.local = localName(name)
	}
	f.queue(job{server: server, uniqueid: id})
}

func (f *Follower) over(server int, s *following, id string) {
	t := s.live[id]
	if t == nil {
		return
	}
	delete(s.live, id)
	if t.name.Tenant != 0 {
		f.o.Tell(server, EventStopped, t.name)
	}
}

// met looks whether recorded channels of a bridge have other partners than before.
func (f *Follower) met(server int, s *following, bridge string) {
	for id := range s.bridges[bridge] {
		t := s.live[id]
		partner, name := s.partnerOf(id)
		if t == nil || partner == "" || partner == t.partner {
			continue
		}
		if local := localName(name); local != "" {
			t.local = local
			continue
		}
		if t.partner != "" || t.given {
			f.queue(job{server: server, uniqueid: id, anew: true})
		}
		// A Local channel that goes out of the way leaves the same two in talk.
		t.partner, t.local, t.given = partner, "", false
	}
}

// moved: a Local channel that is in another bridge than before was given to somebody
// else, by who asked first. Mostly it goes out of the way at once.
func (f *Follower) moved(server int, s *following, id, local string) {
	if local == "" {
		return
	}
	if !s.locals[id] {
		s.locals[id] = true
		return
	}
	for recorded, t := range s.live {
		if t.local == local {
			t.given = true
			f.queue(job{server: server, uniqueid: recorded, anew: true, stays: true})
		}
	}
}

func (f *Follower) queue(j job) {
	select {
	case f.jobs <- j:
	default:
		f.o.Logger.Warn("too much happens to recordings at once: one is left as it is", "server", j.server)
	}
}

// Run does what is to be done, until ctx ends.
func (f *Follower) Run(ctx context.Context) {
	var wg sync.WaitGroup
	defer wg.Wait()
	places := make(chan struct{}, maxAtOnce)
	for {
		select {
		case j := <-f.jobs:
			select {
			case places <- struct{}{}:
			case <-ctx.Done():
				return
			}
			wg.Go(func() {
				defer func() { <-places }()
				ctx, cancel := context.WithTimeout(ctx, jobTimeout)
				defer cancel()
				if err := f.do(ctx, j); err != nil && ctx.Err() == nil {
					f.o.Logger.Warn("a recording that is under way cannot be followed", "server", j.server, "error", err)
				}
			})
		case <-ctx.Done():
			return
		}
	}
}

// track gives a copy of what is known of a recorded channel.
func (f *Follower) track(j job) (t track, ok bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if s := f.sites[j.server]; s != nil && s.live[j.uniqueid] != nil {
		return *s.live[j.uniqueid], true
	}
	return t, false
}

func (f *Follower) do(ctx context.Context, j job) error {
	if j.stays {
		if err := pause(ctx, settled); err != nil {
			return err
		}
	}
	t, ok := f.track(j)
	if !ok || j.stays && !t.given {
		return nil // it is over, or was begun anew
	}
	file, asked, always, err := f.o.Recorder.Recorded(ctx, j.server, t.channel)
	if err != nil || file == "" {
		return err
	}
	r, err := parseFile(file)
	if err != nil {
		return nil //nolint:nilerr // what somebody else records is left alone
	}
	if !j.anew {
		f.named(j, r)
		return nil
	}
	if f.o.Stopped() {
		return nil
	}
	return f.anew(ctx, j, t, r, asked != "", always)
}

// named tells of one that began.
func (f *Follower) named(j job, r dialplan.Recording) {
	f.mu.Lock()
	defer f.mu.Unlock()
	s := f.sites[j.server]
	if s == nil || s.live[j.uniqueid] == nil {
		return
	}
	s.live[j.uniqueid].name = r
	f.o.Tell(j.server, EventStarted, r)
}

// anew ends the recordings of a channel, and begins them again as others of the same
// call.
func (f *Follower) anew(ctx context.Context, j job, t track, r dialplan.Recording, asked, always bool) error {
	if err := f.o.Recorder.End(ctx, j.server, t.channel); err != nil {
		return err
	}
	if err := pause(ctx, breath); err != nil {
		return err
	}
	now := time.Now().Truncate(time.Second)
	var errs []error
	kinds := []bool{asked}
	if asked && always {
		kinds = []bool{false, true}
	}
	for _, byWhom := range kinds {
		if !now.After(r.Began) { // two in one second would be one file
			now = r.Began.Add(time.Second)
		}
		r.Began, r.Uniqueid = now, j.uniqueid
		name, err := r.Name()
		if err == nil {
			err = f.o.Recorder.Begin(ctx, j.server, t.channel, name, byWhom)
		}
		errs = append(errs, err)
	}
	if t.paused {
		errs = append(errs, f.o.Recorder.Pause(ctx, j.server, t.channel))
	}
	return errors.Join(errs...)
}

// pause waits.
func pause(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// parseFile reads the name of a recording in a file's path as Asterisk says it:
// below the folder of recordings, or whole.
func parseFile(file string) (dialplan.Recording, error) {
	if _, below, ok := strings.Cut(file, "/"+dialplan.RecordingsFolder+"/"); ok {
		file = below
	}
	return dialplan.ParseRecording(path.Clean(file))
}
