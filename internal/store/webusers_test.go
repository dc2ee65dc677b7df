package store_test

import (
	"errors"
	"testing"
	"time"

	"github.com/dipcast/dipcast/internal/secret"
	"github.com/dipcast/dipcast/internal/store"
	"github.com/dipcast/dipcast/internal/tenant"
)

// TestWebUsers: users are kept whole, secrets sealed, and never without an
// administrator.
func TestWebUsers(t *testing.T) {
	each(t, func(t *testing.T, d *database) {
		key := make([]byte, 32)
		at := &clock{time.UnixMilli(1760579048983)}
		s := d.Open(t, func(o *store.Options) {
			o.Now, o.SecretKey = at.now, func() ([]byte, error) { return key, nil }
		})
		ctx := t.Context()
		first := store.WebUser{ID: "one", Username: "one", Role: store.AdministratorRole, Hash: "h", MustChange: true, Enabled: true}
		for _, want := range []bool{true, false} {
			if added, err := s.AddFirstWebUser(ctx, first); err != nil || added != want {
				t.Fatalf("first: %v %v", added, err)
			}
		}
		two := store.WebUser{ID: "two", Username: "two", Tenant: 2, Role: "company", Person: "p", Enabled: true, OnceUntil: at.now().Add(time.Hour).UTC()}
		if err := s.AddWebUser(ctx, two); err != nil {
			t.Fatal(err)
		}
		for _, taken := range []store.WebUser{{ID: "three", Username: "two"}, {ID: "three", Username: "three", Person: "p"}} {
			if err := s.AddWebUser(ctx, taken); !errors.Is(err, store.ErrConflict) {
				t.Errorf("taken: %v", err)
			}
		}
		if _, after, err := s.ChangeWebUser(ctx, "two", func(u *store.WebUser) error {
			u.TOTP = secret.New("KEY")
			return nil
		}); err != nil || after.TOTP.Reveal() != "KEY" {
			t.Fatal(err)
		}
		u, err := s.WebUserOfPerson(ctx, "p")
		if err != nil || u.TOTP.Reveal() != "KEY" || !u.OnceUntil.Equal(two.OnceUntil) || u.Tenant != 2 {
			t.Errorf("%+v %v", u, err)
		}
		var sealed string
		if err := d.Raw(t).QueryRowContext(ctx, `SELECT totp FROM web_users WHERE id = 'two'`).Scan(&sealed); err != nil || sealed == "KEY" || sealed == "" {
			t.Errorf("the key is kept as %q: %v", sealed, err)
		}
		for _, f := range []func(*store.WebUser) error{
			func(u *store.WebUser) error { u.Enabled = false; return nil },
			func(u *store.WebUser) error { u.Role = "auditor"; return nil },
		} {
			if _, _, err := s.ChangeWebUser(ctx, "one", f); !errors.Is(err, store.ErrLastAdministrator) {
				t.Errorf("the last administrator: %v", err)
			}
		}
		if _, err := s.DeleteWebUser(ctx, "one"); !errors.Is(err, store.ErrLastAdministrator) {
			t.Errorf("the last administrator is deleted: %v", err)
		}
		for step, want := range map[int64]bool{5: true} {
			if took, err := s.TakeTOTPStep(ctx, "two", step); err != nil || took != want {
				t.Errorf("step %d: %v %v", step, took, err)
			}
		}
		for _, step := range []int64{5, 4} {
			if took, err := s.TakeTOTPStep(ctx, "two", step); err != nil || took {
				t.Errorf("step %d again: %v %v", step, took, err)
			}
		}
		if err := s.SetRecoveryCodes(ctx, "two", []string{"a", "b"}); err != nil {
			t.Fatal(err)
		}
		for _, want := range []bool{true, false} {
			if took, err := s.TakeRecoveryCode(ctx, "two", "a"); err != nil || took != want {
				t.Errorf("recovery code: %v %v", took, err)
			}
		}
		if n, err := s.RecoveryCodes(ctx, "two"); n != 1 || err != nil {
			t.Errorf("%d codes left, %v", n, err)
		}
		if err := s.AddWebSession(ctx, store.WebSession{Hash: "h", ID: "s", Kind: store.SessionOfUser, Owner: "two", Expires: at.now().Add(time.Hour)}); err != nil {
			t.Fatal(err)
		}
		if _, err := s.DeleteWebUser(ctx, "two"); err != nil {
			t.Fatal(err)
		}
		if _, err := s.WebSession(ctx, "h", time.UnixMilli(0)); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("the session of a user that is deleted: %v", err)
		}
		if all, err := s.WebUsers(ctx, -1); err != nil || len(all) != 1 {
			t.Errorf("%d users, %v", len(all), err)
		}
	})
}

// TestWebSessions: they end by themselves, idle or old, and are bounded.
func TestWebSessions(t *testing.T) {
	each(t, func(t *testing.T, d *database) {
		at := &clock{time.UnixMilli(1760579048983)}
		s := d.Open(t, func(o *store.Options) { o.Now = at.now })
		ctx := t.Context()
		for i := range store.MaxWebSessions + 3 {
			id := string(rune('a' + i))
			at.at = at.at.Add(time.Second)
			if err := s.AddWebSession(ctx, store.WebSession{Hash: "h" + id, ID: id, Kind: store.SessionOfLogin, Owner: "demo", Expires: at.now().Add(time.Hour)}); err != nil {
				t.Fatal(err)
			}
		}
		idle := at.now().Add(-time.Hour)
		all, err := s.WebSessions(ctx, store.SessionOfLogin, "demo", idle)
		if err != nil || len(all) != store.MaxWebSessions || all[0].ID != string(rune('a'+store.MaxWebSessions+2)) {
			t.Errorf("%d sessions, %v", len(all), err)
		}
		if _, err := s.WebSession(ctx, "ha", idle); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("the oldest is still there: %v", err)
		}
		last := all[0].ID
		if _, err := s.WebSession(ctx, "h"+last, at.now()); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("idle: %v", err)
		}
		if err := s.EndWebSessions(ctx, store.SessionOfLogin, "other", last, ""); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("another's: %v", err)
		}
		if err := s.EndWebSessions(ctx, store.SessionOfLogin, "demo", "", last); err != nil {
			t.Error(err)
		}
		if all, err = s.WebSessions(ctx, store.SessionOfLogin, "demo", idle); err != nil || len(all) != 1 || all[0].ID != last {
			t.Errorf("%+v, %v", all, err)
		}
		at.at = at.at.Add(2 * time.Hour)
		if _, err := s.WebSessionByID(ctx, last, time.UnixMilli(0)); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("past: %v", err)
		}
	})
}

// TestWebSessionsOfPeople: whoever is signed out as a person is signed out of the web,
// as the user that is linked to them too, but not where they gave a password.
func TestWebSessionsOfPeople(t *testing.T) {
	each(t, func(t *testing.T, d *database) {
		s := d.Open(t)
		ctx := t.Context()
		for _, u := range []store.WebUser{{ID: "u1", Username: "one", Tenant: 2, Role: "company", Person: "p1", Enabled: true}, {ID: "u2", Username: "two", Tenant: 2, Role: "company", Enabled: true}} {
			if err := s.AddWebUser(ctx, u); err != nil {
				t.Fatal(err)
			}
		}
		for _, w := range []store.WebSession{
			{ID: "person", Kind: store.SessionOfPerson, Owner: "p1", Tenant: 2},
			{ID: "linked", Kind: store.SessionOfUser, Owner: "u1", Tenant: 2},
			{ID: "password", Kind: store.SessionOfUser, Owner: "u1"},
			{ID: "other", Kind: store.SessionOfPerson, Owner: "p2", Tenant: 2},
			{ID: "elsewhere", Kind: store.SessionOfPerson, Owner: "p1", Tenant: 10},
			{ID: "user", Kind: store.SessionOfUser, Owner: "u2", Tenant: 2},
		} {
			w.Hash, w.Expires = "h"+w.ID, time.Now().Add(time.Hour)
			if err := s.AddWebSession(ctx, w); err != nil {
				t.Fatal(err)
			}
		}
		if err := s.EndWebSessionsOfPerson(ctx, 2, "p1"); err != nil {
			t.Fatal(err)
		}
		for id, left := range map[string]bool{"person": false, "linked": false, "password": true, "other": true, "elsewhere": true, "user": true} {
			if _, err := s.WebSessionByID(ctx, id, time.UnixMilli(0)); (err == nil) != left {
				t.Errorf("%s: %v", id, err)
			}
		}
	})
}

// TestWebRoles: a company's own, by name, and none that somebody has goes.
func TestWebRoles(t *testing.T) {
	each(t, func(t *testing.T, d *database) {
		s := d.open(t)
		ctx := t.Context()
		r := store.WebRole{ID: "r", Tenant: 2, Name: "팀장", Rights: map[string]tenant.Grant{"live": {Level: tenant.Change, Settings: []string{"x"}}}}
		if _, err := s.PutWebRole(ctx, r); err != nil {
			t.Fatal(err)
		}
		if _, err := s.PutWebRole(ctx, store.WebRole{ID: "q", Tenant: 2, Name: "팀장"}); !errors.Is(err, store.ErrConflict) {
			t.Errorf("the same name: %v", err)
		}
		if was, err := s.PutWebRole(ctx, store.WebRole{ID: "r", Tenant: 2, Name: "실장", Rights: r.Rights}); err != nil || was.Name != "팀장" {
			t.Errorf("%+v %v", was, err)
		}
		got, err := s.WebRole(ctx, "r")
		if err != nil || got.Name != "실장" || got.Rights["live"].Level != tenant.Change || len(got.Rights["live"].Settings) != 1 {
			t.Errorf("%+v %v", got, err)
		}
		if err := s.AddWebUser(ctx, store.WebUser{ID: "u", Username: "u", Tenant: 2, Role: "r"}); err != nil {
			t.Fatal(err)
		}
		if _, err := s.DeleteWebRole(ctx, "r"); !errors.Is(err, store.ErrConflict) {
			t.Errorf("one that somebody has: %v", err)
		}
		if _, err := s.DeleteWebUser(ctx, "u"); err != nil {
			t.Fatal(err)
		}
		if _, err := s.DeleteWebRole(ctx, "r"); err != nil {
			t.Error(err)
		}
	})
}

// TestWebPasskeys: a user has so many and no more, each credential is one user's, and
// what refuses a use leaves nothing.
func TestWebPasskeys(t *testing.T) {
	each(t, func(t *testing.T, d *database) {
		at := &clock{time.UnixMilli(1760579048983)}
		s := d.Open(t, func(o *store.Options) { o.Now = at.now })
		ctx := t.Context()
		for _, id := range []string{"one", "two"} {
			if err := s.AddWebUser(ctx, store.WebUser{ID: id, Username: id, Role: store.AdministratorRole, Enabled: true}); err != nil {
				t.Fatal(err)
			}
		}
		for i, tt := range []struct {
			id, user, credential string
			want                 error
		}{
			{"a", "one", "x", nil}, {"b", "one", "y", nil}, {"c", "one", "z", store.ErrFull}, {"d", "two", "x", store.ErrConflict}, {"e", "two", "w", nil},
		} {
			if _, err := s.AddWebPasskey(ctx, store.WebPasskey{ID: tt.id, User: tt.user, Credential: tt.credential, Name: tt.id, Data: "0"}, 2); !errors.Is(err, tt.want) {
				t.Errorf("%d: %v", i, err)
			}
		}
		refused := errors.New("refused")
		if err := s.UseWebPasskey(ctx, "a", func(string) (string, error) { return "5", refused }); !errors.Is(err, refused) {
			t.Error(err)
		}
		if p, err := s.WebPasskeyOf(ctx, "x"); err != nil || p.Data != "0" || !p.Used.IsZero() || p.User != "one" {
			t.Errorf("%+v %v", p, err)
		}
		if err := s.UseWebPasskey(ctx, "a", func(data string) (string, error) { return data + "1", nil }); err != nil {
			t.Error(err)
		}
		if p, err := s.WebPasskeyOf(ctx, "x"); err != nil || p.Data != "01" || !p.Used.Equal(at.now()) {
			t.Errorf("%+v %v", p, err)
		}
		if err := s.UseWebPasskey(ctx, "none", func(data string) (string, error) { return data, nil }); !errors.Is(err, store.ErrNotFound) {
			t.Error(err)
		}
		if u, err := s.WebUser(ctx, "one"); err != nil || u.Passkeys != 2 {
			t.Errorf("%+v %v", u, err)
		}
		if _, err := s.DeleteWebPasskey(ctx, "two", "a"); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("another's: %v", err)
		}
		if p, err := s.DeleteWebPasskey(ctx, "one", "a"); err != nil || p.Name != "a" {
			t.Errorf("%+v %v", p, err)
		}
		if err := s.DeleteWebPasskeys(ctx, "one"); err != nil {
			t.Error(err)
		}
		if all, err := s.WebPasskeys(ctx, "one"); err != nil || len(all) != 0 {
			t.Errorf("%+v %v", all, err)
		}
		if _, err := s.DeleteWebUser(ctx, "two"); err != nil {
			t.Error(err)
		}
		if _, err := s.WebPasskeyOf(ctx, "w"); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("of a user who is gone: %v", err)
		}
	})
}
