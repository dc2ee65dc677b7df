package bot

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"html/template"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/dipcast/dipcast/internal/call"
	"github.com/dipcast/dipcast/internal/edge"
	"github.com/dipcast/dipcast/internal/people"
	"github.com/dipcast/dipcast/internal/store"
	"github.com/dipcast/dipcast/internal/tenant"
)

// PageOptions configures Pages. Fields without another word are required.
type PageOptions struct {
	Presses *Presses
	Tenant  func(number int) *tenant.Tenant
	Proxies edge.Proxies
	// Loopback reports that nobody but this machine can connect, so that plain
	// HTTP will do.
	Loopback func() bool
	// SignedIn is who a request's session signs in. Nil: nobody is.
	SignedIn func(r *http.Request) (people.Person, bool)
	// SignIn is where a person of a tenant signs in, to come back to a path. Nil, and
	// "": nowhere.
	SignIn func(tenant int, back string) string
	// Style is how a tenant's cards look: pages use its words. Nil: as all do.
	Style func(tenant int) Style
	// Faxes are those that came in. Nil: there are none.
	Faxes Faxes
	// Recordings are those of calls. Nil: there are none.
	Recordings Recordings
}

// Pages are what buttons open. Whoever looks at them changes nothing: a preview
// of a link, or a scanner of them, does nothing but GET, and only what a form of a
// page sends acts.
type Pages struct {
	o   PageOptions
	mux *http.ServeMux
}

// viewing is the action of the token in the cookie of an opened call.
const viewing Action = "view"

// historyPath is where the web has the page of a call.
const historyPath = "/history/"

const callCookie = "dipcast_call"

// NewPages returns Pages, which answer below TapPath and so on.
func NewPages(o PageOptions) *Pages {
	g := &Pages{o: o, mux: http.NewServeMux()}
	g.mux.HandleFunc("GET "+TapPath+"{token}", g.showTap)
	g.mux.HandleFunc("POST "+TapPath+"{token}", g.tap)
	g.mux.HandleFunc("GET "+WebPath+"{$}", g.showCall)
	g.mux.HandleFunc("GET "+WebPath+"{token}", g.showOpen)
	g.mux.HandleFunc("POST "+WebPath+"{token}", g.open)
	g.mux.HandleFunc("GET "+FaxPath+"{token}", g.showFax)
	g.mux.HandleFunc("GET "+FaxPath+"{token}/{page}", g.faxPage)
	g.mux.HandleFunc("GET "+RecordingPath+"{token}", g.showRecording)
	g.mux.HandleFunc("POST "+RecordingPath+"{token}", g.hear)
	g.mux.HandleFunc("GET "+RecordingPath+"{token}/{id}", g.sound)
	return g
}

//go:embed page.html
var pageText string

//go:embed page.css
var pageStyle string

var pageTemplate = template.Must(template.New("page").Funcs(template.FuncMap{"inc": func(i int) int { return i + 1 }}).Parse(pageText))

// pagePolicy lets a page have its own style, play our sound, show our pictures and
// send its own forms, no more.
var pagePolicy = func() string {
	sum := sha256.Sum256([]byte(pageStyle))
	return "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) +
		"'; img-src 'self'; media-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
}()

// page is what is shown.
type page struct {
	Lang    Lang
	Style   template.CSS
	Title   string
	Lines   []string
	Buttons []pageButton
	Sounds  []pageSound
	Images  []string // addresses of pages of a fax
	PDF     string   // and of all of them
	More    *pageLink
}

type pageButton struct {
	Action string // where its form goes
	Label  string
	Take   bool
	Reason string // asks why, in these words; "": does not ask
}

type pageLink struct{ Label, Address string }

type pageSound struct{ Label, Address string }

// ServeHTTP answers over HTTPS only.
func (g *Pages) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	inner := r.Clone(r.Context())
	r.URL.Path, r.URL.RawPath, r.RequestURI = "/dapi/-", "", "/dapi/-" // so that nothing writes the token down
	h := w.Header()
	h.Set("Cache-Control", "no-store")
	h.Set("Referrer-Policy", "same-origin") // with none at all browsers call the Origin of our own forms null
	h.Set("X-Robots-Tag", "noindex")
	h.Set("Content-Security-Policy", pagePolicy)
	if !g.o.Loopback() && !g.o.Proxies.Secure(inner) {
		g.write(w, http.StatusForbidden, page{Lang: Korean, Title: "HTTPS"})
		return
	}
	if http.NewCrossOriginProtection().Check(inner) != nil { // a form of another site
		g.write(w, http.StatusForbidden, page{Lang: Korean, Title: say(Korean, sayFailed)})
		return
	}
	g.mux.ServeHTTP(w, inner)
}

func (g *Pages) write(w http.ResponseWriter, status int, p page) {
	p.Style = template.CSS(pageStyle) //nolint:gosec // our own file
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	if err := pageTemplate.Execute(w, p); err != nil {
		g.o.Presses.log.Debug("page not written", "error", err) // the browser has gone
	}
}

// opened is the press of a token in a path, and whose it is.
type opened struct {
	Press
	t    *tenant.Tenant
	who  people.Person
	lang Lang
	late bool
}

// token reads the token of a request, or answers it. A room's is of who is signed
// in; who is not is asked to, and comes back to path.
func (g *Pages) token(w http.ResponseWriter, r *http.Request, token, path string) (*opened, bool) {
	ps := g.o.Presses
	press, err := ps.o.Tokens.Open(token, ps.o.Now())
	if errors.Is(err, ErrToken) {
		g.write(w, http.StatusNotFound, page{Lang: Korean, Title: say(Korean, sayTooLate)})
		return nil, false
	}
	o := &opened{Press: press, lang: Korean, late: err != nil}
	if o.t = g.o.Tenant(press.Tenant); o.t != nil && strings.HasPrefix(press.Person, store.RoomMark) {
		who, in := g.signedIn(r)
		if !in {
			g.signIn(w, r, press.Tenant, path)
			return nil, false
		}
		if who.Tenant == press.Tenant {
			o.Person = who.User
		}
	}
	var ok bool
	if o.t != nil {
		o.who, ok = ps.o.People.ByUser(press.Tenant, o.Person)
	}
	if !ok { // also of another company
		g.write(w, http.StatusForbidden, page{Lang: Korean, Title: say(Korean, sayStranger)})
		return nil, false
	}
	o.lang = Lang(o.who.Lang)
	return o, true
}

func (g *Pages) signedIn(r *http.Request) (people.Person, bool) {
	if g.o.SignedIn == nil {
		return people.Person{}, false
	}
	return g.o.SignedIn(r)
}

// signIn sends a browser to where a person of a tenant signs in, to come back to
// path; with "" nobody is to come back, and it is told so.
func (g *Pages) signIn(w http.ResponseWriter, r *http.Request, tenant int, path string) {
	if path != "" && g.o.SignIn != nil {
		if at := g.o.SignIn(tenant, path); at != "" {
			http.Redirect(w, r, at, http.StatusSeeOther)
			return
		}
	}
	g.write(w, http.StatusForbidden, page{Lang: Korean, Title: say(Korean, sayNoSignIn)})
}

// label is what a button is called in a company.
func (g *Pages) label(o *opened, a Action) string { return g.word(o, labelOf(a)) }

func (g *Pages) word(o *opened, w Word) string {
	var s Style
	if g.o.Style != nil {
		s = g.o.Style(o.Tenant)
	}
	return s.word(o.lang, w)
}

func (g *Pages) showTap(w http.ResponseWriter, r *http.Request) {
	token := r.PathValue("token")
	o, ok := g.token(w, r, token, TapPath+token)
	if !ok {
		return
	}
	p := page{Lang: o.lang, Title: g.label(o, o.Action), Buttons: []pageButton{{Action: TapPath + token, Label: g.label(o, o.Action), Take: true}}}
	g.write(w, http.StatusOK, p)
}

func (g *Pages) tap(w http.ResponseWriter, r *http.Request) {
	token := r.PathValue("token")
	o, ok := g.token(w, r, token, TapPath+token)
	if !ok {
		return
	}
	// A press is a press: it goes on though the browser leaves.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(r.Context()), workTime)
	defer cancel()
	text, err := g.o.Presses.Do(ctx, o.t, o.Press, o.late, "tap-"+rand.Text())
	if err != nil {
		g.o.Presses.log.Error("a tap was not carried out", "tenant", o.t, "error", err)
		g.write(w, http.StatusServiceUnavailable, page{Lang: o.lang, Title: say(o.lang, sayFailed)})
		return
	}
	if text == "" {
		text = say(o.lang, sayTooSoon)
	}
	g.write(w, http.StatusOK, page{Lang: o.lang, Title: text})
}

// showOpen asks whether the call is to be opened.
func (g *Pages) showOpen(w http.ResponseWriter, r *http.Request) {
	token := r.PathValue("token")
	o, ok := g.token(w, r, token, WebPath+token)
	if !ok {
		return
	}
	if o.late || o.Action != Web {
		g.write(w, http.StatusGone, page{Lang: o.lang, Title: say(o.lang, sayTooOld)})
		return
	}
	g.write(w, http.StatusOK, page{Lang: o.lang, Title: "DIPCAST WEB", Buttons: []pageButton{{Action: WebPath + token, Label: say(o.lang, sayOpenCall), Take: true}}})
}

// open uses a link up: its browser may look at this call from then on.
func (g *Pages) open(w http.ResponseWriter, r *http.Request) {
	token := r.PathValue("token")
	o, ok := g.token(w, r, token, WebPath+token)
	if !ok {
		return
	}
	ps := g.o.Presses
	if o.late || o.Action != Web {
		g.write(w, http.StatusGone, page{Lang: o.lang, Title: say(o.lang, sayTooOld)})
		return
	}
	sum := sha256.Sum256([]byte(token + o.Person)) // a room's opens once to each
	_, won, _, err := ps.o.Claims.Claim(r.Context(), store.Claim{
		Tenant: o.Tenant, Name: "web:" + hex.EncodeToString(sum[:]), Person: o.Person, What: string(Web), Cause: rand.Text(), Until: o.Until,
	})
	if err != nil {
		ps.log.Error("a link was not opened", "tenant", o.t, "error", err)
		g.write(w, http.StatusServiceUnavailable, page{Lang: o.lang, Title: say(o.lang, sayFailed)})
		return
	}
	if !won {
		g.write(w, http.StatusGone, page{Lang: o.lang, Title: say(o.lang, sayUsed)})
		return
	}
	seen := o.Press
	seen.Action, seen.Until = viewing, ps.o.Now().Add(webLife)
	value, err := ps.o.Tokens.Seal(seen)
	if err != nil {
		ps.log.Error("a link was not opened", "tenant", o.t, "error", err)
		g.write(w, http.StatusServiceUnavailable, page{Lang: o.lang, Title: say(o.lang, sayFailed)})
		return
	}
	http.SetCookie(w, &http.Cookie{ //nolint:gosec // without Secure on loopback only
		Name: callCookie, Value: value, Path: WebPath, MaxAge: int(webLife / time.Second), HttpOnly: true,
		Secure: g.o.Proxies.Secure(r), SameSite: http.SameSiteStrictMode,
	})
	http.Redirect(w, r, WebPath, http.StatusSeeOther)
}

// showCall shows the call that a link has opened, and nothing else.
func (g *Pages) showCall(w http.ResponseWriter, r *http.Request) {
	c, err := r.Cookie(callCookie)
	if err != nil {
		g.write(w, http.StatusForbidden, page{Lang: Korean, Title: say(Korean, sayTooLate)})
		return
	}
	o, ok := g.token(w, r, c.Value, "")
	if !ok {
		return
	}
	if o.late || o.Action != viewing {
		g.write(w, http.StatusGone, page{Lang: o.lang, Title: say(o.lang, sayTooOld)})
		return
	}
	p, err := g.call(r.Context(), o)
	if err != nil {
		g.o.Presses.log.Error("a call cannot be shown", "tenant", o.t, "error", err)
		g.write(w, http.StatusServiceUnavailable, page{Lang: o.lang, Title: say(o.lang, sayFailed)})
		return
	}
	g.write(w, http.StatusOK, p)
}

// call is the page of a call: who called, what became of it, and what can be done.
func (g *Pages) call(ctx context.Context, o *opened) (page, error) {
	ps := g.o.Presses
	j := &job{p: ps, t: o.t, who: o.who, lang: o.lang, press: o.Press}
	c := ps.o.Calls.Live(o.t, o.Call)
	p := page{Lang: o.lang, Title: withheld[o.lang]}
	number, name, at := "", "", time.Time{}
	actions := []Action{CallBack}
	if c != nil {
		number, name, at = c.From.Number, c.From.Name, c.StartedAt.Time
		if c.DID != "" {
			p.Lines = append(p.Lines, "☎ "+plain(c.DID, 40))
		}
	} else if row, ok, err := ps.o.Calls.Past(ctx, o.t, o.Call); err != nil {
		return page{}, err
	} else if ok {
		number, name, at = row.From.Number, row.From.Name, row.Started
	}
	if number != "" {
		p.Title = plain(number, 40)
	}
	if name != "" && name != number {
		p.Lines = append(p.Lines, plain(name, 60))
	}
	if !at.IsZero() {
		p.Lines = append(p.Lines, at.Local().Format("2006-01-02 15:04:05"))
	}
	if c != nil && c.State != call.Ended && c.AnsweredBy == nil {
		p.Lines = append(p.Lines, say(o.lang, sayRinging))
		actions = []Action{Desk, Assistant, Mobile}
	} else {
		became, err := j.over(ctx, c)
		if err != nil {
			return page{}, err
		}
		p.Lines = append(p.Lines, became)
		// The web's page of the call, which asks who looks.
		p.More = &pageLink{say(o.lang, sayMore), historyPath + url.PathEscape(o.Call)}
	}
	for _, a := range actions {
		press := o.Press
		press.Action, press.Until = a, ps.o.Now().Add(webLife)
		token, err := ps.o.Tokens.Seal(press)
		if err != nil {
			return page{}, err
		}
		p.Buttons = append(p.Buttons, pageButton{Action: TapPath + token, Label: g.label(o, a), Take: a == Desk || a == Assistant})
	}
	return p, nil
}

// mine is the press of a token that opens to who is signed in as the person of its
// button, or, where it is a room's, as anybody of the company. It answers all
// others: with whose it is, or with the way to sign in and come back to path.
func (g *Pages) mine(w http.ResponseWriter, r *http.Request, action Action, path string, whose said) (o opened, ok bool) {
	token := r.PathValue("token")
	ps := g.o.Presses
	press, err := ps.o.Tokens.Open(token, ps.o.Now())
	t := g.o.Tenant(press.Tenant)
	if err != nil || press.Action != action || t == nil {
		g.write(w, http.StatusNotFound, page{Lang: Korean, Title: say(Korean, sayTooLate)})
		return opened{}, false
	}
	who, in := g.signedIn(r)
	lang := Lang(who.Lang)
	switch {
	case in && (who.Tenant != press.Tenant || !strings.HasPrefix(press.Person, store.RoomMark) && who.User != press.Person):
		ps.refuse(t, g.o.Proxies.ClientAddr(r), "what the button opens is another person's")
		g.write(w, http.StatusForbidden, page{Lang: lang, Title: say(lang, whose)})
	case in:
		return opened{Press: press, t: t, who: who, lang: lang}, true
	case path == "":
		g.signIn(w, r, press.Tenant, "")
	default:
		g.signIn(w, r, press.Tenant, path+token)
	}
	return opened{}, false
}

// page answers with the address of a page, in the modes in which a button opens
// none.
func (j *job) page(late bool) (string, error) {
	if late {
		return j.say(sayTooOld), nil
	}
	place, press := FaxPath, j.press
	switch press.Action {
	case Web:
		place = WebPath
	case Recording:
		place = RecordingPath
	}
	press.Until = j.p.o.Now().Add(webLife)
	token, err := j.p.o.Tokens.Seal(press)
	if err != nil {
		return "", err
	}
	return j.say(sayOpen, j.p.o.PublicURL()+place+token), nil
}
