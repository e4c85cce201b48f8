-- R21: grounds of benefits, claims that rest on them, and the scans that prove them.

-- What a locality gives a benefit for. A ground that is no longer given is ended, never deleted.
CREATE TABLE benefit_grounds (
    id UUID NOT NULL PRIMARY KEY,
    locality_id UUID NOT NULL REFERENCES localities (id),
    -- The name in the tables of the locality.
    code TEXT NOT NULL,
    category SMALLINT NOT NULL CHECK (category BETWEEN 0 AND 1),
    -- Name and article of the law, in three languages.
    name JSONB NOT NULL,
    article JSONB NOT NULL,
    -- For so many days a proof holds; absent where it has no end.
    proof_days INTEGER CHECK (proof_days > 0),
    ended_at TIMESTAMPTZ
);
CREATE UNIQUE INDEX benefit_grounds_in_force ON benefit_grounds (locality_id, code) WHERE ended_at IS NULL;

CREATE TABLE benefit_claims (
    id UUID NOT NULL PRIMARY KEY,
    application_id UUID NOT NULL REFERENCES applications (id),
    ground_id UUID NOT NULL REFERENCES benefit_grounds (id),
    claimed_at TIMESTAMPTZ NOT NULL,
    claimed_by UUID NOT NULL REFERENCES persons (id),
    -- The last day on which an official decides.
    decide_by DATE NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('open', 'confirmed', 'refused', 'replaced', 'expired')),
    decided_at TIMESTAMPTZ,
    decided_by_name TEXT,
    reason TEXT,
    -- The signed decision; none at the command line.
    document_id UUID REFERENCES documents (id),
    -- The last day on which a confirmed proof holds; absent where it has no end.
    valid_until DATE,
    -- When the applicant is reminded of that day, and when the benefit ends.
    remind_at TIMESTAMPTZ,
    expires_at TIMESTAMPTZ,
    CHECK ((state = 'open') = (decided_at IS NULL))
);
CREATE UNIQUE INDEX benefit_claims_one_open ON benefit_claims (application_id) WHERE state = 'open';
CREATE UNIQUE INDEX benefit_claims_one_confirmed ON benefit_claims (application_id) WHERE state = 'confirmed';
CREATE INDEX benefit_claims_by_application ON benefit_claims (application_id, claimed_at);
CREATE INDEX benefit_claims_open ON benefit_claims (decide_by, claimed_at) WHERE state = 'open';
CREATE INDEX benefit_claims_reminded ON benefit_claims (remind_at) WHERE remind_at IS NOT NULL;
CREATE INDEX benefit_claims_expiring ON benefit_claims (expires_at) WHERE state = 'confirmed' AND expires_at IS NOT NULL;

-- A scan. What it shows is kept elsewhere, sealed by the key of which this is the sealed form.
CREATE TABLE scans (
    id UUID NOT NULL PRIMARY KEY,
    application_id UUID NOT NULL REFERENCES applications (id),
    -- Absent until it is sent with a claim.
    claim_id UUID REFERENCES benefit_claims (id),
    uploaded_by UUID NOT NULL REFERENCES persons (id),
    uploaded_at TIMESTAMPTZ NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('jpeg', 'png', 'pdf')),
    size INTEGER NOT NULL CHECK (size > 0),
    sha256 BYTEA NOT NULL,
    pages INTEGER NOT NULL CHECK (pages > 0),
    -- Absent while it is being kept.
    key_id TEXT,
    sealed_key BYTEA,
    -- `off`: there was no virus scanner.
    virus_check TEXT NOT NULL CHECK (virus_check IN ('off', 'unchecked', 'clean', 'overridden', 'infected')),
    overridden_by_name TEXT,
    override_reason TEXT,
    CHECK ((key_id IS NULL) = (sealed_key IS NULL)),
    CHECK ((virus_check = 'overridden') = (override_reason IS NOT NULL))
);
CREATE INDEX scans_by_application ON scans (application_id, uploaded_at);
CREATE INDEX scans_by_claim ON scans (claim_id) WHERE claim_id IS NOT NULL;
CREATE INDEX scans_by_key ON scans (key_id);
CREATE INDEX scans_unchecked ON scans (uploaded_at) WHERE virus_check IN ('unchecked', 'overridden');
CREATE INDEX scans_unclaimed ON scans (uploaded_at) WHERE claim_id IS NULL;

-- A decision on a benefit is signed; a benefit whose proof has ended is `expired`. A process of before reads
-- that as no benefit.
DO $$
DECLARE
    known RECORD;
BEGIN
    FOR known IN
        SELECT conrelid::regclass AS of_table, conname, pg_get_constraintdef(oid) AS words FROM pg_constraint
        WHERE contype = 'c' AND (
            conrelid IN ('drafts'::regclass, 'documents'::regclass)
                AND pg_get_constraintdef(oid) LIKE '%''resumption''%'
            OR conrelid = 'applications'::regclass AND pg_get_constraintdef(oid) LIKE '%''claimed''%')
    LOOP
        EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', known.of_table, known.conname);
        EXECUTE format('ALTER TABLE %s ADD CONSTRAINT %I %s', known.of_table, known.conname,
            replace(replace(known.words, '''resumption''::text', '''resumption''::text, ''benefit''::text'),
                '''claimed''::text', '''claimed''::text, ''expired''::text'));
    END LOOP;
END;
$$;
