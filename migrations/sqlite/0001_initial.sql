-- Moments are RFC 3339 text in UTC, cut to microseconds; ids are UUIDs of 16 bytes. Both engines
-- have the same tables, columns and names; a test compares them.

CREATE TABLE localities (
    id BLOB NOT NULL PRIMARY KEY,
    code TEXT NOT NULL UNIQUE,
    name_kk TEXT NOT NULL,
    name_ru TEXT NOT NULL,
    name_en TEXT NOT NULL,
    district_kk TEXT NOT NULL,
    district_ru TEXT NOT NULL,
    district_en TEXT NOT NULL,
    latitude REAL NOT NULL,
    longitude REAL NOT NULL,
    served_here INTEGER NOT NULL CHECK (served_here IN (0, 1)),
    -- First part of the numbers given out here.
    number_region TEXT NOT NULL,
    rules TEXT NOT NULL
) STRICT;

CREATE TABLE kindergartens (
    id BLOB NOT NULL PRIMARY KEY,
    locality_id BLOB NOT NULL REFERENCES localities (id),
    kind TEXT NOT NULL CHECK (kind IN ('private_state_order', 'private', 'state')),
    name_kk TEXT NOT NULL,
    name_ru TEXT NOT NULL,
    name_en TEXT NOT NULL,
    address_kk TEXT NOT NULL,
    address_ru TEXT NOT NULL,
    address_en TEXT NOT NULL,
    latitude REAL NOT NULL,
    longitude REAL NOT NULL,
    phone TEXT NOT NULL,
    bin TEXT NOT NULL UNIQUE
) STRICT;
CREATE INDEX kindergartens_by_locality ON kindergartens (locality_id, id);

CREATE TABLE groups (
    id BLOB NOT NULL PRIMARY KEY,
    kindergarten_id BLOB NOT NULL REFERENCES kindergartens (id),
    name TEXT NOT NULL,
    instruction_language TEXT NOT NULL CHECK (instruction_language IN ('kazakh', 'russian', 'english')),
    birth_year_from INTEGER NOT NULL,
    birth_year_to INTEGER NOT NULL,
    state_order INTEGER NOT NULL CHECK (state_order IN (0, 1)),
    -- Every place is free, held for signing, or taken.
    capacity INTEGER NOT NULL,
    free INTEGER NOT NULL CHECK (free >= 0),
    held INTEGER NOT NULL CHECK (held >= 0),
    taken INTEGER NOT NULL CHECK (taken >= 0),
    CHECK (birth_year_from <= birth_year_to),
    CHECK (free + held + taken = capacity)
) STRICT;
CREATE INDEX groups_by_kindergarten ON groups (kindergarten_id, id);
CREATE INDEX groups_with_free_places ON groups (kindergarten_id) WHERE state_order AND free > 0;

CREATE TABLE persons (
    id BLOB NOT NULL PRIMARY KEY,
    iin TEXT NOT NULL UNIQUE,
    full_name TEXT NOT NULL,
    email TEXT,
    email_confirmed_at TEXT,
    language TEXT NOT NULL CHECK (language IN ('kk', 'ru', 'en')),
    created_at TEXT NOT NULL
) STRICT;

-- The code that proves an address; one at a time.
CREATE TABLE email_confirmations (
    person_id BLOB NOT NULL PRIMARY KEY REFERENCES persons (id),
    code_hash BLOB NOT NULL,
    expires_at TEXT NOT NULL,
    attempts INTEGER NOT NULL
) STRICT;

CREATE TABLE challenges (
    id BLOB NOT NULL PRIMARY KEY,
    content BLOB NOT NULL,
    expires_at TEXT NOT NULL,
    used_at TEXT
) STRICT;
CREATE INDEX challenges_by_expiry ON challenges (expires_at);

CREATE TABLE sessions (
    id BLOB NOT NULL PRIMARY KEY,
    person_id BLOB NOT NULL REFERENCES persons (id),
    refresh_hash BLOB NOT NULL UNIQUE,
    -- The token before the last rotation: its use again ends the session.
    previous_hash BLOB,
    rotated_at TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    ended_at TEXT
) STRICT;
CREATE INDEX sessions_by_previous ON sessions (previous_hash) WHERE previous_hash IS NOT NULL;

CREATE TABLE token_keys (
    kid TEXT NOT NULL PRIMARY KEY,
    -- Ed25519 seed.
    secret BLOB NOT NULL,
    created_at TEXT NOT NULL,
    retired_at TEXT
) STRICT;

CREATE TABLE applications (
    id BLOB NOT NULL PRIMARY KEY,
    number TEXT NOT NULL UNIQUE,
    locality_id BLOB NOT NULL REFERENCES localities (id),
    applicant_id BLOB NOT NULL REFERENCES persons (id),
    child_iin TEXT NOT NULL,
    child_surname TEXT NOT NULL,
    child_given_name TEXT NOT NULL,
    child_patronymic TEXT,
    birth_date TEXT NOT NULL,
    birth_year INTEGER NOT NULL,
    category INTEGER NOT NULL CHECK (category BETWEEN 0 AND 2),
    contact_phone TEXT NOT NULL,
    submitted_at TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('queued', 'stop_listed', 'referred', 'enrolled', 'removed', 'withdrawn')),
    stop_listed_until TEXT,
    -- First moment after the stop-list.
    stop_list_ends_at TEXT,
    referral_id BLOB,
    ended_at TEXT,
    lapses INTEGER NOT NULL CHECK (lapses >= 0),
    CHECK ((state = 'stop_listed') = (stop_listed_until IS NOT NULL)),
    CHECK ((state = 'stop_listed') = (stop_list_ends_at IS NOT NULL)),
    CHECK ((state = 'referred') = (referral_id IS NOT NULL)),
    CHECK ((state IN ('enrolled', 'removed', 'withdrawn')) = (ended_at IS NOT NULL))
) STRICT;
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
    id BLOB NOT NULL PRIMARY KEY,
    person_id BLOB NOT NULL REFERENCES persons (id),
    kind TEXT NOT NULL CHECK (kind IN ('application', 'referral', 'extension', 'revocation', 'withdrawal', 'attachment')),
    application_id BLOB REFERENCES applications (id),
    payload TEXT NOT NULL,
    content BLOB NOT NULL,
    created_at TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    used_at TEXT
) STRICT;
CREATE INDEX drafts_by_expiry ON drafts (expires_at);

-- A place held while its draft is being signed (R8).
CREATE TABLE holds (
    id BLOB NOT NULL PRIMARY KEY,
    draft_id BLOB NOT NULL UNIQUE REFERENCES drafts (id),
    application_id BLOB NOT NULL REFERENCES applications (id),
    group_id BLOB NOT NULL REFERENCES groups (id),
    state TEXT NOT NULL CHECK (state IN ('live', 'used', 'released', 'expired')),
    created_at TEXT NOT NULL,
    expires_at TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX holds_one_live ON holds (application_id) WHERE state = 'live';
CREATE INDEX holds_by_application ON holds (application_id, created_at);
CREATE INDEX holds_due ON holds (expires_at) WHERE state = 'live';

CREATE TABLE referrals (
    id BLOB NOT NULL PRIMARY KEY,
    number TEXT NOT NULL UNIQUE,
    application_id BLOB NOT NULL REFERENCES applications (id),
    child_iin TEXT NOT NULL,
    group_id BLOB NOT NULL REFERENCES groups (id),
    state TEXT NOT NULL CHECK (state IN ('active', 'enrolled', 'lapsed', 'revoked', 'annulled')),
    issued_at TEXT NOT NULL,
    deadline TEXT NOT NULL,
    -- First moment after the deadline.
    lapses_at TEXT NOT NULL,
    revocable_until TEXT NOT NULL,
    ended_at TEXT,
    -- The unguessable part of the address behind the QR code.
    verification_token TEXT NOT NULL UNIQUE,
    CHECK ((state = 'active') = (ended_at IS NULL))
) STRICT;
CREATE UNIQUE INDEX referrals_one_active ON referrals (child_iin) WHERE state = 'active';
CREATE INDEX referrals_by_application ON referrals (application_id, issued_at);
CREATE INDEX referrals_due ON referrals (lapses_at) WHERE state = 'active';

-- Signed acts (R17): nothing here is ever changed.
CREATE TABLE documents (
    id BLOB NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('application', 'referral', 'extension', 'revocation', 'withdrawal', 'attachment')),
    application_id BLOB NOT NULL REFERENCES applications (id),
    referral_id BLOB REFERENCES referrals (id),
    signer_id BLOB NOT NULL REFERENCES persons (id),
    number TEXT NOT NULL,
    content BLOB NOT NULL,
    cms BLOB NOT NULL,
    certificate BLOB NOT NULL,
    -- The whole report of the verification, as JSON.
    report TEXT NOT NULL,
    -- What the PDF shows, as JSON.
    facts TEXT NOT NULL,
    signed_at TEXT NOT NULL
) STRICT;
CREATE INDEX documents_by_application ON documents (application_id, signed_at, id);

-- Journal of domain events, written in the transaction of their effect.
CREATE TABLE events (
    id BLOB NOT NULL PRIMARY KEY,
    application_id BLOB NOT NULL REFERENCES applications (id),
    at TEXT NOT NULL,
    kind TEXT NOT NULL,
    rule TEXT NOT NULL,
    -- Absent when the rules themselves acted.
    actor_id BLOB REFERENCES persons (id),
    data TEXT NOT NULL
) STRICT;
CREATE INDEX events_by_application ON events (application_id, at, id);

-- Mails to be sent: the row is written in the transaction of its cause.
CREATE TABLE mails (
    id BLOB NOT NULL PRIMARY KEY,
    recipient TEXT NOT NULL,
    subject TEXT NOT NULL,
    body TEXT NOT NULL,
    created_at TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    next_attempt_at TEXT NOT NULL,
    -- Set while a process is sending it.
    leased_until TEXT,
    sent_at TEXT,
    failed_at TEXT
) STRICT;
CREATE INDEX mails_due ON mails (next_attempt_at) WHERE sent_at IS NULL AND failed_at IS NULL;

-- The last number given out, per kind, region and year.
CREATE TABLE counters (
    name TEXT NOT NULL PRIMARY KEY,
    value INTEGER NOT NULL CHECK (value >= 0)
) STRICT;

-- Facts about the database itself, such as the version of its demo data.
CREATE TABLE settings (
    name TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
) STRICT;
