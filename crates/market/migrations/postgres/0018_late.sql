-- What a farm told the customers of one window: so many minutes late, or 0: on time after all. The newest counts.
CREATE TABLE late_messages (
    id        TEXT PRIMARY KEY,
    market_id TEXT NOT NULL REFERENCES markets (id),
    farm_id   TEXT NOT NULL REFERENCES farms (id),
    day_id    TEXT NOT NULL REFERENCES market_days (id),
    window_id TEXT NOT NULL REFERENCES windows (id),
    minutes   BIGINT NOT NULL CHECK (minutes >= 0),
    told      BIGINT NOT NULL,
    at        BIGINT NOT NULL
);
CREATE INDEX late_messages_farm ON late_messages (farm_id, day_id, at);
CREATE INDEX late_messages_window ON late_messages (window_id);

-- The orders it concerns, and the version each has with it.
CREATE TABLE late_orders (
    message_id    TEXT NOT NULL REFERENCES late_messages (id),
    order_id      TEXT NOT NULL REFERENCES orders (id),
    order_version BIGINT NOT NULL,
    PRIMARY KEY (message_id, order_id)
);
CREATE INDEX late_orders_order ON late_orders (order_id);
