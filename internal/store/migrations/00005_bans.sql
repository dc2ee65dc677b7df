-- +goose Up
-- Sources that are refused at the SIP ports, and those that lately were.
CREATE TABLE bans (
    source   TEXT PRIMARY KEY,
    since    BIGINT NOT NULL,
    until    BIGINT NOT NULL,
    failures INTEGER NOT NULL,
    times    INTEGER NOT NULL
);

-- +goose Down
DROP TABLE bans;
