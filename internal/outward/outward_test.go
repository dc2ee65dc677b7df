package outward_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"

	"github.com/dipcast/dipcast/internal/outward"
)

func TestPublic(t *testing.T) {
	for s, want := range map[string]bool{
		"8.8.8.8": true, "211.249.220.24": true, "2404:6800:4004::1": true, "::ffff:8.8.8.8": true,
		"127.0.0.1": false, "10.1.2.3": false, "172.16.0.1": false, "192.168.0.1": false, "169.254.169.254": false, "0.0.0.0": false,
		"100.64.0.1": false, "224.0.0.1": false, "255.255.255.255": false, "240.0.0.1": false, "198.18.0.1": false, "192.0.2.1": false,
		"::1": false, "::": false, "fe80::1": false, "fc00::1": false, "ff02::1": false, "::ffff:127.0.0.1": false, "::ffff:10.0.0.1": false,
		"64:ff9b::7f00:1": false, "2002:7f00:1::": false, "2001::1": false, "fec0::1": false,
	} {
		if got := outward.Public(netip.MustParseAddr(s)); got != want {
			t.Errorf("%s: %v", s, got)
		}
	}
}

// TestClient: this machine is reached where it is allowed only, whatever the
// name it is called by.
func TestClient(t *testing.T) {
	asked := 0
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked++
		http.Redirect(w, r, "/further", http.StatusFound)
	}))
	defer srv.Close()
	var allowed []netip.Prefix
	c := outward.NewClient(outward.Options{Allowed: func() []netip.Prefix { return allowed }})
	defer c.CloseIdleConnections()
	get := func(address string) (int, error) {
		resp, err := c.Get(address)
		if err != nil {
			return 0, err
		}
		return resp.StatusCode, resp.Body.Close()
	}
	byName := strings.Replace(srv.URL, "127.0.0.1", "localhost", 1)
	for _, address := range []string{srv.URL, byName} {
		if _, err := get(address); !errors.Is(err, outward.ErrPrivate) {
			t.Errorf("%s: %v", address, err)
		}
	}
	if asked != 0 {
		t.Errorf("%d requests came through", asked)
	}
	allowed = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("::1/128")}
	if status, err := get(srv.URL); err != nil || status != http.StatusFound || asked != 1 {
		t.Errorf("allowed: %d, %v, %d requests", status, err, asked)
	}
}

func TestCheckURL(t *testing.T) {
	ten := func() []netip.Prefix { return []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")} }
	for s, want := range map[string]error{
		"https://crm.example/c?n={number}": nil, "http://crm.example:8080/": nil, "https://8.8.8.8/": nil, "https://10.0.0.1/": nil,
		"": outward.ErrURL, "crm.example": outward.ErrURL, "ftp://crm.example/": outward.ErrURL, "https://": outward.ErrURL, "https://:80/": outward.ErrURL,
		"https://user:pw@crm.example/": outward.ErrURL, "file:///etc/passwd": outward.ErrURL, "https://crm.example/#x": outward.ErrURL,
		"http://127.0.0.1/": outward.ErrPrivate, "http://[::1]/": outward.ErrPrivate, "http://169.254.169.254/": outward.ErrPrivate,
		"http://[::ffff:127.0.0.1]/": outward.ErrPrivate,
	} {
		if err := outward.CheckURL(s, ten); !errors.Is(err, want) || (want == nil) != (err == nil) {
			t.Errorf("%q: %v, want %v", s, err, want)
		}
	}
}
