package rest_test

import (
	"context"
	"encoding/json"
	"testing"
	"time"

	"github.com/dipcast/dipcast/internal/rest"
	"github.com/dipcast/dipcast/internal/store"
)

// someHours gives the same hour again and again, but the last, which is missing.
type someHours struct{ asked []store.HoursQuery }

func (h *someHours) Hours(_ context.Context, q store.HoursQuery) ([]*store.HourCount, int, error) {
	h.asked = append(h.asked, q)
	n := int(q.To.Sub(q.From) / time.Hour)
	all := make([]*store.HourCount, n)
	for i := range n - 1 {
		all[i] = &store.HourCount{In: 11, InAnswered: 10, InMissed: 1, Waits: make([]int64, len(store.WaitBounds)+1), WaitMS: 40000, Peak: int64(i), Exts: map[string]store.ExtCount{"1010": {2, 1, 1, 0, 5000}, "9": {9}}}
		all[i].Waits[2], all[i].Waits[7] = 5, 5 // 2 to 3 s, and 8 to 10 s
	}
	return all, 1, nil
}

// TestOverview: hours are added up; days, weekdays and hours are those of the zone.
func TestOverview(t *testing.T) {
	h := &someHours{}
	inBubble(t, func(o *rest.Options) { o.Hours = h }, func(r *rig) {
		a := r.do(request{method: "GET", path: "/overview?from=2026-11-01T00:00:00%2B09:00&to=2026-11-11T00:00:00%2B09:00&zone=Asia/Seoul"})
		var o rest.Overview
		if err := json.Unmarshal(a.body.Data, &o); err != nil || a.status != 200 {
			t.Fatal(a.status, a.raw, err)
		}
		if o.Step != "day" || len(o.Points) != 10 || o.Points[0].At != time.Date(2026, 10, 31, 15, 0, 0, 0, time.UTC) || o.Points[0].In != 24*11 || o.Points[9].In != 23*11 {
			t.Errorf("%s, %d points, the first %+v", o.Step, len(o.Points), o.Points[0])
		}
		if o.Whole || o.Missing != 1 || o.Total.In != 239*11 || o.Total.Peak != 238 || o.PeakAt == nil || !o.PeakAt.Equal(o.To.Add(-2*time.Hour)) {
			t.Errorf("total %+v, whole %v, peak at %v", o.Total, o.Whole, o.PeakAt)
		}
		if o.Total.WaitMean != 4 || o.Total.WaitP90 != 9.6 {
			t.Errorf("waited %v, %v", o.Total.WaitMean, o.Total.WaitP90)
		}
		// Ten days from a Sunday on: two Sundays, and two of Monday and Tuesday.
		if o.HeatIn[6][0] != 22 || o.HeatIn[1][23] != 11 || o.HeatIn[2][0] != 11 {
			t.Errorf("heat %v", o.HeatIn)
		}
		if len(o.Extensions) != 1 || o.Extensions[0].Calls != 2*239 || o.Extensions[0].TalkSeconds != 5*239 {
			t.Errorf("extensions %+v", o.Extensions)
		}
		if a := r.do(request{method: "GET", path: "/overview", who: "ops"}); a.status != 200 || !h.asked[len(h.asked)-1].All {
			t.Errorf("operators get %d %s", a.status, a.raw)
		}
	})
}

// TestOverviewRefuses: what is too long or wrong, and who may not.
func TestOverviewRefuses(t *testing.T) {
	inBubble(t, func(o *rest.Options) { o.Hours = &someHours{} }, func(r *rig) {
		for _, tt := range []struct {
			path, who, field string
			status           int
		}{
			{"/overview?from=2026-01-01T00:00:00Z&to=2026-11-01T00:00:00Z", "", "from", 400},
			{"/overview?from=2026-11-01T00:00:00Z&to=2026-11-01T00:00:00Z", "", "to", 400},
			{"/overview?from=yesterday", "", "from", 400},
			{"/overview?zone=Nowhere/Else", "", "zone", 400},
			{"/overview", "1010", "", 403},
			{"/overview?tenant=T9", "ops", "tenant", 404},
		} {
			if a := r.do(request{method: "GET", path: tt.path, who: tt.who}); a.status != tt.status || a.body.Field != tt.field {
				t.Errorf("%s: %d %s", tt.path, a.status, a.raw)
			}
		}
	})
}
