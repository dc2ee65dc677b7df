package rest

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/dipcast/dipcast/internal/cdr"
	"github.com/dipcast/dipcast/internal/envelope"
	"github.com/dipcast/dipcast/internal/store"
)

// cdrQuery is what the parameters ask of the store.
func (a *API) cdrQuery(ctx context.Context, f *CDRFilter) (store.CallQuery, error) {
	q := store.CallQuery{
		Server: f.ServerID, Linkedid: f.Linkedid, Direction: f.Direction, DID: plainNumber(f.DID), Account: f.AccountCode,
		MinTalk: time.Duration(f.MinTalk) * time.Second, Oldest: f.OrderType == "asc",
		Answered: truth(f.Answered), Missed: truth(f.Missed), Name: f.Name,
	}
	if err := a.whoseHistory(callerOf(ctx).who, f.Tenant, &q); err != nil {
		return q, err
	}
	var err error
	if q.From, err = moment("start_date", f.StartDate); err != nil {
		return q, err
	}
	if q.To, err = moment("end_date", f.EndDate); err != nil {
		return q, err
	}
	for direction, n := range callTypes {
		if f.CallType == n && f.Direction != "" && f.Direction != direction {
			return q, envelope.Errorf(envelope.InvalidValue, "calltype", "calltype and direction say different things")
		}
		if f.CallType == n {
			q.Direction = direction
		}
	}
	if q.Extensions = listed1(f.Extensions); len(q.Extensions) > 100 {
		return q, envelope.Errorf(envelope.InvalidValue, "extensions", "extensions: at most 100")
	}
	for _, x := range q.Extensions {
		if q.Only != "" && x != q.Only {
			return q, envelope.Errorf(envelope.Forbidden, "extensions", "this login is for extension %s alone", q.Only)
		}
	}
	for _, d := range listed1(f.Disposition) {
		d = strings.ToUpper(strings.ReplaceAll(d, "_", " "))
		if !slices.Contains(cdr.Dispositions(), d) {
			return q, envelope.Errorf(envelope.InvalidValue, "disposition", "disposition must be of ANSWERED, NO ANSWER, BUSY, FAILED")
		}
		q.Dispositions = append(q.Dispositions, d)
	}
	q.MaxTalk, q.MinWait, q.MaxWait = time.Duration(f.MaxTalk)*time.Second, time.Duration(f.MinWait)*time.Second, time.Duration(f.MaxWait)*time.Second
	if q.MaxTalk > 0 && q.MaxTalk < q.MinTalk {
		return q, envelope.Errorf(envelope.InvalidValue, "max_talk", "max_talk is less than min_talk")
	}
	if q.MaxWait > 0 && q.MaxWait < q.MinWait {
		return q, envelope.Errorf(envelope.InvalidValue, "max_wait", "max_wait is less than min_wait")
	}
	if err := results(f.Result, &q); err != nil {
		return q, err
	}
	if err := a.person(f.Person, &q); err != nil {
		return q, err
	}
	if f.Name != "" && store.NameKey(f.Name) == "" {
		return q, envelope.Errorf(envelope.InvalidValue, "name", "name has no letter and no digit")
	}
	if f.Number != "" {
		if store.NumberKey(f.Number) == "" {
			return q, envelope.Errorf(envelope.InvalidValue, "number", "number has no digit")
		}
		q.Number, q.Match = f.Number, matches[f.Match]
	}
	return q, search(f, &q)
}

var matches = map[string]store.CallMatch{"exact": store.MatchExact, "prefix": store.MatchPrefix, "suffix": store.MatchSuffix}

// search reads the parameters search and search_fields.
func search(f *CDRFilter, q *store.CallQuery) error {
	text := strings.TrimSpace(f.Search)
	if text == "" {
		return nil
	}
	fields := listed1(f.SearchFields)
	var id, num, name bool
	var of []string
	for _, field := range fields {
		switch field {
		case "linkedid", "uniqueid", "call_id", "id":
			id = true
		case "src", "dst", "did", "number":
			num = true
			of = append(of, field)
		case "clid", "name":
			name = true
		case "accountcode":
			num = true
			of = append(of, "accountcode")
		default:
			return envelope.Errorf(envelope.InvalidValue, "search_fields", "search_fields: %s is not known here", envelope.Clip(field))
		}
	}
	if len(fields) == 0 {
		id, num, name = true, true, true
	}
	digits := strings.Trim(text, "0123456789+-*# ()") == "" && store.NumberKey(text) != ""
	switch {
	case num && digits && (len(fields) > 0 || !strings.Contains(text, ".")):
		if f.Number != "" {
			return envelope.Errorf(envelope.BadRequest, "search", "search and number cannot be used together; keep one")
		}
		if len(of) == 1 && of[0] == "accountcode" {
			q.Account = text
			return nil
		}
		if len(of) == 1 && of[0] != "number" {
			q.NumberOf = of[0]
		}
		q.Number, q.Match = text, store.MatchEither
		if m, ok := matches[f.Match]; ok {
			q.Match = m
		}
	case id && (!name || linkedidForm(text)):
		_, rest, ok := strings.Cut(text, "-")
		if slices.Contains(fields, "call_id") && ok && len(fields) == 1 {
			text = rest
		}
		q.Linkedid = text
	case name && store.NameKey(text) != "":
		q.Name = text
	default:
		return envelope.Errorf(envelope.InvalidValue, "search", "search is neither a number nor a name")
	}
	return nil
}

// linkedidForm reports what can only be a Linkedid: 1795282245.12, or one of ours.
func linkedidForm(s string) bool {
	a, b, ok := strings.Cut(s, ".")
	return strings.HasPrefix(s, "dipcast-") || ok && len(a) >= 9 && strings.Trim(a, "0123456789") == "" && b != "" && strings.Trim(b, "0123456789") == ""
}

// plainNumber is a number without what people put between its digits; another
// text is as it was.
func plainNumber(s string) string {
	if strings.Trim(s, "0123456789- ().") != "" {
		return s
	}
	return strings.NewReplacer("-", "", " ", "", "(", "", ")", "", ".", "").Replace(s)
}

// listed1 is a list with commas.
func listed1(s string) []string {
	var out []string
	for part := range strings.SplitSeq(s, ",") {
		if part = strings.TrimSpace(part); part != "" {
			out = append(out, part)
		}
	}
	return out
}

func truth(s string) *bool {
	switch s {
	case "true", "yes", "1":
		yes := true
		return &yes
	case "false", "no", "0":
		no := false
		return &no
	}
	return nil
}

// moment reads a time as seconds since 1970 or as RFC 3339.
func moment(field, s string) (time.Time, error) {
	if s == "" {
		return time.Time{}, nil
	}
	if n, err := strconv.ParseInt(s, 10, 64); err == nil && n >= 0 && n < 1<<33 {
		return time.Unix(n, 0).UTC(), nil
	}
	// A plus sign that was not encoded is a space by now.
	t, err := time.Parse(time.RFC3339, strings.ReplaceAll(s, " ", "+"))
	if err != nil || t.Year() < 1970 || t.Year() > 2200 {
		return t, envelope.Errorf(envelope.InvalidValue, field, "%s must be seconds since 1970, or RFC 3339 such as 2026-11-21T09:00:00+09:00", field)
	}
	return t.UTC(), nil
}

// describeCDR says of the schemas what their Go types cannot.
func describeCDR(doc *huma.OpenAPI) {
	schemas := doc.Components.Schemas.Map()
	parts := map[string]*huma.Schema{}
	for name, of := range map[string]string{"legs": "rung", "diverted": "diverted", "transfers": "transfers", "merged": "merged", "click_to_call": "click_to_call", "ended": "ended"} {
		parts[name] = schemas["Call"].Properties[of]
	}
	d := schemas["CDRDetails"]
	for name, s := range parts {
		d.Properties[name] = s
	}
	for _, s := range []*huma.Schema{d, schemas["CDR"]} {
		for name, ref := range map[string]string{"answered_by": "CDRParty", "diverted_by": "CDRDiversion", "led_to": "CDRLed"} {
			s.Properties[name] = &huma.Schema{AnyOf: []*huma.Schema{{Ref: "#/components/schemas/" + ref}, {Type: "null"}}}
		}
	}
	for _, name := range []string{"who", "to"} {
		schemas["CDRStep"].Properties[name] = &huma.Schema{AnyOf: []*huma.Schema{{Ref: "#/components/schemas/CDRParty"}, {Type: "null"}}}
	}
}
