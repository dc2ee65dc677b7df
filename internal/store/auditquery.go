package store

import (
	"context"
	"strconv"
	"strings"
	"time"
)

// AuditQuery says which rows of the audit trail are wanted. Zero fields do not
// narrow.
type AuditQuery struct {
	Tenant int // its number
	Kind   string
	Name   string // of the login or app key
	Action string // the beginning of it
	Server int
	From   time.Time // not before
	To     time.Time // before
	Text   string    // in action, field, detail or changes, in any case of ASCII letters
	Before int64     // rows with a lower id
	Limit  int       // required
}

// FindAudit returns the rows that q asks for, newest first.
func (s *Store) FindAudit(ctx context.Context, q AuditQuery) ([]AuditRow, error) {
	var where []string
	var args []any
	and := func(condition string, values ...any) {
		for _, v := range values {
			args = append(args, v)
			condition = strings.Replace(condition, "?", "$"+strconv.Itoa(len(args)), 1)
		}
		where = append(where, condition)
	}
	if q.Tenant > 0 {
		and(`tenant = ?`, q.Tenant)
	}
	if q.Kind != "" {
		and(`kind = ?`, q.Kind)
	}
	if q.Name != "" {
		and(`name = ?`, q.Name)
	}
	if q.Action != "" {
		and(`lower(action) LIKE ?`, strings.ToLower(like(q.Action))+"%")
	}
	if q.Server > 0 {
		and(`server = ?`, q.Server)
	}
	if !q.From.IsZero() {
		and(`at >= ?`, q.From.UnixMilli())
	}
	if !q.To.IsZero() {
		and(`at < ?`, q.To.UnixMilli())
	}
	if q.Text != "" {
		text := "%" + strings.ToLower(like(q.Text)) + "%"
		and(`(lower(detail) LIKE ? OR lower(changes) LIKE ? OR lower(action) LIKE ? OR lower(field) LIKE ?)`, text, text, text, text)
	}
	if q.Before > 0 {
		and(`id < ?`, q.Before)
	}
	tail := ""
	if len(where) > 0 {
		tail = `WHERE ` + strings.Join(where, ` AND `)
	}
	args = append(args, q.Limit)
	return s.audit(ctx, tail+` ORDER BY id DESC LIMIT $`+strconv.Itoa(len(args)), args...)
}
