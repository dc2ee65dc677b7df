package client

import (
	"encoding/json"
	"fmt"
	"time"
)

// wire is any frame of the gateway. Server and Call have two forms.
type wire struct {
	Op         string          `json:"op"`
	ID         string          `json:"id"`
	Type       int             `json:"type"`
	ServerID   int             `json:"server_id"`
	ServerName string          `json:"server_name"`
	SSL        bool            `json:"ssl"`
	Server     int             `json:"server"`
	Tenant     string          `json:"tenant"`
	Epoch      string          `json:"epoch"`
	Seq        *uint64         `json:"seq"`
	Time       time.Time       `json:"time"`
	Call       json.RawMessage `json:"call"` // an id in an event, a Call in a step
	Data       Headers         `json:"data"`
	Event      string          `json:"event"`
	Who        *Party          `json:"who"`
	Calls      []Call          `json:"calls"`
	Devices    []Device        `json:"devices"`
	Whole      *bool           `json:"whole"` // of a snapshot; missing: true
	From       uint64          `json:"from"`
	To         uint64          `json:"to"`
	Reason     string          `json:"reason"`
	State      string          `json:"state"`
	Recovered  bool            `json:"recovered"`
	Code       string          `json:"code"`
	Message    string          `json:"message"`
	Field      string          `json:"field"`
}

func (w *wire) seq() uint64 {
	if w.Seq == nil {
		return 0
	}
	return *w.Seq
}

// message is what w tells, nil when it is an answer or of a kind that a later
// gateway may know.
func (w *wire) message() (Message, error) {
	switch w.Op {
	case "":
		if w.Type != 3 {
			return nil, nil
		}
		e := &Event{
			Server: w.ServerID, ServerName: w.ServerName, TLS: w.SSL, Tenant: w.Tenant,
			Epoch: w.Epoch, Seq: w.seq(), Time: w.Time, Data: w.Data,
		}
		if len(w.Call) > 0 {
			if err := json.Unmarshal(w.Call, &e.Call); err != nil {
				return nil, fmt.Errorf("call of an event: %w", err)
			}
		}
		return e, nil
	case "call":
		s := &CallStep{Server: w.Server, Epoch: w.Epoch, Seq: w.seq(), Time: w.Time, Event: w.Event, Who: w.Who}
		if err := json.Unmarshal(w.Call, &s.Call); err != nil {
			return nil, fmt.Errorf("call of a step: %w", err)
		}
		return s, nil
	case "snapshot":
		return &Snapshot{Server: w.Server, Epoch: w.Epoch, Seq: w.seq(), Calls: w.Calls, Devices: w.Devices, Partial: w.Whole != nil && !*w.Whole}, nil
	case "gap":
		return &Gap{Server: w.Server, From: w.From, To: w.To, Reason: w.Reason}, nil
	case "link":
		return &Link{Server: w.Server, Up: w.State == "up", Time: w.Time}, nil
	}
	return nil, nil
}

// op is what a client asks of the stream.
type op struct {
	Op         string     `json:"op"`
	ID         string     `json:"id"`
	Positions  []Position `json:"positions,omitempty"`
	Servers    []int      `json:"servers,omitempty"`
	Events     []string   `json:"events,omitempty"`
	Extensions []string   `json:"extensions,omitempty"`
}
