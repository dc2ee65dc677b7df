-- One text for SQLite and PostgreSQL: times are milliseconds since 1970 in UTC,
-- truth values 0 and 1, lists JSON texts, hashes hex texts.

-- +goose Up
CREATE TABLE tenants (
    id         TEXT PRIMARY KEY,
    number     INTEGER NOT NULL,
    name       TEXT NOT NULL,
    main       INTEGER NOT NULL,
    servers    TEXT NOT NULL,
    extensions TEXT NOT NULL,
    dids       TEXT NOT NULL,
    numbers    TEXT NOT NULL,
    contexts   TEXT NOT NULL,
    enabled    INTEGER NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX tenants_number ON tenants (number) WHERE enabled = 1;

CREATE TABLE app_keys (
    tenant_id  TEXT NOT NULL REFERENCES tenants (id),
    name       TEXT NOT NULL,
    hash       TEXT NOT NULL,
    prefix     TEXT NOT NULL,
    enabled    INTEGER NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, name)
);
CREATE UNIQUE INDEX app_keys_hash ON app_keys (hash) WHERE enabled = 1;

CREATE TABLE logins (
    username   TEXT PRIMARY KEY,
    tenant_id  TEXT NOT NULL REFERENCES tenants (id),
    extension  TEXT NOT NULL,
    hash       TEXT NOT NULL,
    file_hash  TEXT NOT NULL,
    enabled    INTEGER NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);

CREATE TABLE operators (
    username   TEXT PRIMARY KEY,
    hash       TEXT NOT NULL,
    file_hash  TEXT NOT NULL,
    enabled    INTEGER NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);

-- What the configuration file last said about each entry, so that a later start
-- changes only what changed in the file.
CREATE TABLE seeds (
    kind    TEXT NOT NULL,
    name    TEXT NOT NULL,
    content TEXT NOT NULL,
    present INTEGER NOT NULL,
    PRIMARY KEY (kind, name)
);

-- Extensions whose keys in AstDB were once written with their defaults.
CREATE TABLE provisioned (
    server     INTEGER NOT NULL,
    tenant_id  TEXT NOT NULL REFERENCES tenants (id),
    extension  TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (server, tenant_id, extension)
);

-- Append-only; each row's hash covers the row and the hash before it.
CREATE TABLE audit (
    id          BIGINT PRIMARY KEY,
    at          BIGINT NOT NULL,
    kind        TEXT NOT NULL,
    role        TEXT NOT NULL,
    tenant      INTEGER NOT NULL,
    extension   TEXT NOT NULL,
    name        TEXT NOT NULL,
    via         TEXT NOT NULL,
    remote      TEXT NOT NULL,
    server      INTEGER NOT NULL,
    action      TEXT NOT NULL,
    code        TEXT NOT NULL,
    field       TEXT NOT NULL,
    detail      TEXT NOT NULL,
    action_id   TEXT NOT NULL,
    action_hash TEXT NOT NULL,
    prev_hash   TEXT NOT NULL,
    hash        TEXT NOT NULL
);
CREATE INDEX audit_at ON audit (at);
CREATE INDEX audit_action ON audit (action_hash) WHERE action_hash <> '';

-- +goose Down
DROP TABLE audit;
DROP TABLE provisioned;
DROP TABLE seeds;
DROP TABLE operators;
DROP TABLE logins;
DROP TABLE app_keys;
DROP TABLE tenants;
