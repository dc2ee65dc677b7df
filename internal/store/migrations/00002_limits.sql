-- +goose Up
ALTER TABLE tenants ADD COLUMN limits TEXT NOT NULL DEFAULT '{}';

-- Calls to the network that were let go, as long as they count.
CREATE TABLE limit_calls (
    tenant_id TEXT NOT NULL,
    extension TEXT NOT NULL,
    class     TEXT NOT NULL,
    at        BIGINT NOT NULL,
    call      TEXT NOT NULL,
    announced INTEGER NOT NULL -- a client's, and Asterisk has not asked for it yet
);
CREATE INDEX limit_calls_whose ON limit_calls (tenant_id, extension, class, at);
CREATE INDEX limit_calls_announced ON limit_calls (call) WHERE announced = 1;
CREATE INDEX limit_calls_age ON limit_calls (class, at);

CREATE TABLE limit_breaches (
    tenant_id TEXT NOT NULL,
    extension TEXT NOT NULL,
    at        BIGINT NOT NULL
);
CREATE INDEX limit_breaches_whose ON limit_breaches (tenant_id, extension, at);

CREATE TABLE limit_locks (
    tenant_id TEXT NOT NULL,
    extension TEXT NOT NULL,
    at        BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, extension)
);

-- +goose Down
DROP TABLE limit_locks;
DROP TABLE limit_breaches;
DROP TABLE limit_calls;
ALTER TABLE tenants DROP COLUMN limits;
