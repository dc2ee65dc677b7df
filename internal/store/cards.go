package store

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"time"
)

// Card says that somebody was told of a call or a fax in NAVER WORKS.
type Card struct {
	Tenant int    // number of the prefix
	Call   string // call_id, or the id of a fax
	// To is the userId of a person, or RoomMark and the channelId of a room.
	To        string
	Extension string // whose phone rang; for a room that of the group that was called
	Lang      string // "ko" or "en"
	Name      string // what the card called the caller; "" the number only
	Created   time.Time
}

// RoomMark begins Card.To of a room: no userId begins with it.
const RoomMark = "@"

// Room is the channelId of a card in a room; "" when it is a person's.
func (c *Card) Room() string {
	room, ok := strings.CutPrefix(c.To, RoomMark)
	if !ok {
		return ""
	}
	return room
}

// NewCard is a card with what is sent for it.
type NewCard struct {
	Card
	// More go before Row.
	More []OutboxRow
	Row  OutboxRow
}

// AddCards keeps cards with what is sent for them, and says how many were new:
// of those that are there already nothing is sent. What others add at the same
// moment goes in the same transaction.
func (s *Store) AddCards(ctx context.Context, cards []NewCard) (added int, err error) {
	if len(cards) == 0 {
		return 0, nil
	}
	for i := range cards {
		if err := cards[i].Row.Check(); err != nil {
			return 0, fmt.Errorf("add cards: %w", err)
		}
	}
	fresh := 0
	err = s.outbox.do(ctx, s, func(ctx context.Context, tx *sql.Tx) error {
		fresh = 0
		var rows []OutboxRow
		for i := range cards {
			c := &cards[i]
			isNew, err := affected(tx.ExecContext(ctx, `
				INSERT INTO cards (tenant, call_id, recipient, extension, lang, name, created) VALUES ($1, $2, $3, $4, $5, $6, $7)
				ON CONFLICT DO NOTHING`, c.Tenant, c.Call, c.To, c.Extension, c.Lang, bounded(c.Name, maxCallText), s.stamp()))
			if err != nil {
				return err
			}
			if isNew {
				fresh++
				rows = append(append(rows, c.More...), c.Row)
			}
		}
		return s.addOutbox(ctx, tx, rows)
	})
	if err != nil {
		return 0, fmt.Errorf("add cards: %w", err)
	}
	return fresh, nil
}

// Cards are those of a call or fax, by who has them.
func (s *Store) Cards(ctx context.Context, tenant int, call string) ([]Card, error) {
	rows, err := s.read.QueryContext(ctx, `
		SELECT recipient, extension, lang, name, created FROM cards WHERE tenant = $1 AND call_id = $2 ORDER BY recipient`, tenant, call)
	if err != nil {
		return nil, fmt.Errorf("read cards: %w", err)
	}
	var out []Card
	err = eachRow(rows, func() error {
		c := Card{Tenant: tenant, Call: call}
		var created int64
		err := rows.Scan(&c.To, &c.Extension, &c.Lang, &c.Name, &created)
		c.Created = time.UnixMilli(created).UTC()
		out = append(out, c)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read cards: %w", err)
	}
	return out, nil
}

// PruneCards forgets cards from before a time.
func (s *Store) PruneCards(ctx context.Context, before time.Time) error {
	err := s.update(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `DELETE FROM cards WHERE created < $1`, before.UnixMilli())
		return err
	})
	if err != nil {
		return fmt.Errorf("forget cards: %w", err)
	}
	return nil
}
