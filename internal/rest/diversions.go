package rest

import (
	"context"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/dipcast/dipcast/internal/dialplan"
	"github.com/dipcast/dipcast/internal/envelope"
	"github.com/dipcast/dipcast/internal/pbx"
	"github.com/dipcast/dipcast/internal/tenant"
)

// Rule is one diversion of an extension.
type Rule struct {
	Type           string  `json:"type" enum:"CFI,CFB,CFN,CFU,DND,PEA" doc:"when: CFI at once, CFB busy, CFN no answer, CFU phone not registered; DND do not disturb, PEA personal attendant"`
	Enable         bool    `json:"enable" doc:"whether it is switched on; false too when that was never set"`
	Destination    *string `json:"destination" doc:"the number it leads to; null when there is none, or raw_destination is not of the documented form" example:"01026132471"`
	RawDestination *string `json:"raw_destination" doc:"as the server's database has it" example:"sub-custom-numbers,01026132471,1"`
	TimeGroup      *string `json:"time_group" doc:"the time group outside of which it does not apply; null: always"`
	Active         bool    `json:"active" doc:"whether it applies: enable and, but for DND, a destination"`
	// Destinations are those of PEA.
	Destinations map[string]string `json:"destinations,omitempty" doc:"PEA only: the number that each key of the caller's leads to, by the keys 0 to 4"`
}

// Rules are the diversions of an extension by their types.
type Rules struct {
	CFI Rule `json:"CFI" doc:"immediately"`
	CFB Rule `json:"CFB" doc:"busy"`
	CFN Rule `json:"CFN" doc:"no answer"`
	CFU Rule `json:"CFU" doc:"unavailable: the phone is not registered"`
	DND Rule `json:"DND" doc:"do not disturb: the extension is busy"`
	PEA Rule `json:"PEA" doc:"personal attendant: callers hear a message and press a key"`
}

// OneDiversion is one diversion, and where it was read.
type OneDiversion struct {
	At
	Extension           string `json:"extension" example:"1010"`
	HasEnableDiversions bool   `json:"has_enable_diversions" doc:"the gate: any diversion of the extension is active"`
	Rule
}

// ExtensionDiversions are all diversions of an extension.
type ExtensionDiversions struct {
	At
	Extension           string `json:"extension" example:"1010"`
	HasEnableDiversions bool   `json:"has_enable_diversions" doc:"the gate: any of them is active"`
	Diversions          Rules  `json:"diversions"`
	Name                string `json:"name" doc:"what the extension is called"`
	RingSeconds         int    `json:"ring_seconds" doc:"how long it rings before CFN; 0: not known"`
}

func textOrNull(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

func ruleOf(kind dialplan.Diversion, r pbx.Rule) Rule {
	raw := r[dialplan.Destination]
	number, _ := dialplan.ParseDestination(raw)
	out := Rule{
		Type: string(kind), Enable: r[dialplan.Enable] == dialplan.Yes, Destination: textOrNull(number),
		RawDestination: textOrNull(raw), TimeGroup: textOrNull(r[dialplan.TimeGroup]),
		Active: kind.Active(func(f dialplan.Field) string { return r[f] }),
	}
	for i := range len(dialplan.PEAKeys) {
		if number, ok := dialplan.ParseDestination(r[dialplan.DestinationOf(dialplan.PEAKeys[i])]); ok {
			if out.Destinations == nil {
				out.Destinations = map[string]string{}
			}
			out.Destinations[dialplan.PEAKeys[i:i+1]] = number
		}
	}
	return out
}

func (w where) allOf(d pbx.Diversions) ExtensionDiversions {
	rule := func(kind dialplan.Diversion) Rule { return ruleOf(kind, d.Rules[kind]) }
	return ExtensionDiversions{w.at(), d.Extension, d.Gate, Rules{
		CFI: rule(dialplan.CFI), CFB: rule(dialplan.CFB), CFN: rule(dialplan.CFN), CFU: rule(dialplan.CFU),
		DND: rule(dialplan.DND), PEA: rule(dialplan.PEA),
	}, w.a.nameOf(w.tenant, d.Extension), w.a.ringSeconds(w.tenant, d.Extension)}
}

// ringSeconds is how long an extension rings, 0 when it is not described.
func (a *API) ringSeconds(t *tenant.Tenant, ext string) int {
	if a.o.Companies == nil {
		return 0
	}
	if c := a.o.Companies.View().ByNumber(t.Number); c != nil {
		if e := c.Extension(ext); e != nil {
			return c.RingOf(e)
		}
	}
	return 0
}

func (w where) oneOf(d pbx.Diversions, kind dialplan.Diversion) OneDiversion {
	return OneDiversion{w.at(), d.Extension, d.Gate, ruleOf(kind, d.Rules[kind])}
}

// kindOf reads a diversion's type as a path has it.
func kindOf(name string) (dialplan.Diversion, error) {
	for _, d := range dialplan.Kinds {
		if strings.EqualFold(name, string(d)) {
			return d, nil
		}
	}
	return "", envelope.Errorf(envelope.NotFound, "type", "there is no such type; the types are CFI, CFB, CFN, CFU, DND and PEA")
}

// ExtPath is an extension in a path.
type ExtPath struct {
	Ext string `path:"ext" maxLength:"32" doc:"extension" example:"1010"`
}

// TypePath is a diversion's type in a path.
type TypePath struct {
	Type string `path:"type" maxLength:"8" doc:"CFI, CFB, CFN, CFU, DND or PEA" example:"CFI"`
}

// About diversions, in the document.
const (
	aboutHome  = "Without `server_id` it acts on the tenant's home server; the answer says where."
	aboutWrite = "The gate `has_enable_diversions` and the lamps follow, as after a write by WebSocket. All of a change is made, or the answer is an error: then what was written is taken back, and 504 `unknown` says that it could not be, so that what is saved is not certain. 409: somebody else changed the same at the same time."
)

func (a *API) diversionOps(api huma.API) {
	op := func(id, method, path, summary, about string, errors ...int) huma.Operation {
		o := operation(id, method, path, "diversions", summary, append(errors, 400, 404, 504)...)
		o.Description = strings.TrimSpace(about + " " + aboutHome)
		return o
	}
	const all, ext, one = "/diversions", "/diversions/{ext}", "/diversions/{ext}/{type}"
	huma.Register(api, op("diversions", http.MethodGet, all, "Diversions of all your extensions", "In the order of the configuration. A login with an extension sees its own."), a.getDiversions)
	huma.Register(api, op("extension-diversions", http.MethodGet, ext, "Diversions of an extension", ""), a.getExtensionDiversions)
	huma.Register(api, op("diversion", http.MethodGet, one, "One diversion", ""), a.getDiversion)

	huma.Register(api, op("change-diversions", http.MethodPut, all, "Change diversions of several extensions",
		"The body has an extension for each name, at most 100, and in it the types to change. What is not named stays. "+aboutWrite, 409, 413), a.putDiversions)
	huma.Register(api, op("change-extension-diversions", http.MethodPut, ext, "Change several diversions of an extension",
		"Types and members that are not named stay. "+aboutWrite, 409, 413), a.putExtensionDiversions)
	huma.Register(api, op("change-diversion", http.MethodPut, one, "Change one diversion",
		"Members that are not named stay. "+aboutWrite, 409, 413), a.putDiversion)

	huma.Register(api, op("disable-diversions", http.MethodDelete, all, "Switch off every diversion of all your extensions",
		"Each is disabled and loses its destinations; time groups stay. For a login with an extension: its own. "+aboutWrite, 409), a.deleteDiversions)
	huma.Register(api, op("disable-extension-diversions", http.MethodDelete, ext, "Switch off every diversion of an extension",
		"Each is disabled and loses its destinations; time groups stay. "+aboutWrite, 409), a.deleteExtensionDiversions)
	huma.Register(api, op("disable-diversion", http.MethodDelete, one, "Switch off one diversion",
		"It is disabled and loses its destination; its time group stays. "+aboutWrite, 409), a.deleteDiversion)
}

func (a *API) getDiversions(ctx context.Context, in *struct {
	Scope
	Page
},
) (*list[ExtensionDiversions], error) {
	w, err := a.where(ctx, in.Scope)
	if err != nil {
		return nil, a.refused(ctx, "diversions", w.id(), err)
	}
	exts := w.extensions()
	read, err := w.server.Diversions(ctx, w.who, w.tenant, cut(in.Page, exts)...)
	if err != nil {
		return nil, a.refused(ctx, "diversions", w.id(), err)
	}
	out := make([]ExtensionDiversions, len(read))
	for i, d := range read {
		out[i] = w.allOf(d)
	}
	return page(in.Page, len(exts), out), nil
}

func (a *API) getExtensionDiversions(ctx context.Context, in *struct {
	Scope
	ExtPath
},
) (*reply[ExtensionDiversions], error) {
	w, d, err := a.readDiversions(ctx, in.Scope, in.Ext)
	if err != nil {
		return nil, err
	}
	return success(w.allOf(d)), nil
}

func (a *API) getDiversion(ctx context.Context, in *struct {
	Scope
	ExtPath
	TypePath
},
) (*reply[OneDiversion], error) {
	kind, err := kindOf(in.Type)
	if err != nil {
		return nil, a.refused(ctx, "diversions", 0, err)
	}
	w, d, err := a.readDiversions(ctx, in.Scope, in.Ext)
	if err != nil {
		return nil, err
	}
	return success(w.oneOf(d, kind)), nil
}

// readDiversions reads those of one extension. Its error is the answer.
func (a *API) readDiversions(ctx context.Context, s Scope, ext string) (where, pbx.Diversions, error) {
	w, err := a.where(ctx, s)
	if err == nil {
		err = w.mayUse(ext)
	}
	var read []pbx.Diversions
	if err == nil {
		read, err = w.server.Diversions(ctx, w.who, w.tenant, ext)
	}
	if err != nil {
		return w, pbx.Diversions{}, a.refused(ctx, "diversions", w.id(), err)
	}
	return w, read[0], nil
}
