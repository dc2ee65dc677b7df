package sipphone

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"sync"

	"github.com/emiago/sipgo/sip"
)

// Errors of calls.
var (
	ErrEnded    = errors.New("call has ended")
	ErrState    = errors.New("not possible in this state of the call")
	ErrNotHeard = errors.New("tone not heard")
)

// Side says which end did something.
type Side uint8

// The two sides of a call.
const (
	Local Side = iota
	Remote
)

// String returns "local" or "remote".
func (s Side) String() string {
	if s == Remote {
		return "remote"
	}
	return "local"
}

// End says how a call ended.
type End struct {
	By   Side
	Code int // final SIP status; 200 when the call was answered and then hung up
	// Reason is the text of the status or of the Reason header.
	Reason string
	Cause  int // Q.850 cause of the Reason header (RFC 3326), 0 when not told
}

// EndError is the error of a wait that the end of the call cut short. It wraps
// ErrEnded.
type EndError struct{ End End }

func (e *EndError) Error() string {
	return fmt.Sprintf("call ended by %s side: %d %s", e.End.By, e.End.Code, e.End.Reason)
}

// Unwrap returns ErrEnded.
func (e *EndError) Unwrap() error { return ErrEnded }

type callState uint8

const (
	callEarly callState = iota
	callAnswered
	callEnding // we have decided to end it
	callEnded
)

// Call is one call of a phone or a network, in either direction. All methods
// may be called from any goroutine.
type Call struct {
	a           *agent
	key         dialogKey
	isIn        bool
	info        Invite
	contactUser string
	media       *media
	ringing     chan struct{} // closed when the first ringing is sent or received
	answered    chan struct{}
	cancelCh    chan struct{} // outgoing only: closed when the caller gives up
	ended       chan struct{}
	serial      chan struct{} // held while a request of ours inside the dialog is out

	mu                  sync.Mutex
	state               callState
	end                 End
	remote              Party
	tx                  *serverTx      // incoming only
	invite              *sip.Request   // the INVITE that made the dialog
	us, them            sip.Header     // From and To of the requests we send, with tags
	target              sip.Uri        // remote target: Request-URI of the requests we send
	peer                netip.AddrPort // where they go
	seq                 uint32         // of our last request
	theirSeq            uint32         // of their last INVITE or UPDATE
	acks                map[uint32]chan struct{}
	acked               <-chan struct{} // incoming only: closed by its ACK
	referred            chan int        // the statuses of a transfer under way, else nil
	wish                direction       // sendrecv, or what Hold asked for
	sdpID               uint64
	version             uint64
	localSDP, remoteSDP []byte
	cryptoTag           string // of the key the other side offered, "" before
}

// ID returns the Call-ID.
func (c *Call) ID() string { return c.key.callID }

// Incoming tells whether the other side placed the call.
func (c *Call) Incoming() bool { return c.isIn }

// Invite returns what the INVITE of the call said.
func (c *Call) Invite() Invite { return c.info }

// Ringing is closed when the call rings: a 180 or 183 was received or sent.
func (c *Call) Ringing() <-chan struct{} { return c.ringing }

// Answered is closed when a 200 was received or sent.
func (c *Call) Answered() <-chan struct{} { return c.answered }

// Ended is closed when the call is over, however it ended.
func (c *Call) Ended() <-chan struct{} { return c.ended }

// End returns how the call ended; false while it lasts.
func (c *Call) End() (End, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.end, c.state == callEnded
}

// Remote returns who the other end is, as far as it said: the asserted
// identity if there is one, kept up to date by later answers, re-INVITE and
// UPDATE (connected line).
func (c *Call) Remote() Party {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.remote
}

// LocalSDP returns the session description we sent last, nil before the first.
func (c *Call) LocalSDP() []byte {
	c.mu.Lock()
	defer c.mu.Unlock()
	return append([]byte(nil), c.localSDP...)
}

// RemoteSDP returns the session description we received last, nil before.
func (c *Call) RemoteSDP() []byte {
	c.mu.Lock()
	defer c.mu.Unlock()
	return append([]byte(nil), c.remoteSDP...)
}

// WaitRinging waits until the call rings or is answered. The error wraps
// ErrEnded (as *EndError) or the context's.
func (c *Call) WaitRinging(ctx context.Context) error { return c.await(ctx, c.ringing, "ringing") }

// WaitAnswered waits for the answer. The error wraps ErrEnded (as *EndError)
// or the context's; the call itself goes on.
func (c *Call) WaitAnswered(ctx context.Context) error { return c.await(ctx, c.answered, "answer") }

// WaitEnded waits for the end and returns how it was.
func (c *Call) WaitEnded(ctx context.Context) (End, error) {
	select {
	case <-c.ended:
		end, _ := c.End()
		return end, nil
	case <-ctx.Done():
		return End{}, fmt.Errorf("wait for the end: %w", context.Cause(ctx))
	}
}

func (c *Call) await(ctx context.Context, what <-chan struct{}, name string) error {
	select {
	case <-what:
		return nil
	case <-c.answered: // whoever waits for ringing has missed it
		return nil
	case <-c.ended:
		select {
		case <-what: // it happened, and then the call ended
			return nil
		default:
		}
		end, _ := c.End()
		return &EndError{End: end}
	case <-ctx.Done():
		return fmt.Errorf("wait for %s: %w", name, context.Cause(ctx))
	}
}

// Hangup ends the call whatever its state: it takes the call back (CANCEL),
// declines it (603) or hangs up (BYE), and waits until that is done. A call
// that has ended is no error.
func (c *Call) Hangup(ctx context.Context) error {
	for {
		c.mu.Lock()
		state := c.state
		c.mu.Unlock()
		var err error
		switch {
		case state == callAnswered:
			return c.bye(ctx)
		case state == callEarly && c.isIn:
			err = c.Reject(603)
		case state == callEarly:
			err = c.Cancel(ctx)
		default:
			_, err = c.WaitEnded(ctx)
			return err
		}
		switch {
		case errors.Is(err, ErrEnded):
			return nil
		case !errors.Is(err, ErrState):
			return err
		}
		// The state has changed since we looked: see what it is now.
	}
}

// finish ends the call once; later reasons are dropped.
func (c *Call) finish(end End) {
	c.mu.Lock()
	if c.state == callEnded {
		c.mu.Unlock()
		return
	}
	c.state, c.end = callEnded, end
	c.mu.Unlock()
	c.media.close()
	c.a.remove(c)
	close(c.ended)
}

// move goes from one state to another; false when the call is elsewhere.
func (c *Call) move(from, to callState) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.state != from {
		return false
	}
	c.state = to
	return true
}

// stateError says why something is not possible now.
func (c *Call) stateError() error {
	if end, over := c.End(); over {
		return &EndError{End: end}
	}
	return ErrState
}

func (c *Call) setRemote(m sip.Message) {
	p, ok := asserted(headerValues(m))
	if !ok {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.remote = p
}

// rang closes ringing once.
func (c *Call) rang() {
	c.mu.Lock()
	defer c.mu.Unlock()
	select {
	case <-c.ringing:
	default:
		close(c.ringing)
	}
}

// noted is for what goes wrong where nobody can be told: a behaviour that acts
// on a call which has just ended.
func (c *Call) noted(err error) {
	if err != nil && !errors.Is(err, ErrEnded) && !errors.Is(err, ErrState) {
		c.a.log.Debug("call", "call_id", c.ID(), "error", err)
	}
}

// Heard returns what the call has received and receives now.
func (c *Call) Heard() Heard { return c.media.hear() }

// Hears returns which part, from 0 to 1, of the audio received in the last
// 400 ms is a tone of hz: near 1 when it is alone, near 1/n among n others.
func (c *Call) Hears(hz int) float64 { return c.media.hears(hz) }

// Sent counts the RTP packets sent, keys included.
func (c *Call) Sent() uint64 {
	c.media.mu.Lock()
	defer c.media.mu.Unlock()
	return c.media.sent
}

// Tone returns the frequency in Hz of the tone we send.
func (c *Call) Tone() int {
	c.media.mu.Lock()
	defer c.media.mu.Unlock()
	return c.media.hz
}

// SetTone changes the tone we send.
func (c *Call) SetTone(hz int) { c.media.setTone(hz) }

// WaitTone waits until at least a quarter of what is received is a tone of hz.
// The error wraps ErrNotHeard and says what was heard instead.
func (c *Call) WaitTone(ctx context.Context, hz int) error {
	return c.until(ctx, fmt.Sprintf("%d Hz", hz), func(pcm []float64) bool {
		return pcm != nil && share(pcm, float64(hz)) >= enough
	})
}

// SendDTMF sends telephone keys (0-9 * # A-D) as RFC 4733 events and waits
// until they are out: 220 ms a key. It returns an error that wraps ErrText for
// another key, and ErrMedia when the other side takes no such events.
func (c *Call) SendDTMF(ctx context.Context, keys string) error {
	out, err := c.media.queueKeys(keys)
	if err != nil {
		return err
	}
	select {
	case <-out:
		return nil
	case <-c.ended:
		return c.stateError()
	case <-ctx.Done():
		return fmt.Errorf("send keys: %w", context.Cause(ctx))
	}
}

// DTMF returns the telephone keys received so far, the newest 128.
func (c *Call) DTMF() string {
	c.media.mu.Lock()
	defer c.media.mu.Unlock()
	return string(c.media.digits.keys)
}
