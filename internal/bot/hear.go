package bot

import (
	"context"
	"net/http"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/dipcast/dipcast/internal/people"
	"github.com/dipcast/dipcast/internal/store"
	"github.com/dipcast/dipcast/internal/tenant"
)

// Recordings are those of calls, for people who have taken part in them.
type Recordings interface {
	// Of gives those of a call that an extension has taken part in, the oldest first.
	// waits says that there is another, which cannot be heard yet.
	Of(ctx context.Context, t *tenant.Tenant, extension, call string) (all []store.RecordingRow, waits bool, err error)
	// Heard leaves in the audit trail that a person is given a recording, and why.
	Heard(r *http.Request, t *tenant.Tenant, who people.Person, row *store.RecordingRow, reason string)
	// Sound answers with the sound, whole or in parts.
	Sound(w http.ResponseWriter, r *http.Request, row *store.RecordingRow)
}

// hearing is the action of the tokens in addresses of sound.
const hearing Action = "hearing"

const (
	hearingLife = time.Hour // of an opened page
	maxReason   = 200       // characters, as REST has it
	maxForm     = 8 << 10
	// readyAfter is how soon a page looks again for a recording that was not there
	// yet: it is taken from Asterisk's folder every three seconds.
	readyAfter = "3"
)

// recordings are those of an opened call that its person may hear. What has none
// is answered.
func (g *Pages) recordings(w http.ResponseWriter, r *http.Request, o *opened) ([]store.RecordingRow, bool) {
	var all []store.RecordingRow
	var waits bool
	var err error
	if g.o.Recordings != nil {
		all, waits, err = g.o.Recordings.Of(r.Context(), o.t, o.who.Extension, o.Call)
	}
	switch {
	case err != nil:
		g.o.Presses.log.Error("recordings of a call cannot be shown", "tenant", o.t, "error", err)
		g.write(w, http.StatusServiceUnavailable, page{Lang: o.lang, Title: say(o.lang, sayFailed)})
	case len(all) > 0:
		return all, true
	case waits:
		w.Header().Set("Refresh", readyAfter)
		g.write(w, http.StatusOK, page{Lang: o.lang, Title: say(o.lang, sayNotReady)})
	default:
		g.write(w, http.StatusNotFound, page{Lang: o.lang, Title: say(o.lang, sayNoRecording)})
	}
	return nil, false
}

// showRecording asks why the recording of a call is to be heard. To look at it
// plays nothing.
func (g *Pages) showRecording(w http.ResponseWriter, r *http.Request) {
	o, ok := g.mine(w, r, Recording, RecordingPath, sayNotYourCall)
	if !ok {
		return
	}
	if all, ok := g.recordings(w, r, &o); ok {
		g.write(w, http.StatusOK, g.askReason(&o, r.PathValue("token"), all))
	}
}

func (g *Pages) askReason(o *opened, token string, all []store.RecordingRow) page {
	p := page{Lang: o.lang, Title: g.label(o, Recording)}
	for i := range all {
		p.Lines = append(p.Lines, soundLabel(&all[i], o.lang))
	}
	p.Buttons = []pageButton{{Action: RecordingPath + token, Label: g.word(o, saidOf(Recording)), Take: true, Reason: say(o.lang, sayReason)}}
	return p
}

func soundLabel(r *store.RecordingRow, l Lang) string {
	return r.Began.Local().Format("2006-01-02 15:04:05") + " · " + length(l, r.Length)
}

// hear gives the recordings of a call to who has said why.
func (g *Pages) hear(w http.ResponseWriter, r *http.Request) {
	o, ok := g.mine(w, r, Recording, RecordingPath, sayNotYourCall)
	if !ok {
		return
	}
	all, ok := g.recordings(w, r, &o)
	if !ok {
		return
	}
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	reason := strings.TrimSpace(r.PostFormValue("reason"))
	if reason == "" || !utf8.ValidString(reason) || utf8.RuneCountInString(reason) > maxReason {
		g.write(w, http.StatusUnprocessableEntity, g.askReason(&o, r.PathValue("token"), all))
		return
	}
	press := Press{Tenant: o.Tenant, Person: o.who.User, Call: o.Call, Action: hearing, Until: g.o.Presses.o.Now().Add(hearingLife)}
	token, err := g.o.Presses.o.Tokens.Seal(press)
	if err != nil {
		g.o.Presses.log.Error("a recording was not opened", "tenant", o.t, "error", err)
		g.write(w, http.StatusServiceUnavailable, page{Lang: o.lang, Title: say(o.lang, sayFailed)})
		return
	}
	p := page{Lang: o.lang, Title: g.label(&o, Recording)}
	for i := range all {
		g.o.Recordings.Heard(r, o.t, o.who, &all[i], reason)
		p.Sounds = append(p.Sounds, pageSound{soundLabel(&all[i], o.lang), RecordingPath + token + "/" + all[i].ID})
	}
	g.write(w, http.StatusOK, p)
}

// sound plays a recording of an opened page, to who opened it and is still signed
// in.
func (g *Pages) sound(w http.ResponseWriter, r *http.Request) {
	o, ok := g.mine(w, r, hearing, "", sayNotYourCall)
	if !ok {
		return
	}
	all, ok := g.recordings(w, r, &o)
	if !ok {
		return
	}
	for i := range all {
		if all[i].ID == r.PathValue("id") {
			g.o.Recordings.Sound(w, r, &all[i])
			return
		}
	}
	g.write(w, http.StatusNotFound, page{Lang: o.lang, Title: say(o.lang, sayNoRecording)})
}
