package pbx

import (
	"context"
	"errors"
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
	// How long a snapshot that failed, or missed what was dropped, waits for
	// the server to become less busy before it is read again.
	afterFailure = 15 * time.Second
	afterGap     = 2 * time.Second
)

// readSnapshot asks for the lists on the link that carries the events: items
// and events stand in one order, so an event behind an item is newer.
func (s *Server) readSnapshot() {
	var left atomic.Int32
	var failed atomic.Bool
	left.Store(int32(len(snapshotLists)))
	s.inbox.control(itemBegin)
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
			if left.Add(-1) > 0 {
				return
			}
			if failed.Load() {
				s.inbox.control(itemFailed)
			} else {
				s.inbox.control(itemReady)
			}
			s.inbox.signal()
			if failed.Load() && !gone(r.Err) { // else it is read when the link is back
				s.readAgain(afterFailure)
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

func gone(err error) bool {
	return errors.Is(err, ami.ErrLinkLost) || errors.Is(err, ami.ErrNotConnected) || errors.Is(err, ami.ErrClosed)
}

// readAgain reads the snapshot once more after a while, once for all who ask
// meanwhile.
func (s *Server) readAgain(after time.Duration) {
	if s.rereads.Swap(true) {
		return
	}
	started := s.tasks.start(func(ctx context.Context) {
		t := time.NewTimer(after)
		defer t.Stop()
		select {
		case <-t.C:
		case <-ctx.Done():
		}
		s.rereads.Store(false)
		if ctx.Err() == nil && s.links[policy.Events].up.Load() {
			s.readSnapshot()
		}
	})
	if !started {
		s.rereads.Store(false)
	}
}
