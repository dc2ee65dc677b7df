package rest

import (
	"cmp"
	"context"
	"maps"
	"net/http"
	"slices"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/dipcast/dipcast/internal/envelope"
	"github.com/dipcast/dipcast/internal/store"
	"github.com/dipcast/dipcast/internal/tenant"
)

// Hours counts the calls of hours. *store.Store is one.
type Hours interface {
	Hours(ctx context.Context, q store.HoursQuery) (all []*store.HourCount, missing int, err error)
}

// Bounds of an overview.
const (
	maxOverview   = 92 * 24 * time.Hour
	hourlyUpTo    = 8 * 24 * time.Hour // beyond that a point is a day
	countWithin   = 1500 * time.Millisecond
	topExtensions = 20
)

// OverviewCounts are calls that were counted.
type OverviewCounts struct {
	In               int64   `json:"in" doc:"from the network"`
	InAnswered       int64   `json:"in_answered"`
	InMissed         int64   `json:"in_missed"`
	Out              int64   `json:"out" doc:"to the network"`
	OutAnswered      int64   `json:"out_answered"`
	Internal         int64   `json:"internal"`
	InternalAnswered int64   `json:"internal_answered"`
	InternalMissed   int64   `json:"internal_missed"`
	Voicemail        int64   `json:"voicemail" doc:"ended in a mailbox"`
	Diverted         int64   `json:"diverted"`
	TalkSeconds      int64   `json:"talk_seconds"`
	WaitMean         float64 `json:"wait_mean" doc:"seconds that answered calls from the network waited; 0: there were none"`
	WaitP90          float64 `json:"wait_p90" doc:"nine of ten of them waited less"`
	Peak             int64   `json:"peak" doc:"calls that went on at the same time, at most"`
}

// OverviewPoint is an hour, or a day.
type OverviewPoint struct {
	At time.Time `json:"at" doc:"its beginning"`
	OverviewCounts
}

// OverviewExtension is what an extension had to do with calls.
type OverviewExtension struct {
	Extension   string `json:"extension" example:"1010"`
	Name        string `json:"name"`
	Calls       int64  `json:"calls" doc:"in which it took part"`
	Made        int64  `json:"made"`
	Answered    int64  `json:"answered"`
	Missed      int64  `json:"missed"`
	TalkSeconds int64  `json:"talk_seconds"`
}

// Overview is what a company's calls were like in a time.
type Overview struct {
	From    time.Time       `json:"from"`
	To      time.Time       `json:"to"`
	Zone    string          `json:"zone" doc:"of days, and of the hours of heat" example:"Asia/Seoul"`
	Step    string          `json:"step" enum:"hour,day" doc:"what a point is: days beyond eight days"`
	Whole   bool            `json:"whole" doc:"everything was counted; false: ask again in some seconds"`
	Missing int             `json:"missing_hours" doc:"that were not counted yet"`
	Total   OverviewCounts  `json:"total"`
	Today   OverviewCounts  `json:"today" doc:"whatever from and to are"`
	Points  []OverviewPoint `json:"points" nullable:"false"`
	// HeatIn and HeatMissed begin with Monday, and midnight.
	HeatIn     [][]int64           `json:"heat_in" nullable:"false" doc:"calls from the network by day of the week, Monday first, and hour"`
	HeatMissed [][]int64           `json:"heat_missed" nullable:"false" doc:"missed ones, in the same way"`
	Extensions []OverviewExtension `json:"extensions" nullable:"false" doc:"the busiest 20"`
	PeakAt     *time.Time          `json:"peak_at" doc:"the hour of the most calls at the same time; null: there were none"`
	Capacity   []Room              `json:"capacity" nullable:"false" doc:"what the size of the box limits, as in health"`
}

func (a *API) overviewOp(api huma.API) {
	if a.o.Hours == nil {
		return
	}
	o := operation("overview", http.MethodGet, "/overview", "cdr", "Calls, waiting, busy hours", 400, 404)
	o.Description = "What the calls of your company were like: counted by the hour in which they began, and kept as it was counted. At most 92 days. Operators get it of all companies together, `tenant` names one. Not for a login with an extension."
	huma.Register(api, o, a.getOverview)
}

func (a *API) getOverview(ctx context.Context, in *struct {
	TenantQuery
	From string `query:"from" maxLength:"40" doc:"seconds since 1970, or RFC 3339; absent: the beginning of today"`
	To   string `query:"to" maxLength:"40" doc:"before this; absent: the end of today"`
	Zone string `query:"zone" maxLength:"64" doc:"whose days and hours; absent: the gateway's" example:"Asia/Seoul"`
},
) (*reply[Overview], error) {
	const action = "overview"
	q, t, zone, err := a.overviewQuery(ctx, in.Tenant, in.From, in.To, in.Zone)
	if err != nil {
		return nil, a.refused(ctx, action, 0, err)
	}
	ctx, cancel := context.WithTimeout(ctx, historyTimeout)
	defer cancel()
	all, missing, err := a.o.Hours.Hours(ctx, q)
	var today []*store.HourCount
	if err == nil {
		day := q
		day.From = midnight(q.Now, zone)
		day.To = day.From.AddDate(0, 0, 1)
		today, _, err = a.o.Hours.Hours(ctx, day)
	}
	if err != nil {
		a.log.Error("the calls of an overview cannot be counted", "error", err)
		return nil, a.refused(ctx, action, 0, envelope.Errorf(envelope.Unavailable, "", "the calls cannot be counted now; try again later"))
	}
	out := Overview{
		From: q.From, To: q.To, Zone: zone.String(), Step: "hour", Whole: missing == 0, Missing: missing, Points: []OverviewPoint{},
		HeatIn: heat(), HeatMissed: heat(), Extensions: []OverviewExtension{}, Capacity: a.rooms(callerOf(ctx).who),
	}
	if q.To.Sub(q.From) > hourlyUpTo {
		out.Step = "day"
	}
	var total, now tally
	for _, h := range today {
		now.add(h)
	}
	points := map[time.Time]*tally{}
	for i, h := range all {
		at := q.From.Add(time.Duration(i) * time.Hour)
		local := at.In(zone)
		key := at.UTC()
		if out.Step == "day" {
			key = midnight(at, zone).UTC()
		}
		if points[key] == nil {
			points[key] = &tally{}
		}
		if h == nil {
			continue
		}
		if h.Peak > total.Peak {
			out.PeakAt = &at
		}
		total.add(h)
		points[key].add(h)
		day := (int(local.Weekday()) + 6) % 7
		out.HeatIn[day][local.Hour()] += h.In
		out.HeatMissed[day][local.Hour()] += h.InMissed
	}
	for _, at := range slices.SortedFunc(maps.Keys(points), time.Time.Compare) {
		out.Points = append(out.Points, OverviewPoint{at, points[at].counts()})
	}
	out.Total, out.Today = total.counts(), now.counts()
	out.Extensions = a.busiest(t, total.Exts)
	return success(out), nil
}

func (a *API) overviewQuery(ctx context.Context, name, from, to, zoneName string) (q store.HoursQuery, t *tenant.Tenant, zone *time.Location, err error) {
	who := callerOf(ctx).who
	q = store.HoursQuery{Now: time.Now(), Within: countWithin}
	switch {
	case who.Role == tenant.ExtensionRole:
		return q, nil, nil, envelope.Errorf(envelope.Forbidden, "", "this login is for extension %s alone", who.Extension)
	case who.Role == tenant.Operator && name == "":
		q.All = true
	default:
		if t, err = a.tenantOf(who, name); err != nil {
			return q, nil, nil, err
		}
		q.TenantID = t.ID.Hex()
	}
	zone = time.Local //nolint:gosmopolitan // the gateway's own
	if zoneName != "" {
		if zone, err = time.LoadLocation(zoneName); err != nil {
			return q, nil, nil, envelope.Errorf(envelope.InvalidValue, "zone", "zone must be the name of a time zone, such as Asia/Seoul")
		}
	}
	if q.From, err = moment("from", from); err != nil {
		return q, nil, nil, err
	}
	if q.To, err = moment("to", to); err != nil {
		return q, nil, nil, err
	}
	if from == "" {
		q.From = midnight(q.Now, zone)
	}
	if to == "" {
		q.To = midnight(q.Now, zone).AddDate(0, 0, 1)
	}
	q.From, q.To = q.From.UTC().Truncate(time.Hour), q.To.UTC().Add(time.Hour-1).Truncate(time.Hour)
	switch {
	case !q.From.Before(q.To):
		err = envelope.Errorf(envelope.InvalidValue, "to", "to must be after from")
	case q.To.Sub(q.From) > maxOverview+time.Hour:
		err = envelope.Errorf(envelope.InvalidValue, "from", "an overview is of at most 92 days; ask for less")
	}
	return q, t, zone, err
}

// midnight is the beginning of a day.
func midnight(at time.Time, zone *time.Location) time.Time {
	y, m, d := at.In(zone).Date()
	return time.Date(y, m, d, 0, 0, 0, 0, zone)
}

func heat() [][]int64 {
	out := make([][]int64, 7)
	for i := range out {
		out[i] = make([]int64, 24)
	}
	return out
}

// tally adds hours up.
type tally struct{ store.HourCount }

func (t *tally) add(h *store.HourCount) {
	if h == nil {
		return
	}
	t.In, t.InAnswered, t.InMissed = t.In+h.In, t.InAnswered+h.InAnswered, t.InMissed+h.InMissed
	t.Out, t.OutAnswered = t.Out+h.Out, t.OutAnswered+h.OutAnswered
	t.Internal, t.InternalAnswered, t.InternalMissed = t.Internal+h.Internal, t.InternalAnswered+h.InternalAnswered, t.InternalMissed+h.InternalMissed
	t.Voicemail, t.Diverted = t.Voicemail+h.Voicemail, t.Diverted+h.Diverted
	t.WaitMS, t.TalkMS, t.Peak = t.WaitMS+h.WaitMS, t.TalkMS+h.TalkMS, max(t.Peak, h.Peak)
	if t.Waits == nil {
		t.Waits = make([]int64, len(store.WaitBounds)+1)
	}
	for i := range min(len(h.Waits), len(t.Waits)) {
		t.Waits[i] += h.Waits[i]
	}
	if t.Exts == nil {
		t.Exts = map[string]store.ExtCount{}
	}
	for ext, c := range h.Exts {
		sum := t.Exts[ext]
		for i := range c {
			sum[i] += c[i]
		}
		t.Exts[ext] = sum
	}
}

func (t *tally) counts() OverviewCounts {
	c := OverviewCounts{
		In: t.In, InAnswered: t.InAnswered, InMissed: t.InMissed, Out: t.Out, OutAnswered: t.OutAnswered, Internal: t.Internal,
		InternalAnswered: t.InternalAnswered, InternalMissed: t.InternalMissed, Voicemail: t.Voicemail, Diverted: t.Diverted,
		TalkSeconds: t.TalkMS / 1000, WaitP90: t.waited(0.9), Peak: t.Peak,
	}
	if t.InAnswered > 0 {
		c.WaitMean = float64(t.WaitMS/100/t.InAnswered) / 10
	}
	return c
}

// waited is how long a part of the calls waited at most, in seconds: between the
// bounds of a counter its calls count as spread evenly.
func (t *tally) waited(part float64) float64 {
	var n int64
	for _, c := range t.Waits {
		n += c
	}
	if n == 0 {
		return 0
	}
	left := part * float64(n)
	for i, c := range t.Waits {
		if float64(c) < left || c == 0 {
			left -= float64(c)
			continue
		}
		if i == len(store.WaitBounds) {
			break
		}
		low := float64(0)
		if i > 0 {
			low = float64(store.WaitBounds[i-1])
		}
		tenths := (low + (float64(store.WaitBounds[i])-low)*left/float64(c)) * 10
		return float64(int64(tenths+0.5)) / 10
	}
	return float64(store.WaitBounds[len(store.WaitBounds)-1])
}

// busiest are the extensions with the most calls. Those of all companies together
// say nothing.
func (a *API) busiest(t *tenant.Tenant, all map[string]store.ExtCount) []OverviewExtension {
	out := []OverviewExtension{}
	if t == nil {
		return out
	}
	for ext, c := range all {
		if t.HasExtension(ext) {
			out = append(out, OverviewExtension{Extension: ext, Calls: c[0], Made: c[1], Answered: c[2], Missed: c[3], TalkSeconds: c[4] / 1000})
		}
	}
	slices.SortFunc(out, func(x, y OverviewExtension) int {
		return cmp.Or(cmp.Compare(y.Calls, x.Calls), cmp.Compare(x.Extension, y.Extension))
	})
	out = out[:min(len(out), topExtensions)]
	for i := range out {
		out[i].Name = a.nameOf(t, out[i].Extension)
	}
	return out
}

// nameOf is what an extension is called: by its only person, else as it is
// described. The number of a ring
// group, a menu or a room has its name.
func (a *API) nameOf(t *tenant.Tenant, ext string) string {
	if a.o.People != nil {
		if all := a.o.People.Directory().ByExtension(t.Number, ext); len(all) == 1 {
			return all[0].Name
		}
	}
	if a.o.Companies != nil {
		if c := a.o.Companies.View().ByNumber(t.Number); c != nil {
			if e := c.Extension(ext); e != nil {
				return e.Name
			}
			for i := range c.Attendants {
				if c.Attendants[i].Number == ext {
					return c.Attendants[i].Name
				}
			}
			for i := range c.Conferences {
				if c.Conferences[i].Number == ext {
					return c.Conferences[i].Name
				}
			}
			for i := range c.RingGroups {
				if c.RingGroups[i].Number == ext {
					return c.RingGroups[i].Name
				}
			}
		}
	}
	return ""
}
