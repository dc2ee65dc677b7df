package apply_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/dipcast/dipcast/internal/apply"
	"github.com/dipcast/dipcast/internal/netfault"
)

// TestLinkLost: AMI goes away in the middle of an apply. The former files are
// back and loaded as soon as it can be told, else by the next apply.
func TestLinkLost(t *testing.T) {
	t.Parallel()
	var proxy *netfault.Proxy
	l := newLab(t, 22, func(o *apply.Options) {
		var err error
		if proxy, err = netfault.New(o.AMI.Address); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { proxy.Close() })
		o.AMI.Address = proxy.Addr()
		apply.SetRollbackTimeout(o, time.Second)
	})
	l.apply()
	before := files(t, l.in.Dirs.Base)
	l.tenant().Extensions = append(l.tenant().Extensions, ext("1014"))
	// lost applies with a link that is lost at one stage and is back at another.
	lost := func(at, back apply.Stage) error {
		_, err := l.applier.Apply(l.ctx(), l.render(), apply.Order{Progress: func(s apply.Stage) {
			switch s {
			case at:
				proxy.Refuse(true)
				proxy.Cut(netfault.RST)
			case back:
				proxy.Heal()
			}
		}})
		return err
	}
	for _, tt := range []struct {
		at, back apply.Stage
		want     error
	}{
		{apply.StageReload, apply.StageBack, apply.ErrRolledBack},
		{apply.StageVerify, apply.StageBack, apply.ErrRolledBack}, // Asterisk had loaded it
		{apply.StageVerify, "never", apply.ErrUnsettled},
	} {
		if err := lost(tt.at, tt.back); !errors.Is(err, tt.want) {
			t.Fatalf("lost at %s, back at %s: %v", tt.at, tt.back, err)
		}
		if d := cmp.Diff(before, files(t, l.in.Dirs.Base)); d != "" {
			t.Error(d)
		}
		there := strings.Contains(l.cli("pjsip show endpoints"), "T2_1014")
		if there != errors.Is(tt.want, apply.ErrUnsettled) {
			t.Errorf("lost at %s, back at %s: 1014 there: %v", tt.at, tt.back, there)
		}
	}
	proxy.Heal()
	l.tenant().Extensions = l.tenant().Extensions[:2]
	r := l.apply() // nothing to write, but to load
	if len(r.Plan.Changes) != 0 || len(r.Plan.Steps) == 0 {
		t.Errorf("plan %+v", r.Plan)
	}
	if strings.Contains(l.cli("pjsip show endpoints"), "T2_1014") {
		t.Error("1014 is still there")
	}
	if r := l.apply(); !r.Plan.Empty() {
		t.Errorf("not settled: %+v", r.Plan)
	}
}
