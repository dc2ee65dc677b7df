package bot

import (
	"context"
	"crypto/x509"
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/dipcast/dipcast/internal/company"
	"github.com/dipcast/dipcast/works"
)

// Steps of a trial of a bot's settings, in their order.
const (
	TrySettings = "settings"
	TryToken    = "token"
	TryBot      = "bot"
	TryMessage  = "message"
	TryCallback = "callback"
)

// How a step went.
const (
	StepOK      = "ok"
	StepFailed  = "failed"
	StepSkipped = "skipped" // one before it failed, or nobody is to get a message
)

// TryStep is how one step of a trial went: what was found, and what to do about it,
// in Korean and English.
type TryStep struct {
	Step, Result string
	Found        [2]string
	Remedy       [2]string
}

// tryTime bounds each step that asks somebody.
const tryTime = 10 * time.Second

// Try tries what a company's bot is set to, step by step: the first that fails
// leaves out those that need it. user is the id of who gets a message, "" nobody;
// callback is the address that callbacks should come to.
func (b *Bot) Try(ctx context.Context, tenant int, user, callback string) []TryStep {
	t := trial{b: b, ctx: ctx}
	now := b.o.Companies().ByNumber(tenant)
	if now == nil || now.NaverWorks == nil {
		t.failed(TrySettings, says("네이버웍스가 설정되어 있지 않습니다.", "NAVER WORKS is not set up."),
			says("Developer Console에서 앱과 봇을 만들고 그 값을 넣어 주십시오.", "Make an app and a bot in the Developer Console and enter their values."))
		return t.rest(TryToken, TryBot, TryMessage, TryCallback)
	}
	if missing := missingOf(now.NaverWorks); len(missing) > 0 {
		names := strings.Join(missing, ", ")
		t.failed(TrySettings, says("비어 있는 값: "+names, "Missing: "+names),
			says("Developer Console의 앱과 봇 화면에 있는 값을 넣어 주십시오.", "Enter the values that the Developer Console shows of the app and the bot."))
		return t.rest(TryToken, TryBot, TryMessage, TryCallback)
	}
	api, bot, err := b.Client(ctx, tenant)
	switch {
	case errors.Is(err, ErrNoBot):
		t.failed(TrySettings, says("네이버웍스 전송이 꺼져 있습니다.", "Sending to NAVER WORKS is switched off."), says("'끔'을 해제하고 다시 시험해 주십시오.", "Switch it on and try again."))
		return t.rest(TryToken, TryBot, TryMessage, TryCallback)
	case err != nil:
		t.failed(TrySettings, says("설정을 쓸 수 없습니다: "+err.Error(), "The settings cannot be used: "+err.Error()),
			says("private_key에는 내려받은 PEM 파일의 내용을 그대로 넣어 주십시오.", "private_key is the content of the PEM file as it was downloaded."))
		return t.rest(TryToken, TryBot, TryMessage, TryCallback)
	}
	t.ok(TrySettings, says("필요한 값이 모두 있습니다.", "Everything that is needed is there."))
	if !t.token(api) {
		return t.rest(TryBot, TryMessage, TryCallback)
	}
	about, ok := t.bot(api, bot)
	if !ok {
		return t.rest(TryMessage, TryCallback)
	}
	t.message(api, bot, user)
	t.callback(about, callback)
	return t.steps
}

func says(korean, english string) [2]string { return [2]string{korean, english} }

// missingOf names the values without which nothing can be sent.
func missingOf(w *company.NaverWorks) []string {
	var out []string
	for _, v := range []struct {
		name  string
		empty bool
	}{
		{"client_id", w.ClientID == ""}, {"service_account", w.ServiceAccount == ""}, {"bot_id", w.Bot == 0},
	} {
		if v.empty {
			out = append(out, v.name)
		}
	}
	return out
}

type trial struct {
	b     *Bot
	ctx   context.Context //nolint:containedctx // lives as long as one trial
	steps []TryStep
}

func (t *trial) ok(step string, found [2]string) {
	t.steps = append(t.steps, TryStep{Step: step, Result: StepOK, Found: found})
}

func (t *trial) failed(step string, found, remedy [2]string) {
	t.steps = append(t.steps, TryStep{step, StepFailed, found, remedy})
}

func (t *trial) skipped(step string, found [2]string) {
	t.steps = append(t.steps, TryStep{Step: step, Result: StepSkipped, Found: found})
}

func (t *trial) rest(steps ...string) []TryStep {
	for _, s := range steps {
		t.skipped(s, says("앞 단계가 되어야 시험할 수 있습니다.", "It can be tried once the step before it succeeds."))
	}
	return t.steps
}

// answered is what NAVER WORKS said, and what to do about it unless other says so.
func answered(err error, other [2]string) (found, remedy [2]string) {
	found = says("네이버웍스의 답: "+err.Error(), "NAVER WORKS said: "+err.Error())
	var e *works.Error
	errors.As(err, &e)
	switch {
	case errors.Is(err, works.ErrBudget):
		return found, says("1분 동안 보낼 수 있는 수를 다 썼습니다. 1분 뒤에 다시 시험해 주십시오.", "The calls of this minute are used up. Try again in a minute.")
	case e != nil && e.Status == 0, errors.Is(err, context.DeadlineExceeded):
		return found, says("이 장비에서 auth.worksmobile.com과 www.worksapis.com으로 HTTPS(443)가 나가는지, 시각이 맞는지 확인해 주십시오.", "See that this machine reaches auth.worksmobile.com and www.worksapis.com over HTTPS (443), and that its clock is right.")
	case e != nil && e.Status >= 500:
		return found, says("네이버웍스 쪽의 문제입니다. 잠시 뒤에 다시 시험해 주십시오.", "That is a failure of NAVER WORKS. Try again later.")
	}
	return found, other
}

func (t *trial) token(api *works.Client) bool {
	ctx, cancel := context.WithTimeout(t.ctx, tryTime)
	defer cancel()
	if _, err := api.Token(ctx); err != nil {
		t.failed2(TryToken, err, says("client_id, client_secret, service_account, private_key가 같은 앱의 것인지, 앱에 bot 권한(scope)이 있는지, 장비의 시각이 맞는지 확인해 주십시오.",
			"See that client_id, client_secret, service_account and private_key are of the same app, that the app has the scope bot, and that the clock is right."))
		return false
	}
	t.ok(TryToken, says("액세스 토큰을 받았습니다.", "An access token was granted."))
	return true
}

func (t *trial) failed2(step string, err error, other [2]string) {
	found, remedy := answered(err, other)
	t.failed(step, found, remedy)
}

func (t *trial) bot(api *works.Client, bot int64) (works.Bot, bool) {
	ctx, cancel := context.WithTimeout(t.ctx, tryTime)
	defer cancel()
	about, err := api.Bot(ctx, bot)
	if err != nil {
		t.failed2(TryBot, err, says("bot_id가 Developer Console의 봇 번호인지, 봇이 이 앱과 같은 회사의 것인지 확인해 주십시오.", "See that bot_id is the number of the bot in the Developer Console, and that the bot belongs to the same company as the app."))
		return about, false
	}
	t.ok(TryBot, says("봇을 찾았습니다: "+about.Name, "The bot is there: "+about.Name))
	return about, true
}

func (t *trial) message(api *works.Client, bot int64, user string) {
	if user == "" {
		t.skipped(TryMessage, says("받을 사람을 고르지 않았습니다.", "Nobody was chosen to get a message."))
		return
	}
	ctx, cancel := context.WithTimeout(t.ctx, tryTime)
	defer cancel()
	if err := api.SendUser(ctx, bot, user, &works.Text{Text: "DIPCAST 연결 시험입니다. 이 메시지가 보이면 전화 카드를 받을 수 있습니다.\nThis is a test by DIPCAST: cards of calls will arrive here."}); err != nil {
		t.failed2(TryMessage, err, says("봇을 관리자 화면(서비스 > 봇)에서 추가하고 공개했는지, 그 사람이 이 회사의 구성원인지 확인해 주십시오.", "See that the bot was added and made public in the admin page (Service > Bot), and that the person is a member of the company."))
		return
	}
	t.ok(TryMessage, says("메시지를 보냈습니다. 네이버웍스에서 확인해 주십시오.", "A message was sent: look for it in NAVER WORKS."))
}

// callback tries whether presses arrive: the bot must be told the address, and our
// own answer must come from it.
func (t *trial) callback(about works.Bot, want string) {
	set := says("Developer Console의 봇에서 Callback URL을 켜고 "+want+" 로 넣어 주십시오.", "Switch on Callback URL of the bot in the Developer Console and set it to "+want)
	switch {
	case want == "" || strings.HasPrefix(want, "/"):
		t.failed(TryCallback, says("설정 파일에 public_url이 없습니다.", "The configuration has no public_url."), says("밖에서 이 장비에 닿는 https 주소를 public_url에 넣거나 relay를 설정해 주십시오.", "Set public_url to the https address by which this machine is reached, or set up the relay."))
		return
	case !about.EnableCallback || about.CallbackURL == "":
		t.failed(TryCallback, says("봇의 콜백이 꺼져 있습니다: 카드의 단추가 동작하지 않습니다.", "The bot's callback is off: buttons of cards do nothing."), set)
		return
	case about.CallbackURL != want:
		t.failed(TryCallback, says("봇의 콜백 주소가 다릅니다: "+about.CallbackURL, "The bot's callback is another: "+about.CallbackURL), set)
		return
	}
	ctx, cancel := context.WithTimeout(t.ctx, tryTime)
	defer cancel()
	status, err := reach(ctx, want)
	reached := says("방화벽에서 그 주소를 이 장비로 보내는지, 인증서가 공인된 것인지 확인하거나 relay를 쓰십시오.", "See that the firewall forwards that address to this machine, and that the certificate is one that everybody trusts; or use the relay.")
	var unknown x509.UnknownAuthorityError
	switch {
	case errors.As(err, &unknown):
		t.failed(TryCallback, says("그 주소의 인증서를 네이버웍스가 믿지 않습니다.", "NAVER WORKS does not trust the certificate of that address."), says("공인된 인증서를 올려 주십시오.", "Upload a certificate of a public authority."))
	case err != nil:
		t.failed(TryCallback, says("콜백 주소에 닿지 않습니다: "+plainError(err), "The callback's address is not reached: "+plainError(err)), reached)
	case status != http.StatusUnauthorized:
		t.failed(TryCallback, says("콜백 주소에서 다른 서버가 답합니다: "+strconv.Itoa(status), "Something else answers at the callback's address: "+strconv.Itoa(status)), reached)
	default:
		t.ok(TryCallback, says("콜백 주소에 닿습니다.", "The callback's address is reached."))
	}
}

// reach asks our own address as NAVER WORKS would, without a signature: we refuse
// that with 401.
func reach(ctx context.Context, address string) (status int, err error) {
	q, err := http.NewRequestWithContext(ctx, http.MethodPost, address, strings.NewReader("{}"))
	if err != nil {
		return 0, err
	}
	client := &http.Client{
		Transport:     &http.Transport{DisableKeepAlives: true, MaxResponseHeaderBytes: 64 << 10},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	r, err := client.Do(q)
	if err != nil {
		return 0, err
	}
	defer func() { _ = r.Body.Close() }() // was not read
	_, _ = io.CopyN(io.Discard, r.Body, 4096)
	return r.StatusCode, nil
}

// plainError leaves the address out, which holds the tenant's id.
func plainError(err error) string {
	var e interface{ Unwrap() error }
	if errors.As(err, &e) {
		if inner := e.Unwrap(); inner != nil {
			return inner.Error()
		}
	}
	return err.Error()
}
