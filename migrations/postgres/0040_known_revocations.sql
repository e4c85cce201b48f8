-- Revocations that cannot be taken back, as they were told: they hold for good, also when the answer or
-- list that told them has run out. Rows are added, never changed. They are no evidence of an act.
CREATE TABLE known_revocations (
    -- SHA-256 over the SubjectPublicKeyInfo of the issuer.
    issuer_key BYTEA NOT NULL CHECK (length(issuer_key) = 32),
    serial BYTEA NOT NULL,
    source TEXT NOT NULL CHECK (source IN ('ocsp', 'crl')),
    revoked_at TIMESTAMPTZ NOT NULL,
    -- The code of RFC 5280; 0 where none was told.
    reason INTEGER NOT NULL CHECK (reason BETWEEN 0 AND 255),
    told_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (issuer_key, serial, revoked_at, reason)
);
