-- +goose Up
-- Links that set up a softphone once. The token itself is nowhere.
CREATE TABLE softphone_links (
    hash       TEXT PRIMARY KEY,         -- of the token
    id         TEXT NOT NULL UNIQUE,     -- what people name it by
    tenant_id  TEXT NOT NULL,
    extension  TEXT NOT NULL,
    device     INTEGER NOT NULL,         -- which phone of the extension, from 0
    bound      TEXT NOT NULL,            -- of token and password: another password, another link
    created_by TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    used_at    BIGINT NOT NULL DEFAULT 0,
    used_by    TEXT NOT NULL DEFAULT '', -- hash of who fetched
    fetches    INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX softphone_links_of ON softphone_links (tenant_id, extension, created_at);

-- +goose Down
DROP TABLE softphone_links;
