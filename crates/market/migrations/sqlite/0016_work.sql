-- Where it grows or is kept, in the farm's own words: lists for walking and packing go by it.
ALTER TABLE products ADD COLUMN place TEXT NOT NULL DEFAULT '';
ALTER TABLE products ADD COLUMN is_chilled BOOLEAN NOT NULL DEFAULT FALSE;

-- Who ticked a line off and when; the version is the line's own, so that two who pack one order do not meet.
ALTER TABLE order_lines ADD COLUMN packed_at BIGINT;
ALTER TABLE order_lines ADD COLUMN packed_by TEXT;
-- What is in the box instead, in the farm's words.
ALTER TABLE order_lines ADD COLUMN pack_note TEXT;
ALTER TABLE order_lines ADD COLUMN pack_version BIGINT NOT NULL DEFAULT 1;

-- How far a product's harvest for one day is.
CREATE TABLE harvest_ticks (
    market_id  TEXT NOT NULL REFERENCES markets (id),
    farm_id    TEXT NOT NULL REFERENCES farms (id),
    day_id     TEXT NOT NULL REFERENCES market_days (id),
    product_id TEXT NOT NULL REFERENCES products (id),
    is_done    BOOLEAN NOT NULL,
    have_qty   BIGINT CHECK (have_qty >= 0),
    version    BIGINT NOT NULL,
    actor_id   TEXT,
    at         BIGINT NOT NULL,
    PRIMARY KEY (farm_id, day_id, product_id)
);

-- A customer stands at the stall: said once an order.
CREATE TABLE arrivals (
    order_id      TEXT PRIMARY KEY REFERENCES orders (id),
    market_id     TEXT NOT NULL REFERENCES markets (id),
    at            BIGINT NOT NULL,
    order_version BIGINT NOT NULL
);
