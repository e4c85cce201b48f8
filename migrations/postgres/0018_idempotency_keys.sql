-- Requests that bear a key of their sender (Idempotency-Key). The answer is written in the transaction of the effect,
-- so a row without one tells of an attempt that is under way or has led to nothing.
CREATE TABLE idempotency_keys (
    caller UUID NOT NULL,
    idempotency_key TEXT NOT NULL,
    request_digest BYTEA NOT NULL,
    attempt UUID NOT NULL,
    begun_at TIMESTAMPTZ NOT NULL,
    ends_at TIMESTAMPTZ NOT NULL,
    status INTEGER,
    content_type TEXT,
    location TEXT,
    body BYTEA,
    PRIMARY KEY (caller, idempotency_key)
);
CREATE INDEX idempotency_keys_by_age ON idempotency_keys (begun_at);
