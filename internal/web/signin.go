package web

import (
	"bytes"
	"context"
	_ "embed" // the page
	"errors"
	"fmt"
	"html/template"
	"net/http"
	"net/url"
	"strings"

	"github.com/dipcast/dipcast/internal/envelope"
	"github.com/dipcast/dipcast/internal/people"
	"github.com/dipcast/dipcast/internal/tenant"
	"github.com/dipcast/dipcast/works"
)

// SignIns signs people in with NAVER WORKS. *people.Service is one.
type SignIns interface {
	TenantNamed(ctx context.Context, name string) (int, error)
	StartSignIn(ctx context.Context, tenant int, redirect, to string) (url, kept string, err error)
	FinishSignIn(ctx context.Context, kept, state, code, redirect, agent string) (who people.Session, cookie, to string, err error)
	SignOut(ctx context.Context, cookie string) error
}

// Paths of signing in, below the public URL. SignInReturn is registered with the
// app at NAVER WORKS.
const (
	SignInPath   = "/login/works"
	SignInReturn = "/login/works/return"
	signOutPath  = "/login/works/out"
	// SignInHome is where people looked who was signed in before there was the web.
	SignInHome = "/login"
	homePath   = "/"
	cardPages  = "/dapi/" // of cards in chats, which need nobody to be at home in the web
)

// ErrNoPlace reports somebody who has signed in with NAVER WORKS and is nobody of
// the web: without a user of their own that is enabled, and without an extension.
var ErrNoPlace = errors.New("this person has neither a user of the web nor an extension")

//go:embed signin.html
var signInText string

var signInPage = template.Must(template.New("signin").Parse(signInText))

// signInView is what the page shows: what is wrong.
type signInView struct {
	T       signInTexts
	Style   template.CSS
	Problem string
	Again   string // path of another try
}

// signInTexts are those of one language.
type signInTexts struct {
	Lang, Title, Again string

	// What is wrong.
	None, Failed, Refused, Stranger, NoPlace, Later string
}

var signInKorean = signInTexts{
	Lang: "ko", Title: "네이버웍스 로그인", Again: "다시 로그인",
	None:     "이 주소로는 로그인할 수 없습니다. 받은 링크로 다시 들어오거나 관리자에게 문의하세요.",
	Failed:   "로그인을 마치지 못했습니다. 시간이 지났거나 다른 브라우저에서 시작한 로그인입니다.",
	Refused:  "네이버웍스에서 로그인을 취소했습니다.",
	Stranger: "로그인은 되었지만 이 회사의 구성원으로 등록되어 있지 않습니다. 관리자에게 문의하세요.",
	NoPlace:  "네이버웍스 로그인은 되었지만 쓸 수 있는 내선이나 사용자가 없습니다. 관리자에게 구성원 페이지에서 내선을 연결해 달라고 하세요.",
	Later:    "지금은 로그인할 수 없습니다. 잠시 뒤에 다시 하세요.",
}

var signInEnglish = signInTexts{
	Lang: "en", Title: "Sign in with NAVER WORKS", Again: "Try again",
	None:     "Nobody can sign in at this address. Follow the link that you were sent, or ask your administrator.",
	Failed:   "Signing in did not succeed: it took too long, or was begun in another browser.",
	Refused:  "Signing in was cancelled at NAVER WORKS.",
	Stranger: "You are signed in at NAVER WORKS, but are not among the people of this company. Please ask your administrator.",
	NoPlace:  "You are signed in at NAVER WORKS, but have neither an extension nor a user here. Ask your administrator to give you an extension on the page People.",
	Later:    "Signing in does not work now; try again later.",
}

func (s *Server) signInRoutes() {
	s.mux.HandleFunc("GET "+SignInPath, s.startSignIn)
	s.mux.HandleFunc("GET "+SignInReturn, s.finishSignIn)
	s.mux.HandleFunc("POST "+signOutPath, s.signOut)
	s.mux.HandleFunc("GET "+SignInHome, func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, homePath, http.StatusSeeOther) })
}

// startSignIn sends a browser to NAVER WORKS. ?tenant=T2 says whose people sign
// in, and may be left out where one company has NAVER WORKS; ?to= is where they go
// then. It changes nothing here.
func (s *Server) startSignIn(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	n, err := s.o.SignIns.TenantNamed(r.Context(), q.Get("tenant"))
	var at, kept string
	if err == nil {
		at, kept, err = s.o.SignIns.StartSignIn(r.Context(), n, s.o.PublicURL+SignInReturn, localPath(q.Get("to")))
	}
	if err != nil {
		s.signInFailed(w, r, err)
		return
	}
	people.SetAttempt(w, kept, s.o.Proxies.Secure(r))
	http.Redirect(w, r, at, http.StatusFound) //nolint:gosec // of the settings
}

// localPath is a path of ours to go to, homePath when it is none.
func localPath(to string) string {
	u, err := url.Parse(to)
	if err != nil || u.Scheme != "" || u.Host != "" || u.User != nil || len(to) > 500 || !strings.HasPrefix(to, "/") ||
		strings.HasPrefix(to, "//") || strings.ContainsAny(to, "\\\r\n\t") {
		return homePath
	}
	return to
}

// finishSignIn takes who comes back from NAVER WORKS.
func (s *Server) finishSignIn(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	secure := s.o.Proxies.Secure(r)
	attempt := people.Attempt(r)
	people.SetAttempt(w, "", secure)
	if q.Has("error") {
		s.refuseSignIn(w, r, http.StatusForbidden, envelope.Errorf(envelope.Forbidden, "", "refused at NAVER WORKS"), textsOfSignIn(r).Refused)
		return
	}
	who, cookie, to, err := s.o.SignIns.FinishSignIn(r.Context(), attempt, q.Get("state"), q.Get("code"), s.o.PublicURL+SignInReturn, r.UserAgent())
	if err != nil {
		s.signInFailed(w, r, err)
		return
	}
	people.SetCookie(w, cookie, secure)
	if s.o.SignedIn != nil {
		err := s.o.SignedIn(w, r, who)
		if err != nil && (!errors.Is(err, ErrNoPlace) || !strings.HasPrefix(to, cardPages)) {
			s.signInFailed(w, r, err)
			return
		}
	}
	s.log.Info("a person has signed in with NAVER WORKS", "tenant", fmt.Sprintf("T%d", who.Tenant), "person", who.Person.ID)
	http.Redirect(w, r, localPath(to), http.StatusSeeOther) //nolint:gosec // a path of ours
}

// signInFailed words an error of package people.
func (s *Server) signInFailed(w http.ResponseWriter, r *http.Request, err error) {
	t := textsOfSignIn(r)
	switch {
	case errors.Is(err, people.ErrNoWorks):
		s.refuseSignIn(w, r, http.StatusNotFound, envelope.Errorf(envelope.NotFound, "tenant", "nobody signs in here"), t.None)
	case errors.Is(err, people.ErrStranger):
		s.refuseSignIn(w, r, http.StatusForbidden, envelope.Errorf(envelope.Forbidden, "", "%v", people.ErrStranger), t.Stranger)
	case errors.Is(err, ErrNoPlace):
		s.refuseSignIn(w, r, http.StatusForbidden, envelope.Errorf(envelope.Forbidden, "", "%v", ErrNoPlace), t.NoPlace)
	case errors.Is(err, people.ErrSignIn):
		if errors.Is(err, works.ErrLogin) { // the administrator has to see why
			s.log.Warn("signing in with NAVER WORKS did not succeed", "error", err)
		}
		s.refuseSignIn(w, r, http.StatusForbidden, envelope.Errorf(envelope.Forbidden, "", "%v", people.ErrSignIn), t.Failed)
	default:
		s.log.Error("signing in does not work", "error", err)
		s.refuseSignIn(w, r, http.StatusServiceUnavailable, envelope.Errorf(envelope.Unavailable, "", "signing in does not work now"), t.Later)
	}
}

func (s *Server) signOut(w http.ResponseWriter, r *http.Request) {
	if !s.fromUs(w, r) {
		return
	}
	if err := s.o.SignIns.SignOut(r.Context(), people.Cookie(r)); err != nil {
		s.signInFailed(w, r, err)
		return
	}
	people.SetCookie(w, "", s.o.Proxies.Secure(r))
	http.Redirect(w, r, homePath, http.StatusSeeOther)
}

func textsOfSignIn(r *http.Request) signInTexts {
	if textsFor(r).Lang == english.Lang {
		return signInEnglish
	}
	return signInKorean
}

// refuseSignIn shows what is wrong and leaves a line in the audit. No address of
// the request is in it: it has a code and a state.
func (s *Server) refuseSignIn(w http.ResponseWriter, r *http.Request, status int, e *envelope.Error, text string) {
	s.audit(r, tenant.Identity{}, e)
	s.writeSignIn(w, r, status, signInView{Problem: text, Again: SignInPath})
}

func (s *Server) writeSignIn(w http.ResponseWriter, r *http.Request, status int, v signInView) {
	v.T, v.Style = textsOfSignIn(r), template.CSS(styleText) //nolint:gosec // ours
	var b bytes.Buffer
	if err := signInPage.Execute(&b, v); err != nil {
		s.log.Error("page not made", "error", err)
		http.Error(w, "internal error", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Language", v.T.Lang)
	w.Header().Add("Vary", "Accept-Language")
	w.WriteHeader(status)
	_, _ = w.Write(b.Bytes()) // the browser may have gone
}
