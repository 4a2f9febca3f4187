-- Filters of the list of orders that somebody keeps under a name, as the list's address holds them.
CREATE TABLE order_filters (
    market_id TEXT NOT NULL REFERENCES markets (id),
    user_id   TEXT NOT NULL REFERENCES users (id),
    name      TEXT NOT NULL,
    query     TEXT NOT NULL,
    PRIMARY KEY (market_id, user_id, name)
);
