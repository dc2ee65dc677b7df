package rest

import (
	"cmp"
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"github.com/dipcast/dipcast/internal/company"
)

// HoldMusic is what those hear who are held.
type HoldMusic struct {
	HoldMusic string `json:"hold_music" maxLength:"32" example:"dipcast" doc:"the name of a tone, or dipcast, which every company has; empty: the music that comes with the product"`
}

// RecordingRules are which calls of a company are recorded. Extensions may differ.
type RecordingRules struct {
	Internal string `json:"internal" enum:"always,on_demand" doc:"between extensions"`
	Incoming string `json:"incoming" enum:"always,on_demand" doc:"from the network"`
	Outgoing string `json:"outgoing" enum:"always,on_demand" doc:"to the network"`
	Notice   bool   `json:"notice" doc:"tells the party in the network of calls that are always recorded"`
	KeepDays int    `json:"keep_days" minimum:"0" maximum:"3650" example:"90" doc:"how long recordings are kept; 0: 90 days"`
	Format   string `json:"format" enum:"wav,mp3,opus" doc:"what they are kept as"`
}

// FaxSettings are how a company sends faxes, and how long all are kept.
type FaxSettings struct {
	Sends     bool   `json:"sends" doc:"whether it sends faxes; its numbers may receive them all the same. false forgets the others"`
	StationID string `json:"station_id" maxLength:"20" example:"+82 2 1234 5678" doc:"the number that the other machine shows: digits, + and blanks; empty: that of the call"`
	Header    string `json:"header" maxLength:"50" example:"Office 2F" doc:"printed at the top of pages, in ASCII"`
	KeepDays  int    `json:"keep_days" minimum:"0" maximum:"3650" doc:"how long faxes are kept, also those that came in; 0: for good"`
}

// Calling is what holds for all calls of a company.
type Calling struct {
	Language string `json:"language" enum:"ko,en" doc:"of prompts"`
	AreaCode string `json:"area_code" maxLength:"4" example:"02" doc:"put before local numbers that are dialed without one; empty: they stay as they are"`
}

// settings adds the operations of a part of the description that is one thing with
// members. field is where its problems are, in the description.
func settings[T any](a *API, api huma.API, path, title, field string, get func(*company.Company) T, set func(*company.Company, T)) {
	huma.Register(api, operation(path, http.MethodGet, "/"+path, tagCompany, "Your "+title, 400, 404), func(ctx context.Context, in *struct{ TenantQuery }) (*tagged[T], error) {
		c, err := a.read(ctx, a.scope(false, in.Tenant))
		if err != nil {
			return nil, a.refused(ctx, path, 0, err)
		}
		v := get(c)
		return withTag(v, etag(v)), nil
	})
	o := operation("change-"+path, http.MethodPut, "/"+path, tagCompany, "Change your "+title, 400, 404, 409)
	o.Description = "Members that are absent stay as they are."
	huma.Register(api, o, func(ctx context.Context, in *struct {
		TenantQuery
		Matching
		Body fields[T]
	},
	) (*tagged[T], error) {
		action := "change " + path
		r, err := a.edit(ctx, a.scope(false, in.Tenant), action, func(c *company.Company) error {
			v := get(c)
			if err := match(in.Matching, etag(v)); err != nil {
				return err
			}
			if err := in.Body.into(&v); err != nil {
				return err
			}
			set(c, v)
			return nil
		})
		if err != nil {
			return nil, a.refused(ctx, action, 0, asked(err, field))
		}
		v := get(&r.Company.Company)
		return withTag(v, etag(v)), nil
	})
}

// settingsOps are those of what a company says once.
func (a *API) settingsOps(api huma.API) {
	settings(a, api, "hold-music", "music for those who are held", "",
		func(c *company.Company) HoldMusic { return HoldMusic{c.HoldMusic} },
		func(c *company.Company, v HoldMusic) { c.HoldMusic = v.HoldMusic })
	settings(a, api, "recording-rules", "rules of which calls are recorded", "recording",
		func(c *company.Company) RecordingRules {
			all, r := c.RecordsBy(nil), c.Recording
			return RecordingRules{all.Internal, all.Incoming, all.Outgoing, r.Notice, r.Days(), cmp.Or(r.Format, company.RecordFormats[0])}
		},
		func(c *company.Company, v RecordingRules) {
			c.Recording = company.Recording{
				Internal: unless(v.Internal, company.RecordOnDemand), Incoming: unless(v.Incoming, company.RecordOnDemand), Outgoing: unless(v.Outgoing, company.RecordOnDemand),
				Notice: v.Notice, KeepDays: v.KeepDays, Format: unless(v.Format, company.RecordFormats[0]),
			}
			if v.KeepDays == company.DefaultKeepDays {
				c.Recording.KeepDays = 0
			}
		})
	settings(a, api, "fax-settings", "settings of faxes", "fax",
		func(c *company.Company) FaxSettings {
			if c.Fax == nil {
				return FaxSettings{}
			}
			return FaxSettings{true, c.Fax.StationID, c.Fax.Header, c.Fax.KeepDays}
		},
		func(c *company.Company, v FaxSettings) {
			c.Fax = nil
			if v.Sends {
				c.Fax = &company.Fax{StationID: v.StationID, Header: v.Header, KeepDays: v.KeepDays}
			}
		})
	settings(a, api, "calling", "language of prompts and area code", "",
		func(c *company.Company) Calling { return Calling{c.Speaks(), c.AreaCode} },
		func(c *company.Company, v Calling) {
			c.Language, c.AreaCode = unless(v.Language, company.Korean), v.AreaCode
		})
}

// unless is a value, or "" for the one that counts without any.
func unless(v, byDefault string) string {
	if v == byDefault {
		return ""
	}
	return v
}
