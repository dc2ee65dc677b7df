-- +goose Up
-- What is still to be sent to people and programs. A row is written in the
-- transaction of what it tells of, and deleted when it was sent. id grows with
-- time: the order of a lane.
CREATE TABLE outbox (
    id         BIGINT PRIMARY KEY,
    tenant     INTEGER NOT NULL, -- the number of the company's prefix
    kind       TEXT NOT NULL,    -- works, webhook
    lane       TEXT NOT NULL,    -- within it order holds
    label      TEXT NOT NULL,    -- ring, missed, call.ended
    ref        TEXT NOT NULL,    -- what it is about: a call's id
    priority   INTEGER NOT NULL, -- lower ones first
    body       TEXT NOT NULL,    -- JSON
    created    BIGINT NOT NULL,  -- ms
    expires    BIGINT NOT NULL,  -- ms; 0 never
    not_before BIGINT NOT NULL,  -- ms
    once       INTEGER NOT NULL, -- 1: not again when the outcome is unclear
    begun      INTEGER NOT NULL, -- 1: being sent, or it was when the program ended
    tries      INTEGER NOT NULL,
    dead       BIGINT NOT NULL,  -- ms: when it was given up; 0 it waits
    error      TEXT NOT NULL     -- of the last try
);
CREATE INDEX outbox_dead ON outbox (tenant, dead, id);

-- Where companies want to be told of calls. The secrets are sealed.
CREATE TABLE webhooks (
    id            TEXT PRIMARY KEY,
    tenant        INTEGER NOT NULL,
    url           TEXT NOT NULL,
    description   TEXT NOT NULL,
    events        TEXT NOT NULL,    -- |call.ringing|call.ended|
    enabled       INTEGER NOT NULL,
    secret        TEXT NOT NULL,
    former        TEXT NOT NULL,    -- '' none
    former_until  BIGINT NOT NULL,  -- ms
    created       BIGINT NOT NULL,  -- ms
    changed       BIGINT NOT NULL   -- ms
);
CREATE INDEX webhooks_tenant ON webhooks (tenant, created, id);

-- What became of each event of each webhook. id is that of its row in outbox.
CREATE TABLE webhook_deliveries (
    id       BIGINT PRIMARY KEY,
    tenant   INTEGER NOT NULL,
    webhook  TEXT NOT NULL,
    event    TEXT NOT NULL,    -- its id
    type     TEXT NOT NULL,    -- call.ringing
    body     TEXT NOT NULL,    -- what was, or will be, sent
    state    TEXT NOT NULL,    -- retrying, sent, failed
    tries    INTEGER NOT NULL,
    status   INTEGER NOT NULL, -- of HTTP; 0 no answer
    error    TEXT NOT NULL,
    created  BIGINT NOT NULL,  -- ms
    tried    BIGINT NOT NULL,  -- ms
    took     BIGINT NOT NULL   -- ms: the last try
);
CREATE INDEX webhook_deliveries_of ON webhook_deliveries (webhook, id);

-- +goose Down
DROP TABLE webhook_deliveries;
DROP TABLE webhooks;
DROP TABLE outbox;
