CREATE TABLE farms (
    id         TEXT PRIMARY KEY,
    market_id  TEXT NOT NULL REFERENCES markets (id),
    slug       TEXT NOT NULL,
    name       TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    CONSTRAINT farms_market_id_slug_key UNIQUE (market_id, slug)
);

CREATE TABLE products (
    id          TEXT PRIMARY KEY,
    market_id   TEXT NOT NULL REFERENCES markets (id),
    farm_id     TEXT NOT NULL REFERENCES farms (id),
    name        TEXT NOT NULL,
    category    TEXT NOT NULL,
    unit        TEXT NOT NULL,
    price_minor BIGINT NOT NULL CHECK (price_minor >= 0),
    priced_by   TEXT NOT NULL CHECK (priced_by IN ('UNIT', 'WEIGHT')),
    tax_bp      BIGINT NOT NULL CHECK (tax_bp BETWEEN 0 AND 10000),
    created_at  BIGINT NOT NULL
);
CREATE INDEX products_farm ON products (farm_id);
