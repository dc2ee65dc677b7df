package rest

import (
	"context"
	"net/http"
	"slices"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/dipcast/dipcast/internal/company"
	"github.com/dipcast/dipcast/internal/envelope"
)

// companyOps adds what changes companies.
func (a *API) companyOps(api huma.API) {
	if a.o.Companies == nil {
		return
	}
	a.tenantOps(api)
	a.extensionChangeOps(api)
	a.transferOps(api)
	addResource(a, api, &resource[company.Trunk]{
		path: "trunks", one: "trunk", many: "trunks", title: "lines to the telephone network", field: "trunks", key: "id", shared: true,
		list: func(c *company.Company) *[]company.Trunk { return &c.Trunks },
		start: func(in *fields[company.Trunk]) (company.Trunk, error) {
			var t company.Trunk
			if err := in.into(&t); err != nil || t.Preset == "" {
				return company.Trunk{}, err
			}
			t, err := company.Preset(t.Preset)
			if err != nil {
				return t, envelope.Errorf(envelope.InvalidValue, "preset", "preset: %v", err)
			}
			return t, nil
		},
		prepare: func(_ *company.Company, t *company.Trunk) {
			if t.ID == 0 {
				t.ID = a.freeID(1, func(c *company.Company) (ids []int) {
					for i := range c.Trunks {
						ids = append(ids, c.Trunks[i].ID)
					}
					return ids
				})
			}
		},
	})
	addResource(a, api, &resource[company.DID]{
		path: "dids", one: "did", many: "dids", title: "public numbers that ring here", field: "dids", key: "number",
		list: func(c *company.Company) *[]company.DID { return &c.DIDs },
	})
	addResource(a, api, &resource[company.RingGroup]{
		path: "ring-groups", one: "ring-group", many: "ring-groups", title: "ring groups", field: "ring_groups", key: "number",
		list: func(c *company.Company) *[]company.RingGroup { return &c.RingGroups },
	})
	addResource(a, api, &resource[company.Attendant]{
		path: "attendants", one: "attendant", many: "attendants", title: "menus by key", field: "attendants", key: "number",
		list: func(c *company.Company) *[]company.Attendant { return &c.Attendants },
	})
	addResource(a, api, &resource[company.Conference]{
		path: "conferences", one: "conference", many: "conferences", title: "conference rooms", field: "conferences", key: "number",
		list: func(c *company.Company) *[]company.Conference { return &c.Conferences },
	})
	addResource(a, api, &resource[company.TimeGroup]{
		path: "time-groups", one: "time-group", many: "time-groups", title: "time groups", field: "time_groups", key: "id",
		list: func(c *company.Company) *[]company.TimeGroup { return &c.TimeGroups },
		prepare: func(c *company.Company, g *company.TimeGroup) {
			if g.ID != 0 {
				return
			}
			for g.ID = 1; c.TimeGroup(g.ID) != nil; g.ID++ {
			}
		},
	})
	addResource(a, api, &resource[company.Holiday]{
		path: "holidays", one: "holiday", many: "holidays", title: "days off", field: "holidays", key: "date",
		list: func(c *company.Company) *[]company.Holiday { return &c.Holidays },
	})
	addResource(a, api, &resource[company.Class]{
		path: "classes-of-service", one: "class-of-service", many: "classes-of-service", title: "classes of service", field: "classes", key: "name",
		list: func(c *company.Company) *[]company.Class { return &c.Classes },
		prepare: func(c *company.Company, k *company.Class) {
			switch {
			case k.ID != 0:
			case k.Name == company.AllClass:
				k.ID = c.Number
			default:
				k.ID = a.freeID(10_000, func(c *company.Company) (ids []int) {
					for i := range c.Classes {
						ids = append(ids, c.Classes[i].ID)
					}
					return ids
				})
			}
		},
	})
	a.toneOps(api)
	a.holidayOps(api)
	a.wholeOps(api)
	a.settingsOps(api)
	a.naverWorksOps(api)
	huma.Register(api, operation("trunk-presets", http.MethodGet, "/trunk-presets", tagCompany, "Starting values for lines to the network"), func(context.Context, *struct{}) (*reply[[]company.Trunk], error) {
		out := []company.Trunk{}
		for _, name := range company.PresetNames() {
			if t, err := company.Preset(name); err == nil {
				out = append(out, t)
			}
		}
		return success(out), nil
	})
}

// holidayOps adds the public holidays of Korea, which a company may take over.
func (a *API) holidayOps(api huma.API) {
	o := operation("korean-holidays", http.MethodGet, "/holidays/korea", tagCompany, "The public holidays of Korea in a year")
	o.Description = "With the lunar ones and the days that stand in for those on a weekend; without elections, and what later laws add."
	huma.Register(api, o, func(_ context.Context, in *struct {
		Year int `query:"year" minimum:"2026" maximum:"2032" doc:"absent: this one"`
	},
	) (*reply[[]company.Holiday], error) {
		if in.Year == 0 {
			in.Year = time.Now().Year()
		}
		list, err := company.KoreanHolidays(in.Year)
		if err != nil {
			return nil, newFailure(envelope.Errorf(envelope.InvalidValue, "year", "%v", err))
		}
		return success(list), nil
	})
	o = operation("import-korean-holidays", http.MethodPost, "/holidays/korea", tagCompany, "Add the public holidays of Korea in a year to yours", 400, 404)
	o.Description = "Those that are there stay as they are."
	huma.Register(api, o, func(ctx context.Context, in *struct {
		TenantQuery
		Body struct {
			Year int `json:"year" minimum:"2026" maximum:"2032"`
		}
	},
	) (*reply[[]company.Holiday], error) {
		list, err := company.KoreanHolidays(in.Body.Year)
		added := []company.Holiday{}
		if err == nil {
			_, err = a.edit(ctx, a.scope(false, in.Tenant), "add public holidays", func(c *company.Company) error {
				added = added[:0]
				for _, h := range list {
					if !slices.ContainsFunc(c.Holidays, func(there company.Holiday) bool { return there.Date == h.Date }) {
						c.Holidays, added = append(c.Holidays, h), append(added, h)
					}
				}
				return nil
			})
		}
		if err != nil {
			return nil, a.refused(ctx, "add public holidays", 0, asked(err, ""))
		}
		return success(added), nil
	})
}

// freeID is the lowest id from first that no company uses.
func (a *API) freeID(first int, of func(*company.Company) []int) int {
	all := a.o.Companies.View()
	used := map[int]bool{}
	add := func(c *company.Company) {
		for _, id := range of(c) {
			used[id] = true
		}
	}
	for i := range all.All {
		add(&all.All[i].Company)
	}
	add(&company.Company{Trunks: all.Shared.Trunks})
	for used[first] {
		first++
	}
	return first
}

// whole adds the operations of a part of the description that is read and
// written as a whole.
func whole[T any](a *API, api huma.API, path, title string, get func(*company.Company) T, set func(*company.Company, T)) {
	huma.Register(api, operation(path, http.MethodGet, "/"+path, tagCompany, "Your "+title, 400, 404), func(ctx context.Context, in *struct{ TenantQuery }) (*tagged[T], error) {
		c, err := a.read(ctx, a.scope(false, in.Tenant))
		if err != nil {
			return nil, a.refused(ctx, path, 0, err)
		}
		v := get(c)
		return withTag(v, etag(v)), nil
	})
	o := operation("change-"+path, http.MethodPut, "/"+path, tagCompany, "Set your "+title, 400, 404, 409)
	o.Description = "What is sent replaces all of it."
	huma.Register(api, o, func(ctx context.Context, in *struct {
		TenantQuery
		Matching
		Body T
	},
	) (*tagged[T], error) {
		action := "change " + path
		r, err := a.edit(ctx, a.scope(false, in.Tenant), action, func(c *company.Company) error {
			if err := match(in.Matching, etag(get(c))); err != nil {
				return err
			}
			set(c, in.Body)
			return nil
		})
		if err != nil {
			return nil, a.refused(ctx, action, 0, asked(err, path))
		}
		v := get(&r.Company.Company)
		return withTag(v, etag(v)), nil
	})
}

// wholeOps are those of the parts that have no entries of their own.
func (a *API) wholeOps(api huma.API) {
	whole(a, api, "routes", "routes to the network, in their order",
		func(c *company.Company) []company.Route { return notNil(c.Routes) },
		func(c *company.Company, v []company.Route) { c.Routes = v })
	whole(a, api, "numbers", "further numbers that may be shown and billed to; the first is that of extensions without their own",
		func(c *company.Company) []string { return notNil(c.Numbers) },
		func(c *company.Company, v []string) { c.Numbers = v })
	whole(a, api, "parking", "parking of calls",
		func(c *company.Company) company.Parking { return c.Parking },
		func(c *company.Company, v company.Parking) { c.Parking = v })
	whole(a, api, "softphone", "settings of all softphones",
		func(c *company.Company) company.Softphone { return c.Softphone },
		func(c *company.Company, v company.Softphone) { c.Softphone = v })
	whole(a, api, "feature-codes", "feature codes, all of them",
		func(c *company.Company) map[string]string {
			all := make(map[string]string, len(company.DefaultCodes))
			for f := range company.DefaultCodes {
				if all[string(f)] = c.Code(f); all[string(f)] == "" {
					all[string(f)] = company.CodeOff
				}
			}
			return all
		},
		func(c *company.Company, v map[string]string) {
			c.Codes = nil
			for name, code := range v {
				f := company.Feature(name)
				if code == "" || code == company.DefaultCodes[f] {
					continue
				}
				if c.Codes == nil {
					c.Codes = company.Codes{}
				}
				c.Codes[f] = code
			}
		})
	o := operation("classes-of-services", http.MethodGet, "/classes_of_services", tagCompany, "Your classes of service, by the name that others give this path", 400, 404)
	o.Description = "With the one of everyone, which is there in any case. `class_of_service_id` is what `cos_id` of a click-to-call takes."
	huma.Register(api, o, a.getClasses)
}

// ClassOfService is a class of service as clients name it.
type ClassOfService struct {
	ClassOfServiceID string `json:"class_of_service_id" example:"2" doc:"for cos_id"`
	Name             string `json:"name" example:"all"`
	Context          string `json:"context" example:"T2_cos-all" doc:"its name in the dialplan"`
	TenantID         string `json:"tenant_id" example:"T2"`
}

func (a *API) getClasses(ctx context.Context, in *struct {
	TenantQuery
	Page
},
) (*list[ClassOfService], error) {
	t, err := a.tenantOf(callerOf(ctx).who, in.Tenant)
	if err != nil {
		return nil, a.refused(ctx, "classes-of-services", 0, err)
	}
	out := []ClassOfService{classOf(t, company.AllClass)}
	for _, k := range t.Classes {
		out = append(out, classOf(t, k.Name))
	}
	return page(in.Page, len(out), cut(in.Page, out)), nil
}

func notNil[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

// errNone is a change of something that is not there.
func errNone(field, what string) error {
	return envelope.Errorf(envelope.NotFound, field, "there is no such %s of yours", what)
}

// indexOf finds an extension in a description.
func indexOf(c *company.Company, ext string) (int, error) {
	i := slices.IndexFunc(c.Extensions, func(e company.Extension) bool { return e.Number == ext })
	if i < 0 {
		return i, errNone("id", "extension")
	}
	return i, nil
}
