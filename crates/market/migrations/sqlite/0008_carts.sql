-- A cart belongs to a person or, until one signs in, to a session: `user:<id>` or `session:<hash>`.
CREATE TABLE carts (
    id         TEXT PRIMARY KEY,
    market_id  TEXT NOT NULL REFERENCES markets (id),
    owner      TEXT NOT NULL,
    -- Of the order it becomes: the same key twice is one order.
    key        TEXT NOT NULL,
    window_id  TEXT REFERENCES windows (id),
    name       TEXT,
    email      TEXT,
    phone      TEXT,
    created_at BIGINT NOT NULL,
    changed_at BIGINT NOT NULL,
    CONSTRAINT carts_market_id_owner_key UNIQUE (market_id, owner)
);
CREATE INDEX carts_age ON carts (changed_at);

CREATE TABLE cart_lines (
    cart_id     TEXT NOT NULL REFERENCES carts (id) ON DELETE CASCADE,
    product_id  TEXT NOT NULL REFERENCES products (id),
    qty         BIGINT NOT NULL CHECK (qty > 0),
    -- As the customer saw it: a change is named before it is paid.
    price_minor BIGINT NOT NULL,
    added_at    BIGINT NOT NULL,
    PRIMARY KEY (cart_id, product_id)
);

CREATE TABLE cart_notes (
    cart_id TEXT NOT NULL REFERENCES carts (id) ON DELETE CASCADE,
    farm_id TEXT NOT NULL REFERENCES farms (id),
    note    TEXT NOT NULL,
    PRIMARY KEY (cart_id, farm_id)
);
