package app

import (
	"time"

	"github.com/dipcast/dipcast/internal/capacity"
	"github.com/dipcast/dipcast/internal/pbx"
)

// capacitySink tells the capacity of every event.
type capacitySink struct{ c *capacity.Service }

func (s capacitySink) Event(e *pbx.Event) { s.c.Event(e.Server.ID(), e.Message) }

func (capacitySink) Link(*pbx.Server, bool, time.Time) {}
func (capacitySink) Call(*pbx.CallEvent)               {}
func (capacitySink) Snapshot(*pbx.Server)              {}

// Gap: what was lost may have been the end of a recording, or the start of one.
func (s capacitySink) Gap(srv *pbx.Server, _ int) { s.c.Up(srv.ID()) }

func (a *App) newCapacity() (*capacity.Service, error) {
	return capacity.New(capacity.Options{
		Limits: func() capacity.Limits { return capacity.Size(a.counts.Load().Capacity) },
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
