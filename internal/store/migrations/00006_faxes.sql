-- +goose Up
-- Faxes that came in, and those that were sent. id is when it began, in
-- milliseconds, times 2^20, and some bits that tell those of one moment apart.
CREATE TABLE faxes (
    id        BIGINT PRIMARY KEY,
    fax       TEXT NOT NULL UNIQUE,   -- what it is known by outside
    tenant_id TEXT NOT NULL,
    server    INTEGER NOT NULL,
    name      TEXT NOT NULL,          -- of its files on the server
    direction TEXT NOT NULL,          -- in, out
    status    TEXT NOT NULL,          -- sending, received, sent, failed
    reason    TEXT NOT NULL,          -- why it failed
    own       TEXT NOT NULL,          -- the company's number
    other     TEXT NOT NULL,          -- the other side's
    station   TEXT NOT NULL,          -- what the other machine calls itself
    extension TEXT NOT NULL,          -- on whose behalf it is sent
    pages     INTEGER NOT NULL,       -- that are kept
    done      INTEGER NOT NULL,       -- that went through
    damaged   INTEGER NOT NULL,       -- lines
    mode      TEXT NOT NULL,          -- audio, t38
    rate      INTEGER NOT NULL,       -- bits a second
    linkedid  TEXT NOT NULL,
    begun     BIGINT NOT NULL,
    ended     BIGINT NOT NULL         -- 0: not yet
);
CREATE UNIQUE INDEX faxes_name ON faxes (server, tenant_id, direction, name);
CREATE INDEX faxes_tenant ON faxes (tenant_id, id);
CREATE INDEX faxes_status ON faxes (status, server);

-- +goose Down
DROP TABLE faxes;
