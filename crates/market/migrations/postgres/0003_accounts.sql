CREATE TABLE users (
    id         TEXT PRIMARY KEY,
    email      TEXT NOT NULL,
    name       TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    CONSTRAINT users_email_key UNIQUE (email)
);

CREATE TABLE memberships (
    user_id   TEXT NOT NULL REFERENCES users (id),
    market_id TEXT NOT NULL REFERENCES markets (id),
    farm_id   TEXT,
    role      TEXT NOT NULL CHECK (role IN ('FARM_OWNER', 'FARM_MANAGER', 'FARM_STAFF', 'PICKUP_HOST', 'DRIVER', 'MARKET_MANAGER', 'ADMIN')),
    CHECK ((farm_id IS NOT NULL) = (role IN ('FARM_OWNER', 'FARM_MANAGER', 'FARM_STAFF')))
);
CREATE INDEX memberships_user ON memberships (user_id, market_id);

CREATE TABLE sessions (
    hash       TEXT PRIMARY KEY,
    user_id    TEXT REFERENCES users (id),
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX sessions_expiry ON sessions (expires_at);

CREATE TABLE session_orders (
    session_hash TEXT NOT NULL REFERENCES sessions (hash) ON DELETE CASCADE,
    market_id    TEXT NOT NULL REFERENCES markets (id),
    order_id     TEXT NOT NULL,
    generation   BIGINT NOT NULL,
    granted_at   BIGINT NOT NULL,
    PRIMARY KEY (session_hash, order_id)
);

CREATE TABLE api_tokens (
    id         TEXT PRIMARY KEY,
    market_id  TEXT NOT NULL REFERENCES markets (id),
    user_id    TEXT NOT NULL REFERENCES users (id),
    farm_id    TEXT,
    name       TEXT NOT NULL,
    hash       TEXT NOT NULL,
    scopes     TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    revoked_at BIGINT,
    CONSTRAINT api_tokens_hash_key UNIQUE (hash)
);
CREATE INDEX api_tokens_user ON api_tokens (user_id);

CREATE TABLE sign_in_links (
    id         TEXT PRIMARY KEY,
    market_id  TEXT NOT NULL REFERENCES markets (id),
    user_id    TEXT NOT NULL REFERENCES users (id),
    hash       TEXT NOT NULL,
    reusable   BOOLEAN NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    used_at    BIGINT,
    CONSTRAINT sign_in_links_hash_key UNIQUE (hash)
);
CREATE INDEX sign_in_links_expiry ON sign_in_links (expires_at);
