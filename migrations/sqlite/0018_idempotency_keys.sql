-- Requests that bear a key of their sender (Idempotency-Key). The answer is written in the transaction of the effect,
-- so a row without one tells of an attempt that is under way or has led to nothing.
CREATE TABLE idempotency_keys (
    caller BLOB NOT NULL,
    idempotency_key TEXT NOT NULL,
    request_digest BLOB NOT NULL,
    attempt BLOB NOT NULL,
    begun_at TEXT NOT NULL,
    ends_at TEXT NOT NULL,
    status INTEGER,
    content_type TEXT,
    location TEXT,
    body BLOB,
    PRIMARY KEY (caller, idempotency_key)
) STRICT;
CREATE INDEX idempotency_keys_by_age ON idempotency_keys (begun_at);
