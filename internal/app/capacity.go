package app

import (
	"slices"
	"time"

	"github.com/dipcast/dipcast/internal/capacity"
	"github.com/dipcast/dipcast/internal/envelope"
	"github.com/dipcast/dipcast/internal/pbx"
	"github.com/dipcast/dipcast/internal/store"
	"github.com/dipcast/dipcast/internal/tenant"
)

// capacitySink tells the capacity of every event.
type capacitySink struct{ c *capacity.Service }

func (s capacitySink) Event(e *pbx.Event) { s.c.Event(e.Server.ID(), e.Message) }

func (capacitySink) Link(*pbx.Server, bool, time.Time) {}
func (capacitySink) Call(*pbx.CallEvent)               {}
func (capacitySink) Snapshot(*pbx.Server)              {}

// Gap: what was lost may have been the end of a recording, or the start of one.
func (s capacitySink) Gap(srv *pbx.Server, _ int) { s.c.Up(srv.ID()) }

// room says why a company can start no call now. One that records some calls may
// record this one: what is recorded of whom its dialplan knows.
func (a *App) room(t *tenant.Tenant) *envelope.Error {
	records := false
	if v := a.companies.View(); v != nil {
		i := slices.IndexFunc(v.All, func(c store.Company) bool { return c.Number == t.Number })
		records = i >= 0 && v.All[i].RecordsAlways()
	}
	return a.capacity.Refusal(records)
}

func (a *App) newCapacity() (*capacity.Service, error) {
	return capacity.New(capacity.Options{
		Limits: func() capacity.Limits {
			if a.o.Capacity != nil {
				return a.o.Capacity()
			}
			return capacity.Size(a.counts.Load().Capacity)
		},
		Servers: func() []capacity.Server {
			var all []capacity.Server
			for _, s := range a.pool.Servers() {
				all = append(all, s)
			}
			return all
		},
		Logger: a.log,
	})
}
