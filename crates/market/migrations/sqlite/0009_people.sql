-- PHC string; none: signs in by link only.
ALTER TABLE users ADD COLUMN password TEXT;
ALTER TABLE users ADD COLUMN version BIGINT NOT NULL DEFAULT 1;

-- Written at most once an hour.
ALTER TABLE sessions ADD COLUMN used_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE sessions ADD COLUMN device TEXT NOT NULL DEFAULT '';
UPDATE sessions SET used_at = created_at;
CREATE INDEX sessions_user ON sessions (user_id, created_at);

-- The last letters of the secret, to tell one from the other.
ALTER TABLE api_tokens ADD COLUMN hint TEXT NOT NULL DEFAULT '';

ALTER TABLE sign_in_links ADD COLUMN purpose TEXT NOT NULL DEFAULT 'SIGN_IN' CHECK (purpose IN ('SIGN_IN', 'RESET', 'EMAIL'));
-- The address it was sent to, where that is not the person's yet.
ALTER TABLE sign_in_links ADD COLUMN email TEXT;
CREATE INDEX sign_in_links_user ON sign_in_links (user_id);

-- Somebody who has not confirmed the address yet: becomes a person when the mailed link is used.
CREATE TABLE sign_ups (
    id         TEXT PRIMARY KEY,
    market_id  TEXT NOT NULL REFERENCES markets (id),
    email      TEXT NOT NULL,
    name       TEXT NOT NULL,
    password   TEXT NOT NULL,
    hash       TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    CONSTRAINT sign_ups_hash_key UNIQUE (hash)
);
CREATE INDEX sign_ups_expiry ON sign_ups (expires_at);
CREATE INDEX sign_ups_email ON sign_ups (email);

-- Into a farm's team, by mail.
CREATE TABLE invitations (
    id         TEXT PRIMARY KEY,
    market_id  TEXT NOT NULL REFERENCES markets (id),
    farm_id    TEXT NOT NULL REFERENCES farms (id),
    email      TEXT NOT NULL,
    role       TEXT NOT NULL CHECK (role IN ('FARM_MANAGER', 'FARM_STAFF')),
    invited_by TEXT NOT NULL REFERENCES users (id),
    hash       TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    used_at    BIGINT,
    CONSTRAINT invitations_hash_key UNIQUE (hash)
);
CREATE INDEX invitations_farm ON invitations (farm_id, created_at);
CREATE INDEX invitations_expiry ON invitations (expires_at);
CREATE INDEX invitations_invited_by ON invitations (invited_by);
CREATE INDEX memberships_team ON memberships (farm_id);
CREATE UNIQUE INDEX memberships_user_id_farm_id_key ON memberships (user_id, farm_id);

-- A guest's orders, which join the account of who proves the address to be theirs.
CREATE INDEX orders_guest ON orders (market_id, customer_email) WHERE customer_id IS NULL;
