package fax

import (
	"strconv"
	"time"

	"github.com/dipcast/dipcast/internal/store"
	"github.com/dipcast/dipcast/internal/tenant"
)

// Fax is a fax as clients see it.
type Fax struct {
	ID        string     `json:"id" example:"6f1c0a7be4d25a90c3e1"`
	ServerID  int        `json:"server_id" example:"1"`
	Tenant    string     `json:"tenant" example:"T2"`
	Direction string     `json:"direction" enum:"in,out"`
	Status    string     `json:"status" enum:"sending,received,sent,failed"`
	Reason    string     `json:"reason,omitempty" enum:"busy,no_answer,unreachable,not_allowed,no_fax,dropped,training,incompatible,silence,refused,poor_line,file,interrupted,error" doc:"why it failed"`
	Message   *Words     `json:"message,omitempty" doc:"the same for people"`
	Own       string     `json:"own" doc:"your number"`
	Other     string     `json:"other" doc:"the other side's number; empty when it shows none"`
	Station   string     `json:"station" doc:"what the other machine calls itself, without blanks"`
	Extension string     `json:"extension,omitempty" doc:"on whose behalf it is sent"`
	Pages     int        `json:"pages" doc:"that are kept"`
	Done      int        `json:"pages_done" doc:"that went through"`
	Damaged   int        `json:"damaged_lines" doc:"lines that did not arrive whole and look like those above them"`
	Mode      string     `json:"mode" doc:"t38, or audio for G.711; empty when it did not come to that"`
	Rate      int        `json:"rate" doc:"bits a second"`
	CallID    string     `json:"call_id,omitempty" doc:"of the call in the history"`
	Begun     time.Time  `json:"begun_at"`
	Ended     *time.Time `json:"ended_at" doc:"null while it is being sent"`
}

// Words are a sentence in both languages.
type Words struct {
	Korean  string `json:"ko"`
	English string `json:"en"`
}

// ViewOf is f for clients; t is its tenant, nil when there is none any more.
func ViewOf(f *store.Fax, t *tenant.Tenant) Fax {
	v := Fax{
		ID: f.Fax, ServerID: f.Server, Direction: f.Direction, Status: f.Status, Reason: f.Reason, Own: f.Own, Other: f.Other, Station: f.Station,
		Extension: f.Extension, Pages: f.Pages, Done: f.Done, Damaged: f.Damaged, Mode: f.Mode, Rate: f.Rate, Begun: f.Begun,
	}
	if t != nil {
		v.Tenant = t.ID.String()
	}
	if f.Reason != "" {
		r := ReasonOf(f.Reason)
		v.Message = &Words{r.Korean, r.English}
	}
	if f.Linkedid != "" {
		v.CallID = strconv.Itoa(f.Server) + "-" + f.Linkedid
	}
	if !f.Ended.IsZero() {
		v.Ended = &f.Ended
	}
	return v
}

// EventOf names what happened to a fax: fax.received, fax.sending, fax.sent,
// fax.failed.
func EventOf(f *store.Fax) string { return "fax." + f.Status }
