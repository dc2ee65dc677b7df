package bot

import (
	"context"

	"github.com/dipcast/dipcast/internal/store"
	"github.com/dipcast/dipcast/works"
)

// Reply answers what a person pressed or wrote. about is what led to it.
func (b *Bot) Reply(ctx context.Context, tenant int, person, about string, content works.Content) error {
	row, err := b.row(tenant, person, LabelReply, about, content)
	if err != nil {
		return err
	}
	return b.o.Store.AddOutbox(ctx, []store.OutboxRow{row})
}
