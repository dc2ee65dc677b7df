-- The description of each company's phone system, as package company has it, in
-- one JSON text without its secrets; owner '' holds the trunks that all share.
-- secrets are sealed. The versions before stand in description_history.

-- +goose Up
CREATE TABLE descriptions (
    owner      TEXT PRIMARY KEY,
    version    BIGINT NOT NULL,
    body       TEXT NOT NULL,
    secrets    TEXT NOT NULL,
    changed_at BIGINT NOT NULL,
    changed_by TEXT NOT NULL,
    summary    TEXT NOT NULL,
    restores   BIGINT NOT NULL -- the version whose content was taken again, 0 for none
);

CREATE TABLE description_history (
    owner      TEXT NOT NULL,
    version    BIGINT NOT NULL,
    body       TEXT NOT NULL,
    secrets    TEXT NOT NULL,
    changed_at BIGINT NOT NULL,
    changed_by TEXT NOT NULL,
    summary    TEXT NOT NULL,
    restores   BIGINT NOT NULL,
    PRIMARY KEY (owner, version)
);

-- The program reads "before" as what these columns held.
INSERT INTO descriptions (owner, version, body, secrets, changed_at, changed_by, summary, restores)
SELECT id, 1,
       '{"before":{"extensions":' || extensions || ',"dids":' || dids || ',"numbers":' || numbers || '}}',
       '', updated_at, '', '', 0
FROM tenants;

ALTER TABLE tenants DROP COLUMN extensions;
ALTER TABLE tenants DROP COLUMN dids;
ALTER TABLE tenants DROP COLUMN numbers;

-- +goose Down
ALTER TABLE tenants ADD COLUMN extensions TEXT NOT NULL DEFAULT '[]';
ALTER TABLE tenants ADD COLUMN dids TEXT NOT NULL DEFAULT '{}';
ALTER TABLE tenants ADD COLUMN numbers TEXT NOT NULL DEFAULT '[]';
DROP TABLE description_history;
DROP TABLE descriptions;
