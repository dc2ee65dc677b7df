package pbx

import (
	"sync/atomic"
	"time"

	"github.com/dipcast/dipcast/ami"
	"github.com/dipcast/dipcast/internal/policy"
)

// The lists of a snapshot. Channels come first: their tenants decide whose the
// rest is.
var snapshotLists = [...]string{"CoreShowChannels", "BridgeList", "DeviceStateList", "QueueStatus"}

const (
	snapshotTimeout = 30 * time.Second
	snapshotItems   = 100000
)

// readSnapshot asks for the lists on the link that carries the events: items
// and events stand in one order, so an event behind an item is newer.
func (s *Server) readSnapshot() {
	var left atomic.Int32
	var failed atomic.Bool
	left.Store(int32(len(snapshotLists)))
	client := s.links[policy.Events].client
	for _, name := range snapshotLists {
		finished := func(r ami.Result) {
			switch {
			case r.Err != nil:
				failed.Store(true)
				s.log.Warn("snapshot incomplete", "list", name, "error", r.Err)
			case r.Message != nil && r.Message.Is("Response", "Error"):
				s.log.Info("snapshot without a list", "list", name, "message", r.Message.Get("Message"))
			}
			if left.Add(-1) == 0 && !failed.Load() {
				s.inbox.control(itemReady)
				s.inbox.signal()
			}
		}
		_, err := client.Send(ami.NewAction(name), ami.SendOptions{
			List: true, MaxItems: snapshotItems, Deadline: time.Now().Add(snapshotTimeout),
			OnListEvent: func(m *ami.Message) { s.inbox.add(itemList, m) },
		}, finished)
		if err != nil {
			finished(ami.Result{Err: err})
		}
	}
}
