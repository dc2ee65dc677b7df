-- +goose Up
-- What NAVER WORKS told a bot, as it came. The hash stays for a day after that is
-- done, so that the same is not done twice; the body does not.
CREATE TABLE callbacks (
    hash     TEXT PRIMARY KEY, -- SHA-256 of bot and body
    tenant   INTEGER NOT NULL,
    person   TEXT NOT NULL,    -- userId; order holds for each
    body     TEXT NOT NULL,
    received BIGINT NOT NULL,  -- ms
    done     BIGINT NOT NULL   -- ms; 0: not yet
);
CREATE INDEX callbacks_open ON callbacks (done, received);

-- What only one may do, or may be done only once, for a time: a call that was
-- taken, a link that was used, a question that waits for its answer.
CREATE TABLE claims (
    tenant INTEGER NOT NULL,
    name   TEXT NOT NULL,
    person TEXT NOT NULL,   -- who has it
    what   TEXT NOT NULL,   -- for what
    cause  TEXT NOT NULL,   -- the callback that led to it
    at     BIGINT NOT NULL, -- ms
    until  BIGINT NOT NULL, -- ms
    PRIMARY KEY (tenant, name)
);
CREATE INDEX claims_until ON claims (until);

-- +goose Down
DROP TABLE callbacks;
DROP TABLE claims;
