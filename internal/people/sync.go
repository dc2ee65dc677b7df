package people

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"golang.org/x/text/unicode/norm"

	"github.com/dipcast/dipcast/internal/number"
	"github.com/dipcast/dipcast/internal/store"
	"github.com/dipcast/dipcast/works"
)

// Report is how a look into the directory went.
type Report struct {
	At     time.Time `json:"at"`
	Error  string    `json:"error,omitempty"` // nothing was changed then
	Joined int       `json:"joined"`          // that are new, or here again
	Left   int       `json:"left"`
	Counts
}

// Bounds of reading a directory, and of what is kept of a person.
const (
	syncTimeout = 15 * time.Minute
	keptLeavers = 90 * 24 * time.Hour
	maxName     = 100 // characters
	maxField    = 200
)

// Sync reads the directory of a company and takes it over: who is new joins, who
// is no longer in it, suspended or deleted, is here no more and no longer signed
// in. What was set by hand stays. On an error nothing changes. How it went is
// kept, and returned in either case.
func (s *Service) Sync(ctx context.Context, tenant int) (Report, error) {
	ctx, cancel := context.WithTimeout(ctx, syncTimeout)
	defer cancel()
	r := Report{At: s.o.Now().UTC()}
	listed, err := s.read(ctx, tenant)
	if err == nil {
		err = s.change(ctx, tenant, func(all []store.Person) ([]store.Person, error) {
			var out []store.Person
			out, r.Joined, r.Left = merge(all, listed, r.At)
			return out, nil
		})
	}
	if errors.Is(err, ErrNoWorks) {
		return r, err
	}
	if err == nil {
		_, r.Counts, err = s.List(ctx, tenant)
	}
	if err != nil {
		r.Error = err.Error()
	}
	text, jsonErr := json.Marshal(r)
	if jsonErr == nil {
		jsonErr = s.o.Store.SetPeopleSync(context.WithoutCancel(ctx), tenant, text)
	}
	return r, errors.Join(err, jsonErr)
}

// LastSync is how the last look into the directory went; ErrNotFound: there was
// none.
func (s *Service) LastSync(ctx context.Context, tenant int) (Report, error) {
	kept, err := s.o.Store.PeopleSettings(ctx, tenant)
	if err != nil {
		return Report{}, err
	}
	if kept.Sync == nil {
		return Report{}, fmt.Errorf("reading of the directory: %w", ErrNotFound)
	}
	var r Report
	if err := json.Unmarshal(kept.Sync, &r); err != nil {
		return Report{}, fmt.Errorf("reading of the directory: %w", err)
	}
	return r, nil
}

// Try tells what rules would make of the people, and changes nothing. Nil rules
// are those of the settings. fresh reads the directory for it, else it is as it
// was read last.
func (s *Service) Try(ctx context.Context, tenant int, some []Rule, fresh bool) ([]Match, Counts, error) {
	all, err := s.o.Store.People(ctx, tenant)
	if err == nil && fresh {
		var listed []works.User
		if listed, err = s.read(ctx, tenant); err == nil {
			all, _, _ = merge(all, listed, s.o.Now().UTC())
		}
	}
	if err != nil {
		return nil, Counts{}, err
	}
	return s.match(ctx, tenant, all, some)
}

// read lists the people of all domains of a company, one company at a time.
func (s *Service) read(ctx context.Context, tenant int) ([]works.User, error) {
	select {
	case s.turn <- struct{}{}:
		defer func() { <-s.turn }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	account, domains, err := s.o.Account(ctx, tenant)
	if err != nil {
		return nil, err
	}
	if len(domains) == 0 {
		domains = []int64{0}
	}
	var all []works.User
	for _, d := range domains {
		if err := pace(ctx, account); err != nil {
			return nil, err
		}
		err := account.Users(ctx, d, func(page []works.User) error {
			if all = append(all, page...); len(all) > MaxPeople {
				return fmt.Errorf("%w: more than %d", ErrEmpty, MaxPeople)
			}
			return pace(ctx, account)
		})
		if err != nil {
			return nil, err
		}
	}
	if len(all) == 0 {
		return nil, ErrEmpty
	}
	return all, nil
}

// pace waits for the next minute when the calls of this one are used up: a page
// is a call.
func pace(ctx context.Context, a Account) error {
	b := a.Budget(works.OpUsers)
	if b.Limit == 0 || b.Left > 0 || b.Reset <= 0 {
		return nil
	}
	t := time.NewTimer(b.Reset)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// merge takes a directory over into the people as they are kept.
func merge(all []store.Person, listed []works.User, now time.Time) (out []store.Person, joined, left int) {
	now = now.Truncate(time.Millisecond) // as it is kept
	byUser := map[string]int{}
	for i := range all {
		if all[i].User != "" {
			byUser[all[i].User] = i
		}
	}
	out = slices.Clone(all)
	seen := map[string]bool{}
	for i := range listed {
		u := &listed[i]
		if u.ID == "" || len(u.ID) > maxField || seen[u.ID] {
			continue
		}
		seen[u.ID] = true
		away := u.Suspended || u.Deleted
		at, known := byUser[u.ID]
		if !known {
			if away {
				continue
			}
			at = len(out)
			out = append(out, store.Person{ID: newID(), User: u.ID, Since: now, Left: now})
		}
		p := &out[at]
		p.ByHand = false
		fill(p, u)
		switch {
		case away && p.Left.IsZero():
			p.Left = now
			left++
		case !away && !p.Left.IsZero():
			p.Left = time.Time{}
			joined++
		}
	}
	for i := range out {
		if p := &out[i]; !p.ByHand && !seen[p.User] && p.Left.IsZero() {
			p.Left = now
			left++
		}
	}
	out = slices.DeleteFunc(out, func(p store.Person) bool { return !p.Left.IsZero() && now.Sub(p.Left) > keptLeavers })
	return out, joined, left
}

// fill takes over what the directory has of a person.
func fill(p *store.Person, u *works.User) {
	p.Email, p.Lang = text(u.Email, maxField), "ko"
	if strings.HasPrefix(strings.ToLower(u.Locale), "en") {
		p.Lang = "en"
	}
	p.Name = text(u.FullName(), maxName)
	for _, other := range []string{u.Nickname, u.Email, u.ID} {
		p.Name = cmp.Or(p.Name, text(other, maxName))
	}
	p.Fields = store.PersonFields{
		Domain: u.DomainID, Telephone: text(u.Telephone, maxField), CellPhone: text(u.CellPhone, maxField), ExternalKey: text(u.ExternalKey, maxField),
		EmployeeNumber: text(u.EmployeeNumber, maxField), Nickname: text(u.Nickname, maxName), Suspended: u.Suspended,
	}
	if !p.MobileByHand {
		p.Mobile = dialled(u.CellPhone)
	}
}

// dialled is a person's own number as it is dialled in Korea, "" when it cannot be
// one: an extension, a premium or an emergency number, or one abroad that does not
// name the carrier, as 001 does.
func dialled(written string) string {
	n := number.Key(written)
	if strings.HasPrefix(n, "+") && strings.HasPrefix(written, "00") {
		n = strings.NewReplacer("-", "", " ", "", ".", "").Replace(written)
	}
	switch number.Classify(n, nil) {
	case number.Mobile, number.National, number.International:
		return n
	}
	return ""
}

// text leaves control characters out and cuts what is too long, in characters.
func text(s string, most int) string {
	s = strings.TrimSpace(strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return ' '
		}
		return r
	}, norm.NFC.String(strings.ToValidUTF8(s, "")))) // macOS writes Hangul in single letters
	if r := []rune(s); len(r) > most {
		return strings.TrimSpace(string(r[:most]))
	}
	return s
}

// newID is what one of ours is known by: 80 bits, so that no two are the same.
func newID() string { return strings.ToLower(rand.Text()[:16]) }

func sortMatches(all []Match) {
	slices.SortStableFunc(all, func(a, b Match) int {
		return cmp.Or(cmp.Compare(gone(a), gone(b)), cmp.Compare(a.Person.Name, b.Person.Name), cmp.Compare(a.Person.ID, b.Person.ID))
	})
}

func gone(m Match) int {
	if m.Status == Gone {
		return 1
	}
	return 0
}
