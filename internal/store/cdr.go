package store

import (
	"slices"
	"strings"
	"time"
)

// Who saw a call of the history; they add up.
const (
	OriginLive     = 1 // we, from its beginning to its end
	OriginPart     = 2 // we, but not all of it
	OriginAsterisk = 4 // Asterisk's own record
)

// CallRow is one call of the history as one company sees it. Numbers and names
// in it are plain, so it must not be logged.
type CallRow struct {
	TenantID string // "": nobody's, for operators only
	ID       int64  // set by the store: grows with Started
	Server   int
	Linkedid string
	Origin   int // of the constants above

	Started, Answered, Ended time.Time // Answered is zero when nobody did
	Wait, Talk               time.Duration
	Direction                string // external, internal, outgoing
	Disposition              string // as Asterisk names it: ANSWERED, NO ANSWER, BUSY, FAILED
	Reason                   string // why it ended, as package call names it
	Missed                   bool
	Cause                    int // Q.850

	From, To, By CallParty // By answered
	DID          string
	// DivertedBy is the last diversion that took effect: its type, whose, where to.
	DivertedBy CallDiversion
	Queue      string
	Account    string
	// Served is what of the server's own the call came to in the end: voicemail,
	// fax and so on, as package cdr names it; "" for nothing.
	Served string

	// What Asterisk's own record says.
	Channel, DstChannel, LastApp, LastData, DContext, Uniqueid string
	Recording                                                  string

	Others  []CallParty // everybody else who took part
	Details string      // JSON: what only the page of one call shows
}

// CallParty is somebody in a call.
type CallParty struct{ Extension, Number, Name string }

// CallDiversion is a diversion that took effect.
type CallDiversion struct{ Type, Extension, Number string }

// maxParties bounds who is found in a call, and maxCallText a text of it, in
// bytes.
const (
	maxParties  = 64
	maxCallText = 256
	maxLastData = 1024
	maxCause    = 127 // of Q.850
)

// clean makes every text one that both databases keep, and bounds it.
func (r *CallRow) clean() {
	for _, s := range []*string{
		&r.Linkedid, &r.Direction, &r.Disposition, &r.Reason, &r.From.Extension, &r.From.Number, &r.From.Name, &r.To.Extension, &r.To.Number,
		&r.To.Name, &r.By.Extension, &r.By.Number, &r.By.Name, &r.DID, &r.DivertedBy.Type, &r.DivertedBy.Extension, &r.DivertedBy.Number,
		&r.Queue, &r.Account, &r.Channel, &r.DstChannel, &r.LastApp, &r.DContext, &r.Uniqueid, &r.Recording, &r.Served,
	} {
		*s = bounded(*s, maxCallText)
	}
	r.LastData = bounded(r.LastData, maxLastData)
	if r.Cause < 0 || r.Cause > maxCause {
		r.Cause = 0
	}
	r.Details = cleanText(r.Details)
	r.Others = slices.Clone(r.Others)
	for i := range r.Others {
		x := &r.Others[i]
		x.Extension, x.Number, x.Name = bounded(x.Extension, maxCallText), bounded(x.Number, maxCallText), bounded(x.Name, maxCallText)
	}
}

// bounded is a clean text of at most n bytes.
func bounded(s string, n int) string {
	if len(s) > n {
		s = strings.ToValidUTF8(s[:n], "")
	}
	return cleanText(s)
}

func stamp(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

func unstamp(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}
