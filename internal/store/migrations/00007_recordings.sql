-- +goose Up
-- Recordings of calls. Whose they are is the number of the company's prefix,
-- which is never given to another.
CREATE TABLE recordings (
    id       TEXT PRIMARY KEY,
    tenant   INTEGER NOT NULL,
    server   INTEGER NOT NULL,
    linkedid TEXT NOT NULL,
    uniqueid TEXT NOT NULL,
    dir      TEXT NOT NULL,   -- IN, OUT, LOCAL
    src      TEXT NOT NULL,   -- digits
    dst      TEXT NOT NULL,
    began    BIGINT NOT NULL, -- ms
    length   BIGINT NOT NULL, -- ms
    bytes    BIGINT NOT NULL,
    sha256   TEXT NOT NULL,
    stem     TEXT NOT NULL UNIQUE, -- below the folder of recordings, without the format
    format   TEXT NOT NULL,   -- wav, mp3, opus
    held     INTEGER NOT NULL, -- 1: it stays when its time is over
    checked  BIGINT NOT NULL, -- ms: when its checksum was compared last
    damaged  INTEGER NOT NULL -- 1: it did not fit, or the file is gone
);
CREATE INDEX recordings_of ON recordings (tenant, began, id);
CREATE INDEX recordings_all ON recordings (began, id);
CREATE INDEX recordings_call ON recordings (linkedid, server);
CREATE INDEX recordings_checked ON recordings (checked, id);

-- +goose Down
DROP TABLE recordings;
