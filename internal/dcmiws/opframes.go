package dcmiws

import (
	"encoding/json"
	"slices"
	"strconv"
	"time"

	"github.com/dipcast/dipcast/internal/call"
	"github.com/dipcast/dipcast/internal/envelope"
	"github.com/dipcast/dipcast/internal/pbx"
	"github.com/dipcast/dipcast/internal/tenant"
)

// callName is the name by which a filter of events asks for calls.
var callName = []byte("call")

// The reasons of a gap.
const (
	gapSlow    = "slow"    // the client fell out of the log
	gapLink    = "link"    // the link to the server was lost
	gapWindow  = "window"  // a position that is not kept any more; or events were dropped
	gapRestart = "restart" // the position is of another life of the gateway
)

// opFrame begins a frame of the gateway's own.
func opFrame(op string) []byte { return append([]byte(`{"op":"`), op+`"`...) }

func withServer(b []byte, s *pbx.Server) []byte {
	return strconv.AppendInt(append(b, `,"server":`...), int64(s.ID()), 10)
}

// withID adds the id of the op that is answered, if it had one.
func withID(b []byte, op *envelope.Op) []byte {
	if op == nil || !op.HasID {
		return b
	}
	return envelope.AppendString(append(b, `,"id":`...), op.ID)
}

// withJSON adds a member of any type of ours, none of which can fail.
func withJSON(b []byte, name string, v any) []byte {
	text, err := json.Marshal(v)
	if err != nil {
		text = []byte("null")
	}
	b = append(b, `,"`+name+`":`...)
	return append(b, text...)
}

func end(b []byte) []byte { return append(b, '}') }

func linkState(up bool) string {
	if up {
		return "up"
	}
	return "down"
}

func linkFrame(s *pbx.Server, up bool, at time.Time) []byte {
	b := withServer(opFrame("link"), s)
	b = append(b, `,"state":"`+linkState(up)+`"`...)
	return end(envelope.AppendTime(b, at))
}

// callFrame is a step of a call, as e tells it to one reader.
func callFrame(at *pbx.CallEvent, e call.Event) []byte {
	b := withServer(opFrame("call"), at.Server)
	b = envelope.AppendTime(envelope.AppendPlace(b, at.Epoch, at.Seq), e.At.Time)
	b = append(b, `,"event":"`+string(e.Kind)+`"`...)
	if e.Who != (call.Party{}) {
		b = withJSON(b, "who", e.Who)
	}
	return end(withJSON(b, "call", e.Call))
}

func gapFrame(s *pbx.Server, from, to uint64, reason string) []byte {
	b := withServer(opFrame("gap"), s)
	b = strconv.AppendUint(append(b, `,"from":`...), from, 10)
	b = strconv.AppendUint(append(b, `,"to":`...), to, 10)
	return end(append(b, `,"reason":"`+reason+`"`...))
}

// snapshotFrame is the state of a server. whole is said only when it is not.
func snapshotFrame(s *pbx.Server, op *envelope.Op, p pbx.Picture) []byte {
	b := withServer(withID(opFrame("snapshot"), op), s)
	b = envelope.AppendPlace(b, p.Epoch, p.Seq)
	if !p.Whole {
		b = append(b, `,"whole":false`...)
	}
	return end(withJSON(withJSON(b, "calls", p.Calls), "devices", p.Devices))
}

func errorFrame(op *envelope.Op, e *envelope.Error) []byte {
	b := withID(opFrame("error"), op)
	b = envelope.AppendString(append(b, `,"code":`...), string(e.Code))
	b = envelope.AppendString(append(b, `,"message":`...), e.Message)
	if e.Field != "" {
		b = envelope.AppendString(append(b, `,"field":`...), e.Field)
	}
	return end(b)
}

// pictureFor is the state of a server as who may see it, narrowed to extensions
// when there are any.
func pictureFor(s *pbx.Server, who tenant.Identity, exts []string) pbx.Picture {
	if who.Role != tenant.Operator && len(exts) == 1 {
		return s.Picture(who.Tenant, exts[0])
	}
	var owner *tenant.Tenant // of an operator: nil
	if who.Role != tenant.Operator {
		owner = who.Tenant
	}
	p := s.Picture(owner, "")
	if len(exts) == 0 {
		return p
	}
	p.Calls = slices.DeleteFunc(p.Calls, func(c *call.Call) bool {
		return !slices.ContainsFunc(c.Tenants(), func(t *tenant.Tenant) bool {
			return slices.ContainsFunc(exts, func(x string) bool { return c.Involves(t, x) })
		})
	})
	p.Devices = slices.DeleteFunc(p.Devices, func(d pbx.Device) bool { return !slices.Contains(exts, d.Extension) })
	return p
}
