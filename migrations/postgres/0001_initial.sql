-- Moments are cut to microseconds. Both engines have the same tables, columns and names; a test
-- compares them.

CREATE TABLE localities (
    id UUID NOT NULL PRIMARY KEY,
    code TEXT NOT NULL UNIQUE,
    name_kk TEXT NOT NULL,
    name_ru TEXT NOT NULL,
    name_en TEXT NOT NULL,
    district_kk TEXT NOT NULL,
    district_ru TEXT NOT NULL,
    district_en TEXT NOT NULL,
    latitude DOUBLE PRECISION NOT NULL,
    longitude DOUBLE PRECISION NOT NULL,
    served_here BOOLEAN NOT NULL,
    -- First part of the numbers given out here.
    number_region TEXT NOT NULL,
    rules JSONB NOT NULL
);

CREATE TABLE kindergartens (
    id UUID NOT NULL PRIMARY KEY,
    locality_id UUID NOT NULL REFERENCES localities (id),
    kind TEXT NOT NULL CHECK (kind IN ('private_state_order', 'private', 'state')),
    name_kk TEXT NOT NULL,
    name_ru TEXT NOT NULL,
    name_en TEXT NOT NULL,
    address_kk TEXT NOT NULL,
    address_ru TEXT NOT NULL,
    address_en TEXT NOT NULL,
    latitude DOUBLE PRECISION NOT NULL,
    longitude DOUBLE PRECISION NOT NULL,
    phone TEXT NOT NULL,
    bin TEXT NOT NULL UNIQUE
);
CREATE INDEX kindergartens_by_locality ON kindergartens (locality_id, id);

CREATE TABLE groups (
    id UUID NOT NULL PRIMARY KEY,
    kindergarten_id UUID NOT NULL REFERENCES kindergartens (id),
    name TEXT NOT NULL,
    instruction_language TEXT NOT NULL CHECK (instruction_language IN ('kazakh', 'russian', 'english')),
    birth_year_from INTEGER NOT NULL,
    birth_year_to INTEGER NOT NULL,
    state_order BOOLEAN NOT NULL,
    -- Every place is free, held for signing, or taken.
    capacity INTEGER NOT NULL,
    free INTEGER NOT NULL CHECK (free >= 0),
    held INTEGER NOT NULL CHECK (held >= 0),
    taken INTEGER NOT NULL CHECK (taken >= 0),
    CHECK (birth_year_from <= birth_year_to),
    CHECK (free + held + taken = capacity)
);
CREATE INDEX groups_by_kindergarten ON groups (kindergarten_id, id);
CREATE INDEX groups_with_free_places ON groups (kindergarten_id) WHERE state_order AND free > 0;

CREATE TABLE persons (
    id UUID NOT NULL PRIMARY KEY,
    iin TEXT NOT NULL UNIQUE,
    full_name TEXT NOT NULL,
    email TEXT,
    email_confirmed_at TIMESTAMPTZ,
    language TEXT NOT NULL CHECK (language IN ('kk', 'ru', 'en')),
    created_at TIMESTAMPTZ NOT NULL
);

-- The code that proves an address; one at a time.
CREATE TABLE email_confirmations (
    person_id UUID NOT NULL PRIMARY KEY REFERENCES persons (id),
    code_hash BYTEA NOT NULL,
    expires_at TIMESTAMPTZ NOT NULL,
    attempts INTEGER NOT NULL
);

CREATE TABLE challenges (
    id UUID NOT NULL PRIMARY KEY,
    content BYTEA NOT NULL,
    expires_at TIMESTAMPTZ NOT NULL,
    used_at TIMESTAMPTZ
);
CREATE INDEX challenges_by_expiry ON challenges (expires_at);

CREATE TABLE sessions (
    id UUID NOT NULL PRIMARY KEY,
    person_id UUID NOT NULL REFERENCES persons (id),
    refresh_hash BYTEA NOT NULL UNIQUE,
    -- The token before the last rotation: its use again ends the session.
    previous_hash BYTEA,
    rotated_at TIMESTAMPTZ NOT NULL,
    expires_at TIMESTAMPTZ NOT NULL,
    ended_at TIMESTAMPTZ
);
CREATE INDEX sessions_by_previous ON sessions (previous_hash) WHERE previous_hash IS NOT NULL;

CREATE TABLE token_keys (
    kid TEXT NOT NULL PRIMARY KEY,
    -- Ed25519 seed.
    secret BYTEA NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    retired_at TIMESTAMPTZ
);

CREATE TABLE applications (
    id UUID NOT NULL PRIMARY KEY,
    number TEXT NOT NULL UNIQUE,
    locality_id UUID NOT NULL REFERENCES localities (id),
    applicant_id UUID NOT NULL REFERENCES persons (id),
    child_iin TEXT NOT NULL,
    child_surname TEXT NOT NULL,
    child_given_name TEXT NOT NULL,
    child_patronymic TEXT,
    birth_date DATE NOT NULL,
    birth_year INTEGER NOT NULL,
    category SMALLINT NOT NULL CHECK (category BETWEEN 0 AND 2),
    contact_phone TEXT NOT NULL,
    submitted_at TIMESTAMPTZ NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('queued', 'stop_listed', 'referred', 'enrolled', 'removed', 'withdrawn')),
    stop_listed_until DATE,
    -- First moment after the stop-list.
    stop_list_ends_at TIMESTAMPTZ,
    referral_id UUID,
    ended_at TIMESTAMPTZ,
    lapses INTEGER NOT NULL CHECK (lapses >= 0),
    CHECK ((state = 'stop_listed') = (stop_listed_until IS NOT NULL)),
    CHECK ((state = 'stop_listed') = (stop_list_ends_at IS NOT NULL)),
    CHECK ((state = 'referred') = (referral_id IS NOT NULL)),
    CHECK ((state IN ('enrolled', 'removed', 'withdrawn')) = (ended_at IS NOT NULL))
);
-- R4: one active application per child and locality.
CREATE UNIQUE INDEX applications_one_active ON applications (locality_id, child_iin)
    WHERE state IN ('queued', 'stop_listed', 'referred');
-- R5: the order of the queue.
CREATE INDEX applications_queue ON applications (locality_id, birth_year, category, submitted_at, id)
    WHERE state = 'queued';
CREATE INDEX applications_by_applicant ON applications (applicant_id, submitted_at, id);
CREATE INDEX applications_stop_list ON applications (stop_list_ends_at) WHERE state = 'stop_listed';

-- An act that waits for its signature.
CREATE TABLE drafts (
    id UUID NOT NULL PRIMARY KEY,
    person_id UUID NOT NULL REFERENCES persons (id),
    kind TEXT NOT NULL CHECK (kind IN ('application', 'referral', 'extension', 'revocation', 'withdrawal', 'attachment')),
    application_id UUID REFERENCES applications (id),
    payload JSONB NOT NULL,
    content BYTEA NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    expires_at TIMESTAMPTZ NOT NULL,
    used_at TIMESTAMPTZ
);
CREATE INDEX drafts_by_expiry ON drafts (expires_at);

-- A place held while its draft is being signed (R8).
CREATE TABLE holds (
    id UUID NOT NULL PRIMARY KEY,
    draft_id UUID NOT NULL UNIQUE REFERENCES drafts (id),
    application_id UUID NOT NULL REFERENCES applications (id),
    group_id UUID NOT NULL REFERENCES groups (id),
    state TEXT NOT NULL CHECK (state IN ('live', 'used', 'released', 'expired')),
    created_at TIMESTAMPTZ NOT NULL,
    expires_at TIMESTAMPTZ NOT NULL
);
CREATE UNIQUE INDEX holds_one_live ON holds (application_id) WHERE state = 'live';
CREATE INDEX holds_by_application ON holds (application_id, created_at);
CREATE INDEX holds_due ON holds (expires_at) WHERE state = 'live';

CREATE TABLE referrals (
    id UUID NOT NULL PRIMARY KEY,
    number TEXT NOT NULL UNIQUE,
    application_id UUID NOT NULL REFERENCES applications (id),
    child_iin TEXT NOT NULL,
    group_id UUID NOT NULL REFERENCES groups (id),
    state TEXT NOT NULL CHECK (state IN ('active', 'enrolled', 'lapsed', 'revoked', 'annulled')),
    issued_at TIMESTAMPTZ NOT NULL,
    deadline DATE NOT NULL,
    -- First moment after the deadline.
    lapses_at TIMESTAMPTZ NOT NULL,
    revocable_until TIMESTAMPTZ NOT NULL,
    ended_at TIMESTAMPTZ,
    -- The unguessable part of the address behind the QR code.
    verification_token TEXT NOT NULL UNIQUE,
    CHECK ((state = 'active') = (ended_at IS NULL))
);
CREATE UNIQUE INDEX referrals_one_active ON referrals (child_iin) WHERE state = 'active';
CREATE INDEX referrals_by_application ON referrals (application_id, issued_at);
CREATE INDEX referrals_due ON referrals (lapses_at) WHERE state = 'active';

-- Signed acts (R17): nothing here is ever changed.
CREATE TABLE documents (
    id UUID NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('application', 'referral', 'extension', 'revocation', 'withdrawal', 'attachment')),
    application_id UUID NOT NULL REFERENCES applications (id),
    referral_id UUID REFERENCES referrals (id),
    signer_id UUID NOT NULL REFERENCES persons (id),
    number TEXT NOT NULL,
    content BYTEA NOT NULL,
    cms BYTEA NOT NULL,
    certificate BYTEA NOT NULL,
    -- The whole report of the verification, as JSON.
    report JSONB NOT NULL,
    -- What the PDF shows, as JSON.
    facts JSONB NOT NULL,
    signed_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX documents_by_application ON documents (application_id, signed_at, id);

-- Journal of domain events, written in the transaction of their effect.
CREATE TABLE events (
    id UUID NOT NULL PRIMARY KEY,
    application_id UUID NOT NULL REFERENCES applications (id),
    at TIMESTAMPTZ NOT NULL,
    kind TEXT NOT NULL,
    rule TEXT NOT NULL,
    -- Absent when the rules themselves acted.
    actor_id UUID REFERENCES persons (id),
    data JSONB NOT NULL
);
CREATE INDEX events_by_application ON events (application_id, at, id);

-- Mails to be sent: the row is written in the transaction of its cause.
CREATE TABLE mails (
    id UUID NOT NULL PRIMARY KEY,
    recipient TEXT NOT NULL,
    subject TEXT NOT NULL,
    body TEXT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    attempts INTEGER NOT NULL,
    next_attempt_at TIMESTAMPTZ NOT NULL,
    -- Set while a process is sending it.
    leased_until TIMESTAMPTZ,
    sent_at TIMESTAMPTZ,
    failed_at TIMESTAMPTZ
);
CREATE INDEX mails_due ON mails (next_attempt_at) WHERE sent_at IS NULL AND failed_at IS NULL;

-- The last number given out, per kind, region and year.
CREATE TABLE counters (
    name TEXT NOT NULL PRIMARY KEY,
    value BIGINT NOT NULL CHECK (value >= 0)
);

-- Facts about the database itself, such as the version of its demo data.
CREATE TABLE settings (
    name TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
);
