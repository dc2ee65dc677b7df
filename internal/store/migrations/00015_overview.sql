-- +goose Up
-- What of the server's own a call came to in the end: voicemail, fax, attendant,
-- conference, notice, closed, message, code; '' for none.
ALTER TABLE cdr ADD COLUMN served TEXT NOT NULL DEFAULT '';

-- What a company's hours were like, counted from the history: for the overview.
-- tenant is that of cdr, -1 all of them together. What is counted is kept as long
-- as changes is what it was when counting began: each write of a call of that hour
-- adds one and empties data.
CREATE TABLE cdr_hours (
    tenant  INTEGER NOT NULL,
    hour    BIGINT NOT NULL,  -- hours since 1970
    changes BIGINT NOT NULL,
    data    TEXT NOT NULL,    -- JSON; '' not counted
    PRIMARY KEY (tenant, hour)
);

CREATE INDEX faxes_linkedid ON faxes (linkedid, tenant_id);

-- +goose Down
DROP INDEX faxes_linkedid;
DROP TABLE cdr_hours;
ALTER TABLE cdr DROP COLUMN served;
