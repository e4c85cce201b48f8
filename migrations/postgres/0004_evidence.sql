-- What signed acts rest on (R17): certificates, answers about revocation, time stamps. Each is kept
-- once, under its digest: a revocation list is evidence of many acts.
CREATE TABLE evidence (
    sha256 BYTEA NOT NULL PRIMARY KEY,
    der BYTEA NOT NULL
);

-- Which of it belongs to which act. Rows are added, never changed.
CREATE TABLE document_evidence (
    document_id UUID NOT NULL REFERENCES documents (id),
    position INTEGER NOT NULL CHECK (position >= 0),
    role TEXT NOT NULL CHECK (role IN (
        'signer', 'authority', 'anchor', 'stamp_anchor', 'crl', 'ocsp', 'time_stamp'
    )),
    sha256 BYTEA NOT NULL REFERENCES evidence (sha256),
    added_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (document_id, position)
);

-- Acts whose signature waits for a time stamp: the row is written in the transaction of the act.
CREATE TABLE time_stamp_orders (
    document_id UUID NOT NULL PRIMARY KEY REFERENCES documents (id),
    attempts INTEGER NOT NULL,
    next_attempt_at TIMESTAMPTZ NOT NULL,
    -- Set while a process is asking for it.
    leased_until TIMESTAMPTZ,
    stamped_at TIMESTAMPTZ
);
CREATE INDEX time_stamp_orders_due ON time_stamp_orders (next_attempt_at) WHERE stamped_at IS NULL;
