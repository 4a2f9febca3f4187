CREATE TABLE idempotency_keys (
    market_id  TEXT NOT NULL REFERENCES markets (id),
    caller     TEXT NOT NULL,
    key        TEXT NOT NULL,
    body_hash  TEXT NOT NULL,
    status     BIGINT NOT NULL,
    answer     TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    CONSTRAINT idempotency_keys_market_id_caller_key_key UNIQUE (market_id, caller, key)
);
CREATE INDEX idempotency_keys_age ON idempotency_keys (created_at);
