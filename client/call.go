package client

import "time"

// Call is a call at one moment.
type Call struct {
	ID        string `json:"call_id"` // {server}-{Linkedid}
	Server    int    `json:"server"`
	Linkedid  string `json:"linkedid"`
	Tenant    string `json:"tenant"`    // as T2; "" when it is nobody's
	Direction string `json:"direction"` // external, internal, outgoing
	State     string `json:"state"`     // new, ringing, answered, ended; it never goes back
	From      Party  `json:"from"`
	// To is whom the caller asked for; for an external call the DID as number and
	// the extension that it rings.
	To          Party        `json:"to"`
	DID         string       `json:"did"`
	AccountCode string       `json:"account_code"`
	Queue       string       `json:"queue"`       // the queue it waits or waited in
	Served      bool         `json:"served"`      // the server itself has answered, and no phone yet
	Ringing     []Ring       `json:"ringing"`     // who rings now
	Rung        []Rung       `json:"rung"`        // who was called, in that order
	AnsweredBy  *Party       `json:"answered_by"` // the first who answered
	Diverted    []Diversion  `json:"diverted"`
	ClickToCall *ClickToCall `json:"click_to_call"` // nil when it is none
	Parked      *Parked      `json:"parked"`        // nil when it is not
	Held        []Held       `json:"held"`          // who has the other on hold
	Talks       [][]Party    `json:"talks"`         // who hears whom now
	Transfers   []Transfer   `json:"transfers"`
	Merged      []string     `json:"merged"`      // calls that became part of this one
	MergedInto  string       `json:"merged_into"` // the call that this one became part of
	Channels    []Channel    `json:"channels"`    // the live ones
	StartedAt   time.Time    `json:"started_at"`
	AnsweredAt  time.Time    `json:"answered_at"` // zero when it was not, or that was not seen
	EndedAt     time.Time    `json:"ended_at"`    // zero while it lasts
	Ended       *End         `json:"ended"`       // nil while it lasts
}

// Party is a phone of the company, or somebody in the network.
type Party struct {
	Extension string `json:"extension"` // "" for the network
	Number    string `json:"number"`    // "" when it is withheld or not known
	Name      string `json:"name"`
}

// Ring is a party that rings now.
type Ring struct {
	Party
	Channel string    `json:"channel"`
	Since   time.Time `json:"since"`
}

// Rung is a party that was called.
type Rung struct {
	Party
	Since      time.Time `json:"since"`
	AnsweredAt time.Time `json:"answered_at"`
	Until      time.Time `json:"until"`
	Result     string    `json:"result"` // "" while it is being called
	Cause      int       `json:"cause"`  // ITU-T Q.850
}

// Diversion is one that took effect.
type Diversion struct {
	Type      string    `json:"type"` // CFI, CFB, CFN, CFU, PEA
	Extension string    `json:"extension"`
	Number    string    `json:"number"`
	At        time.Time `json:"at"`
}

// ClickToCall tells the two sides of a click-to-call apart.
type ClickToCall struct {
	Caller Leg `json:"caller"`
	Callee Leg `json:"callee"`
}

// Leg is one side of a click-to-call.
type Leg struct {
	Party
	State      string    `json:"state"` // waiting, ringing, answered
	AnsweredAt time.Time `json:"answered_at"`
	AnsweredBy *Party    `json:"answered_by"` // when a diversion led elsewhere
}

// Parked says where a call is parked.
type Parked struct {
	Party
	Space string    `json:"space"`
	Lot   string    `json:"lot"`
	By    string    `json:"by"`
	Since time.Time `json:"since"`
}

// Held is a party that has put the other on hold.
type Held struct {
	Party
	Since time.Time `json:"since"`
}

// Transfer is one move of a call.
type Transfer struct {
	Type string    `json:"type"` // blind, attended, redirect, pickup, unpark
	By   *Party    `json:"by"`
	To   Party     `json:"to"`
	At   time.Time `json:"at"`
}

// Channel is one live channel of a call.
type Channel struct {
	Name     string `json:"channel"`
	Uniqueid string `json:"uniqueid"`
	Party
	State string `json:"state"` // down, ring (calls), ringing (is called), up
}

// End says how a call ended.
type End struct {
	Reason    string `json:"reason"`
	Missed    bool   `json:"missed"` // somebody was called and nobody answered
	Leg       string `json:"leg"`    // of a click-to-call: the side that failed
	By        *Party `json:"by"`     // who hung up or gave up
	Cause     int    `json:"cause"`  // ITU-T Q.850
	CauseText string `json:"cause_text"`
}

// Device is the state of a phone or a lamp.
type Device struct {
	Name      string `json:"device"`    // PJSIP/T2_1010, Custom:T2_CFI_1010
	Extension string `json:"extension"` // whose it is, "" when that is not known
	State     string `json:"state"`     // as Asterisk names it
}
