package rest

import (
	"slices"
	"strings"

	"github.com/dipcast/dipcast/internal/call"
	"github.com/dipcast/dipcast/internal/cdr"
	"github.com/dipcast/dipcast/internal/envelope"
	"github.com/dipcast/dipcast/internal/store"
)

// maxPersons bounds the extensions of people whose calls are looked for.
const maxPersons = 50

// results reads the parameter result. Its words are of three sorts, which narrow
// each other; of one sort any will do.
func results(text string, q *store.CallQuery) error {
	yes := true
	for _, word := range listed1(text) {
		switch {
		case word == "answered":
			q.Answered = &yes
		case word == "missed":
			q.Missed = &yes
		case word == "diverted":
			q.Diverted = &yes
		case slices.Contains([]call.Reason{
			call.ReasonNoAnswer, call.ReasonBusy, call.ReasonDeclined, call.ReasonCancelled, call.ReasonUnavailable, call.ReasonFailed,
		}, call.Reason(word)):
			q.Reasons = append(q.Reasons, word)
		case slices.Contains(cdr.Served(), word):
			q.Served = append(q.Served, word)
		default:
			return envelope.Errorf(envelope.InvalidValue, "result", "result: %s is not known here", envelope.Clip(word))
		}
	}
	if q.Answered != nil && *q.Answered && len(q.Reasons) > 0 {
		return envelope.Errorf(envelope.InvalidValue, "result", "result: what was answered has no such reason; ask for one of them")
	}
	return nil
}

// person narrows to the extensions of the people with a part of a name. Of nobody
// there is no call.
func (a *API) person(name string, q *store.CallQuery) error {
	key := store.NameKey(name)
	if name == "" {
		return nil
	}
	t := a.o.Directory().ByID(q.TenantID)
	switch {
	case key == "":
		return envelope.Errorf(envelope.InvalidValue, "person", "person has no letter and no digit")
	case a.o.People == nil || t == nil:
		return envelope.Errorf(envelope.BadRequest, "person", "person needs a company whose people are known; an operator says which, such as ?tenant=T2")
	}
	var of []string
	for _, p := range a.o.People.Directory().All(t.Number) {
		if p.Extension != "" && strings.Contains(store.NameKey(p.Name), key) && !slices.Contains(of, p.Extension) && len(of) < maxPersons {
			of = append(of, p.Extension)
		}
	}
	if len(q.Extensions) > 0 {
		of = slices.DeleteFunc(of, func(x string) bool { return !slices.Contains(q.Extensions, x) })
	}
	if q.Only != "" {
		of = slices.DeleteFunc(of, func(x string) bool { return x != q.Only })
	}
	if len(of) == 0 {
		of = []string{noExtension}
	}
	q.Extensions = of
	return nil
}

// noExtension is what no extension is called.
const noExtension = "-"
