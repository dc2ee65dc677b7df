package bot

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/dipcast/dipcast/internal/call"
	"github.com/dipcast/dipcast/internal/edge"
	"github.com/dipcast/dipcast/internal/envelope"
	"github.com/dipcast/dipcast/internal/pbx"
	"github.com/dipcast/dipcast/internal/people"
	"github.com/dipcast/dipcast/internal/policy"
	"github.com/dipcast/dipcast/internal/store"
	"github.com/dipcast/dipcast/internal/store/storetest"
	"github.com/dipcast/dipcast/internal/tenant"
	"github.com/dipcast/dipcast/works"
)

// lines is a telephone system of one call.
type lines struct {
	mu     sync.Mutex
	live   *call.Call
	past   store.CallRow
	took   []policy.Take
	called []string
	fails  error
	unread bool
}

func (l *lines) Live(_ *tenant.Tenant, id string) *call.Call {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.live == nil || l.live.ID != id {
		return nil
	}
	return l.live
}

func (l *lines) Read(*tenant.Tenant, string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return !l.unread
}

func (l *lines) Past(context.Context, *tenant.Tenant, string) (store.CallRow, bool, error) {
	return l.past, l.past.Linkedid != "", nil
}

func (l *lines) Take(_ *tenant.Tenant, _ *call.Call, take policy.Take) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.fails == nil {
		l.took = append(l.took, take)
	}
	return l.fails
}

func (l *lines) CallBack(_ *tenant.Tenant, extension, number string) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.called = append(l.called, extension+" "+number)
	return l.fails
}

func (l *lines) Diversions(context.Context, *tenant.Tenant, string) (pbx.Diversions, error) {
	return pbx.Diversions{}, nil
}

func (l *lines) ChangeDiversions(context.Context, *tenant.Tenant, people.Person, []pbx.RuleChange) error {
	return nil
}

func (l *lines) Missed(context.Context, *tenant.Tenant, string, int) ([]store.CallRow, error) {
	return nil, nil
}

// desk is Presses over a real database.
type desk struct {
	*Presses
	t       testing.TB
	store   *store.Store
	lines   *lines
	tokens  *Tokens
	at      time.Time
	two     *tenant.Tenant
	mu      sync.Mutex
	said    []string
	quick   string // labels of the quick replies of the last answer
	refused int
}

func newDesk(t testing.TB) *desk {
	t.Helper()
	d := &desk{t: t, lines: &lines{}, at: time.Date(2026, 11, 22, 3, 0, 0, 0, time.UTC)}
	d.two = &tenant.Tenant{ID: tenant.NewID(tenantTwo, 2), Number: 2, Servers: []int{1}, Extensions: []string{"1010", "1013", "1018"}}
	d.lines.live = &call.Call{
		ID: "1-1.1", Server: 1, Linkedid: "1.1", State: call.Ringing, From: call.Party{Number: "01012345678"},
		Channels: []call.Channel{{Name: "PJSIP/trk-1-00000001", Uniqueid: "1.1", State: "ring"}},
	}
	var who people.Directory
	who.Set([]people.Person{
		{Tenant: 2, User: "u1", Name: "홍길동", Extension: "1010", Mobile: "01026132471", Lang: "ko"},
		{Tenant: 2, User: "u2", Name: "Ann Lee", Extension: "1013", Lang: "en"},
		{Tenant: 2, User: "u3", Name: "성춘향", Lang: "ko"},
	})
	var err error
	if d.tokens, err = NewTokens(make([]byte, 32)); err != nil {
		t.Fatal(err)
	}
	now := func() time.Time { d.mu.Lock(); defer d.mu.Unlock(); return d.at }
	d.store = storetest.SQLite(t).Open(t, func(o *store.Options) { o.Now = now })
	d.Presses = NewPresses(PressOptions{
		Tokens: d.tokens, People: &who, Calls: d.lines, Now: now, Logger: slog.New(slog.DiscardHandler),
		Claims: d.store,
		Send: func(_ context.Context, _ *tenant.Tenant, person, _ string, c works.Content) error {
			d.mu.Lock()
			defer d.mu.Unlock()
			d.said, d.quick = append(d.said, person+": "+c.(*works.Text).Text), ""
			if q := c.(*works.Text).QuickReply; q != nil {
				for _, i := range q.Items {
					d.quick += i.Action.Label + " " + i.Action.Text + ","
				}
			}
			return nil
		},
		PublicURL: func() string { return "https://dipcast.example" },
		Refused:   func(edge.Refusal) { d.mu.Lock(); defer d.mu.Unlock(); d.refused++ },
	})
	return d
}

func (d *desk) token(person string, a Action) string {
	d.t.Helper()
	token, err := d.tokens.Seal(Press{Tenant: 2, Person: person, Call: "1-1.1", Action: a, Until: d.at.Add(time.Hour)})
	if err != nil {
		d.t.Fatal(err)
	}
	return token
}

// press works on a press, and gives what was said because of it.
func (d *desk) press(by, token, cause string) string {
	d.t.Helper()
	before := len(d.said)
	if err := d.Work(d.t.Context(), d.two, &works.Event{Type: works.EventPostback, UserID: by, Data: token}, cause); err != nil {
		d.t.Fatal(err)
	}
	return strings.Join(d.said[before:], "|")
}

func (d *desk) want(got, want string) {
	d.t.Helper()
	if (want == "") != (got == "") || !strings.Contains(got, want) {
		d.t.Errorf("said %q, want %q", got, want)
	}
}

// write works on what somebody writes, or on a button of the menu that writes it.
func (d *desk) write(by, text, postback, cause string) string {
	d.t.Helper()
	before := len(d.said)
	e := &works.Event{Type: works.EventMessage, UserID: by, Content: works.EventContent{Type: "text", Text: text, Postback: postback}}
	if err := d.Work(d.t.Context(), d.two, e, cause); err != nil {
		d.t.Fatal(err)
	}
	return strings.Join(d.said[before:], "|")
}

// A change is asked back, with buttons, and again when the answer is none.
func TestAsksBeforeChange(t *testing.T) {
	d := newDesk(t)
	d.want(d.write("u1", "착신전환 부재중 010-1234-5678로", "", "a"), "부재중 착신전환을 01012345678번으로 설정할까요?")
	if d.quick != "예 예,아니오 아니오," {
		t.Error(d.quick)
	}
	d.want(d.write("u1", "뭐라고요", "", "b"), "부재중 착신전환을 01012345678번으로 설정할까요?")
	d.want(d.write("u1", "예", "", "c"), "변경했습니다")
	if d.quick != "" {
		t.Error(d.quick)
	}
	d.want(d.write("u1", "뭐라고요", "", "d"), "무슨 말씀인지")
	d.want(d.write("u1", "예", "", "e"), "기다리는 변경이 없습니다")
	d.want(d.write("u2", "divert off", "", "f"), "Switch all diversions off?")
	if d.quick != "Yes Yes,No No," {
		t.Error(d.quick)
	}
	d.want(d.write("u2", "no", "", "g"), "Nothing was changed")
}

// A button of the room answers in the language of who pressed it: its words are
// the same for all. Who writes is answered in the language that he writes.
func TestLanguageOfAnswer(t *testing.T) {
	d := newDesk(t)
	d.want(d.write("u1", "시작하기", "start", "a"), "이렇게 보내 주십시오")
	d.want(d.write("u2", "Start", "start", "b"), "What you can write")
	d.want(d.write("u2", "Diversions", "착신전환", "c"), "Diversions of 1013")
	d.want(d.write("u2", "착신전환", "", "d"), "착신전환 (내선 1013)")
	d.want(d.write("u1", "divert", "", "e"), "Diversions of 1010")
}

// Of many presses at the same moment one takes the call.
func TestFirstPressWins(t *testing.T) {
	d := newDesk(t)
	var wg sync.WaitGroup
	for _, who := range []string{"u1", "u2", "u1", "u2"} {
		token := d.token(who, Desk)
		wg.Go(func() {
			if err := d.Work(t.Context(), d.two, &works.Event{Type: works.EventPostback, UserID: who, Data: token}, fmt.Sprint(who, token[:20])); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if len(d.lines.took) != 1 {
		t.Errorf("%d have taken it", len(d.lines.took))
	}
}

func TestPresses(t *testing.T) {
	d := newDesk(t)
	d.want(d.press("u1", d.token("u1", Mobile), "a"), "1번을 누르면")
	if got := d.lines.took[0]; got != (policy.Take{Channel: "PJSIP/trk-1-00000001", To: policy.TakeToMobile, Extension: "1010", Number: "01026132471"}) {
		t.Errorf("%+v", got)
	}
	d.want(d.press("u2", d.token("u2", Desk), "b"), "u2: 홍길동 was first")
	d.want(d.press("u1", d.token("u1", Mobile), "c"), "") // the same button twice
	// F16: killed after it was moved, and worked on again.
	d.want(d.press("u1", d.token("u1", Mobile), "a"), "1번을 누르면")
	if err := d.Returned(t.Context(), d.two, "1-1.1"); err != nil {
		t.Fatal(err)
	}
	d.want(d.said[len(d.said)-1], "u1: 연결되지 않아")
	d.want(d.press("u2", d.token("u2", Mobile), "d"), "No mobile number")
	d.want(d.press("u3", d.token("u3", Desk), "e"), "내선 번호가 없습니다")
	d.want(d.press("u2", d.token("u2", Desk), "f"), "Ringing your desk phone")
	// Nobody presses for another, nor in another room, nor what is none of ours.
	for _, tt := range []struct {
		by, token string
	}{
		{"u2", d.token("u1", Desk)}, {"u1", d.token("@room", Desk)}, {"stranger", d.token("stranger", Desk)}, {"u1", "p1" + strings.Repeat("A", 80)},
	} {
		refused, took := d.refused, len(d.lines.took)
		d.press(tt.by, tt.token, "g")
		if d.refused != refused+1 || len(d.lines.took) != took {
			t.Errorf("%s with %.20s…: %d refusals, %d took", tt.by, tt.token, d.refused-refused, len(d.lines.took)-took)
		}
	}
	if err := d.Work(t.Context(), d.two, &works.Event{Type: works.EventPostback, UserID: "u2", ChannelID: "room", Data: d.token("@room", Assistant)}, "h"); err != nil {
		t.Fatal(err)
	}
	if got := d.lines.took[len(d.lines.took)-1]; got.To != policy.TakeToAssistant || got.Extension != "1013" {
		t.Errorf("in the room: %+v", got)
	}
	// Too late.
	d.lines.live.AnsweredBy = &call.Party{Extension: "1018", Number: "1018", Name: "향단"}
	d.want(d.press("u1", d.token("u1", Desk), "i"), "Ann Lee 님이 이미")
	d.lines.live = nil
	d.lines.past = store.CallRow{Linkedid: "1.1", Answered: d.at, By: store.CallParty{Extension: "1018", Name: "향단"}, From: store.CallParty{Number: "01012345678"}}
	d.want(d.press("u1", d.token("u1", Desk), "j"), "향단 (1018) 님이 받았습니다")
	d.lines.past.By = store.CallParty{Extension: "1013", Number: "1013"} // the directory has the name
	d.want(d.press("u1", d.token("u1", Desk), "j2"), "Ann Lee (1013) 님이 받았습니다")
	d.lines.past.Answered = time.Time{}
	d.want(d.press("u1", d.token("u1", Desk), "k"), "받은 사람이 없습니다")
}

// He has hung up while the action was on its way; or the server is away.
func TestTakeFails(t *testing.T) {
	d := newDesk(t)
	d.lines.fails = envelope.Errorf(envelope.Conflict, "", "gone")
	d.want(d.press("u1", d.token("u1", Desk), "a"), "이미 끊어졌습니다")
	d.lines.fails = envelope.Errorf(envelope.Unavailable, "", "away")
	d.want(d.press("u1", d.token("u1", Desk), "b"), "지금은 연결할 수 없습니다")
	d.lines.fails = nil
	d.want(d.press("u2", d.token("u2", Desk), "c"), "Ringing your desk phone")
}

// A press that waited while we started is worked on when the server's calls are
// known: its caller may still be on the line.
func TestPressBeforeCallsAreRead(t *testing.T) {
	d := newDesk(t)
	live := d.lines.live
	d.lines.live, d.lines.unread = nil, true
	for _, a := range []Action{Desk, CallBack} {
		e := &works.Event{Type: works.EventPostback, UserID: "u1", Data: d.token("u1", a)}
		if err := d.Work(t.Context(), d.two, e, string(a)); !errors.Is(err, errUnread) || len(d.said) != 0 {
			t.Errorf("%s: %v, said %q", a, err, d.said)
		}
	}
	d.lines.live, d.lines.unread = live, false
	d.want(d.press("u1", d.token("u1", Desk), "a"), "사무실 전화기로")
	d.lines.live, d.lines.unread = nil, true
	old := d.token("u1", Desk)
	d.at = d.at.Add(2 * time.Hour)
	d.want(d.press("u1", old, "b"), "이미 끝난 전화이거나")
}

func TestCallBackPress(t *testing.T) {
	d := newDesk(t)
	d.want(d.press("u1", d.token("u1", CallBack), "a"), "01012345678")
	d.want(d.press("u1", d.token("u1", CallBack), "b"), "10초 뒤에")
	d.want(d.press("u1", d.token("u1", CallBack), "a"), "확인할 수 없습니다") // worked on again
	d.want(d.press("u2", d.token("u2", CallBack), "c"), "01012345678")
	d.at = d.at.Add(callBackEvery)
	d.want(d.press("u1", d.token("u1", CallBack), "d"), "01012345678")
	if len(d.lines.called) != 3 {
		t.Errorf("%q", d.lines.called)
	}
	old := d.token("u1", CallBack)
	d.at = d.at.Add(2 * time.Hour)
	d.want(d.press("u1", old, "e"), "유효 시간이 지났습니다")
}

// In the mode URI a page acts on one tap: to look at it does nothing.
func TestTapPage(t *testing.T) {
	d := newDesk(t)
	g := NewPages(PageOptions{
		Presses: d.Presses, Tenant: func(int) *tenant.Tenant { return d.two }, Loopback: func() bool { return true },
	})
	ask := func(method, path string, site string) *httptest.ResponseRecorder {
		r := httptest.NewRequest(method, path, nil)
		r.Header.Set("Sec-Fetch-Site", site)
		if method == http.MethodPost {
			r.Header.Set("Origin", "null") // as browsers say where they tell no other page who links to it
		}
		w := httptest.NewRecorder()
		g.ServeHTTP(w, r)
		return w
	}
	tap := TapPath + d.token("u1", Desk)
	for range 3 {
		if w := ask(http.MethodGet, tap, "none"); w.Code != 200 || !strings.Contains(w.Body.String(), "당겨 받기") {
			t.Errorf("%d %s", w.Code, w.Body)
		}
	}
	if w := ask(http.MethodHead, tap, "none"); w.Code != 200 || len(d.lines.took) != 0 {
		t.Errorf("%d, %d took", w.Code, len(d.lines.took))
	}
	if w := ask(http.MethodPost, tap, "cross-site"); w.Code != 403 || len(d.lines.took) != 0 {
		t.Errorf("from elsewhere: %d, %d took", w.Code, len(d.lines.took))
	}
	if w := ask(http.MethodPost, tap, "same-origin"); w.Code != 200 || len(d.lines.took) != 1 || !strings.Contains(w.Body.String(), "사무실 전화기로") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	for path, want := range map[string]int{
		TapPath + "x": 404, WebPath + "x": 404, FaxPath + "x": 404, WebPath: 403, TapPath + d.token("@room", Desk): 403,
		FaxPath + d.token("u1", Fax):  403, // nobody is signed in
		WebPath + d.token("u1", Desk): 410,
	} {
		if w := ask(http.MethodGet, path, "none"); w.Code != want {
			t.Errorf("%.20s: %d, want %d", path, w.Code, want)
		}
	}
}

// The page of a call that is over leads to it in the web.
func TestCallPageLeadsToHistory(t *testing.T) {
	d := newDesk(t)
	d.lines.live = nil
	g := NewPages(PageOptions{Presses: d.Presses, Tenant: func(int) *tenant.Tenant { return d.two }, Loopback: func() bool { return true }})
	open := httptest.NewRecorder()
	g.ServeHTTP(open, httptest.NewRequest(http.MethodPost, WebPath+d.token("u1", Web), nil))
	cookies := open.Result().Cookies()
	if open.Code != http.StatusSeeOther || len(cookies) != 1 {
		t.Fatalf("%d %v", open.Code, open.Header())
	}
	r := httptest.NewRequest(http.MethodGet, WebPath, nil)
	r.AddCookie(cookies[0])
	w := httptest.NewRecorder()
	g.ServeHTTP(w, r)
	if w.Code != http.StatusOK || !strings.Contains(w.Body.String(), `href="/history/1-1.1"`) {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}

// A room's button is nobody's: its page acts for who is signed in, in the words of
// the company.
func TestTapPageOfRoom(t *testing.T) {
	d := newDesk(t)
	who := people.Person{}
	g := NewPages(PageOptions{
		Presses: d.Presses, Tenant: func(int) *tenant.Tenant { return d.two }, Loopback: func() bool { return true },
		Style: func(int) Style {
			return Style{Words: map[Lang]map[Word]string{Korean: {labelOf(Desk): "받으러 가기"}}}
		},
		SignedIn: func(*http.Request) (people.Person, bool) { return who, who.User != "" },
		SignIn:   func(_ int, back string) string { return "/login/works?to=" + back },
	})
	tap := TapPath + d.token("@room", Desk)
	for _, tt := range []struct {
		who    people.Person
		method string
		want   int
		says   string
		took   int
	}{
		{people.Person{}, http.MethodGet, 303, "/login/works?to=" + tap, 0},
		{people.Person{}, http.MethodPost, 303, "/login/works?to=" + tap, 0},
		{people.Person{Tenant: 3, User: "u1"}, http.MethodPost, 403, "", 0},
		{people.Person{Tenant: 2, User: "u1"}, http.MethodGet, 200, "받으러 가기", 0},
		{people.Person{Tenant: 2, User: "u1"}, http.MethodPost, 200, "사무실 전화기로", 1},
	} {
		who = tt.who
		w := httptest.NewRecorder()
		g.ServeHTTP(w, httptest.NewRequest(tt.method, tap, nil))
		if w.Code != tt.want || !strings.Contains(w.Body.String()+w.Header().Get("Location"), tt.says) || len(d.lines.took) != tt.took {
			t.Errorf("%s by %+v: %d %v %s, %d took", tt.method, tt.who, w.Code, w.Header(), w.Body, len(d.lines.took))
		}
	}
}

// faxes are one fax of two pages.
type faxes struct{}

func (faxes) Fax(_ context.Context, _ *tenant.Tenant, id string) (*store.Fax, error) {
	if id != "1-1.1" {
		return nil, store.ErrNotFound
	}
	return &store.Fax{Fax: id, Other: "0212345678", Pages: 2}, nil
}

func (faxes) PDF(w http.ResponseWriter, _ *http.Request, _ *tenant.Tenant, f *store.Fax) {
	_, _ = w.Write([]byte("pages of " + f.Fax))
}

func (faxes) Picture(w http.ResponseWriter, _ *http.Request, _ *tenant.Tenant, f *store.Fax, n int) {
	_, _ = fmt.Fprintf(w, "page %d of %s", n, f.Fax)
}

// A fax opens to who is signed in as the person of the button: as pictures, and as
// PDF.
func TestFaxPage(t *testing.T) {
	d := newDesk(t)
	who := people.Person{}
	g := NewPages(PageOptions{
		Presses: d.Presses, Tenant: func(int) *tenant.Tenant { return d.two }, Loopback: func() bool { return true },
		SignedIn: func(*http.Request) (people.Person, bool) { return who, who.User != "" },
		SignIn:   func(_ int, back string) string { return "/login/works?to=" + back },
		Faxes:    faxes{},
	})
	token := d.token("u1", Fax)
	ask := func(token string) *httptest.ResponseRecorder {
		w := httptest.NewRecorder()
		g.ServeHTTP(w, httptest.NewRequest(http.MethodGet, FaxPath+token, nil))
		return w
	}
	if w := ask(token); w.Code != 303 || w.Header().Get("Location") != "/login/works?to="+FaxPath+token {
		t.Errorf("%d %v", w.Code, w.Header())
	}
	who = people.Person{Tenant: 2, User: "u2", Lang: "en"}
	if w := ask(token); w.Code != 403 || !strings.Contains(w.Body.String(), "another person") || d.refused != 1 {
		t.Errorf("%d %s, %d refused", w.Code, w.Body, d.refused)
	}
	if w := ask(d.token("@room", Fax)); w.Code != 200 {
		t.Errorf("a room's: %d", w.Code)
	}
	who.Tenant = 3
	if w := ask(d.token("@room", Fax)); w.Code != 403 {
		t.Errorf("another company's: %d", w.Code)
	}
	who = people.Person{Tenant: 2, User: "u1", Lang: "ko"}
	if w := ask(token); w.Code != 200 || !strings.Contains(w.Body.String(), token+`/2.png"`) || !strings.Contains(w.Body.String(), token+`/fax.pdf"`) {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	for page, want := range map[string]string{"/fax.pdf": "pages of 1-1.1", "/2.png": "page 2 of 1-1.1"} {
		if w := ask(token + page); w.Code != 200 || w.Body.String() != want {
			t.Errorf("%s: %d %s", page, w.Code, w.Body)
		}
	}
	if w := ask(token + "/0.png"); w.Code != 404 {
		t.Errorf("page 0: %d", w.Code)
	}
	who = people.Person{}
	if w := ask(token + "/fax.pdf"); w.Code != 403 {
		t.Errorf("the PDF, signed out: %d", w.Code)
	}
}
