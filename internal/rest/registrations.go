package rest

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/dipcast/dipcast/internal/dialplan"
	"github.com/dipcast/dipcast/internal/envelope"
	"github.com/dipcast/dipcast/internal/pbx"
	"github.com/dipcast/dipcast/internal/tenant"
)

// Registration is a phone that has registered, where it is now.
type Registration struct {
	Extension  string    `json:"extension" example:"1010"`
	DeviceName string    `json:"device_name" example:"T2_1010"`
	TenantID   string    `json:"tenant_id" example:"T2"`
	ServerID   int       `json:"server_id" example:"1"`
	Address    string    `json:"address" example:"192.0.2.10:5060" doc:"where its messages come from; behind a NAT box that box's"`
	Via        string    `json:"via" example:"192.168.0.10:5060" doc:"the address it gives itself"`
	Transport  string    `json:"transport" example:"udp" doc:"udp, tcp, tls, ws or wss"`
	UserAgent  string    `json:"user_agent" example:"Yealink SIP-T46U 108.86.0.20"`
	Status     string    `json:"status" enum:"reachable,unreachable,unknown" doc:"whether it answers when it is probed; unknown when it is not"`
	RTTMS      float64   `json:"rtt_ms" example:"4.2" doc:"round trip of the last probe, milliseconds; 0 when there is none"`
	ExpiresAt  time.Time `json:"expires_at" doc:"when it ends unless it is renewed"`
}

// TrunkRegistration is the state of our login at a carrier.
type TrunkRegistration struct {
	Trunk    string     `json:"trunk" example:"trk-1"`
	ServerID int        `json:"server_id" example:"1"`
	State    string     `json:"state" enum:"registered,rejected,unregistered,stopped" doc:"rejected: its credentials are refused"`
	Next     *time.Time `json:"next,omitempty" doc:"when it is renewed or tried again"`
}

func (a *API) registrationOps(api huma.API) {
	o := operation("registrations", http.MethodGet, "/registrations", "registrations", "Your phones that have registered", 400, 404)
	o.Description = "On all servers that are up, or on the one named. The list is at most two seconds old."
	huma.Register(api, o, a.getRegistrations)
	if a.o.Guard != nil {
		o = operation("refused-registrations", http.MethodGet, "/refused-registrations", "registrations", "Phones that were refused", 400, 404)
		o.Description = "The last time for each name, of the last hour, the newest first: why a phone that is being set up does not register. Names that no phone has are told operators, and a company that is alone."
		huma.Register(api, o, a.getRefusedRegistrations)
	}
	o = operation("trunk-registrations", http.MethodGet, "/trunk-registrations", "registrations", "Logins of trunks at their carriers", 404)
	o.Description = "An operator who names no tenant sees those of all."
	huma.Register(api, o, a.getTrunkRegistrations)
}

func (a *API) getRegistrations(ctx context.Context, in *struct {
	Scope
	Page
	Extension string `query:"extension" maxLength:"32" doc:"of this one only" example:"1010"`
},
) (*list[Registration], error) {
	const action = "registrations"
	who := callerOf(ctx).who
	t, err := a.tenantOf(who, in.Tenant)
	if err == nil && in.Extension != "" {
		err = mayUse(who, t, "extension", in.Extension)
	}
	if err == nil && in.ServerID != 0 && (!t.HasServer(in.ServerID) || a.o.Pool.Server(in.ServerID) == nil) {
		err = envelope.Errorf(envelope.NotFound, "server_id", "there is no server %d for you", in.ServerID)
	}
	if err != nil {
		return nil, a.refused(ctx, action, 0, err)
	}
	only := cmp.Or(in.Extension, who.Extension)
	out := []Registration{}
	for _, id := range t.Servers {
		if in.ServerID != 0 && id != in.ServerID {
			continue
		}
		all, err := a.contacts(ctx, t, id)
		if err != nil && in.ServerID != 0 {
			return nil, a.refused(ctx, action, id, err)
		}
		for _, r := range all {
			if only == "" || r.Extension == only {
				out = append(out, r)
			}
		}
	}
	slices.SortStableFunc(out, func(x, y Registration) int { return cmp.Compare(x.Extension, y.Extension) })
	return page(in.Page, len(out), cut(in.Page, out)), nil
}

// contacts are the registered phones of a tenant's extensions on a server.
func (a *API) contacts(ctx context.Context, t *tenant.Tenant, server int) ([]Registration, error) {
	s := a.o.Pool.Server(server)
	if s == nil || !s.Up() {
		return nil, envelope.Errorf(envelope.Unavailable, "", "server %d is down", server)
	}
	all, err := s.Contacts(ctx)
	if err != nil {
		a.log.Warn("registrations not read", "server", server, "error", err)
		return nil, envelope.Errorf(envelope.Unavailable, "", "server %d does not say who is registered", server)
	}
	out := []Registration{}
	for i := range all {
		if ext := extensionOf(t, all[i].Device); ext != "" {
			out = append(out, registration(t, s, ext, &all[i]))
		}
	}
	return out, nil
}

// extensionOf is the extension of a tenant that a device belongs to, "" when it
// is not the tenant's: its marker must be exactly the tenant's, and the
// extension one of its own.
func extensionOf(t *tenant.Tenant, device string) string {
	rest, ok := strings.CutPrefix(device, t.Prefix())
	ext, _, _ := strings.Cut(rest, "_") // T2_1010_1 is its second phone
	if !ok || !t.HasExtension(ext) {
		return ""
	}
	return ext
}

func registration(t *tenant.Tenant, s *pbx.Server, ext string, c *pbx.Contact) Registration {
	r := Registration{
		Extension: ext, DeviceName: c.Device, TenantID: t.ID.String(), ServerID: s.ID(), Via: c.Via,
		Transport: c.Transport, UserAgent: c.UserAgent, Status: c.Reachable,
		RTTMS: float64(c.RTT.Microseconds()) / 1000, ExpiresAt: c.Expires,
	}
	if c.Address.IsValid() {
		r.Address = c.Address.String()
	}
	return r
}

func (a *API) getTrunkRegistrations(ctx context.Context, in *struct {
	TenantQuery
	ServerID int `query:"server_id" doc:"of this server only"`
},
) (*reply[[]TrunkRegistration], error) {
	mine, err := a.trunksOf(ctx, in.Tenant)
	if err != nil {
		return nil, a.refused(ctx, "trunk registrations", 0, err)
	}
	if in.ServerID != 0 && a.o.Pool.Server(in.ServerID) == nil {
		return nil, a.refused(ctx, "trunk registrations", 0, envelope.Errorf(envelope.NotFound, "server_id", "there is no server %d", in.ServerID))
	}
	out := []TrunkRegistration{}
	for _, s := range a.o.Pool.Servers() {
		if in.ServerID != 0 && s.ID() != in.ServerID || !s.Up() {
			continue
		}
		all, err := s.TrunkLogins(ctx)
		if err != nil {
			a.log.Warn("trunks not read", "server", s.ID(), "error", err)
			continue
		}
		for _, l := range all {
			if mine != nil && !mine[l.Name] {
				continue
			}
			r := TrunkRegistration{Trunk: l.Name, ServerID: s.ID(), State: l.State}
			if !l.Next.IsZero() {
				r.Next = &l.Next
			}
			out = append(out, r)
		}
	}
	return success(out), nil
}

// trunksOf are the names of the trunks that a request may see; nil means all.
func (a *API) trunksOf(ctx context.Context, name string) (map[string]bool, error) {
	who := callerOf(ctx).who
	if who.Role == tenant.Operator && name == "" {
		return nil, nil
	}
	if who.Role == tenant.ExtensionRole {
		return nil, envelope.Errorf(envelope.Forbidden, "", "a login of one extension cannot see trunks")
	}
	t, err := a.tenantOf(who, name)
	if err != nil {
		return nil, err
	}
	mine := map[string]bool{}
	if a.o.Companies == nil {
		return mine, nil
	}
	if c := a.o.Companies.View().ByNumber(t.Number); c != nil {
		for i := range c.Trunks {
			mine[dialplan.TrunkEndpoint(c.Trunks[i].ID)] = true
		}
	}
	return mine, nil
}

// withRegistrations adds to the phones of an extension where they have
// registered, and the further phones (T2_1010_1) that have.
func (a *API) withRegistrations(ctx context.Context, t *tenant.Tenant, ext string, devices []Device) []Device {
	for _, id := range t.Servers {
		all, err := a.contacts(ctx, t, id)
		if err != nil {
			continue // its devices say that they are not known
		}
		for _, r := range all {
			if r.Extension != ext {
				continue
			}
			i := slices.IndexFunc(devices, func(d Device) bool { return d.ServerID == id && d.DeviceName == r.DeviceName })
			if i < 0 {
				i = len(devices)
				devices = append(devices, a.device(id, r.DeviceName))
			}
			devices[i].Registrations = append(devices[i].Registrations, r)
		}
	}
	return devices
}

// device is one phone as a server knows it.
func (a *API) device(server int, name string) Device {
	d := Device{DeviceName: name, User: name, Technology: "pjsip", ServerID: server, State: unknownState}
	s := a.o.Pool.Server(server)
	if s == nil {
		return d
	}
	d.Registered = s.Registered("PJSIP/" + name)
	if state := s.DeviceState("PJSIP/" + name); state != "" && s.Up() {
		d.State = state
	}
	return d
}
