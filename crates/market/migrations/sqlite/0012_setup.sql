-- What a day's page and the workers ask: a day's orders, what holds a window, the days that time moves.
CREATE INDEX orders_day ON orders (day_id);
CREATE INDEX orders_window ON orders (window_id);
CREATE INDEX carts_window ON carts (window_id);
CREATE INDEX windows_place ON windows (place_id);
CREATE INDEX market_days_due ON market_days (status, cutoff_at);

-- Doors into the first-run set-up: each good until it expires or the set-up is over.
CREATE TABLE setup_links (
    hash       TEXT PRIMARY KEY,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX setup_links_expiry ON setup_links (expires_at);

-- Whether a market has somebody who manages it.
CREATE INDEX memberships_market ON memberships (market_id, role);
