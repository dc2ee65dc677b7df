-- +goose Up
-- People of companies: those of NAVER WORKS' directory, and those entered by
-- hand. Whose they are is the number of the company's prefix.
CREATE TABLE people (
    id             TEXT PRIMARY KEY,
    tenant         INTEGER NOT NULL,
    works_user     TEXT NOT NULL,    -- the id of NAVER WORKS; '' none
    email          TEXT NOT NULL,
    name           TEXT NOT NULL,
    lang           TEXT NOT NULL,    -- ko, en
    mobile         TEXT NOT NULL,    -- as it is dialled
    mobile_hand    INTEGER NOT NULL, -- 1: by hand, the directory does not change it
    extension      TEXT NOT NULL,    -- '' none
    extension_hand INTEGER NOT NULL,
    by_hand        INTEGER NOT NULL, -- 1: not of the directory
    rule           TEXT NOT NULL,    -- that gave the extension, or why there is none
    fields         TEXT NOT NULL,    -- what the directory has of them, JSON
    since          BIGINT NOT NULL,  -- ms
    left_at        BIGINT NOT NULL   -- ms; 0: here
);
CREATE UNIQUE INDEX people_user ON people (tenant, works_user) WHERE works_user <> '';
CREATE INDEX people_of ON people (tenant, id);

-- What a company has set for its people, and how the last look into the
-- directory went.
CREATE TABLE people_settings (
    tenant   INTEGER PRIMARY KEY,
    settings TEXT NOT NULL, -- JSON
    secrets  TEXT NOT NULL, -- sealed
    sync     TEXT NOT NULL  -- JSON
);

-- People who are signed in.
CREATE TABLE person_sessions (
    hash       TEXT PRIMARY KEY, -- of the cookie
    id         TEXT NOT NULL UNIQUE,
    tenant     INTEGER NOT NULL,
    works_user TEXT NOT NULL,
    agent      TEXT NOT NULL,    -- the browser
    created_at BIGINT NOT NULL,  -- ms
    expires_at BIGINT NOT NULL
);
CREATE INDEX person_sessions_of ON person_sessions (tenant, works_user, created_at);

-- Names of callers.
CREATE TABLE contacts (
    tenant  INTEGER NOT NULL,
    number  TEXT NOT NULL,   -- as number.Key writes it
    written TEXT NOT NULL,   -- as it was imported
    name    TEXT NOT NULL,
    company TEXT NOT NULL,
    PRIMARY KEY (tenant, number)
);

-- +goose Down
DROP TABLE contacts;
DROP TABLE person_sessions;
DROP TABLE people_settings;
DROP TABLE people;
