-- Who did what to which thing, written in the transaction of the act and never changed. Ids, no names: a person can be
-- erased. A change of an order's status is not here: its row in status_events is the same.
CREATE TABLE audit_entries (
    id         TEXT PRIMARY KEY,
    market_id  TEXT NOT NULL REFERENCES markets (id),
    at         BIGINT NOT NULL,
    actor_id   TEXT,
    role       TEXT NOT NULL,
    verb       TEXT NOT NULL,
    thing_id   TEXT NOT NULL,
    was        TEXT,
    became     TEXT,
    via        TEXT NOT NULL,
    address    TEXT NOT NULL,
    request_id TEXT NOT NULL
);
CREATE INDEX audit_entries_market ON audit_entries (market_id, id);

-- A chain of hashes over batches of entries and status events, made by a job.
CREATE TABLE audit_seals (
    seq       BIGINT PRIMARY KEY,
    -- Of the seal before; the first has none.
    prev      TEXT NOT NULL,
    hash      TEXT NOT NULL,
    -- Lines of a row's id and its own hash, in their order.
    sealed    TEXT NOT NULL,
    size      BIGINT NOT NULL,
    -- When the youngest of them was made.
    until_at  BIGINT NOT NULL,
    sealed_at BIGINT NOT NULL
);
CREATE INDEX audit_seals_until ON audit_seals (until_at);
