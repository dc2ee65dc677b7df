package demo

import (
	"context"
	"sync/atomic"
	"time"

	"github.com/dipcast/dipcast/internal/call"
	"github.com/dipcast/dipcast/internal/pbx"
)

// maxLines bounds the lines that wait for a terminal that does not take them.
const maxLines = 256

// watcher turns what the servers say into lines for people: one for each call
// that ended, and what happens to links. It is a pbx.Sink, so it never waits:
// lines that find no room are dropped.
type watcher struct {
	lang  Lang
	lines chan string
	heard atomic.Bool // whether lines are wanted
}

var _ pbx.Sink = (*watcher)(nil)

func newWatcher(l Lang) *watcher {
	return &watcher{lang: l, lines: make(chan string, maxLines)}
}

// write puts the lines on the screen until ctx ends.
func (w *watcher) write(ctx context.Context, s *screen) {
	for {
		select {
		case line := <-w.lines:
			s.line(line)
		case <-ctx.Done():
			return
		}
	}
}

// listen says whether lines are wanted: not while the demo starts or ends.
func (w *watcher) listen(on bool) { w.heard.Store(on) }

func (w *watcher) add(line string) {
	if !w.heard.Load() {
		return
	}
	select {
	case w.lines <- line:
	default:
	}
}

// Event implements pbx.Sink: calls say more.
func (w *watcher) Event(*pbx.Event) {}

// Call implements pbx.Sink.
func (w *watcher) Call(e *pbx.CallEvent) {
	if e.Kind == call.KindEnded && e.Event.Call.Ended.Reason != call.ReasonMerged {
		w.add(line(w.lang, e.Event.Call))
	}
}

// Snapshot implements pbx.Sink.
func (w *watcher) Snapshot(*pbx.Server) {}

var (
	textLinkUp   = say{"서버 %d %s: 연결되었습니다.", "server %d %s: linked."}
	textLinkDown = say{"서버 %d %s: 연결이 끊겼습니다.", "server %d %s: the link is lost."}
	textGap      = say{"서버 %d: 이벤트 %d개를 잃었습니다.", "server %d: %d events were lost."}
)

// Link implements pbx.Sink.
func (w *watcher) Link(s *pbx.Server, up bool, at time.Time) {
	text := textLinkDown
	if up {
		text = textLinkUp
	}
	w.add(stamp(at) + text.format(w.lang, s.ID(), s.Name()))
}

// Gap implements pbx.Sink.
func (w *watcher) Gap(s *pbx.Server, lost int) {
	w.add(stamp(time.Now()) + textGap.format(w.lang, s.ID(), lost))
}
