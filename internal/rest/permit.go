package rest

import (
	"bytes"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"

	"github.com/danielgtaylor/huma/v2"

	"github.com/dipcast/dipcast/internal/envelope"
	"github.com/dipcast/dipcast/internal/tenant"
)

// permits are those of all operations, by id: the table that says which area an
// operation belongs to. A GET needs the right to see, others that to change, unless
// seeing says otherwise. Rights are for who has some: a key or a login may do all
// that its role allows.
var permits = sync.OnceValue(func() map[string][]string {
	byArea := map[string]string{
		tenant.AreaAudit:      "audit audit-check audit-csv",
		tenant.AreaLive:       "call calls cancel-click-to-call click-to-call events hangup-call move-call pause-call-recording redirect-call start-call-recording stop-call-recording",
		tenant.AreaCalls:      "cdr cdr-call cdr-csv",
		tenant.AreaNumbers:    "change-did change-numbers create-did delete-did did dids numbers",
		tenant.AreaFeatures:   "calling change-calling change-class-of-service change-fax-settings change-feature-codes change-parking change-recording-rules change-softphone class-of-service classes-of-service classes-of-services create-class-of-service delete-class-of-service fax-settings feature-codes parking recording-rules softphone",
		tenant.AreaTimes:      "change-holiday change-time-group create-holiday create-time-group delete-holiday delete-time-group holiday holidays import-korean-holidays korean-holidays time-group time-groups",
		tenant.AreaNaverWorks: "change-naver-works dead-letters delete-naver-works drop-dead-letter naver-works outbox preview-card preview-cards test-naver-works resend-dead-letter",
		tenant.AreaGroups:     "attendant attendants change-attendant change-conference change-ring-group conference conferences create-attendant create-conference create-ring-group delete-attendant delete-conference delete-ring-group ring-group ring-groups",
		tenant.AreaTrunks:     "change-routes change-trunk create-trunk delete-trunk routes shared-trunks trunk trunk-presets trunk-registrations trunks",
		tenant.AreaPrompts:    "change-hold-music change-tone create-tone delete-tone delete-tone-recording hold-music prompt prompt-audio prompts replace-prompt reset-prompt speak speak-prompt speak-tone tone tone-recording tones upload-tone-recording",
		tenant.AreaDiversions: "change-diversion change-diversions change-extension-diversions disable-diversion disable-diversions disable-extension-diversions diversion diversions extension-diversions",
		tenant.AreaExtensions: "change-extension change-password create-extension create-softphone-link delete-extension export-extensions extension extension-devices extensions import-extensions refused-registrations registrations revoke-softphone-link rotate-device softphone-links unlock-extension",
		tenant.AreaFaxes:      "cancel-fax fax fax-page fax-pdf fax-tiff faxes resend-fax send-fax",
		tenant.AreaPeople:     "change-people-settings change-person create-person delete-person delete-person-sessions people people-settings people-sync person person-sessions sync-people try-people",
		tenant.AreaMy:         "change-my-mobile my-mobile",
		tenant.AreaContacts:   "contact-name contacts delete-contact export-contacts import-contacts put-contact",
		tenant.AreaRecordings: "check-recording delete-recording hold-recording link-recording recording recording-details recordings",
		tenant.AreaServers:    "ban bans lift-ban doctor",
		tenant.AreaApply:      "applies apply tenant-applies tenant-apply tenant-pending pending undo-apply versions",
		tenant.AreaTenants:    "change-tenant create-tenant delete-tenant tenant tenants",
		tenant.AreaWebhooks:   "change-webhook create-webhook delete-webhook replay-delivery rotate-webhook test-webhook webhook webhook-deliveries webhooks",
		tenant.AreaVoicemail:  "delete-voicemail read-voicemail voicemail voicemail-sound",
		tenant.AreaKeys:       "create-key delete-key keys",
		tenant.AreaOverview:   "overview",
		tenant.AreaSystem:     "backup backup-file backups upload-backup check-backup create-backup delete-backup restore restore-backup undo-restore log support-bundle make-certificate remove-certificate system upload-certificate",
		tenant.AreaUsers:      "change-role change-user create-role create-user delete-role delete-user end-user-sessions remove-user-factors reset-user-password rights role roles user users",
	}
	all := map[string][]string{}
	for area, ids := range byArea {
		for id := range strings.FieldsSeq(ids) {
			all[id] = append(all[id], area)
		}
	}
	// The whole description is all of this together.
	for _, id := range []string{"description", "change-description", "undo"} {
		all[id] = []string{
			tenant.AreaExtensions, tenant.AreaTrunks, tenant.AreaNumbers, tenant.AreaGroups, tenant.AreaTimes, tenant.AreaFeatures,
			tenant.AreaPrompts, tenant.AreaNaverWorks, tenant.AreaApply,
		}
	}
	// What everyone who is let in may do, of their own.
	for _, id := range []string{
		"health", "servers", "ws-ticket", "sign-in", "session", "sign-out", "change-profile", "change-own-password", "sessions", "end-session", "sign-in-ways",
		"begin-totp", "confirm-totp", "remove-totp", "begin-passkey", "add-passkey", "passkeys", "remove-passkey", "begin-passkey-sign-in", "passkey-sign-in",
	} {
		all[id] = nil
	}
	return all
})

// seeing are operations that change nothing although they are no GET.
func seeing(id string) bool {
	return slices.Contains([]string{"check-recording", "link-recording", "preview-card", "try-people"}, id)
}

// PermitOf is what an operation needs: areas, and whether to change or to see. ok is
// false when nobody has said.
func PermitOf(id, method string) (areas []string, level tenant.Level, ok bool) {
	areas, ok = permits()[id]
	level = tenant.Change
	// A backup holds every secret: to see how the gateway is does not do.
	if (method == http.MethodGet || method == http.MethodHead) && id != "backup-file" || seeing(id) {
		level = tenant.See
	}
	return areas, level, ok
}

// Permitted are the ids of all operations that PermitOf knows.
func Permitted() []string { return slices.Sorted(maps.Keys(permits())) }

// operations finds operations of a document by what the mux calls them.
func operationsOf(doc *huma.OpenAPI) map[string]*huma.Operation {
	all := map[string]*huma.Operation{}
	for path, item := range doc.Paths {
		for method, op := range map[string]*huma.Operation{
			http.MethodGet: item.Get, http.MethodPut: item.Put, http.MethodPost: item.Post, http.MethodDelete: item.Delete, http.MethodPatch: item.Patch,
		} {
			if op != nil {
				all[method+" "+path] = op
			}
		}
	}
	return all
}

// permitted refuses what the rights of who asks do not allow. It looks at the body
// where a right is down to single settings, and puts it back.
func (a *API) permitted(r *http.Request, who tenant.Identity) error {
	if who.Rights == nil {
		return nil
	}
	_, pattern := a.mux.Handler(r)
	op := a.operations()[pattern]
	if op == nil {
		return nil // there is nothing at this path
	}
	areas, level, ok := PermitOf(op.OperationID, op.Method)
	if !ok {
		return envelope.Errorf(envelope.Forbidden, "", "your role does not allow this")
	}
	for _, area := range areas {
		if !who.May(area, level) {
			return envelope.Errorf(envelope.Forbidden, "", "your role does not allow this: it needs the right to %s %s", level, area)
		}
		if level != tenant.Change || who.Rights.Settings(area) == nil {
			continue
		}
		if len(areas) > 1 {
			return envelope.Errorf(envelope.Forbidden, "", "your role allows to change single settings of %s only", area)
		}
		return onlySettings(r, area, who.Rights.Settings(area))
	}
	return nil
}

// onlySettings refuses a body with other members than those, and what changes
// something without a body.
func onlySettings(r *http.Request, area string, settings []string) error {
	limit := bodyLimit(r.Method, r.URL.Path)
	text, err := io.ReadAll(io.LimitReader(r.Body, limit+1))
	if err != nil {
		return envelope.Errorf(envelope.BadRequest, "", "the request's body was not read")
	}
	if int64(len(text)) > limit {
		return envelope.Errorf(envelope.TooLong, "", "a request has at most %d bytes", limit)
	}
	r.Body = io.NopCloser(bytes.NewReader(text))
	var given map[string]json.RawMessage
	if json.Unmarshal(text, &given) != nil || len(given) == 0 && r.Method != http.MethodPut {
		return envelope.Errorf(envelope.Forbidden, "", "your role allows to change single settings of %s only: %s", area, strings.Join(settings, ", "))
	}
	for _, name := range slices.Sorted(maps.Keys(given)) {
		if !slices.Contains(settings, name) {
			return envelope.Errorf(envelope.Forbidden, envelope.Clip(name), "your role does not allow to change %s; of %s: %s", envelope.Clip(name), area, strings.Join(settings, ", "))
		}
	}
	return nil
}

// settingsOf are the members of the bodies that change something in an area, by the
// document itself.
func settingsOf(doc *huma.OpenAPI, area string) (names []string, changes bool) {
	for _, op := range operationsOf(doc) {
		areas, level, _ := PermitOf(op.OperationID, op.Method)
		if level != tenant.Change || len(areas) != 1 || areas[0] != area {
			continue
		}
		changes = true
		if op.RequestBody == nil || op.RequestBody.Content["application/json"] == nil {
			continue
		}
		s := op.RequestBody.Content["application/json"].Schema
		if s != nil && s.Ref != "" {
			s = doc.Components.Schemas.SchemaFromRef(s.Ref)
		}
		if s != nil {
			names = slices.AppendSeq(names, maps.Keys(s.Properties))
		}
	}
	slices.Sort(names)
	return slices.Compact(names), changes
}
