package auth_test

import (
	"errors"
	"testing"
	"time"

	"github.com/dipcast/dipcast/internal/auth"
	"github.com/dipcast/dipcast/internal/tenant"
)

func TestTickets(t *testing.T) {
	h := open(t, nil)
	id, err := h.Authenticate(t.Context(), request("Authorization", basic("desk", "p:w 둘")))
	if err != nil {
		t.Fatal(err)
	}
	issue := func() auth.Request {
		t.Helper()
		text, until, err := h.IssueTicket(id)
		if err != nil || until.Sub(h.now()) != 30*time.Second || len(text) != 43 {
			t.Fatalf("%q %v %v", text, until, err)
		}
		r := request()
		r.Query.Set("ticket", text)
		return r
	}
	r := issue()
	if got, err := h.Authenticate(t.Context(), r); err != nil || got != id {
		t.Fatalf("%v %v", got, err)
	}
	if _, err := h.Authenticate(t.Context(), r); !errors.Is(err, auth.ErrUnauthorized) {
		t.Errorf("used twice: %v", err)
	}
	r = issue()
	h.advance(30 * time.Second)
	if _, err := h.Authenticate(t.Context(), r); !errors.Is(err, auth.ErrUnauthorized) {
		t.Errorf("too late: %v", err)
	}
	r = issue()
	r.Header.Set("tenant", idTen)
	if _, err := h.Authenticate(t.Context(), r); !errors.Is(err, auth.ErrForbidden) {
		t.Errorf("another tenant: %v", err)
	}
	r = issue()
	c := demo()
	c.Tenants[0].Logins = c.Tenants[0].Logins[:1]
	h.seed(t, c)
	if _, err := h.Authenticate(t.Context(), r); !errors.Is(err, auth.ErrUnauthorized) {
		t.Errorf("account gone: %v", err)
	}
	r = request("Authorization", basic("ops", "ops"))
	r.Query.Set("ticket", "")
	if _, err := h.Authenticate(t.Context(), r); !errors.Is(err, auth.ErrUnauthorized) {
		t.Errorf("empty ticket: %v", err)
	}
	if _, _, err := h.IssueTicket(tenant.Identity{}); !errors.Is(err, auth.ErrUnauthorized) {
		t.Errorf("for nobody: %v", err)
	}
}

func TestTicketsAreBounded(t *testing.T) {
	h := open(t, nil)
	ops, demo := tenant.Identity{Role: tenant.Operator, Name: "ops", Via: tenant.ViaLogin}, tenant.Identity{Role: tenant.Operator, Name: "demo", Via: tenant.ViaLogin}
	for range 256 {
		if _, _, err := h.IssueTicket(ops); err != nil {
			t.Fatal(err)
		}
	}
	if _, _, err := h.IssueTicket(ops); !errors.Is(err, auth.ErrBusy) {
		t.Errorf("got %v", err)
	}
	if _, _, err := h.IssueTicket(demo); err != nil {
		t.Errorf("others suffer: %v", err)
	}
	h.advance(time.Minute)
	if _, _, err := h.IssueTicket(ops); err != nil {
		t.Errorf("old ones still count: %v", err)
	}
}
