package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"
)

// readColumns are those of a list.
const readColumns = `tenant, id, server, linkedid, origin, started, answered, ended, wait, talk,
	direction, disposition, reason, missed, cause, src, src_ext, src_name, dst, dst_ext, dst_name, did,
	by_number, by_ext, by_name, div_type, div_ext, div_number, queue, account,
	channel, dstchannel, lastapp, lastdata, dcontext, uniqueid, recording, served`

type callRead struct {
	CallRow
	tenant int64
}

func (c *callReader) read(query string, args []any) ([]callRead, error) {
	c.see(query, args)
	return c.s.scanCalls(c.ctx, query, args)
}

func (s *Store) scanCalls(ctx context.Context, query string, args []any) ([]callRead, error) {
	rows, err := s.read.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	var out []callRead
	err = eachRow(rows, func() error {
		var r callRead
		var started, answered, ended, wait, talk int64
		var missed int
		err := rows.Scan(&r.tenant, &r.ID, &r.Server, &r.Linkedid, &r.Origin, &started, &answered, &ended, &wait, &talk,
			&r.Direction, &r.Disposition, &r.Reason, &missed, &r.Cause, &r.From.Number, &r.From.Extension, &r.From.Name,
			&r.To.Number, &r.To.Extension, &r.To.Name, &r.DID, &r.By.Number, &r.By.Extension, &r.By.Name,
			&r.DivertedBy.Type, &r.DivertedBy.Extension, &r.DivertedBy.Number, &r.Queue, &r.Account,
			&r.Channel, &r.DstChannel, &r.LastApp, &r.LastData, &r.DContext, &r.Uniqueid, &r.Recording, &r.Served)
		r.Started, r.Answered, r.Ended = unstamp(started), unstamp(answered), unstamp(ended)
		r.Wait, r.Talk = time.Duration(wait)*time.Millisecond, time.Duration(talk)*time.Millisecond
		r.Missed = missed == 1
		out = append(out, r)
		return err
	})
	for i := range out {
		if err == nil {
			out[i].TenantID, err = s.tenantID(ctx, out[i].tenant)
		}
	}
	return out, err
}

// CallDetails returns the JSON that was saved with a call, "" when there is none.
func (s *Store) CallDetails(ctx context.Context, r *CallRow) (string, error) {
	n, err := tenantNumber(ctx, s.read, r.TenantID)
	var text string
	if err == nil {
		err = s.read.QueryRowContext(ctx, `SELECT d.details FROM cdr c JOIN cdr_details d ON d.tenant = c.tenant AND d.id = c.id
			WHERE c.linkedid = $1 AND c.server = $2 AND c.tenant = $3`, r.Linkedid, r.Server, n).Scan(&text)
	}
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return "", fmt.Errorf("read call history: %w", err)
	}
	return text, nil
}
