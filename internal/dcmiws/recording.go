package dcmiws

import (
	"strconv"

	"github.com/dipcast/dipcast/internal/attribution"
	"github.com/dipcast/dipcast/internal/envelope"
	"github.com/dipcast/dipcast/internal/hub"
)

// recordingName is the name by which a filter of events asks for recordings.
var recordingName = []byte("recording")

// Recording tells clients of ?v=2 what became of a recording of a call. It is no
// event of a server's and has no place among them: who was away asks REST.
// recording marshals to JSON; exts are the extensions whose call it was.
func (f *Feed) Recording(server int, tenantID string, exts []string, event string, recording any) {
	if !f.hub.Wants(hub.V2, tenantID) {
		return
	}
	b := strconv.AppendInt(append(opFrame("recording"), `,"server":`...), int64(server), 10)
	b = envelope.AppendString(append(b, `,"event":`...), event)
	m := hub.Meta{Topic: tenantID, Event: recordingName, At: hub.Position{Server: server}}
	if len(exts) > 0 {
		m.Exts = attribution.NewExtSet(exts...)
	}
	f.hub.Append(hub.V2, end(withJSON(b, "recording", recording)), m)
}
