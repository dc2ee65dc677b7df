package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"time"
)

// Person is somebody of a company, as kept: with what the directory of NAVER
// WORKS has of them. Names and numbers in it are plain, so it must not be logged.
type Person struct {
	ID     string
	Tenant int    // number of the tenant
	User   string // id of NAVER WORKS; "" none
	Email  string
	Name   string
	Lang   string // "ko" or "en"; "" not known
	Mobile string // as it is dialled; "" none
	// MobileByHand and ExtensionByHand say that somebody has set it, "" too: the
	// directory and its rules do not change it.
	MobileByHand    bool
	Extension       string // "" none
	ExtensionByHand bool
	ByHand          bool   // entered by hand, not of the directory
	Rule            string // which rule gave the extension, or why there is none
	Fields          PersonFields
	Since           time.Time
	Left            time.Time // when they were no longer in the directory; zero: they are here
}

// PersonFields are what the directory has of a person, as people write it there.
type PersonFields struct {
	Domain         int64  `json:"domain,omitempty"`
	Telephone      string `json:"telephone,omitempty"`
	CellPhone      string `json:"cell_phone,omitempty"`
	ExternalKey    string `json:"external_key,omitempty"`
	EmployeeNumber string `json:"employee_number,omitempty"`
	Nickname       string `json:"nickname,omitempty"`
	Suspended      bool   `json:"suspended,omitempty"`
}

const personColumns = `id, tenant, works_user, email, name, lang, mobile, mobile_hand, extension, extension_hand, by_hand, rule, fields, since, left_at`

// People are those of a tenant, or of all with 0, by their ids. Who has left is
// among them.
func (s *Store) People(ctx context.Context, tenant int) ([]Person, error) {
	all, err := peopleOf(ctx, s.read, tenant)
	if err != nil {
		return nil, fmt.Errorf("people: %w", err)
	}
	return all, nil
}

func peopleOf(ctx context.Context, q querier, tenant int) ([]Person, error) {
	rows, err := q.QueryContext(ctx, `SELECT `+personColumns+` FROM people WHERE $1 IN (0, tenant) ORDER BY tenant, id`, tenant)
	if err != nil {
		return nil, err
	}
	var all []Person
	err = eachRow(rows, func() error {
		var p Person
		var mobileHand, extensionHand, byHand int
		var fields string
		var since, left int64
		if err := rows.Scan(&p.ID, &p.Tenant, &p.User, &p.Email, &p.Name, &p.Lang, &p.Mobile, &mobileHand,
			&p.Extension, &extensionHand, &byHand, &p.Rule, &fields, &since, &left); err != nil {
			return err
		}
		if err := json.Unmarshal([]byte(fields), &p.Fields); err != nil {
			return fmt.Errorf("fields of person %s: %w", p.ID, err)
		}
		p.MobileByHand, p.ExtensionByHand, p.ByHand = mobileHand != 0, extensionHand != 0, byHand != 0
		p.Since = time.UnixMilli(since).UTC()
		if left != 0 {
			p.Left = time.UnixMilli(left).UTC()
		}
		all = append(all, p)
		return nil
	})
	return all, err
}

// ChangePeople gives change the people of a tenant as they are and keeps what it
// returns instead, all or nothing. Whoever is no longer there, or has left, is no
// longer signed in either. change may run more than once; its error is returned
// and nothing is kept. Two people with one id of NAVER WORKS are ErrConflict.
func (s *Store) ChangePeople(ctx context.Context, tenant int, change func([]Person) ([]Person, error)) (kept []Person, err error) {
	err = s.update(ctx, func(tx *sql.Tx) error {
		before, err := peopleOf(ctx, tx, tenant)
		if err != nil {
			return err
		}
		was := make(map[string]Person, len(before))
		for _, p := range before {
			was[p.ID] = p
		}
		if kept, err = change(before); err != nil {
			return err
		}
		return s.keepPeople(ctx, tx, tenant, was, kept)
	})
	if err != nil {
		return nil, fmt.Errorf("keep people: %w", err)
	}
	return kept, nil
}

// keepPeople writes what differs. Those who go come first: another may take
// their id of NAVER WORKS.
func (s *Store) keepPeople(ctx context.Context, tx *sql.Tx, tenant int, was map[string]Person, kept []Person) error {
	here, stays := map[string]bool{}, map[string]bool{}
	for i := range kept {
		stays[kept[i].ID] = true
		if kept[i].Left.IsZero() {
			here[kept[i].User] = true
		}
	}
	for id, p := range was {
		if p.User != "" && !here[p.User] {
			if _, err := tx.ExecContext(ctx, `DELETE FROM person_sessions WHERE tenant = $1 AND works_user = $2`, tenant, p.User); err != nil {
				return err
			}
		}
		if !stays[id] {
			if _, err := tx.ExecContext(ctx, `DELETE FROM people WHERE id = $1`, id); err != nil {
				return err
			}
		}
	}
	for i := range kept {
		p := &kept[i]
		p.Tenant = tenant
		if w, ok := was[p.ID]; ok && w == *p {
			continue
		}
		fields, err := json.Marshal(p.Fields)
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `INSERT INTO people (`+personColumns+`)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
			ON CONFLICT (id) DO UPDATE SET works_user = excluded.works_user, email = excluded.email, name = excluded.name,
				lang = excluded.lang, mobile = excluded.mobile, mobile_hand = excluded.mobile_hand, extension = excluded.extension,
				extension_hand = excluded.extension_hand, by_hand = excluded.by_hand, rule = excluded.rule, fields = excluded.fields,
				since = excluded.since, left_at = excluded.left_at`,
			p.ID, tenant, p.User, p.Email, p.Name, p.Lang, p.Mobile, flag(p.MobileByHand), p.Extension, flag(p.ExtensionByHand),
			flag(p.ByHand), p.Rule, string(fields), p.Since.UnixMilli(), stamp(p.Left))
		if err != nil {
			return err
		}
	}
	return nil
}
