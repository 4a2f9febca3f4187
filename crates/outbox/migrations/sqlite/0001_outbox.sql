CREATE TABLE outbox (
    id          TEXT   NOT NULL PRIMARY KEY,
    kind        TEXT   NOT NULL,
    key         TEXT   NOT NULL,
    payload     TEXT   NOT NULL,
    due_at      BIGINT NOT NULL,
    lease_until BIGINT,
    attempts    BIGINT NOT NULL,
    last_error  TEXT,
    created_at  BIGINT NOT NULL,
    done_at     BIGINT,
    dead_at     BIGINT,
    CONSTRAINT outbox_kind_key_key UNIQUE (kind, key)
);

CREATE INDEX outbox_due_at_idx ON outbox (due_at) WHERE done_at IS NULL AND dead_at IS NULL;
