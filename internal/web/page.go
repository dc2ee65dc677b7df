package web

import (
	"bytes"
	"crypto/sha256"
	_ "embed" // the page
	"encoding/base64"
	"encoding/xml"
	"html/template"
	"net/http"
	"time"

	"golang.org/x/text/language"

	"github.com/dipcast/dipcast/internal/envelope"
	"github.com/dipcast/dipcast/internal/provisioning"
	"github.com/dipcast/dipcast/internal/softphone"
)

//go:embed softphone.html
var pageText string

//go:embed softphone.css
var styleText string

var page = template.Must(template.New("softphone").Parse(pageText))

// policy lets a page have our style and send its form to us, and nothing else.
var policy = func() string {
	sum := sha256.Sum256([]byte(styleText))
	return "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) +
		"'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
}()

// The app in the stores, as the product's documents name it.
const (
	androidStore = "https://play.google.com/store/apps/details?id=cz.acrobits.softphone.alien"
	appleStore   = "https://apps.apple.com/kr/app/acrobits-softphone/id314192799"
)

// view is what a page shows: a link, or for whom one can be made, or what is wrong.
type view struct {
	Link      *provisioning.Link
	Code      string // SVG, of ours
	Extension string
	Problem   string
}

// shown is a view with its texts.
type shown struct {
	view
	T              texts
	Style          template.CSS
	Picture        template.HTML
	Open           template.URL
	Expires        string
	Android, Apple string
}

// texts are those of one language.
type texts struct {
	Lang, Title, ForExtension, Scan, OpenHere, Install, Open, ScanStep, Allow, Once, Until, PushOn, PushOff, Plain, New, NewOwn, OwnHint string

	// What is wrong.
	Gone, Whose, None, Login, Often, HTTPS, Origin, Wrong string
}

// problem is an error in words for people; an administrator finds the rest in the
// audit trail.
func (t *texts) problem(e *envelope.Error) string {
	switch e.Code {
	case envelope.NotFound:
		if e.Field == "extension" {
			return t.Whose
		}
		return t.Gone
	case envelope.Conflict:
		if e.Field == "extension" {
			return t.None
		}
	case envelope.Unauthorized:
		return t.Login
	case envelope.RateLimited:
		return t.Often
	case envelope.Forbidden:
		if e.Field == "Origin" {
			return t.Origin
		}
		return t.HTTPS
	}
	return t.Wrong
}

var korean = texts{
	Lang: "ko", Title: "휴대폰 앱 설정", ForExtension: "내선", Scan: "이 코드를 Acrobits Softphone 앱으로 스캔하세요.",
	OpenHere: "이 휴대폰에서 바로 앱으로 열기",
	Install:  "앱을 설치합니다.",
	Open:     "앱을 열고 계정 추가에서 QR 코드 스캔을 고릅니다.",
	ScanStep: "위의 코드를 비춥니다. 이름과 비밀번호는 앱이 직접 받아 갑니다.",
	Allow:    "마이크와 알림을 허용합니다.",
	Once:     "코드는 한 번만 쓸 수 있습니다. 받은 사람은 이 내선으로 전화할 수 있으니 다른 사람에게 보내지 마세요.",
	Until:    "사용 기한",
	PushOn:   "앱이 닫혀 있어도 전화가 옵니다. 이를 위해 앱 제작사(Acrobits)의 푸시 서비스가 이 전화기의 SIP 비밀번호를 받아 대신 등록합니다.",
	PushOff:  "푸시 서비스를 쓰지 않습니다. 앱이 열려 있을 때만 전화가 옵니다. 비밀번호는 이 전화 시스템 밖으로 나가지 않습니다.",
	Plain:    "암호화하지 않는 시험용 설정입니다.",
	New:      "새 코드 만들기 (이 코드는 못 쓰게 됩니다)",
	NewOwn:   "코드 만들기",
	OwnHint:  "버튼을 누르면 휴대폰 앱을 설정하는 코드가 나옵니다.",
	Whose:    "어느 내선인지 알 수 없습니다. 내선 로그인을 쓰거나 주소 끝에 ?extension=1010 처럼 적으세요.",
	None:     "이 내선에는 아직 휴대폰 앱이 없습니다. 관리자가 첫 링크를 만들어야 합니다.",
	Login:    "로그인이 필요합니다. 사용자 이름과 비밀번호를 확인하세요.",
	Often:    "요청이 너무 많습니다. 잠시 뒤에 다시 하세요.",
	HTTPS:    "https:// 로만 열 수 있습니다.",
	Origin:   "다른 사이트에서 보낸 요청은 받지 않습니다.",
	Wrong:    "지금은 설정할 수 없습니다. 관리자에게 알려 주세요.",
	Gone:     "쓸 수 없는 링크입니다. 이미 썼거나, 기한이 지났거나, 없는 링크입니다. 새 링크를 만드세요.",
}

var english = texts{
	Lang: "en", Title: "Set up your mobile phone", ForExtension: "Extension", Scan: "Scan this code with the app Acrobits Softphone.",
	OpenHere: "Open in the app on this phone",
	Install:  "Install the app.",
	Open:     "Open it and choose to scan a QR code where an account is added.",
	ScanStep: "Point it at the code above. The app fetches name and password by itself.",
	Allow:    "Allow the microphone and notifications.",
	Once:     "The code works once. Whoever has it can make calls as this extension: send it to nobody else.",
	Until:    "Works until",
	PushOn:   "Calls come in while the app is closed. For that, the push service of the app's maker (Acrobits) is given this phone's SIP password and registers in its place.",
	PushOff:  "The push service is off: calls come in only while the app is open. The password does not leave this phone system.",
	Plain:    "This is a trial without encryption.",
	New:      "Make a new code (this one stops working)",
	NewOwn:   "Make a code",
	OwnHint:  "Press the button for a code that sets up your mobile phone.",
	Whose:    "Say whose phone: use a login of the extension, or end the address with ?extension=1010.",
	None:     "This extension has no softphone yet: an administrator makes its first link.",
	Login:    "A login is needed: check username and password.",
	Often:    "Too many requests; try again later.",
	HTTPS:    "This is served over https:// only.",
	Origin:   "Requests from other sites are not taken.",
	Wrong:    "This cannot be set up now; please tell your administrator.",
	Gone:     "This link does not work: it was used already, is past its time, or was never made. Make a new one.",
}

var matcher = language.NewMatcher([]language.Tag{language.Korean, language.English})

// textsFor are those of the language that a browser asks for, Korean when it asks
// for none that there is.
func textsFor(r *http.Request) texts {
	if _, i := language.MatchStrings(matcher, r.Header.Get("Accept-Language")); i == 1 {
		return english
	}
	return korean
}

// write sends a page.
func (s *Server) write(w http.ResponseWriter, r *http.Request, status int, v view) {
	t := textsFor(r)
	p := shown{view: v, T: t, Android: androidStore, Apple: appleStore}
	p.Style, p.Picture = template.CSS(styleText), template.HTML(v.Code) //nolint:gosec // both are ours
	if v.Link != nil {
		p.Open = template.URL(v.Link.Scanned) //nolint:gosec // of the configuration and a token
		p.Expires = v.Link.Expires.In(time.Local).Format("2006-01-02 15:04 MST")
		p.Extension = v.Link.Extension
	}
	var b bytes.Buffer
	if err := page.Execute(&b, p); err != nil {
		s.log.Error("page not made", "error", err)
		http.Error(w, "internal error", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Language", t.Lang)
	w.Header().Add("Vary", "Accept-Language")
	w.WriteHeader(status)
	_, _ = w.Write(b.Bytes()) // the browser may have gone
}

// writeAppError answers the app, which shows the message to its user
// (doc.acrobits.net/provisioning/external_provisioning.html).
func writeAppError(w http.ResponseWriter, status int, message string) {
	w.Header().Set("Content-Type", softphone.ContentType)
	w.WriteHeader(status)
	var b bytes.Buffer
	_ = xml.EscapeText(&b, []byte(message)) // into memory
	_, _ = w.Write([]byte(xml.Header + "<error><message>" + b.String() + "</message></error>\n"))
}
