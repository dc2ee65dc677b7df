-- +goose Up
-- Whose a row of the history is, as a short number: it stands in every index. 0
-- is nobody, which operators see.
CREATE TABLE cdr_tenants (
    n         INTEGER PRIMARY KEY,
    tenant_id TEXT NOT NULL UNIQUE
);

-- One row for each call and company. id is when the call began, in milliseconds,
-- times 2^20, and some bits that tell calls of the same moment apart: the order of
-- ids is that of time.
CREATE TABLE cdr (
    tenant      INTEGER NOT NULL,
    id          BIGINT NOT NULL,
    server      INTEGER NOT NULL,
    linkedid    TEXT NOT NULL,
    origin      INTEGER NOT NULL, -- who saw it: 1 we, to its end; 2 we, in part; 4 Asterisk's own record
    started     BIGINT NOT NULL,
    answered    BIGINT NOT NULL,  -- 0: not
    ended       BIGINT NOT NULL,
    wait        BIGINT NOT NULL,  -- ms until the answer, or the end
    talk        BIGINT NOT NULL,  -- ms from the answer to the end
    direction   TEXT NOT NULL,
    disposition TEXT NOT NULL,
    reason      TEXT NOT NULL,
    missed      INTEGER NOT NULL,
    cause       INTEGER NOT NULL,
    src         TEXT NOT NULL,
    src_ext     TEXT NOT NULL,
    src_name    TEXT NOT NULL,
    dst         TEXT NOT NULL,
    dst_ext     TEXT NOT NULL,
    dst_name    TEXT NOT NULL,
    did         TEXT NOT NULL,
    by_number   TEXT NOT NULL,
    by_ext      TEXT NOT NULL,
    by_name     TEXT NOT NULL,
    div_type    TEXT NOT NULL,
    div_ext     TEXT NOT NULL,
    div_number  TEXT NOT NULL,
    queue       TEXT NOT NULL,
    account     TEXT NOT NULL,
    channel     TEXT NOT NULL,
    dstchannel  TEXT NOT NULL,
    lastapp     TEXT NOT NULL,
    lastdata    TEXT NOT NULL,
    dcontext    TEXT NOT NULL,
    uniqueid    TEXT NOT NULL,
    recording   TEXT NOT NULL,
    exts        TEXT NOT NULL, -- |1010|1013|: every extension that took part
    nums        TEXT NOT NULL, -- |01012345678|1010|: numbers, as they are searched
    names       TEXT NOT NULL, -- names, as they are searched
    updated     BIGINT NOT NULL,
    PRIMARY KEY (tenant, id)
);
CREATE UNIQUE INDEX cdr_call ON cdr (linkedid, server, tenant);
CREATE INDEX cdr_all ON cdr (id, tenant);
CREATE INDEX cdr_disposition ON cdr (tenant, disposition, id);

-- What only the page of one call shows: legs, diversions, transfers, as JSON.
CREATE TABLE cdr_details (
    tenant  INTEGER NOT NULL,
    id      BIGINT NOT NULL,
    details TEXT NOT NULL,
    PRIMARY KEY (tenant, id)
);

-- Everybody who was ever in a call of a company: extension, number and name as
-- they came together. who is a hash of them.
CREATE TABLE cdr_who (
    who      BIGINT PRIMARY KEY,
    tenant   INTEGER NOT NULL,
    ext      TEXT NOT NULL,
    number   TEXT NOT NULL, -- digits, a for *, b for #: the same order in every locale
    reversed TEXT NOT NULL, -- number, from its end
    name     TEXT NOT NULL  -- letters and digits only, in lower case
);
CREATE INDEX cdr_who_ext ON cdr_who (tenant, ext);
CREATE INDEX cdr_who_number ON cdr_who (tenant, number);
CREATE INDEX cdr_who_reversed ON cdr_who (tenant, reversed);

-- Every character of a name, and every two that follow each other.
CREATE TABLE cdr_grams (
    tenant INTEGER NOT NULL,
    gram   TEXT NOT NULL,
    who    BIGINT NOT NULL,
    PRIMARY KEY (tenant, gram, who)
);

-- Who was in which call. A row may be left of a call that was completed since:
-- what is found here is looked up in cdr.
CREATE TABLE cdr_parties (
    tenant INTEGER NOT NULL,
    who    BIGINT NOT NULL,
    id     BIGINT NOT NULL,
    PRIMARY KEY (tenant, who, id)
);

-- How far each server's own record was read.
CREATE TABLE cdr_files (
    server   INTEGER PRIMARY KEY,
    identity TEXT NOT NULL,   -- of the file: device and inode
    position BIGINT NOT NULL, -- bytes
    head     TEXT NOT NULL,   -- hash of the file's first bytes
    updated  BIGINT NOT NULL
);

-- Lines of that record, kept as long as the call may still get more of them.
CREATE TABLE cdr_lines (
    server   INTEGER NOT NULL,
    linkedid TEXT NOT NULL,
    uniqueid TEXT NOT NULL,
    sequence BIGINT NOT NULL,
    line     TEXT NOT NULL, -- JSON
    PRIMARY KEY (server, linkedid, uniqueid, sequence)
);
CREATE TABLE cdr_pending (
    server   INTEGER NOT NULL,
    linkedid TEXT NOT NULL,
    due      BIGINT NOT NULL, -- when to look at the call again; 0: not before there is another line
    heard    BIGINT NOT NULL, -- when its last line was read
    PRIMARY KEY (server, linkedid)
);
CREATE INDEX cdr_pending_due ON cdr_pending (due);
CREATE INDEX cdr_pending_heard ON cdr_pending (heard);

-- +goose Down
DROP TABLE cdr_pending;
DROP TABLE cdr_lines;
DROP TABLE cdr_files;
DROP TABLE cdr_parties;
DROP TABLE cdr_grams;
DROP TABLE cdr_who;
DROP TABLE cdr_details;
DROP TABLE cdr;
DROP TABLE cdr_tenants;
