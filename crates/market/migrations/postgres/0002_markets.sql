CREATE TABLE settings (
    name  TEXT PRIMARY KEY,
    value TEXT NOT NULL
);

CREATE TABLE markets (
    id          TEXT PRIMARY KEY,
    slug        TEXT NOT NULL,
    name        TEXT NOT NULL,
    address     TEXT NOT NULL,
    currency    TEXT NOT NULL CHECK (currency IN ('EUR', 'GBP', 'USD')),
    timezone    TEXT NOT NULL,
    code_prefix TEXT NOT NULL,
    is_default  BOOLEAN NOT NULL,
    created_at  BIGINT NOT NULL,
    CONSTRAINT markets_slug_key UNIQUE (slug)
);

CREATE TABLE pickup_places (
    id        TEXT PRIMARY KEY,
    market_id TEXT NOT NULL REFERENCES markets (id),
    name      TEXT NOT NULL,
    address   TEXT NOT NULL,
    access    TEXT,
    map_url   TEXT
);
CREATE INDEX pickup_places_market ON pickup_places (market_id);

CREATE TABLE market_days (
    id         TEXT PRIMARY KEY,
    market_id  TEXT NOT NULL REFERENCES markets (id),
    local_date TEXT NOT NULL,
    status     TEXT NOT NULL CHECK (status IN ('DRAFT', 'SCHEDULED', 'OPEN', 'CLOSED', 'HARVESTED', 'DISTRIBUTED', 'SETTLED', 'CANCELLED')),
    opens_at   BIGINT NOT NULL,
    cutoff_at  BIGINT NOT NULL,
    ends_at    BIGINT NOT NULL,
    CONSTRAINT market_days_market_id_local_date_key UNIQUE (market_id, local_date)
);
CREATE INDEX market_days_end ON market_days (market_id, ends_at);

CREATE TABLE windows (
    id          TEXT PRIMARY KEY,
    market_id   TEXT NOT NULL REFERENCES markets (id),
    day_id      TEXT NOT NULL REFERENCES market_days (id),
    place_id    TEXT NOT NULL REFERENCES pickup_places (id),
    local_date  TEXT NOT NULL,
    local_start TEXT NOT NULL,
    local_end   TEXT NOT NULL,
    starts_at   BIGINT NOT NULL,
    ends_at     BIGINT NOT NULL,
    capacity    BIGINT NOT NULL CHECK (capacity >= 0)
);
CREATE INDEX windows_day ON windows (day_id);
