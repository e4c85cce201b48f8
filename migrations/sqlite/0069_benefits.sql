-- R21: grounds of benefits, claims that rest on them, and the scans that prove them.

-- What a locality gives a benefit for. A ground that is no longer given is ended, never deleted.
CREATE TABLE benefit_grounds (
    id BLOB NOT NULL PRIMARY KEY,
    locality_id BLOB NOT NULL REFERENCES localities (id),
    -- The name in the tables of the locality.
    code TEXT NOT NULL,
    category INTEGER NOT NULL CHECK (category BETWEEN 0 AND 1),
    -- Name and article of the law, in three languages.
    name TEXT NOT NULL,
    article TEXT NOT NULL,
    -- For so many days a proof holds; absent where it has no end.
    proof_days INTEGER CHECK (proof_days > 0),
    ended_at TEXT
) STRICT;
CREATE UNIQUE INDEX benefit_grounds_in_force ON benefit_grounds (locality_id, code) WHERE ended_at IS NULL;

CREATE TABLE benefit_claims (
    id BLOB NOT NULL PRIMARY KEY,
    application_id BLOB NOT NULL REFERENCES applications (id),
    ground_id BLOB NOT NULL REFERENCES benefit_grounds (id),
    claimed_at TEXT NOT NULL,
    claimed_by BLOB NOT NULL REFERENCES persons (id),
    -- The last day on which an official decides.
    decide_by TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('open', 'confirmed', 'refused', 'replaced', 'expired')),
    decided_at TEXT,
    decided_by_name TEXT,
    reason TEXT,
    -- The signed decision; none at the command line.
    document_id BLOB REFERENCES documents (id),
    -- The last day on which a confirmed proof holds; absent where it has no end.
    valid_until TEXT,
    -- When the applicant is reminded of that day, and when the benefit ends.
    remind_at TEXT,
    expires_at TEXT,
    CHECK ((state = 'open') = (decided_at IS NULL))
) STRICT;
CREATE UNIQUE INDEX benefit_claims_one_open ON benefit_claims (application_id) WHERE state = 'open';
CREATE UNIQUE INDEX benefit_claims_one_confirmed ON benefit_claims (application_id) WHERE state = 'confirmed';
CREATE INDEX benefit_claims_by_application ON benefit_claims (application_id, claimed_at);
CREATE INDEX benefit_claims_open ON benefit_claims (decide_by, claimed_at) WHERE state = 'open';
CREATE INDEX benefit_claims_reminded ON benefit_claims (remind_at) WHERE remind_at IS NOT NULL;
CREATE INDEX benefit_claims_expiring ON benefit_claims (expires_at) WHERE state = 'confirmed' AND expires_at IS NOT NULL;

-- A scan. What it shows is kept elsewhere, sealed by the key of which this is the sealed form.
CREATE TABLE scans (
    id BLOB NOT NULL PRIMARY KEY,
    application_id BLOB NOT NULL REFERENCES applications (id),
    -- Absent until it is sent with a claim.
    claim_id BLOB REFERENCES benefit_claims (id),
    uploaded_by BLOB NOT NULL REFERENCES persons (id),
    uploaded_at TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('jpeg', 'png', 'pdf')),
    size INTEGER NOT NULL CHECK (size > 0),
    sha256 BLOB NOT NULL,
    pages INTEGER NOT NULL CHECK (pages > 0),
    -- Absent while it is being kept.
    key_id TEXT,
    sealed_key BLOB,
    -- `off`: there was no virus scanner.
    virus_check TEXT NOT NULL CHECK (virus_check IN ('off', 'unchecked', 'clean', 'overridden', 'infected')),
    overridden_by_name TEXT,
    override_reason TEXT,
    CHECK ((key_id IS NULL) = (sealed_key IS NULL)),
    CHECK ((virus_check = 'overridden') = (override_reason IS NOT NULL))
) STRICT;
CREATE INDEX scans_by_application ON scans (application_id, uploaded_at);
CREATE INDEX scans_by_claim ON scans (claim_id) WHERE claim_id IS NOT NULL;
CREATE INDEX scans_by_key ON scans (key_id);
CREATE INDEX scans_unchecked ON scans (uploaded_at) WHERE virus_check IN ('unchecked', 'overridden');
CREATE INDEX scans_unclaimed ON scans (uploaded_at) WHERE claim_id IS NULL;

-- A decision on a benefit is signed; a benefit whose proof has ended is `expired`. A process of before reads
-- that as no benefit. SQLite changes a check by changing the words of the schema; the table that comes and
-- goes makes every connection read them again.
PRAGMA writable_schema = ON;
UPDATE sqlite_schema SET sql = replace(sql, '''resumption''', '''resumption'', ''benefit''')
    WHERE type = 'table' AND name IN ('drafts', 'documents');
UPDATE sqlite_schema SET sql = replace(sql, '''claimed'', ''confirmed'', ''refused''',
    '''claimed'', ''confirmed'', ''refused'', ''expired''')
    WHERE type = 'table' AND name = 'applications';
PRAGMA writable_schema = RESET;
CREATE TABLE schema_changed (id INTEGER) STRICT;
DROP TABLE schema_changed;
