package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/dipcast/dipcast/internal/app"
	"github.com/dipcast/dipcast/internal/config"
	"github.com/dipcast/dipcast/internal/demo"
)

// console is what a command about companies works with: the gateway that runs,
// or its data directory when none does.
type console struct {
	*app.Local
	lang   demo.Lang
	json   bool
	out    io.Writer
	tenant string // T2; "" until it is looked for
}

// consoleFlags are those of all commands about companies.
type consoleFlags struct {
	companyFlags
	json bool
}

func (f *consoleFlags) add(c *cobra.Command) {
	f.companyFlags.add(c)
	c.Flags().BoolVar(&f.json, "json", false, "print what REST answers")
}

// addUnscoped is add for what is named by an id that all companies share.
func (f *consoleFlags) addUnscoped(c *cobra.Command) {
	configFlag(c, &f.config)
	langFlag(c, &f.lang)
	c.Flags().BoolVar(&f.json, "json", false, "print what REST answers")
}

// open runs use with the gateway, or in its place.
func (f *consoleFlags) open(c *cobra.Command, use func(context.Context, *console) error) error {
	l, err := chooseLang(f.lang)
	if err != nil {
		return err
	}
	dir, err := config.DataDir(f.config, environ())
	if err != nil {
		return err
	}
	load := func() (app.Options, error) {
		cfg, err := config.Load(f.config, environ())
		if err != nil {
			return app.Options{}, err
		}
		for _, w := range cfg.Warnings {
			fmt.Fprintln(c.ErrOrStderr(), "warning:", w.Error())
		}
		log, err := (&logFlags{format: "text", level: "error"}).logger(c.ErrOrStderr())
		return app.Options{Config: cfg, Version: versionText(), Logger: log}, err
	}
	local, err := app.NewLocal(c.Context(), dir, load)
	if err != nil {
		return err
	}
	defer local.Close()
	return use(c.Context(), &console{Local: local, lang: l, json: f.json, out: c.OutOrStdout(), tenant: f.tenant})
}

// answer is what REST says.
type answer struct {
	Data      json.RawMessage `json:"data"`
	Passwords []struct {
		Extension  string `json:"extension"`
		DeviceName string `json:"device_name"`
		Secret     string `json:"secret"`
	} `json:"passwords"`
	Total   int    `json:"total"`
	Code    string `json:"code"`
	Message string `json:"message"`
	Field   string `json:"field"`

	raw []byte
	tag string // ETag
}

// errRefused reports what REST refused; its text is the answer's.
var errRefused = errors.New("refused")

// refusal is an answer that is an error.
type refusal struct {
	answer
	status int
}

// Error implements error.
func (r *refusal) Error() string {
	if r.Field == "" || r.Field == "id" && r.status == http.StatusNotFound || strings.Contains(r.Message, r.Field) {
		return r.Message
	}
	return r.Field + ": " + r.Message
}

// Is makes it an errRefused.
func (r *refusal) Is(target error) bool { return target == errRefused }

// do asks REST. body is sent as JSON, unless it is bytes already; nil sends none.
func (k *console) do(ctx context.Context, method, path string, query url.Values, body any) (answer, error) {
	return k.doMatching(ctx, method, path, query, body, "")
}

// doMatching is do for a change of what was read with an ETag, which is refused
// when somebody else changed it meanwhile; "" does not ask.
func (k *console) doMatching(ctx context.Context, method, path string, query url.Values, body any, tag string) (answer, error) {
	var data []byte
	switch b := body.(type) {
	case nil:
	case []byte:
		data = b
	default:
		var err error
		if data, err = json.Marshal(body); err != nil {
			return answer{}, err
		}
	}
	if len(query) > 0 {
		path += "?" + query.Encode()
	}
	h := http.Header{"Content-Type": {"application/json"}}
	if tag != "" {
		h.Set("If-Match", tag)
	}
	status, answered, raw, err := k.Do(ctx, method, path, h, data)
	if err != nil {
		return answer{}, err
	}
	a := answer{raw: raw, tag: answered.Get("ETag")}
	if err := json.Unmarshal(raw, &a); err != nil {
		return a, fmt.Errorf("the gateway answered %d with something else than JSON", status)
	}
	if status >= http.StatusBadRequest {
		return a, &refusal{a, status}
	}
	return a, nil
}

// sound asks REST for a sound.
func (k *console) sound(ctx context.Context, path string, query url.Values) ([]byte, error) {
	status, _, raw, err := k.Do(ctx, http.MethodGet, path+"?"+query.Encode(), nil, nil)
	if err != nil || status < http.StatusBadRequest {
		return raw, err
	}
	a := answer{raw: raw}
	if err := json.Unmarshal(raw, &a); err != nil {
		return nil, fmt.Errorf("the gateway answered %d with something else than JSON", status)
	}
	return nil, &refusal{a, status}
}

// whose is the parameter that names the company: --tenant, or the only one.
func (k *console) whose(ctx context.Context) (url.Values, error) {
	if k.tenant == "shared" {
		return url.Values{"tenant": {k.tenant}}, nil
	}
	if k.tenant == "" {
		a, err := k.do(ctx, http.MethodGet, "/tenants", nil, nil)
		if err != nil {
			return nil, err
		}
		var all []struct{ Tenant, Name string }
		if err := json.Unmarshal(a.Data, &all); err != nil {
			return nil, err
		}
		switch {
		case len(all) == 0:
			return nil, errors.New("tenant: there are 0 companies; make one with dipcast tenant create")
		case len(all) > 1:
			names := make([]string, 0, len(all))
			for _, t := range all {
				names = append(names, strings.TrimSpace(t.Tenant+" "+cell(t.Name)))
			}
			if len(names) > 5 {
				names = append(names[:5], "…")
			}
			return nil, fmt.Errorf("tenant: there are %d companies (%s); name one with --tenant", len(all), strings.Join(names, ", "))
		}
		k.tenant = all[0].Tenant
	}
	return url.Values{"tenant": {tenantName(k.tenant)}}, nil
}

// tenantName lets people write 2 for T2.
func tenantName(s string) string {
	if _, err := strconv.Atoi(s); err == nil {
		return "T" + s
	}
	return s
}

// say prints a line in the language of the person.
func (k *console) say(ko, en string, args ...any) {
	fmt.Fprintln(k.out, inLang(k.lang, ko, en, args...))
}

// printed prints what REST answered, for --json. It reports whether it did.
func (k *console) printed(a answer) (bool, error) {
	if !k.json {
		return false, nil
	}
	var v any
	if err := json.Unmarshal(a.raw, &v); err != nil {
		return true, err
	}
	return true, k.printJSON(v)
}

// printJSON prints a value so that people can read it too.
func (k *console) printJSON(v any) error {
	e := json.NewEncoder(k.out)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(v)
}

// passwords prints the passwords that were made.
func (k *console) passwords(a answer) {
	if len(a.Passwords) == 0 {
		return
	}
	k.say("\n전화기 계정 (비밀번호는 지금 한 번만 보입니다):", "\nPhones (their passwords are shown only now):")
	rows := [][]string{{inLang(k.lang, "내선", "extension"), inLang(k.lang, "사용자", "user"), inLang(k.lang, "비밀번호", "password")}}
	for _, p := range a.Passwords {
		rows = append(rows, []string{p.Extension, p.DeviceName, p.Secret})
	}
	printTable(k.out, rows)
}

// mustRun is the error for what only a running gateway can tell.
func (k *console) mustRun() error {
	if k.Running {
		return nil
	}
	return fmt.Errorf("%w; start it with: dipcast serve", app.ErrNotRunning)
}

// applied reminds that Asterisk's files are another step.
func (k *console) applied() {
	if k.Running {
		k.say("\n게이트웨이에 바로 적용되었습니다. Asterisk에는 dipcast apply로 적용합니다.",
			"\nThe gateway follows at once. For Asterisk, run dipcast apply.")
		return
	}
	k.say("\n게이트웨이가 실행 중이 아니어서 데이터베이스에만 저장했습니다. Asterisk에는 dipcast apply로 적용합니다.",
		"\nNo gateway runs: it is in the database. For Asterisk, run dipcast apply.")
}
