package demo

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	described "github.com/dipcast/dipcast/internal/companies"
	"github.com/dipcast/dipcast/internal/company"
	"github.com/dipcast/dipcast/internal/secret"
	"github.com/dipcast/dipcast/internal/store"
	"github.com/dipcast/dipcast/internal/tenant"
	"github.com/dipcast/dipcast/internal/web"
	"github.com/dipcast/dipcast/works/workstest"
)

// The first company's place in the demo's own NAVER WORKS.
const (
	worksDomain  = 10000001
	worksBot     = 2000001
	worksClient  = "demo"
	worksAccount = "demo.serviceaccount@example.com"

	// WorksPassword is everybody's there: 1010@example.com signs in by it.
	WorksPassword = "demo"
)

// startWorks starts a NAVER WORKS with a chat page, in which the first company's
// people get the cards of their calls.
func (d *Demo) startWorks(ctx context.Context) error {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return err
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return err
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", hostPort(0))
	if err != nil {
		return err
	}
	d.works = "http://" + listener.Addr().String()
	clientSecret, botSecret := rand.Text(), rand.Text()
	f := &companies[0]
	o := workstest.Options{
		Apps: []workstest.App{{ClientID: worksClient, ClientSecret: clientSecret, ServiceAccount: worksAccount, PublicKey: &key.PublicKey, Domain: worksDomain, Redirects: []string{d.URL() + web.SignInReturn}}},
		Bots: []workstest.Bot{{ID: worksBot, Name: "DIPCAST", Secret: botSecret, Domain: worksDomain, CallbackURL: d.URL() + "/dapi/" + f.id + "/callback"}},
	}
	for i, e := range f.extensions {
		o.Users = append(o.Users, workstest.User{
			ID: "demo-" + e.number, Email: e.number + "@example.com", LastName: e.name, Domain: worksDomain,
			Telephone: e.number, CellPhone: answering[i%2].number, Password: WorksPassword,
		})
	}
	sandbox := workstest.New(o)
	server := &http.Server{Handler: sandbox, ReadHeaderTimeout: 10 * time.Second}
	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }()
	d.onClose(func() {
		sandbox.Close()
		_ = server.Close() // pages that are open lose their stream
		if err := <-served; !errors.Is(err, http.ErrServerClosed) {
			d.log.Warn("the demo's NAVER WORKS ended", "error", err)
		}
	})
	by := described.Author{Identity: tenant.Identity{Role: tenant.Operator, Name: "demo"}}
	_, err = d.app.Descriptions().Change(ctx, by, f.number, "NAVER WORKS of the demo", func(c *store.Company) error {
		c.NaverWorks = &company.NaverWorks{
			ClientID: worksClient, ClientSecret: secret.New(clientSecret), ServiceAccount: worksAccount, BotSecret: secret.New(botSecret),
			PrivateKey: secret.New(string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}))),
			Domain:     worksDomain, Bot: worksBot, AuthURL: d.works + "/oauth2/v2.0", APIURL: d.works + "/v1.0",
			PerMinute: -1, RingSeconds: -1,
		}
		return nil
	})
	if err == nil {
		err = d.app.SyncPeople(ctx, f.number)
	}
	if err != nil {
		return fmt.Errorf("the demo's NAVER WORKS: %w", err)
	}
	return nil
}

// ChatURL is the page on which the first company's people see their cards.
func (d *Demo) ChatURL() string { return d.works + "/chat/" }
