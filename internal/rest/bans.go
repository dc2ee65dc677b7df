package rest

import (
	"context"
	"errors"
	"net/http"
	"net/netip"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/dipcast/dipcast/internal/audit"
	"github.com/dipcast/dipcast/internal/envelope"
	"github.com/dipcast/dipcast/internal/guard"
	"github.com/dipcast/dipcast/internal/tenant"
)

// Ban is a source that every server refuses to speak SIP with.
type Ban struct {
	Source   string    `json:"source" example:"203.0.113.7/32" doc:"an address, or a network: of IPv6 a /64"`
	Since    time.Time `json:"since"`
	Until    time.Time `json:"until"`
	Failures int       `json:"failures" example:"10" doc:"logins that failed and led to it; 0 when an operator banned it"`
	Times    int       `json:"times" example:"1" doc:"how often in a row it was banned; each takes twice as long"`
}

// NewBan asks for a ban.
type NewBan struct {
	Source  string `json:"source" maxLength:"64" example:"203.0.113.7" doc:"an address or a network"`
	Minutes int    `json:"minutes,omitempty" minimum:"1" maximum:"10080" example:"60" doc:"for how long; absent: as long as the first ban by failures"`
}

func (a *API) banOps(api huma.API) {
	if a.o.Guard == nil {
		return
	}
	const operators = " For operators."
	o := operation("bans", http.MethodGet, "/bans", "registrations", "Sources refused at the SIP ports")
	o.Description = "An address from which SIP logins fail too often is refused by every server for a while; each further ban within a day takes twice as long. See `guard` in the configuration." + operators
	huma.Register(api, o, a.getBans)
	o = operation("ban", http.MethodPost, "/bans", "registrations", "Refuse a source", 400, 409)
	o.Description = "409: it is on the allow-list, or a trunk's address." + operators
	o.DefaultStatus = http.StatusCreated
	huma.Register(api, o, a.postBan)
	o = operation("lift-ban", http.MethodDelete, "/bans/{source}", "registrations", "Let a source in again", 400, 404)
	o.Description = "The slash of a network is written %2F." + operators
	huma.Register(api, o, a.deleteBan)
}

// operatorOnly refuses everyone else.
func operatorOnly(who tenant.Identity) error {
	if who.Role != tenant.Operator {
		return envelope.Errorf(envelope.Forbidden, "", "this is for operators")
	}
	return nil
}

func sourceIn(text string) (netip.Prefix, error) {
	p, ok := guard.ParseSource(text)
	if !ok {
		return p, envelope.Errorf(envelope.InvalidValue, "source", "source must be an address such as 203.0.113.7, or a network such as 203.0.113.0/24")
	}
	return p, nil
}

func banView(b guard.Ban) Ban {
	return Ban{Source: b.Source.String(), Since: b.Since, Until: b.Until, Failures: b.Failures, Times: b.Times}
}

func (a *API) getBans(ctx context.Context, in *struct{ Page }) (*list[Ban], error) {
	if err := operatorOnly(callerOf(ctx).who); err != nil {
		return nil, a.refused(ctx, "bans", 0, err)
	}
	all := a.o.Guard.Bans()
	out := []Ban{}
	for _, b := range cut(in.Page, all) {
		out = append(out, banView(b))
	}
	return page(in.Page, len(all), out), nil
}

func (a *API) postBan(ctx context.Context, in *struct{ Body NewBan }) (*reply[Ban], error) {
	c := callerOf(ctx)
	err := operatorOnly(c.who)
	var source netip.Prefix
	if err == nil {
		source, err = sourceIn(in.Body.Source)
	}
	var b guard.Ban
	if err == nil {
		b, err = a.o.Guard.Ban(ctx, audit.Entry{Identity: c.who, Remote: c.from()}, source, time.Duration(in.Body.Minutes)*time.Minute)
		if errors.Is(err, guard.ErrAllowed) {
			err = envelope.Errorf(envelope.Conflict, "source", "%v", err)
		}
	}
	if err != nil {
		return nil, a.refused(ctx, "ban", 0, err)
	}
	return success(banView(b)), nil
}

func (a *API) deleteBan(ctx context.Context, in *struct {
	Source string `path:"source" maxLength:"64" example:"203.0.113.7"`
},
) (*reply[Ban], error) {
	c := callerOf(ctx)
	err := operatorOnly(c.who)
	var source netip.Prefix
	if err == nil {
		source, err = sourceIn(in.Source)
	}
	var was Ban
	if err == nil {
		for _, b := range a.o.Guard.Bans() {
			if b.Source == source {
				was = banView(b)
			}
		}
		err = a.o.Guard.Lift(ctx, audit.Entry{Identity: c.who, Remote: c.from()}, source)
		if errors.Is(err, guard.ErrNotBanned) {
			err = envelope.Errorf(envelope.NotFound, "source", "%v", err)
		}
	}
	if err != nil {
		return nil, a.refused(ctx, "lift ban", 0, err)
	}
	return success(was), nil
}
