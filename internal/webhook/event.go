package webhook

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"strconv"
	"time"

	"github.com/dipcast/dipcast/internal/call"
	"github.com/dipcast/dipcast/internal/store"
)

// The types of events.
const (
	Ringing        = "call.ringing"
	Answered       = "call.answered"
	Ended          = "call.ended"
	RecordingReady = "recording.ready"
	FaxReceived    = "fax.received"
	VoicemailNew   = "voicemail.new"

	test = "webhook.test" // of the test button; nobody subscribes to it
)

// Types are the types that a webhook can have.
var Types = []string{Ringing, Answered, Ended, RecordingReady, FaxReceived, VoicemailNew}

// event is the body of a request.
type event struct {
	ID     string    `json:"id"`
	Type   string    `json:"type"`
	At     call.Time `json:"timestamp"`
	Tenant string    `json:"tenant"`
	Data   any       `json:"data"`
}

// newID is the id of an event: the same whenever the same is told again, so that a
// receiver knows it.
func newID(tenant int, kind, what string) string {
	sum := sha256.Sum256([]byte(strconv.Itoa(tenant) + "\x00" + kind + "\x00" + what))
	return "evt_" + hex.EncodeToString(sum[:16])
}

// Call is what events of calls tell.
type Call struct {
	CallID     string      `json:"call_id"`
	ServerID   int         `json:"server_id"`
	Direction  string      `json:"direction"`
	From       call.Party  `json:"from"`
	To         call.Party  `json:"to"`
	DID        string      `json:"did,omitempty"`
	Queue      string      `json:"queue,omitempty"`
	Ringing    *call.Party `json:"ringing,omitempty"`     // call.ringing: who rings
	AnsweredBy *call.Party `json:"answered_by,omitempty"` // once somebody has answered
	StartedAt  call.Time   `json:"started_at"`
	AnsweredAt call.Time   `json:"answered_at,omitzero"`
	// Of call.ended only.
	EndedAt call.Time `json:"ended_at,omitzero"`
	Reason  string    `json:"reason,omitempty"`
	Missed  *bool     `json:"missed,omitempty"`
	Wait    *float64  `json:"wait_seconds,omitempty"`
	Talk    *float64  `json:"talk_seconds,omitempty"`
}

func callOf(c *call.Call) Call {
	return Call{
		CallID: c.ID, ServerID: c.Server, Direction: string(c.Direction), From: c.From, To: c.To, DID: c.DID, Queue: c.Queue,
		AnsweredBy: c.AnsweredBy, StartedAt: c.StartedAt, AnsweredAt: c.AnsweredAt,
	}
}

// endedOf is a call as the history has it, which knows also of calls whose end we
// did not see.
func endedOf(r *store.CallRow) Call {
	party := func(p store.CallParty) call.Party {
		return call.Party{Extension: p.Extension, Number: p.Number, Name: p.Name}
	}
	wait, talk, missed := r.Wait.Seconds(), r.Talk.Seconds(), r.Missed
	c := Call{
		CallID: strconv.Itoa(r.Server) + "-" + r.Linkedid, ServerID: r.Server, Direction: r.Direction, From: party(r.From), To: party(r.To), DID: r.DID, Queue: r.Queue,
		StartedAt: call.At(r.Started), EndedAt: call.At(r.Ended), Reason: r.Reason, Missed: &missed, Wait: &wait, Talk: &talk,
	}
	if !r.Answered.IsZero() {
		c.AnsweredAt = call.At(r.Answered)
	}
	if by := party(r.By); by != (call.Party{}) {
		c.AnsweredBy = &by
	}
	return c
}

// encode makes the body of an event. what tells it apart from others of its type.
func encode(tenant int, kind, what string, at time.Time, data any) (id string, body []byte, err error) {
	e := event{ID: newID(tenant, kind, what), Type: kind, At: call.At(at), Tenant: "T" + strconv.Itoa(tenant), Data: data}
	body, err = json.Marshal(e)
	return e.ID, body, err
}
