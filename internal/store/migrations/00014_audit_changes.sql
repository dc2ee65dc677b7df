-- +goose Up
-- What a change was before and after: a JSON list of {"field","before","after"},
-- without secrets; '' when there is nothing to tell. It is in the row's hash when it
-- is not empty, so that rows of before keep theirs.
ALTER TABLE audit ADD COLUMN changes TEXT NOT NULL DEFAULT '';
CREATE INDEX audit_tenant ON audit (tenant, id);
CREATE INDEX audit_kind ON audit (kind, id);

-- +goose Down
DROP INDEX audit_kind;
DROP INDEX audit_tenant;
ALTER TABLE audit DROP COLUMN changes;
