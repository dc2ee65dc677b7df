package demo

import (
	"context"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/dipcast/dipcast/internal/number"
	"github.com/dipcast/dipcast/internal/sipphone"
)

// scene is one kind of call that the demo makes by itself.
type scene struct {
	weight int
	// phone is what the phone that is called does.
	phone func() sipphone.Behaviour
	// patience is how long the caller lets it ring, talk how long it talks.
	patience, talk func() time.Duration
}

// scenes are what happens to calls, by weight.
var scenes = []scene{
	{ // answered
		weight: 10,
		phone:  func() sipphone.Behaviour { return sipphone.AnswerFor(between(1500, 4500), time.Minute) },
		talk:   func() time.Duration { return between(3000, 10000) },
	},
	{ // answered, and the phone hangs up
		weight: 3,
		phone:  func() sipphone.Behaviour { return sipphone.AnswerFor(between(1000, 3000), between(3000, 9000)) },
		talk:   func() time.Duration { return time.Minute },
	},
	{ // missed: the caller gives up
		weight:   4,
		phone:    sipphone.Ring,
		patience: func() time.Duration { return between(4000, 9000) },
	},
	{ // busy
		weight: 2,
		phone:  sipphone.Busy,
	},
	{ // declined
		weight: 1,
		phone:  func() sipphone.Behaviour { return sipphone.RingThen(between(1500, 3000), sipphone.Decline()) },
	},
}

// Parts in a hundred of the calls that the demo makes.
const (
	fromColleague = 15 // a phone calls another of its company
	toNetwork     = 15 // a phone calls out
	secondServer  = 15 // of those from the network to a company with two servers: by the second
)

// between is a random time, in milliseconds.
func between(from, to int) time.Duration {
	return time.Duration(from+rand.IntN(to-from)) * time.Millisecond
}

func pick[T any](of []T) T { return of[rand.IntN(len(of))] }

func pickScene() scene {
	sum := 0
	for _, s := range scenes {
		sum += s.weight
	}
	at := rand.IntN(sum)
	for _, s := range scenes {
		if at -= s.weight; at < 0 {
			return s
		}
	}
	return scenes[0]
}

// maxTraffic bounds the demo's own calls that are under way at a time.
const maxTraffic = 8

// traffic makes calls until ctx ends, and waits for them.
func (d *Demo) traffic(ctx context.Context) {
	var calls sync.WaitGroup
	defer calls.Wait()
	room := make(chan struct{}, maxTraffic)
	mean := int(d.o.Interval / time.Millisecond)
	pause := min(time.Second, d.o.Interval) // who starts the demo wants to see one soon
	for ; wait(ctx, pause); pause = between(mean/2, mean+mean/2+1) {
		select {
		case room <- struct{}{}:
		default:
			continue
		}
		calls.Go(func() {
			defer func() { <-room }()
			d.oneCall(ctx)
		})
	}
}

// oneCall makes one call and sees it to its end. What goes wrong is no matter:
// a server may be away, a person busy.
func (d *Demo) oneCall(ctx context.Context) {
	c := &companies[0]
	if rand.IntN(3) == 0 {
		c = &companies[1]
	}
	what := pickScene()
	switch n := rand.IntN(100); {
	case n < fromColleague:
		from, to := pick(c.extensions), pick(c.extensions)
		if from != to {
			d.play(ctx, from.number, what, func() (*sipphone.Call, error) {
				return d.Phone(c.number, from.number).Dial(ctx, to.number, sipphone.DialOptions{})
			})
		}
	case n < fromColleague+toNetwork:
		d.play(ctx, "", what, func() (*sipphone.Call, error) {
			return d.Phone(c.number, pick(c.extensions).number).Dial(ctx, pick(answering).number, sipphone.DialOptions{})
		})
	default:
		from, server := pick(callers), 0
		if len(c.servers) > 1 && rand.IntN(100) < secondServer {
			server = 1
		}
		d.play(ctx, from.number, what, func() (*sipphone.Call, error) {
			return d.network.Call(ctx, sipphone.CallOptions{
				From: from.number, Name: from.name, To: pick(d.plan.called(c)), Server: hostPort(d.plan.servers[server].sip),
			})
		})
	}
}

// play books the script under the caller's number, "" for none, places the call and ends it
// as the scene has it.
func (d *Demo) play(ctx context.Context, from string, s scene, dial func() (*sipphone.Call, error)) {
	if from != "" {
		if !d.scripts.take(from, s.phone()) {
			return
		}
		defer d.scripts.drop(from)
	}
	call, err := dial()
	if err != nil {
		d.log.Debug("call of the demo", "error", err)
		return
	}
	defer func() {
		end, _ := call.End()
		d.log.Debug("call of the demo", "to", number.Masked(call.Invite().To.Number), "code", end.Code, "by", end.By.String())
	}()
	patience, talk := time.Minute, between(3000, 10000)
	if s.patience != nil && from != "" {
		patience = s.patience()
	}
	if s.talk != nil {
		talk = s.talk()
	}
	ringing, stop := context.WithTimeout(ctx, patience)
	defer stop()
	if call.WaitAnswered(ringing) == nil {
		talking, stop := context.WithTimeout(ctx, talk)
		defer stop()
		_, _ = call.WaitEnded(talking) // its end, or the time is up: both end it
	}
	ending, stop := context.WithTimeout(context.WithoutCancel(ctx), 2*time.Second)
	defer stop()
	if err := call.Hangup(ending); err != nil {
		d.log.Debug("call of the demo", "error", err)
	}
}
