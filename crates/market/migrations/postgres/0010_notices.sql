-- What somebody is told of an order: one row per event, person and channel, however often its job runs.
CREATE TABLE notices (
    id         TEXT PRIMARY KEY,
    market_id  TEXT NOT NULL REFERENCES markets (id),
    order_id   TEXT NOT NULL REFERENCES orders (id),
    -- What the text shows: all of the order, or this farm's part of it.
    farm_id    TEXT,
    kind       TEXT NOT NULL,
    -- A status event, or what several of them are told together as: an order, an order's farm.
    event_id   TEXT NOT NULL,
    -- A user's id; of a guest the order's address.
    person     TEXT NOT NULL,
    channel    TEXT NOT NULL CHECK (channel IN ('EMAIL', 'IN_APP')),
    name       TEXT NOT NULL,
    address    TEXT,
    lang       TEXT NOT NULL,
    args       TEXT NOT NULL,
    status     TEXT NOT NULL CHECK (status IN ('DUE', 'SENDING', 'ACCEPTED', 'SUPPRESSED', 'FAILED', 'IN_DOUBT', 'EXPIRED')),
    attempts   BIGINT NOT NULL DEFAULT 0 CHECK (attempts >= 0),
    problem    TEXT,
    created_at BIGINT NOT NULL,
    sent_at    BIGINT,
    read_at    BIGINT,
    CONSTRAINT notices_kind_event_id_person_channel_key UNIQUE (kind, event_id, person, channel)
);
CREATE INDEX notices_order ON notices (order_id, kind);
CREATE INDEX notices_list ON notices (market_id, person, channel, created_at, id);
CREATE INDEX notices_unread ON notices (market_id, person, channel, status, created_at) WHERE read_at IS NULL;
