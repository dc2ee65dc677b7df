package main

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/dipcast/dipcast/internal/config"
	"github.com/dipcast/dipcast/internal/limits"
	"github.com/dipcast/dipcast/internal/policy"
	"github.com/dipcast/dipcast/internal/store"
)

// hasher takes passwords as they are.
type hasher struct{ store.Hasher }

// TestTenantUnlock: the command opens what a running gateway has locked, and
// leaves a row in its audit trail.
func TestTenantUnlock(t *testing.T) {
	dir := t.TempDir()
	file := write(t, filepath.Join(dir, "dipcast.yaml"), strings.Replace(fmt.Sprintf(twoServers, 5038, 5039), "operators:", "# operators:", 1))
	c, err := config.Load(file, nil)
	if err != nil {
		t.Fatal(err)
	}
	st, err := store.Open(t.Context(), store.Options{DataDir: c.DataDir}) // as the gateway has it
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = st.Close() }()
	if _, err := st.Seed(t.Context(), c, hasher{}); err != nil {
		t.Fatal(err)
	}
	calls := func() []*policy.CallCount {
		var all []*policy.CallCount
		for range 1 + policy.MaxBreaches {
			all = append(all, &policy.CallCount{
				TenantID: "7be69580e27641df", Extension: "1010", Class: policy.Abroad,
				Windows: []policy.CallWindow{{Name: "minute", Length: time.Minute, Calls: 1}},
			})
		}
		return all
	}
	all := calls()
	if err := st.TakeCalls(t.Context(), all); err != nil || !all[policy.MaxBreaches].Verdict.NewLock {
		t.Fatalf("not locked: %+v, %v", all[policy.MaxBreaches].Verdict, err)
	}
	if out, err := dipcast(t, "tenant", "locks", "-c", file); err != nil || !strings.HasPrefix(out, "T2 1010 ") {
		t.Errorf("locks: %q, %v", out, err)
	}
	for _, args := range [][]string{{"1099"}, {"1010", "--tenant", "T3"}, {"1013"}} {
		if _, err := dipcast(t, append([]string{"tenant", "unlock", "-c", file}, args...)...); err == nil {
			t.Errorf("unlock %v: no error", args)
		} else if strings.Contains(err.Error(), "7be69580e27641df") {
			t.Errorf("the id is told: %v", err)
		}
	}
	out, err := dipcast(t, "tenant", "unlock", "-c", file, "--lang", "en", "1010")
	if err != nil || !strings.Contains(out, "calls abroad of extension 1010 are unlocked") {
		t.Fatalf("%q, %v", out, err)
	}
	if _, err := dipcast(t, "tenant", "unlock", "-c", file, "1010"); !errors.Is(err, limits.ErrNotLocked) {
		t.Errorf("twice: %v", err)
	}
	all = calls()[:1]
	if err := st.TakeCalls(t.Context(), all); err != nil || all[0].Verdict.Locked {
		t.Errorf("the gateway still has the lock: %+v, %v", all[0].Verdict, err)
	}
	rows, err := st.Audit(t.Context(), 0, 10)
	if err != nil || len(rows) != 1 || rows[0].Kind != "unlocked" || rows[0].Tenant != 2 || rows[0].Extension != "1010" || rows[0].Role != "operator" {
		t.Errorf("%+v, %v", rows, err)
	}
}
