package dcmiws

import (
	"strconv"

	"github.com/dipcast/dipcast/internal/attribution"
	"github.com/dipcast/dipcast/internal/envelope"
	"github.com/dipcast/dipcast/internal/hub"
)

// faxName is the name by which a filter of events asks for faxes.
var faxName = []byte("fax")

// Fax tells clients of ?v=2 what became of a fax. It is no event of a server's and
// has no place among them: who was away asks REST. fax marshals to JSON; extension
// is on whose behalf it was sent, "" for one that came in.
func (f *Feed) Fax(server int, tenantID, extension, event string, fax any) {
	if !f.hub.Wants(hub.V2, tenantID) {
		return
	}
	b := strconv.AppendInt(append(opFrame("fax"), `,"server":`...), int64(server), 10)
	b = envelope.AppendString(append(b, `,"event":`...), event)
	m := hub.Meta{Topic: tenantID, Event: faxName, At: hub.Position{Server: server}}
	if extension != "" {
		m.Exts = attribution.NewExtSet(extension)
	}
	f.hub.Append(hub.V2, end(withJSON(b, "fax", fax)), m)
}
