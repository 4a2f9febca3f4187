-- Other hours or another place for an order, and the version it has with them: what it was before.
CREATE TABLE order_moves (
    move_id       TEXT NOT NULL,
    order_id      TEXT NOT NULL REFERENCES orders (id),
    order_version BIGINT NOT NULL,
    at            BIGINT NOT NULL,
    was_starts    TEXT NOT NULL,
    was_ends      TEXT NOT NULL,
    was_place     TEXT NOT NULL,
    PRIMARY KEY (order_id, order_version)
);
