package pbx

import (
	"bytes"
	"strconv"

	"github.com/dipcast/dipcast/ami"
	"github.com/dipcast/dipcast/internal/attribution"
	"github.com/dipcast/dipcast/internal/policy"
)

// narrow keeps the items of a list that are the tenant's, and the event that
// closes the list, with the number of items that are left: how many calls
// others have is not for this tenant.
func (s *Server) narrow(p *policy.Plan, items []*ami.Message) []*ami.Message {
	keep := items[:0]
	for _, m := range items {
		if completes(m) {
			keep = append(keep, recount(m, len(keep)))
			continue
		}
		r := s.peek(m)
		if r.Tenant == nil || r.Tenant.ID != p.Tenant.ID {
			continue
		}
		if p.Extension != "" && !r.Exts.Has(p.Extension) {
			continue
		}
		keep = append(keep, m)
	}
	return keep
}

func (s *Server) peek(m *ami.Message) attribution.Result {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.attr.Peek(m)
}

func completes(m *ami.Message) bool {
	return len(m.Value("EventList")) > 0 || bytes.HasSuffix(m.Event(), []byte("Complete"))
}

// recount returns m with n as its ListItems.
func recount(m *ami.Message, n int) *ami.Message {
	var raw []byte
	for name, value := range m.All() {
		if bytes.EqualFold(name, []byte("ListItems")) {
			value = strconv.AppendInt(nil, int64(n), 10)
		}
		raw = append(append(raw, name...), ": "...)
		raw = append(append(raw, value...), "\r\n"...)
	}
	var out ami.Message
	if err := ami.Parse(append(raw, "\r\n"...), &out); err != nil {
		return &ami.Message{} // a closing event that cannot be read again tells nothing
	}
	return out.Clone()
}
