-- +goose Up
-- What few calls are, in the order of time: so that the page of a rare result does
-- not look through all the others.
CREATE INDEX cdr_missed ON cdr (tenant, id) WHERE missed = 1;
CREATE INDEX cdr_reason ON cdr (tenant, reason, id) WHERE reason <> 'completed';
CREATE INDEX cdr_served ON cdr (tenant, served, id) WHERE served <> '';
CREATE INDEX cdr_diverted ON cdr (tenant, id) WHERE div_type <> '';
-- Ten minutes of talk and more.
CREATE INDEX cdr_long ON cdr (tenant, id, talk) WHERE talk >= 600000;

-- +goose Down
DROP INDEX cdr_long;
DROP INDEX cdr_diverted;
DROP INDEX cdr_served;
DROP INDEX cdr_reason;
DROP INDEX cdr_missed;
