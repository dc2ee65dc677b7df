// Package provisioning sets up softphones by links: it makes a link for a phone of
// an extension, hands out what the phone has to know once, and forgets links that
// are used, revoked or past.
//
// A link is a token of 160 random bits. The database has its hash alone, and a hash
// of it together with the phone's password: once that is another, or the phone or
// its extension is gone, the link is as one that never was. Whoever has the link
// can set up that phone; nothing else.
package provisioning

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/dipcast/dipcast/internal/audit"
	"github.com/dipcast/dipcast/internal/companies"
	"github.com/dipcast/dipcast/internal/company"
	"github.com/dipcast/dipcast/internal/softphone"
	"github.com/dipcast/dipcast/internal/store"
)

// Errors callers test for.
var (
	// ErrGone reports a link that is not known, was used, was revoked or is past: it
	// does not say which.
	ErrGone = errors.New("this link does not work: it was used already, is past its time, or was never made")
	// ErrNotFound reports an extension, a phone or a link of one that is not there.
	ErrNotFound = store.ErrNotFound
	// ErrInsecure reports that phones cannot be set up, since their passwords would
	// cross the network unencrypted.
	ErrInsecure = errors.New("softphones are set up over HTTPS only")
	// ErrServer reports a server that no softphone can register at.
	ErrServer = errors.New("no softphone can register at this server")
	// ErrNone reports an extension without a softphone, for those who may not add
	// one.
	ErrNone = errors.New("this extension has no softphone yet: an administrator makes its first link")
	// ErrFull reports an extension that has no room for a softphone.
	ErrFull = errors.New("this extension has as many phones as there can be")
)

// tokenBytes is the length of a token: 160 bits, so that nobody guesses one.
const tokenBytes = 20

// Grace is how often the app that used a link may fetch again, and for how long:
// it may fetch twice, or lose the first answer.
var Grace = store.SoftphoneGrace{Fetches: 3, For: 2 * time.Minute}

// Settings are what the configuration says. They are asked for at each use.
type Settings struct {
	PublicURL string        // what links begin with, no slash at the end
	Insecure  string        // why links would not be HTTPS that phones reach; "" they are
	Plain     bool          // every listener is loopback: phones may do without TLS
	QR        string        // template of softphone.Scanned
	Lifetime  time.Duration // of a link
	Words     softphone.Words
}

// Place is where the phones of a server register.
type Place struct {
	Host     string
	TLSPort  int // 0: it has no TLS that phones could use
	UDPPort  int
	NoTLSWhy string // with TLSPort 0
}

// Trail keeps what was done. *audit.Log is one.
type Trail interface {
	Record(ctx context.Context, kind string, e audit.Entry)
}

// Options configures a Service. All fields are required but those that say so.
type Options struct {
	Store     *store.Store
	Companies *companies.Service
	Trail     Trail
	Settings  func() Settings
	Place     func(server int) (Place, error)
	Now       func() time.Time // default time.Now
}

// Service makes links and answers who follows them. Its methods may be called from
// any goroutine.
type Service struct{ o Options }

// New returns a Service, or an error that names a missing option.
func New(o Options) (*Service, error) {
	if o.Store == nil || o.Companies == nil || o.Trail == nil || o.Settings == nil || o.Place == nil {
		return nil, errors.New("provisioning: Store, Companies, Trail, Settings and Place are required")
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	return &Service{o}, nil
}

// Link is a link as it is made. It is shown once.
type Link struct {
	ID         string
	Extension  string
	DeviceName string // that the phone registers by
	Token      string
	Page       string // URL for the person: a page with the code
	URL        string // what the app fetches
	Scanned    string // text of the code
	Expires    time.Time
	Encrypted  bool // TLS and SRTP
	Push       bool // the push service is told the password
	Added      bool // the phone is new: it counts once the files are applied
}

// Paths of links below the public URL.
const (
	PagePath  = "/softphone/"
	FetchPath = "/provision/"
)

// Order is what a link is made for.
type Order struct {
	Tenant    int // its number
	Extension string
	// Device is which of its phones, from 0; nil means its softphone, and where
	// there is none a new one with MayAdd.
	Device *int
	MayAdd bool
}

// Create makes a link. A further one beyond store.MaxSoftphoneLinks takes the place
// of the oldest. The error wraps one of those above, store.ErrInvalid, or is the
// database's.
func (s *Service) Create(ctx context.Context, by companies.Author, o Order) (Link, error) {
	set := s.o.Settings()
	if set.Insecure != "" {
		return Link{}, fmt.Errorf("%w: %s", ErrInsecure, set.Insecure)
	}
	c, err := s.company(ctx, o.Tenant)
	if err != nil {
		return Link{}, err
	}
	e := c.Extension(o.Extension)
	if e == nil {
		return Link{}, fmt.Errorf("extension: %w", ErrNotFound)
	}
	p, err := s.place(c, e)
	if err != nil {
		return Link{}, err
	}
	if p.TLSPort == 0 && !set.Plain {
		return Link{}, fmt.Errorf("%w: %s", ErrServer, p.NoTLSWhy)
	}
	nth, err := deviceOf(e, o.Device)
	if err != nil {
		return Link{}, err
	}
	added := nth < 0
	if added {
		if !o.MayAdd {
			return Link{}, ErrNone
		}
		if c, nth, err = s.add(ctx, by, c, o.Extension, p.TLSPort != 0); err != nil {
			return Link{}, err
		}
		e = c.Extension(o.Extension)
	}
	l, err := s.link(ctx, set, by, c, e, nth, s.o.Now().Add(set.Lifetime))
	l.Added = added
	return l, err
}

// company is one with its secrets.
func (s *Service) company(ctx context.Context, number int) (*store.Company, error) {
	all, err := s.o.Store.Companies(ctx, true)
	if err != nil {
		return nil, err
	}
	c := all.ByNumber(number)
	if c == nil {
		return nil, fmt.Errorf("tenant: %w", ErrNotFound)
	}
	return c, nil
}

// place is where the phones of an extension register.
func (s *Service) place(c *store.Company, e *company.Extension) (Place, error) {
	server := e.Server
	if server == 0 && len(c.Servers) > 0 {
		server = c.Servers[0]
	}
	p, err := s.o.Place(server)
	if err != nil {
		return p, fmt.Errorf("%w: %w", ErrServer, err)
	}
	return p, nil
}

// deviceOf is which phone of an extension a link is for, -1 for one that is to be
// added.
func deviceOf(e *company.Extension, asked *int) (int, error) {
	if asked == nil {
		return slices.IndexFunc(e.Devices, func(d company.Device) bool { return d.App == company.AppAcrobits }), nil
	}
	if n := *asked; n < 0 || n >= len(e.Devices) || e.Devices[n].App != company.AppAcrobits {
		return 0, fmt.Errorf("device: %w", ErrNotFound)
	}
	return *asked, nil
}

// add gives an extension a softphone. Two who do so at once add one.
func (s *Service) add(ctx context.Context, by companies.Author, c *store.Company, ext string, encrypt bool) (*store.Company, int, error) {
	nth := 0
	_, err := s.o.Companies.Change(ctx, by, c.Number, "add a softphone to "+ext, func(c *store.Company) error {
		e := c.Extension(ext)
		if e == nil {
			return fmt.Errorf("extension: %w", ErrNotFound)
		}
		if nth, _ = deviceOf(e, nil); nth >= 0 {
			return nil
		}
		if len(e.Devices) >= company.MaxDevices {
			return ErrFull
		}
		d := company.Device{Name: "Acrobits", App: company.AppAcrobits, Codecs: company.SoftphoneCodecs}
		if encrypt {
			d.Transport, d.Encrypt = "tls", true
		}
		nth = len(e.Devices)
		e.Devices = append(e.Devices, d)
		return nil
	})
	if err != nil {
		return nil, 0, err
	}
	c, err = s.company(ctx, c.Number)
	if err == nil && (c.Extension(ext) == nil || nth >= len(c.Extension(ext).Devices)) {
		err = fmt.Errorf("extension: %w", ErrNotFound) // removed meanwhile
	}
	return c, nth, err
}

// link makes and keeps one.
func (s *Service) link(ctx context.Context, set Settings, by companies.Author, c *store.Company, e *company.Extension, nth int, until time.Time) (Link, error) {
	var random [tokenBytes]byte
	_, _ = rand.Read(random[:]) // never fails, crypto/rand
	token := base64.RawURLEncoding.EncodeToString(random[:])
	d := &e.Devices[nth]
	l := Link{
		ID: rand.Text()[:10], Extension: e.Number, DeviceName: company.DeviceName(c.Prefix(), e.Number, nth), Token: token,
		Page: set.PublicURL + PagePath + token, URL: set.PublicURL + FetchPath + token,
		Expires: until.UTC().Truncate(time.Millisecond), Encrypted: d.Encrypt, Push: c.Softphone.Push,
	}
	l.Scanned = softphone.Scanned(set.QR, l.URL)
	name := by.Identity.Name
	if name == "" {
		name = by.Identity.Role.String()
	}
	err := s.o.Store.AddSoftphoneLink(ctx, store.SoftphoneLink{
		Hash: hash(token), ID: l.ID, TenantID: c.ID, Extension: e.Number, Device: nth,
		Bound: hash(token, d.Secret.Reveal()), By: name, Expires: l.Expires,
	})
	if err != nil {
		return Link{}, err
	}
	s.record(ctx, by, c, "make softphone link", "extension "+e.Number+", link "+l.ID)
	return l, nil
}

// record leaves a line in the audit trail. No token is in it.
func (s *Service) record(ctx context.Context, by companies.Author, c *store.Company, action, detail string) {
	t := c.Tenant()
	by.Identity.Tenant = &t
	s.o.Trail.Record(context.WithoutCancel(ctx), audit.KindChanged, audit.Entry{
		Identity: by.Identity, Remote: by.Remote, Action: action, Detail: detail,
	})
}

// hash is what is kept of a token, alone or together with other texts.
func hash(parts ...string) string {
	h := sha256.New()
	for _, p := range parts {
		_, _ = fmt.Fprintf(h, "%d:%s", len(p), p) // a hash takes all
	}
	return hex.EncodeToString(h.Sum(nil))
}

// List are the links of an extension that are not past, the newest first.
func (s *Service) List(ctx context.Context, c *store.Company, extension string) ([]store.SoftphoneLink, error) {
	return s.o.Store.SoftphoneLinks(ctx, c.ID, extension)
}

// Revoke makes a link useless. The error is ErrNotFound.
func (s *Service) Revoke(ctx context.Context, by companies.Author, c *store.Company, extension, id string) error {
	if id == "" {
		return fmt.Errorf("link: %w", ErrNotFound)
	}
	if err := s.o.Store.RevokeSoftphoneLinks(ctx, c.ID, extension, id); err != nil {
		return err
	}
	s.record(ctx, by, c, "revoke softphone link", "extension "+extension+", link "+id)
	return nil
}
