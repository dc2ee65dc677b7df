package web_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/dipcast/dipcast/internal/browsertest"
	"github.com/dipcast/dipcast/internal/demo"
	"github.com/dipcast/dipcast/internal/sipphone"
)

// TestSite: what administrators and employees do on a company that works already.
func TestSite(t *testing.T) {
	t.Parallel() // it mostly waits
	s := &office{Demo: startDemo(t), calls: map[string]*sipphone.Call{}}
	address := desk(t, map[string]deed{
		"behave": s.behave, "call": s.call, "answer": s.answer, "answered": s.answered, "hangup": s.hangup, "ended": s.ended,
		"from-outside": s.fromOutside, "rings-at": s.ringsAt, "record": s.record, "talk": s.talk, "chat": s.chat, "user": s.user,
	})
	for _, script := range []string{"signin", "live", "liveload", "history", "diversion", "roles", "card", "factor", "passkey"} {
		t.Run(script, func(t *testing.T) { browsertest.Run(t, script+".mjs", s.URL(), address) })
	}
}

// office is the demo with calls that scripts have asked for, by name.
type office struct {
	*demo.Demo

	mu    sync.Mutex
	calls map[string]*sipphone.Call
}

func (o *office) keep(name string, c *sipphone.Call, err error) (any, error) {
	if err != nil {
		return nil, err
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	o.calls[name] = c
	return c.ID(), nil
}

var errNoCall = errors.New("there is no such call")

func (o *office) kept(name string) (*sipphone.Call, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if c := o.calls[name]; c != nil {
		return c, nil
	}
	return nil, fmt.Errorf("%s: %w", name, errNoCall)
}

// behave sets what the phone of an extension does from now on: answer or ring.
func (o *office) behave(_ context.Context, args []string) (any, error) {
	what := sipphone.Answer(0)
	if args[1] == "ring" {
		what = sipphone.Ring()
	}
	o.Phone(2, args[0]).SetBehaviour(what)
	return true, nil
}

// call has an extension dial a number: name, extension, number.
func (o *office) call(_ context.Context, args []string) (any, error) {
	//nolint:contextcheck // the call outlives the request that asked for it
	c, err := o.Phone(2, args[1]).Dial(context.Background(), args[2], sipphone.DialOptions{})
	return o.keep(args[0], c, err)
}

// fromOutside has somebody in the telephone network call a number: name, from, to.
func (o *office) fromOutside(_ context.Context, args []string) (any, error) {
	//nolint:contextcheck // the call outlives the request that asked for it
	c, err := o.Network().Call(context.Background(), sipphone.CallOptions{From: args[1], To: args[2], Server: o.SIPAddress(1)})
	return o.keep(args[0], c, err)
}

func (o *office) answered(ctx context.Context, args []string) (any, error) {
	c, err := o.kept(args[0])
	if err == nil {
		err = c.WaitAnswered(ctx)
	}
	return err == nil, err
}

func (o *office) hangup(ctx context.Context, args []string) (any, error) {
	c, err := o.kept(args[0])
	if err == nil {
		err = c.Hangup(ctx)
	}
	return err == nil, err
}

// ringsAt waits for the next call of an extension's phone, and gives who it is from.
func (o *office) ringsAt(ctx context.Context, args []string) (any, error) {
	c, err := o.Phone(2, args[0]).NextCall(ctx)
	if err != nil {
		return nil, err
	}
	return c.Invite().From.Number, nil
}

// answer has the phone of an extension, which rings, take its call.
func (o *office) answer(_ context.Context, args []string) (any, error) {
	for _, c := range o.Phone(2, args[0]).Calls() {
		if c.Incoming() {
			return true, c.Answer()
		}
	}
	return nil, errNoCall
}

// ended waits for the end of a call.
func (o *office) ended(ctx context.Context, args []string) (any, error) {
	c, err := o.kept(args[0])
	if err == nil {
		_, err = c.WaitEnded(ctx)
	}
	return err == nil, err
}

// ask sends a request to REST as the company, and reads the data of its answer.
func (o *office) ask(ctx context.Context, method, path, body string, data any) error {
	req, err := http.NewRequestWithContext(ctx, method, o.URL()+"/api/v2"+path, strings.NewReader(body))
	if err != nil {
		return err
	}
	req.SetBasicAuth(demo.Login2, demo.Login2)
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	r, err := client.Do(req)
	if err != nil {
		return err
	}
	defer func() { _ = r.Body.Close() }()
	text, err := io.ReadAll(r.Body)
	if err != nil {
		return err
	}
	if r.StatusCode >= http.StatusBadRequest {
		return fmt.Errorf("%w: %s %s: %s", errRefused, method, path, text)
	}
	return json.Unmarshal(text, &struct{ Data any }{data})
}

var errRefused = errors.New("REST refuses")

// record has the live call of an extension recorded.
func (o *office) record(ctx context.Context, args []string) (any, error) {
	var calls []struct {
		CallID     string `json:"call_id"`
		AnsweredBy struct{ Extension string }
	}
	if err := o.ask(ctx, http.MethodGet, "/calls", "", &calls); err != nil {
		return nil, err
	}
	for _, c := range calls {
		if len(calls) == 1 || c.AnsweredBy.Extension == args[0] {
			var done any
			return true, o.ask(ctx, http.MethodPost, "/calls/"+c.CallID+"/recording", "{}", &done)
		}
	}
	return nil, errNoCall
}

// talk lets a call go on for some milliseconds, once its caller hears the phone of
// an extension: call, extension, milliseconds.
func (o *office) talk(ctx context.Context, args []string) (any, error) {
	c, err := o.kept(args[0])
	if err != nil {
		return nil, err
	}
	if err := c.WaitTone(ctx, o.Phone(2, args[1]).Tone()); err != nil {
		return nil, err
	}
	long, err := time.ParseDuration(args[2] + "ms")
	if err != nil {
		return nil, err
	}
	select {
	case <-time.After(long):
		return true, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// chat is where the person of 1010 reads NAVER WORKS.
func (o *office) chat(context.Context, []string) (any, error) {
	return o.ChatURL() + "?user=demo-1010", nil
}

// user makes a user of the company, and gives their one-time password: name, role.
func (o *office) user(ctx context.Context, args []string) (any, error) {
	body, err := json.Marshal(map[string]string{"username": args[0], "role": args[1]})
	if err != nil {
		return nil, err
	}
	var made struct {
		Password string `json:"one_time_password"`
	}
	err = o.ask(ctx, http.MethodPost, "/users", string(body), &made)
	return made.Password, err
}
