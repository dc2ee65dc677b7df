// Package rest is the face that speaks HTTP and JSON under /api/v2. Its OpenAPI
// document, at /api/v2/openapi.json, is made from the Go types here.
package rest

import (
	"log/slog"
	"net/http"
	"sync"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"github.com/dipcast/dipcast/internal/capacity"
	"github.com/dipcast/dipcast/internal/companies"
	"github.com/dipcast/dipcast/internal/edge"
	"github.com/dipcast/dipcast/internal/guard"
	"github.com/dipcast/dipcast/internal/pbx"
	"github.com/dipcast/dipcast/internal/people"
	"github.com/dipcast/dipcast/internal/policy"
	"github.com/dipcast/dipcast/internal/provisioning"
	"github.com/dipcast/dipcast/internal/recording"
	"github.com/dipcast/dipcast/internal/sounds"
	"github.com/dipcast/dipcast/internal/tenant"
	"github.com/dipcast/dipcast/internal/users"
	"github.com/dipcast/dipcast/internal/voicemail"
)

// Prefix is where everything of this package is.
const Prefix = "/api/v2"

// maxBody bounds a request's body in bytes.
const maxBody = 64 << 10

// Options configures the API. All fields are required but those that say so.
type Options struct {
	Version      string
	Pool         *pbx.Pool
	Policy       *policy.Policy
	Directory    func() *tenant.Directory // the current one, at every call
	Authenticate func(r *http.Request) (tenant.Identity, error)
	// Ticket issues a one-time ticket, and says when it ends.
	Ticket func(who tenant.Identity) (text string, until time.Time, err error)
	// Locked tells whether outgoing calls of an extension are locked. Optional.
	Locked func(t *tenant.Tenant, ext string) bool
	Unlock Unlock // nil: there is no such path
	// Guard keeps the sources that are refused at the SIP ports. Nil: there are
	// no such paths.
	Guard *guard.Guard
	// Companies keeps the descriptions of the companies. Nil: they cannot be
	// changed, and extensions have nothing but their numbers.
	Companies *companies.Service
	// Preview makes cards of NAVER WORKS, and PreviewPage a page that shows them.
	// Nil: there are no such paths.
	Preview     Preview
	PreviewPage PreviewPage
	// TryWorks tries what a company's bot is set to. Nil: there is no such path.
	TryWorks TryWorks
	// People knows who works in a company. Nil: there are no such paths. Trail is
	// for it too.
	People *people.Service
	// Users keeps users of the web and their sessions. Trail is for it too. Nil:
	// there are no such paths.
	Users  *users.Service
	Rotate Rotate // nil: there is no such path
	// Softphones makes links that set up softphones. Nil: there are no such paths.
	// Deploy has a softphone that was added count at once. Optional.
	Softphones *provisioning.Service
	Deploy     Deploy
	// Place is where the phones of a server register. Nil: nobody is told.
	Place func(server int) (provisioning.Place, error)
	// Prompts keeps what was uploaded in the place of made prompts, and Trail
	// who did it; without Prompts there are no such paths. Trail is for Tones too.
	Prompts *sounds.Store
	// Tones keeps the recordings of companies' tones. Nil: there are no such paths.
	Tones *sounds.Tones
	Trail Trail
	Audit AuditTrail // nil: there are no such paths
	// System is the gateway itself. Trail is for it too. Nil: there are no such paths.
	System System
	Keys   Keys  // nil: there are no such paths
	Speak  Speak // says texts for prompts and tones; nil: there are no such paths
	// Backups keeps backups. Trail is for it too. Nil: there are no such paths.
	Backups *Backups
	// Events serves the stream of events to a client that was let in. It must
	// answer in any case. Nil: there is no such path.
	Events  func(w http.ResponseWriter, r *http.Request, who tenant.Identity)
	History History // nil: there is no such path
	Hours   Hours   // nil: there is no overview
	// Mailboxes are where the voicemail of an extension is, as far as it can be read
	// on this machine. Nil: there are no such paths.
	Mailboxes func(t *tenant.Tenant, ext string) []voicemail.Box
	Faxes     Faxes // nil: there are no such paths
	Fax       FaxKeeper
	// Recordings and Recorder are recordings of calls; Links makes and checks
	// links to them, below PublicURL. Trail is for them too. Nil: there are no
	// such paths.
	Recordings Recordings
	Recorder   RecordingKeeper
	Links      *recording.Links
	PublicURL  string // without a slash at its end
	// Webhooks keeps where companies are told of calls, and DeadLetters what could
	// not be sent. Trail is for them too. Nil: there are no such paths.
	Webhooks    Webhooks
	DeadLetters DeadLetters
	// Outbox tells what became of what a company sends. Nil: there is no such path.
	Outbox func(tenant int) OutboxState
	// Alarms say what is wrong with the gateway's machine. Nil: nothing.
	Alarms func() []string
	// Cards is why people are not told of calls, as somebody may see it. Nil: nothing
	// is known to be wrong.
	Cards func(tenant.Identity) []CardFinding
	// Relay is how the connection to the relay stands, as somebody may see it; its
	// nil: there is none. Nil: the same.
	Relay func(tenant.Identity) *Relay
	// Applies puts what is described onto servers. Nil: there are no such paths.
	Applies Applies
	// Capacity counts what there is only so much of. Nil: health says nothing of it.
	Capacity *capacity.Service
	Origins  *edge.Origins
	Proxies  edge.Proxies
	Refused  func(edge.Refusal) // must not block
	Logger   *slog.Logger
}

// API serves the paths below Prefix.
type API struct {
	o   Options
	log *slog.Logger
	mux *http.ServeMux

	doc        *huma.OpenAPI
	operations func() map[string]*huma.Operation // by the mux's pattern

	pages   chan struct{} // holds one for each fax whose pages are being worked on
	uploads chan struct{} // holds one for each recording that is being taken
	sounds  chan struct{} // holds one for each recording that is being heard
	heard   heard

	checking sync.Mutex // held while the audit trail is read whole
}

// asErrors makes the errors that huma itself raises look like ours. The hook
// is a variable of that package, so it is set once for the process.
var asErrors sync.Once

// New builds the API.
func New(o Options) *API {
	a := &API{o: o, log: o.Logger.With("component", "rest"), mux: http.NewServeMux(), uploads: make(chan struct{}, maxUploads), pages: make(chan struct{}, maxFaxPages), sounds: make(chan struct{}, maxSounds)}
	asErrors.Do(func() { huma.NewError = newError })
	c := huma.DefaultConfig("DIPCAST", o.Version)
	c.Components.Schemas = huma.NewMapRegistry("#/components/schemas/", schemaName)
	c.OpenAPIPath = Prefix + "/openapi"
	c.DocsPath = "" // the renderer would load scripts from elsewhere
	c.SchemasPath = ""
	c.CreateHooks = nil // no $schema member in answers
	c.Formats = formats()
	c.Info.Description = "The REST half of DCMIWS. Credentials: the headers `tenant` (or `Company-ID`) and `app-key`, HTTP Basic, or a Bearer app key. Every answer is `{\"status\":\"success\",\"data\":…}` or `{\"status\":\"error\",\"code\",\"message\",\"field\"}`."
	c.Components.SecuritySchemes = map[string]*huma.SecurityScheme{
		"appKey":  {Type: "apiKey", In: "header", Name: "app-key", Description: "with the header tenant or Company-ID"},
		"tenant":  {Type: "apiKey", In: "header", Name: "tenant", Description: "the tenant's id, 16 hexadecimal digits"},
		"basic":   {Type: "http", Scheme: "basic"},
		"bearer":  {Type: "http", Scheme: "bearer"},
		"session": {Type: "apiKey", In: "cookie", Name: "dipcast_session", Description: "of POST /api/v2/session; with HTTPS its name is __Host-dipcast_session"},
	}
	c.Security = []map[string][]string{{"appKey": {}, "tenant": {}}, {"basic": {}}, {"bearer": {}}, {"session": {}}}
	api := humago.New(a.mux, c)
	a.doc = api.OpenAPI()
	a.operations = sync.OnceValue(func() map[string]*huma.Operation { return operationsOf(a.doc) })
	a.healthOps(api)
	a.diversionOps(api)
	a.extensionOps(api)
	a.unlockOp(api)
	a.registrationOps(api)
	a.sharedTrunkOps(api)
	a.rotateOp(api)
	a.softphoneOps(api)
	a.banOps(api)
	a.companyOps(api)
	a.callOps(api)
	a.cancelOp(api)
	a.promptOps(api)
	a.applyOps(api)
	a.applyTenantOps(api)
	a.ticketOp(api)
	a.eventsOp(api)
	a.clickToCallOp(api)
	a.cdrOps(api)
	a.overviewOp(api)
	a.voicemailOps(api)
	a.faxOps(api)
	a.recordingOps(api)
	a.peopleOps(api)
	a.myOps(api)
	a.webhookOps(api)
	a.deadLetterOps(api)
	a.outboxOps(api)
	a.auditOps(api)
	a.sessionOps(api)
	a.systemOps(api)
	a.keyOps(api)
	a.backupOps(api)
	a.speechOps(api)
	addExamples(api.OpenAPI())
	a.mux.HandleFunc(Prefix+"/", a.nothing)
	return a
}
