package rest

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/dipcast/dipcast/internal/audit"
	"github.com/dipcast/dipcast/internal/dialplan"
	"github.com/dipcast/dipcast/internal/envelope"
	"github.com/dipcast/dipcast/internal/pbx"
)

// maxBulk bounds the extensions of one change.
const maxBulk = 100

// Switch is true or false, or the database's yes or no.
type Switch struct{ given, on bool }

// UnmarshalJSON implements json.Unmarshaler.
func (s *Switch) UnmarshalJSON(b []byte) error {
	s.given = string(b) != "null"
	switch string(b) {
	case `true`, `"yes"`:
		s.on = true
	case `false`, `"no"`, `null`:
	default:
		return errors.New("enable must be true or false")
	}
	return nil
}

// Schema implements huma.SchemaProvider.
func (Switch) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{
		OneOf:       []*huma.Schema{{Type: huma.TypeBoolean}, {Type: huma.TypeString, Enum: []any{"yes", "no"}}},
		Description: "true or false, or as in the database yes or no",
	}
}

// Value is a text that may be left out, or null for none.
type Value struct {
	given bool
	text  string
}

// UnmarshalJSON implements json.Unmarshaler.
func (v *Value) UnmarshalJSON(b []byte) error {
	v.given = true
	return json.Unmarshal(b, &v.text) // null leaves it empty
}

// Schema implements huma.SchemaProvider.
func (Value) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: huma.TypeString, Nullable: true}
}

// RuleChange is what is to become of a diversion.
type RuleChange struct {
	Enable         Switch `json:"enable,omitempty"`
	Destination    Value  `json:"destination,omitempty" doc:"the number to lead to: an extension of yours or a phone number; null or empty: none"`
	RawDestination Value  `json:"raw_destination,omitempty" doc:"instead of destination: sub-custom-numbers,{number},1"`
	TimeGroup      Value  `json:"time_group,omitempty" doc:"null or empty: always"`
	// Destinations are those of PEA.
	Destinations map[string]Value `json:"destinations,omitempty" doc:"PEA only: the numbers that the keys 0 to 4 lead to; null or empty: the key does nothing; keys that are not named stay"`
	Type         *string          `json:"type,omitempty" readOnly:"true" doc:"as in the answer; not looked at"`
	Active       *bool            `json:"active,omitempty" readOnly:"true" doc:"as in the answer; not looked at"`
}

// RulesChange is what is to become of an extension's diversions.
type RulesChange struct {
	CFI *RuleChange `json:"CFI,omitempty" doc:"immediately"`
	CFB *RuleChange `json:"CFB,omitempty" doc:"busy"`
	CFN *RuleChange `json:"CFN,omitempty" doc:"no answer"`
	CFU *RuleChange `json:"CFU,omitempty" doc:"unavailable"`
	DND *RuleChange `json:"DND,omitempty" doc:"do not disturb; it has no destination"`
	PEA *RuleChange `json:"PEA,omitempty" doc:"personal attendant; it has destinations"`
}

func (c *RulesChange) of(d dialplan.Diversion) *RuleChange {
	switch d {
	case dialplan.CFI:
		return c.CFI
	case dialplan.CFB:
		return c.CFB
	case dialplan.CFN:
		return c.CFN
	case dialplan.CFU:
		return c.CFU
	case dialplan.DND:
		return c.DND
	case dialplan.PEA:
		return c.PEA
	}
	return nil
}

// Disabled says what was switched off.
type Disabled struct {
	At
	Extension string `json:"extension" example:"1010"`
	Type      string `json:"type" enum:"CFI,CFB,CFN,CFU,DND,PEA"`
	Action    string `json:"action" enum:"disabled"`
}

// DisabledAll says what was switched off of an extension.
type DisabledAll struct {
	At
	Extension string   `json:"extension" example:"1010"`
	Types     []string `json:"types" nullable:"false" doc:"all types"`
	Action    string   `json:"action" enum:"disabled"`
}

func (a *API) putDiversion(ctx context.Context, in *struct {
	Scope
	ExtPath
	TypePath
	Body RuleChange
},
) (*reply[OneDiversion], error) {
	kind, err := kindOf(in.Type)
	if err != nil {
		return nil, a.refused(ctx, "change diversions", 0, err)
	}
	w, now, err := a.changeDiversions(ctx, in.Scope, func(w where) ([]pbx.RuleChange, error) {
		c, err := a.ruleChange(w, in.Ext, kind, &in.Body, "")
		return []pbx.RuleChange{c}, err
	})
	if err != nil {
		return nil, err
	}
	return success(w.oneOf(now[0], kind)), nil
}

func (a *API) putExtensionDiversions(ctx context.Context, in *struct {
	Scope
	ExtPath
	Body RulesChange
},
) (*reply[ExtensionDiversions], error) {
	w, now, err := a.changeDiversions(ctx, in.Scope, func(w where) ([]pbx.RuleChange, error) {
		return a.rulesChange(w, in.Ext, &in.Body, "")
	})
	if err != nil {
		return nil, err
	}
	return success(w.allOf(now[0])), nil
}

func (a *API) putDiversions(ctx context.Context, in *struct {
	Scope
	Body map[string]RulesChange
},
) (*reply[[]ExtensionDiversions], error) {
	w, now, err := a.changeDiversions(ctx, in.Scope, func(w where) ([]pbx.RuleChange, error) {
		if n := len(in.Body); n == 0 || n > maxBulk {
			return nil, envelope.Errorf(envelope.BadRequest, "", "the request must name 1 to %d extensions", maxBulk)
		}
		var all []pbx.RuleChange
		for _, ext := range slices.Sorted(maps.Keys(in.Body)) {
			c := in.Body[ext]
			some, err := a.rulesChange(w, ext, &c, ext+".")
			if err != nil {
				return nil, err
			}
			all = append(all, some...)
		}
		return all, nil
	})
	if err != nil {
		return nil, err
	}
	out := make([]ExtensionDiversions, len(now))
	for i, d := range now {
		out[i] = w.allOf(d)
	}
	return success(out), nil
}

func (a *API) deleteDiversion(ctx context.Context, in *struct {
	Scope
	ExtPath
	TypePath
},
) (*reply[Disabled], error) {
	kind, err := kindOf(in.Type)
	if err != nil {
		return nil, a.refused(ctx, "change diversions", 0, err)
	}
	w, now, err := a.changeDiversions(ctx, in.Scope, func(w where) ([]pbx.RuleChange, error) {
		return []pbx.RuleChange{disable(in.Ext, kind)}, w.mayUse(in.Ext)
	})
	if err != nil {
		return nil, err
	}
	return success(Disabled{w.at(), now[0].Extension, string(kind), "disabled"}), nil
}

func (a *API) deleteExtensionDiversions(ctx context.Context, in *struct {
	Scope
	ExtPath
},
) (*reply[DisabledAll], error) {
	w, now, err := a.changeDiversions(ctx, in.Scope, func(w where) ([]pbx.RuleChange, error) {
		return disableAll(in.Ext), w.mayUse(in.Ext)
	})
	if err != nil {
		return nil, err
	}
	return success(disabledAll(w, now[0])), nil
}

func (a *API) deleteDiversions(ctx context.Context, in *struct{ Scope }) (*reply[[]DisabledAll], error) {
	w, now, err := a.changeDiversions(ctx, in.Scope, func(w where) ([]pbx.RuleChange, error) {
		var all []pbx.RuleChange
		for _, ext := range w.extensions() {
			all = append(all, disableAll(ext)...)
		}
		return all, nil
	})
	if err != nil {
		return nil, err
	}
	out := make([]DisabledAll, len(now))
	for i, d := range now {
		out[i] = disabledAll(w, d)
	}
	return success(out), nil
}

func disabledAll(w where, d pbx.Diversions) DisabledAll {
	out := DisabledAll{At: w.at(), Extension: d.Extension, Action: "disabled"}
	for _, kind := range dialplan.Kinds {
		out.Types = append(out.Types, string(kind))
	}
	return out
}

func disable(ext string, kind dialplan.Diversion) pbx.RuleChange {
	off := pbx.Rule{dialplan.Enable: dialplan.No}
	for _, f := range kind.Fields() {
		if f.IsDestination() {
			off[f] = ""
		}
	}
	return pbx.RuleChange{Extension: ext, Diversion: kind, Rule: off}
}

func disableAll(ext string) []pbx.RuleChange {
	var all []pbx.RuleChange
	for _, kind := range dialplan.Kinds {
		all = append(all, disable(ext, kind))
	}
	return all
}

// changeDiversions makes the changes that plan tells. Its error is the answer.
func (a *API) changeDiversions(ctx context.Context, s Scope, plan func(where) ([]pbx.RuleChange, error)) (where, []pbx.Diversions, error) {
	w, err := a.where(ctx, s)
	var changes []pbx.RuleChange
	if err == nil {
		changes, err = plan(w)
	}
	var now []pbx.Diversions
	if err == nil {
		now, err = w.server.ChangeDiversions(ctx, w.who, w.tenant, changes)
	}
	if err != nil {
		return w, nil, a.refused(ctx, "change diversions", w.id(), err)
	}
	for i := range now {
		if d := audit.Diff(now[i].Was, now[i].Rules); len(d) > 0 {
			a.trail(ctx, audit.KindChanged, w.tenant, audit.Entry{Server: w.id(), Action: "change diversions", Field: "extension " + now[i].Extension, Changes: d})
		}
	}
	audit.Mark(ctx) // nothing to tell of when all was so already
	return w, now, nil
}

// rulesChange checks the changes of one extension. Fields are named with
// prefix in front.
func (a *API) rulesChange(w where, ext string, in *RulesChange, prefix string) ([]pbx.RuleChange, error) {
	if err := w.mayUse(ext); err != nil {
		return nil, err
	}
	var all []pbx.RuleChange
	for _, kind := range dialplan.Kinds {
		one := in.of(kind)
		if one == nil {
			continue
		}
		c, err := a.ruleChange(w, ext, kind, one, prefix+string(kind)+".")
		if err != nil {
			return nil, err
		}
		all = append(all, c)
	}
	if all == nil {
		return nil, envelope.Errorf(envelope.BadRequest, "", "the request must name a type to change: CFI, CFB, CFN, CFU, DND or PEA")
	}
	return all, nil
}

// ruleChange checks the change of one diversion, as a write by WebSocket is.
func (a *API) ruleChange(w where, ext string, kind dialplan.Diversion, in *RuleChange, prefix string) (pbx.RuleChange, error) {
	c := pbx.RuleChange{Extension: ext, Diversion: kind, Rule: pbx.Rule{}}
	if err := w.mayUse(ext); err != nil {
		return c, err
	}
	if in.Enable.given {
		c.Rule[dialplan.Enable] = dialplan.No
		if in.Enable.on {
			c.Rule[dialplan.Enable] = dialplan.Yes
		}
	}
	if err := a.destinationChange(w, &c, in, prefix); err != nil {
		return c, err
	}
	if v := in.TimeGroup.text; in.TimeGroup.given {
		if err := a.o.Policy.DiversionValue(prefix+"time_group", w.tenant, keyOf(c, dialplan.TimeGroup), v); err != nil {
			return c, err
		}
		c.Rule[dialplan.TimeGroup] = v
	}
	if len(c.Rule) == 0 {
		return c, envelope.Errorf(envelope.BadRequest, "", "the request must have a member to change: enable, %s or time_group", memberOf(kind))
	}
	for f := range c.Rule {
		if !slices.Contains(kind.Fields(), f) {
			field := prefix + "destination"
			return c, envelope.Errorf(envelope.InvalidValue, field, "%s: %s has %s", field, kind, memberOf(kind))
		}
	}
	return c, nil
}

// keyOf is an entry of the diversion that is changed.
func keyOf(c pbx.RuleChange, f dialplan.Field) dialplan.Key {
	return dialplan.Key{Extension: c.Extension, Diversion: c.Diversion, Field: f}
}

// memberOf is what leads a kind of diversion somewhere, for messages.
func memberOf(kind dialplan.Diversion) string {
	switch kind {
	case dialplan.DND:
		return "no destination"
	case dialplan.PEA:
		return "destinations"
	}
	return "destination"
}

// destinationChange checks where a diversion is to lead.
func (a *API) destinationChange(w where, c *pbx.RuleChange, in *RuleChange, prefix string) error {
	// An answer that is written back has a null for what the type has not.
	lead := slices.Contains(c.Diversion.Fields(), dialplan.Destination)
	if in.Destination.given && (lead || in.Destination.text != "") {
		v, err := a.o.Policy.DiversionNumber(prefix+"destination", w.tenant, keyOf(*c, dialplan.Destination), in.Destination.text)
		if err != nil {
			return err
		}
		c.Rule[dialplan.Destination] = v
	}
	if v := in.RawDestination.text; in.RawDestination.given && (lead || v != "") {
		field := prefix + "raw_destination"
		if err := a.o.Policy.DiversionValue(field, w.tenant, keyOf(*c, dialplan.Destination), v); err != nil {
			return err
		}
		if d, ok := c.Rule[dialplan.Destination]; ok && d != v {
			return envelope.Errorf(envelope.BadRequest, field, "%s says otherwise than destination; leave one out", field)
		}
		c.Rule[dialplan.Destination] = v
	}
	for _, key := range slices.Sorted(maps.Keys(in.Destinations)) {
		field := prefix + "destinations." + key
		if len(key) != 1 || !strings.Contains(dialplan.PEAKeys, key) || c.Diversion != dialplan.PEA {
			return envelope.Errorf(envelope.InvalidValue, field, "%s: only PEA has destinations, by the keys 0 to 4", field)
		}
		v, err := a.o.Policy.DiversionNumber(field, w.tenant, keyOf(*c, dialplan.DestinationOf(key[0])), in.Destinations[key].text)
		if err != nil {
			return err
		}
		c.Rule[dialplan.DestinationOf(key[0])] = v
	}
	return nil
}
