package rest

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/dipcast/dipcast/internal/pbx"
	"github.com/dipcast/dipcast/internal/tenant"
)

// Server is one Asterisk as a client sees it.
type Server struct {
	ID      int       `json:"id" doc:"AMIServerID" example:"1"`
	Name    string    `json:"name" example:"dcrm.makecall.io"`
	SSL     bool      `json:"ssl" doc:"whether the gateway's link to it is TLS"`
	Up      bool      `json:"up" doc:"whether all links to it are up"`
	Home    bool      `json:"home" doc:"whether the tenant's phones and trunks are here"`
	Since   time.Time `json:"since" doc:"of the present state"`
	Version string    `json:"version,omitempty" doc:"its AMI greeting" example:"Asterisk Call Manager/11.0.0"`
	Error   string    `json:"error,omitempty" doc:"why it is down; operators only"`
	PingMS  float64   `json:"ping_ms" doc:"round trip of the last Ping, milliseconds; 0 when there was none"`
	Phones  *PhonesAt `json:"phones,omitempty" doc:"where phones register, to be typed into them; absent: the gateway does not write this server's files, or does not know its address"`
}

// PhonesAt is where the phones of a server register.
type PhonesAt struct {
	Host    string `json:"host" example:"pbx.example.com"`
	UDPPort int    `json:"udp_port" example:"5060"`
	TLSPort int    `json:"tls_port" doc:"0: there is no TLS for phones" example:"5061"`
}

// Health is the state of the gateway and of the servers a client may use.
type Health struct {
	Healthy bool     `json:"healthy" doc:"all servers are up"`
	Version string   `json:"version" doc:"of DIPCAST"`
	Servers []Server `json:"servers" nullable:"false"`
	// Capacity is of the whole box: only operators are told how much others use.
	Capacity []Room   `json:"capacity" nullable:"false" doc:"what the size of the box limits; companies see the state only"`
	Alarms   []string `json:"alarms,omitempty" doc:"what is wrong with the gateway's machine, in words; operators only"`
	Relay    *Relay   `json:"relay,omitempty" doc:"how the connection to the relay stands, over which NAVER WORKS reaches a gateway behind a firewall; missing: there is no relay"`
	// Cards is what a login of one extension is not told.
	Cards []CardFinding `json:"cards,omitempty" doc:"why people of yours are not told of calls in NAVER WORKS; missing: nothing is known to be wrong"`
}

// CardFinding is why people are not told of calls in NAVER WORKS who should be.
type CardFinding struct {
	Tenant  string `json:"tenant" doc:"whose" example:"T2"`
	Code    string `json:"code" enum:"group_without_room" doc:"group_without_room: more people than get a card each, and no room of the company is set"`
	Group   string `json:"group" doc:"the ring group" example:"610"`
	People  int    `json:"people" doc:"who would get a card" example:"8"`
	Told    int    `json:"told" doc:"the first of them, who do" example:"5"`
	Message string `json:"message" doc:"what to do" example:"set group_room of naver-works: the channelId of a room with the bot"`
}

// Relay is the state of the connection to the relay.
type Relay struct {
	Up     bool      `json:"up" doc:"whether callbacks arrive; for a company: its own"`
	Since  time.Time `json:"since" doc:"of the connection's present state"`
	Error  string    `json:"error,omitempty" doc:"why there is no connection; operators only"`
	Denied []int     `json:"denied,omitempty" doc:"numbers of companies that the relay's configuration does not give this gateway; operators only"`
}

// Room is how much there is of something that the size of the box limits.
type Room struct {
	Kind  string `json:"kind" enum:"phones,phones_in_use,recorded_calls"`
	Used  *int   `json:"used,omitempty" doc:"now, on all servers together; operators only" example:"240"`
	Limit int    `json:"limit" doc:"0: there is none" example:"300"`
	State string `json:"state" enum:"ok,near,full" doc:"near from 80 % on; full: the next is refused, but for calls for help"`
}

type serversOutput struct {
	Body struct {
		Status string   `json:"status" enum:"success"`
		Data   []Server `json:"data" nullable:"false"`
	}
}

type healthOutput struct {
	Body struct {
		Status string `json:"status" enum:"success"`
		Data   Health `json:"data"`
	}
}

// errorsOfReading are the statuses that any operation may have beside its own.
var errorsOfReading = []int{401, 403, 429, 503}

func (a *API) healthOps(api huma.API) {
	huma.Register(api, huma.Operation{
		OperationID: "health", Method: http.MethodGet, Path: Prefix + "/health",
		Summary: "State of the gateway and of your servers", Tags: []string{"health"}, Errors: errorsOfReading,
	}, func(ctx context.Context, _ *struct{}) (*healthOutput, error) {
		var out healthOutput
		out.Body.Status = "success"
		d := &out.Body.Data
		d.Version, d.Servers, d.Healthy = a.o.Version, a.servers(callerOf(ctx).who), true
		for _, s := range d.Servers {
			d.Healthy = d.Healthy && s.Up
		}
		d.Capacity = a.rooms(callerOf(ctx).who)
		if a.o.Relay != nil {
			d.Relay = a.o.Relay(callerOf(ctx).who)
		}
		if a.o.Cards != nil {
			d.Cards = a.o.Cards(callerOf(ctx).who)
		}
		if a.o.Alarms != nil && callerOf(ctx).who.Role == tenant.Operator {
			d.Alarms = a.o.Alarms()
		}
		return &out, nil
	})
	huma.Register(api, huma.Operation{
		OperationID: "servers", Method: http.MethodGet, Path: Prefix + "/servers",
		Summary: "Your servers", Tags: []string{"health"}, Errors: errorsOfReading,
	}, func(ctx context.Context, _ *struct{}) (*serversOutput, error) {
		var out serversOutput
		out.Body.Status, out.Body.Data = "success", a.servers(callerOf(ctx).who)
		return &out, nil
	})
}

func (a *API) servers(who tenant.Identity) []Server {
	list := []Server{}
	for _, s := range a.o.Pool.Servers() {
		if who.MayUseServer(s.ID()) {
			d := describe(s, who)
			if a.o.Place != nil {
				if p, err := a.o.Place(s.ID()); err == nil {
					d.Phones = &PhonesAt{Host: p.Host, UDPPort: p.UDPPort, TLSPort: p.TLSPort}
				}
			}
			list = append(list, d)
		}
	}
	return list
}

func (a *API) rooms(who tenant.Identity) []Room {
	list := []Room{}
	if a.o.Capacity == nil {
		return list
	}
	for _, u := range a.o.Capacity.Usage() {
		r := Room{Kind: string(u.Kind), Limit: u.Limit, State: string(u.State)}
		if who.Role == tenant.Operator {
			r.Used = &u.Used
		}
		list = append(list, r)
	}
	return list
}

func describe(s *pbx.Server, who tenant.Identity) Server {
	h := s.Health()
	out := Server{
		ID: s.ID(), Name: s.Name(), SSL: s.Source().SSL, Up: h.Up, Since: h.Since.UTC().Truncate(time.Millisecond),
		Version: h.Banner, PingMS: float64(h.RTT.Microseconds()) / 1000,
		Home: who.Tenant != nil && who.Tenant.Home() == s.ID(),
	}
	if who.Role == tenant.Operator {
		out.Error = h.Error
	}
	return out
}
