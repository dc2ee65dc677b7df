package apply_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dipcast/dipcast/ami"
	"github.com/dipcast/dipcast/internal/apply"
	"github.com/dipcast/dipcast/internal/asteriskproc/asterisktest"
	"github.com/dipcast/dipcast/internal/company"
)

// TestApply goes through what one server sees in its life, on one Asterisk.
func TestApply(t *testing.T) {
	t.Parallel()
	l := newLab(t, 22, nil)
	dir := l.in.Dirs.Base

	t.Run("only marks at first, then nothing", func(t *testing.T) {
		r := l.apply()
		if len(r.Plan.Changes) != 2 || len(r.Plan.Restart) != 0 {
			t.Errorf("changes %+v, restart %q", r.Plan.Changes, r.Plan.Restart)
		}
		if r := l.apply(); !r.Plan.Empty() || r.Record != "" {
			t.Errorf("a second time: %+v", r)
		}
		for _, name := range []string{"extensions.conf", "pjsip.conf", "manager.conf"} {
			if _, err := os.Stat(filepath.Join(dir, "etc/custom", name)); err != nil {
				t.Error(err)
			}
		}
	})

	t.Run("add, change and remove", func(t *testing.T) {
		l.tenant().Extensions = []company.Extension{ext("1010"), ext("1014")}
		l.tenant().Extensions[0].Devices = company.Phone("entirely;new")
		l.in.Modules = []string{"app_milliwatt", "app_zapateller", "func_timeout"}
		p, err := l.applier.Plan(l.render())
		if err != nil {
			t.Fatal(err)
		}
		text := ""
		for _, c := range p.Changes {
			text += c.Diff
		}
		contains(t, "the diff", text, "+[T2_1014]")
		contains(t, "the diff", text, "-password=[hidden]\n+password=[hidden]")
		if strings.Contains(text, "secret-of") || strings.Contains(text, "entirely") {
			t.Errorf("the diff tells a secret:\n%s", text)
		}
		contains(t, "the summary", strings.Join(p.Summary(), "\n"), "added T2_1014 (aor), T2_1014 (auth), T2_1014 (endpoint); changed T2_1010 (auth); removed T2_1013 (aor)")
		r := l.apply()
		var did []string
		for _, s := range r.Plan.Steps {
			did = append(did, s.Do+" "+s.Module)
		}
		want := []string{
			"load app_zapateller", "reload res_pjsip", "reload res_pjsip_authenticator_digest",
			"reload res_pjsip_endpoint_identifier_ip", "reload res_pjsip_outbound_registration", "reload res_pjsip_outbound_publish",
			"reload pbx_config",
		}
		if d := cmp.Diff(want, did); d != "" {
			t.Error(d)
		}
		all := l.cli("pjsip show endpoints")
		contains(t, "endpoints", all, "T2_1014")
		if strings.Contains(all, "T2_1013") {
			t.Error("1013 is still there")
		}
		contains(t, "the dialplan", l.cli("dialplan show 1014@T2_cos-all"), "T2_1014")
		contains(t, "the module", l.cli("module show like zapateller"), "1 modules loaded")
		info, err := os.Stat(filepath.Join(dir, "etc/pjsip.conf"))
		if err != nil || info.Mode().Perm() != 0o640 {
			t.Errorf("pjsip.conf has mode %v, %v", info.Mode(), err)
		}
	})

	t.Run("additions by hand", func(t *testing.T) {
		const mine = "[my-context]\nexten => 77,1,NoOp(mine)\n[T2_cos-all](+)\nexten => 78,1,NoOp(mine)\n"
		l.write("etc/custom/extensions.conf", mine)
		l.write("etc/custom/queues.conf", "[mine]\nstrategy=ringall\n")
		r := l.apply()
		var changed []string
		for _, c := range r.Plan.Changes {
			changed = append(changed, c.File+" "+c.Kind)
		}
		if d := cmp.Diff([]string{"etc/extensions.conf by hand", "etc/queues.conf by hand"}, changed); d != "" {
			t.Error(d)
		}
		contains(t, "the dialplan", l.cli("dialplan show my-context"), "'77'")
		contains(t, "the dialplan", l.cli("dialplan show 78@T2_cos-all"), "mine")
		contains(t, "the queues", l.cli("queue show mine"), "mine")
		l.tenant().Name = "이름"
		l.tenant().Extensions[0].Name = "다른 이름"
		l.apply()
		text, err := os.ReadFile(filepath.Join(dir, "etc/custom/extensions.conf"))
		if err != nil || string(text) != mine {
			t.Errorf("the file by hand is %q, %v", text, err)
		}
		contains(t, "the dialplan", l.cli("dialplan show my-context"), "'77'")
	})

	t.Run("a transport needs a restart", func(t *testing.T) {
		was := l.in.SIP
		l.in.SIP.Port = asterisktest.Port(t)
		p, err := l.applier.Plan(l.render())
		if err != nil {
			t.Fatal(err)
		}
		const why = "[transport-udp (transport)] of pjsip.conf stays as it is until a restart"
		if !slices.Contains(p.Restart, why) {
			t.Errorf("restart: %q", p.Restart)
		}
		l.apply()
		if r := l.apply(); !r.Plan.Empty() || !slices.Contains(r.Plan.Restart, why) {
			t.Errorf("forgotten: %+v", r.Plan)
		}
		l.in.SIP = was
		l.apply()
		if err := l.server.Restart(l.ctx()); err != nil {
			t.Fatal(err)
		}
		l.apply()
		if r := l.apply(); len(r.Plan.Restart) > 0 {
			t.Errorf("after a restart: %q", r.Plan.Restart)
		}
	})

	t.Run("a reload that fails is undone", func(t *testing.T) {
		before := files(t, dir)
		l.tenant().Extensions = append(l.tenant().Extensions, ext("1015"))
		// A file that Asterisk does not take: a line too long for it.
		wanted := l.render()
		wanted["etc/extensions.conf"] = strings.Replace(wanted["etc/extensions.conf"], "[globals]\n", "[globals]\n[broken\n", 1)
		_, err := l.applier.Apply(l.ctx(), wanted, apply.Order{By: "test"})
		if !errors.Is(err, apply.ErrRolledBack) {
			t.Fatalf("got %v", err)
		}
		if d := cmp.Diff(before, files(t, dir)); d != "" {
			t.Error(d)
		}
		all := l.cli("pjsip show endpoints")
		if strings.Contains(all, "T2_1015") {
			t.Error("1015 is there")
		}
		contains(t, "the dialplan", l.cli("dialplan show 1014@T2_cos-all"), "T2_1014")
		h, err := l.applier.History()
		if err != nil || h[0].Outcome != "rolled back" || h[0].Reason == "" {
			t.Errorf("the history begins with %+v, %v", h[0], err)
		}
	})

	t.Run("undo", func(t *testing.T) {
		l.apply() // with 1015
		contains(t, "endpoints", l.cli("pjsip show endpoints"), "T2_1015")
		if _, err := l.applier.Undo(l.ctx(), apply.Order{By: "test"}); err != nil {
			t.Fatal(err)
		}
		if strings.Contains(l.cli("pjsip show endpoints"), "T2_1015") {
			t.Error("1015 is there")
		}
		h, err := l.applier.History()
		if err != nil || h[0].Undoes != h[1].ID || h[1].Undone != h[0].ID {
			t.Errorf("the history begins with %+v, %v", h[:2], err)
		}
		r := l.apply() // it is still described
		contains(t, "the summary", strings.Join(r.Plan.Summary(), "\n"), "T2_1015")
		l.write("etc/rtp.conf", "[general]\nrtpstart=10000\n")
		l.write("etc/pjsip.conf", "; mine\n")
		if _, err := l.applier.Undo(l.ctx(), apply.Order{By: "test"}); !errors.Is(err, apply.ErrChanged) {
			t.Errorf("undo of a file that was changed: %v", err)
		}
		l.apply()
	})

	t.Run("AMI users without rights, and no AMI", func(t *testing.T) {
		before := files(t, dir)
		l.tenant().Extensions[0].Name = "무엇"
		poor := apply.New(apply.Options{Dir: dir, AMI: ami.Options{Address: l.server.AMIAddr, Username: asterisktest.Calls.Name, Secret: asterisktest.Calls.Secret}})
		if _, err := poor.Apply(l.ctx(), l.render(), apply.Order{}); !errors.Is(err, apply.ErrRights) || !strings.Contains(err.Error(), "Reload") {
			t.Errorf("got %v", err)
		}
		ctx, cancel := context.WithCancel(l.ctx())
		cancel()
		if _, err := l.applier.Apply(ctx, l.render(), apply.Order{}); err == nil {
			t.Error("applied although nobody waits")
		}
		if d := cmp.Diff(before, files(t, dir)); d != "" {
			t.Error(d)
		}
	})
}
