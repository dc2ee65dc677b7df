-- +goose Up
-- Who was told of a call or fax in NAVER WORKS: a person or room is told of it
-- once while it rings, and once afterwards.
CREATE TABLE cards (
    tenant    INTEGER NOT NULL,         -- number of the prefix
    call_id   TEXT NOT NULL,            -- or the id of a fax
    recipient TEXT NOT NULL,            -- userId; @ and channelId of a room
    extension TEXT NOT NULL,            -- whose phone rang; of a group, its number
    lang      TEXT NOT NULL,
    name      TEXT NOT NULL,            -- of the caller, as the card had it
    created   BIGINT NOT NULL,
    PRIMARY KEY (tenant, call_id, recipient)
);
CREATE INDEX cards_created ON cards (created);

-- +goose Down
DROP TABLE cards;
