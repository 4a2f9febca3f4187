CREATE TABLE orders (
    id              TEXT PRIMARY KEY,
    market_id       TEXT NOT NULL REFERENCES markets (id),
    code            TEXT NOT NULL,
    customer_id     TEXT REFERENCES users (id),
    customer_name   TEXT NOT NULL,
    customer_email  TEXT NOT NULL,
    day_id          TEXT NOT NULL REFERENCES market_days (id),
    window_id       TEXT NOT NULL REFERENCES windows (id),
    currency        TEXT NOT NULL CHECK (currency IN ('EUR', 'GBP', 'USD')),
    payment         TEXT NOT NULL CHECK (payment IN ('AWAITING', 'AUTHORIZED', 'CAPTURED', 'PAY_AT_PICKUP', 'FAILED', 'EXPIRED', 'VOIDED')),
    status          TEXT NOT NULL CHECK (status IN ('PENDING', 'CONFIRMED', 'PREPARING', 'READY', 'OUT_FOR_DELIVERY', 'MISSED', 'FULFILLED', 'COMPLETED', 'CANCELLED')),
    version         BIGINT NOT NULL,
    link_generation BIGINT NOT NULL,
    link_hash       TEXT NOT NULL,
    placed_at       BIGINT NOT NULL,
    changed_at      BIGINT NOT NULL,
    CONSTRAINT orders_market_id_code_key UNIQUE (market_id, code),
    CONSTRAINT orders_link_hash_key UNIQUE (link_hash)
);
CREATE INDEX orders_market ON orders (market_id, placed_at, id);
CREATE INDEX orders_customer ON orders (customer_id, placed_at, id);

CREATE TABLE farm_orders (
    id         TEXT PRIMARY KEY,
    market_id  TEXT NOT NULL REFERENCES markets (id),
    order_id   TEXT NOT NULL REFERENCES orders (id),
    farm_id    TEXT NOT NULL REFERENCES farms (id),
    day_id     TEXT NOT NULL REFERENCES market_days (id),
    method     TEXT NOT NULL CHECK (method IN ('PICKUP', 'OWN_STALL', 'DELIVERY')),
    status     TEXT NOT NULL CHECK (status IN ('PENDING', 'CONFIRMED', 'PREPARING', 'READY', 'OUT_FOR_DELIVERY', 'MISSED', 'FULFILLED', 'COMPLETED', 'CANCELLED')),
    version    BIGINT NOT NULL,
    last_seq   BIGINT NOT NULL,
    note       TEXT,
    due_at     BIGINT,
    placed_at  BIGINT NOT NULL,
    CONSTRAINT farm_orders_order_id_farm_id_method_key UNIQUE (order_id, farm_id, method)
);
CREATE INDEX farm_orders_board ON farm_orders (farm_id, day_id);
CREATE INDEX farm_orders_list ON farm_orders (farm_id, placed_at, order_id);
CREATE INDEX farm_orders_due ON farm_orders (due_at) WHERE due_at IS NOT NULL;

CREATE TABLE order_lines (
    id              TEXT PRIMARY KEY,
    market_id       TEXT NOT NULL REFERENCES markets (id),
    farm_order_id   TEXT NOT NULL REFERENCES farm_orders (id),
    position        BIGINT NOT NULL,
    product_id      TEXT NOT NULL REFERENCES products (id),
    product_name    TEXT NOT NULL,
    category        TEXT NOT NULL,
    unit            TEXT NOT NULL,
    price_minor     BIGINT NOT NULL CHECK (price_minor >= 0),
    priced_by       TEXT NOT NULL CHECK (priced_by IN ('UNIT', 'WEIGHT')),
    tax_bp          BIGINT NOT NULL,
    ordered_qty     BIGINT NOT NULL CHECK (ordered_qty > 0),
    packed_qty      BIGINT CHECK (packed_qty >= 0),
    handed_over_qty BIGINT CHECK (handed_over_qty >= 0),
    refunded_qty    BIGINT NOT NULL DEFAULT 0 CHECK (refunded_qty >= 0),
    estimated_minor BIGINT NOT NULL,
    amount_minor    BIGINT,
    CONSTRAINT order_lines_farm_order_id_position_key UNIQUE (farm_order_id, position)
);

CREATE TABLE order_fees (
    id           TEXT PRIMARY KEY,
    market_id    TEXT NOT NULL REFERENCES markets (id),
    order_id     TEXT NOT NULL REFERENCES orders (id),
    kind         TEXT NOT NULL,
    amount_minor BIGINT NOT NULL
);
CREATE INDEX order_fees_order ON order_fees (order_id);

CREATE TABLE status_events (
    id            TEXT PRIMARY KEY,
    market_id     TEXT NOT NULL REFERENCES markets (id),
    order_id      TEXT NOT NULL REFERENCES orders (id),
    farm_order_id TEXT NOT NULL REFERENCES farm_orders (id),
    seq           BIGINT NOT NULL,
    from_status   TEXT CHECK (from_status IN ('PENDING', 'CONFIRMED', 'PREPARING', 'READY', 'OUT_FOR_DELIVERY', 'MISSED', 'FULFILLED', 'COMPLETED', 'CANCELLED')),
    to_status     TEXT NOT NULL CHECK (to_status IN ('PENDING', 'CONFIRMED', 'PREPARING', 'READY', 'OUT_FOR_DELIVERY', 'MISSED', 'FULFILLED', 'COMPLETED', 'CANCELLED')),
    actor_id      TEXT REFERENCES users (id),
    role          TEXT NOT NULL,
    reason        TEXT CHECK (reason IN ('CUSTOMER_REQUEST', 'FARM_DECLINED', 'OUT_OF_STOCK', 'WEATHER', 'PAYMENT_FAILED', 'NO_SHOW', 'MARKET_CANCELLED', 'FRAUD', 'OTHER')),
    note          TEXT,
    undoes        BIGINT,
    at            BIGINT NOT NULL,
    order_version BIGINT NOT NULL,
    CONSTRAINT status_events_farm_order_id_seq_key UNIQUE (farm_order_id, seq)
);
CREATE INDEX status_events_order ON status_events (order_id);
