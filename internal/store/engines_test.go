package store_test

import (
	"os"
	"testing"
	"time"

	"github.com/dipcast/dipcast/internal/store"
	"github.com/dipcast/dipcast/internal/store/storetest"
)

func TestMain(m *testing.M) { os.Exit(storetest.Main(m)) }

// database is one that a test of the suite uses.
type database struct{ *storetest.Database }

// each runs a test of the suite on every engine, side by side.
func each(t *testing.T, f func(t *testing.T, d *database)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { t.Parallel(); f(t, &database{storetest.SQLite(t)}) })
	t.Run("postgres", func(t *testing.T) { t.Parallel(); f(t, &database{storetest.Postgres(t)}) })
}

// open opens the store with a clock that stands still.
func (d *database) open(t *testing.T) *store.Store {
	t.Helper()
	at := &clock{time.UnixMilli(1760579048983)}
	return d.Open(t, func(o *store.Options) { o.Now = at.now })
}

// another is a new, empty database of the same engine.
func (d *database) another(t *testing.T) *database {
	t.Helper()
	if d.Engine == "sqlite" {
		return &database{storetest.SQLite(t)}
	}
	return &database{storetest.Postgres(t)}
}
