package policy

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/dipcast/dipcast/ami"
	"github.com/dipcast/dipcast/internal/dialplan"
	"github.com/dipcast/dipcast/internal/tenant"
)

// queue accepts the name of a queue of the client's, one with its prefix, and
// gives the number of that. A main tenant's queues have none by which they
// could be told from others': they are the operators'.
func (q *request) queue(name string) (marker int, err error) {
	marker, _ = dialplan.ParseEndpoint(name)
	if !isName(name, 79, "_-") {
		return 0, invalid("Queue", "must be the name of a queue: letters, digits, - and _")
	}
	if q.who.Role == tenant.Operator {
		return marker, nil
	}
	if t := q.who.Tenant; t.Main {
		return 0, forbidden("Queue", "must be left out: the queues of a company without prefix are the operators'")
	} else if marker != t.Number {
		return 0, forbidden("Queue", "must be a queue of yours: its name begins with %s", t.Prefix())
	}
	return marker, nil
}

// queueList is QueueStatus and QueueSummary.
func (q *request) queueList() (*Plan, error) {
	a := ami.NewAction(q.action)
	if v, ok := q.get("Queue"); ok {
		if _, err := q.queue(v); err != nil {
			return nil, err
		}
		a.Add("Queue", v)
	}
	return q.list(a), nil
}

// member begins an action on one member of a queue. Without a Queue, which
// only QueuePause may leave out, it means all that the member is in.
func (q *request) member(queueNeeded bool) (*Plan, error) {
	a := ami.NewAction(q.action)
	queue, marker, err := "", 0, error(nil)
	if _, given := q.get("Queue"); given || queueNeeded {
		if queue, err = q.need("Queue"); err != nil {
			return nil, err
		}
		if marker, err = q.queue(queue); err != nil {
			return nil, err
		}
		a.Add("Queue", queue)
	}
	iface, err := q.need("Interface")
	if err != nil {
		return nil, err
	}
	t, _, err := q.party("Interface", iface)
	if err != nil {
		return nil, err
	}
	if marker != 0 && marker != t.Number {
		return nil, forbidden("Interface", "must be of the company that Queue belongs to")
	}
	a.Add("Interface", iface)
	return &Plan{Kind: Send, User: Calls, Action: a, Tenant: t}, nil
}

func (q *request) queueRemove() (*Plan, error) { return q.member(true) }

func (q *request) queueAdd() (*Plan, error) {
	p, err := q.member(true)
	if err != nil {
		return nil, err
	}
	if v, ok := q.get("StateInterface"); ok {
		t, _, err := q.party("StateInterface", v)
		if err != nil {
			return nil, err
		}
		if t.ID != p.Tenant.ID {
			return nil, forbidden("StateInterface", "must be of the company that Interface belongs to")
		}
		p.Action.Add("StateInterface", v)
	}
	if err := q.words(p.Action, "MemberName"); err != nil {
		return nil, err
	}
	if v, ok := q.get("Penalty"); ok {
		if _, err := integer("Penalty", v, 0, 1000); err != nil {
			return nil, err
		}
		p.Action.Add("Penalty", v)
	}
	if v, ok := q.get("Paused"); ok {
		return p, q.paused(p.Action, v)
	}
	return p, nil
}

func (q *request) queuePause() (*Plan, error) {
	p, err := q.member(false)
	if err != nil {
		return nil, err
	}
	v, err := q.need("Paused")
	if err != nil {
		return nil, err
	}
	if err := q.paused(p.Action, v); err != nil {
		return nil, err
	}
	return p, q.words(p.Action, "Reason")
}

func (q *request) paused(a *ami.Action, value string) error {
	paused, err := truth("Paused", value)
	a.Add("Paused", yesNo(paused))
	return err
}

// words copies a field of free text, which events carry on to others.
func (q *request) words(a *ami.Action, field string) error {
	v, ok := q.get(field)
	if !ok {
		return nil
	}
	bad := func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune(" ._-", r)
	}
	if v == "" || utf8.RuneCountInString(v) > 60 || strings.ContainsFunc(v, bad) {
		return invalid(field, "must have 1 to 60 letters, digits, blanks, dots, - and _")
	}
	a.Add(field, v)
	return nil
}
