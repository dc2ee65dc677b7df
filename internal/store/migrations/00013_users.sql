-- +goose Up
-- Users of the web. Whose they are is the number of the company's prefix; 0 is
-- nobody's: they see all companies.
CREATE TABLE web_users (
    id           TEXT PRIMARY KEY,
    username     TEXT NOT NULL UNIQUE, -- lower case
    name         TEXT NOT NULL,
    lang         TEXT NOT NULL,    -- ko, en; '' as the browser says
    tenant       INTEGER NOT NULL,
    role         TEXT NOT NULL,    -- of the program, or the id of one in web_roles
    extension    TEXT NOT NULL,    -- '' none
    person       TEXT NOT NULL,    -- id in people; '' none
    hash         TEXT NOT NULL,    -- argon2id; '' no password
    must_change  INTEGER NOT NULL, -- 1: nothing works before there is a new password
    once_until   BIGINT NOT NULL,  -- ms; 0: the password does not end
    documented   INTEGER NOT NULL, -- 1: the password is the documented one
    enabled      INTEGER NOT NULL,
    totp         TEXT NOT NULL,    -- sealed; '' none
    totp_new     TEXT NOT NULL,    -- sealed: shown, and not yet proved
    totp_step    BIGINT NOT NULL,  -- of the last code that was taken
    created_at   BIGINT NOT NULL,  -- ms
    changed_at   BIGINT NOT NULL,
    signed_in_at BIGINT NOT NULL   -- 0: never
);
CREATE INDEX web_users_of ON web_users (tenant, username);
CREATE UNIQUE INDEX web_users_person ON web_users (person) WHERE person <> '';

-- Codes that stand for a second factor once.
CREATE TABLE web_recovery_codes (
    user_id TEXT NOT NULL,
    hash    TEXT NOT NULL,
    PRIMARY KEY (user_id, hash)
);

CREATE TABLE web_passkeys (
    id         TEXT PRIMARY KEY,
    user_id    TEXT NOT NULL,
    credential TEXT NOT NULL UNIQUE, -- base64
    name       TEXT NOT NULL,
    data       TEXT NOT NULL,        -- JSON
    created_at BIGINT NOT NULL,
    used_at    BIGINT NOT NULL
);
CREATE INDEX web_passkeys_of ON web_passkeys (user_id, created_at);

-- Roles that companies have made for themselves.
CREATE TABLE web_roles (
    id         TEXT PRIMARY KEY,
    tenant     INTEGER NOT NULL,
    name       TEXT NOT NULL,
    rights     TEXT NOT NULL, -- JSON
    created_at BIGINT NOT NULL,
    changed_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX web_roles_of ON web_roles (tenant, name);

-- Browsers that are signed in.
CREATE TABLE web_sessions (
    hash       TEXT PRIMARY KEY,  -- of the cookie
    id         TEXT NOT NULL UNIQUE,
    kind       TEXT NOT NULL,     -- user, login, person
    owner      TEXT NOT NULL,     -- id of the user or person, or the login's name
    tenant     INTEGER NOT NULL,  -- of a person
    mark       TEXT NOT NULL,     -- of the password it began with: another one ends it
    agent      TEXT NOT NULL,     -- the browser
    remote     TEXT NOT NULL,     -- address, where it was seen last
    created_at BIGINT NOT NULL,   -- ms
    seen_at    BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX web_sessions_of ON web_sessions (kind, owner, created_at);

-- +goose Down
DROP TABLE web_sessions;
DROP TABLE web_roles;
DROP TABLE web_passkeys;
DROP TABLE web_recovery_codes;
DROP TABLE web_users;
