-- What signed acts rest on (R17): certificates, answers about revocation, time stamps. Each is kept
-- once, under its digest: a revocation list is evidence of many acts.
CREATE TABLE evidence (
    sha256 BLOB NOT NULL PRIMARY KEY,
    der BLOB NOT NULL
) STRICT;

-- Which of it belongs to which act. Rows are added, never changed.
CREATE TABLE document_evidence (
    document_id BLOB NOT NULL REFERENCES documents (id),
    position INTEGER NOT NULL CHECK (position >= 0),
    role TEXT NOT NULL CHECK (role IN (
        'signer', 'authority', 'anchor', 'stamp_anchor', 'crl', 'ocsp', 'time_stamp'
    )),
    sha256 BLOB NOT NULL REFERENCES evidence (sha256),
    added_at TEXT NOT NULL,
    PRIMARY KEY (document_id, position)
) STRICT;

-- Acts whose signature waits for a time stamp: the row is written in the transaction of the act.
CREATE TABLE time_stamp_orders (
    document_id BLOB NOT NULL PRIMARY KEY REFERENCES documents (id),
    attempts INTEGER NOT NULL,
    next_attempt_at TEXT NOT NULL,
    -- Set while a process is asking for it.
    leased_until TEXT,
    stamped_at TEXT
) STRICT;
CREATE INDEX time_stamp_orders_due ON time_stamp_orders (next_attempt_at) WHERE stamped_at IS NULL;
