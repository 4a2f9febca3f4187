-- Closed by whoever runs the installation: opens nothing until it is opened again.
ALTER TABLE users ADD COLUMN disabled_at BIGINT;
-- In which they read these pages when they signed in last: for mails that somebody else causes.
ALTER TABLE users ADD COLUMN lang TEXT;

-- Browsers in which somebody has signed in here. They open nothing; only a stranger's tries do not slow their owner down.
CREATE TABLE known_devices (
    hash       TEXT NOT NULL,
    market_id  TEXT NOT NULL REFERENCES markets (id),
    user_id    TEXT NOT NULL REFERENCES users (id),
    used_at    BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (hash, market_id, user_id)
);
CREATE INDEX known_devices_user ON known_devices (user_id, market_id, used_at);
CREATE INDEX known_devices_expiry ON known_devices (expires_at);

-- Who is at the top of a market or a farm, so that the last one stays.
CREATE INDEX memberships_role ON memberships (market_id, role, farm_id);
