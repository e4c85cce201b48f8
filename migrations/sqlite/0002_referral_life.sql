-- The life of a referral: extension (R13), enrolment (R10), attaching (R3), days that decrees moved.

-- The one extension of a referral; `deadline` is the new one from then on.
ALTER TABLE referrals ADD COLUMN extended_at TEXT;
ALTER TABLE referrals ADD COLUMN extended_from TEXT
    CHECK ((extended_from IS NULL) = (extended_at IS NULL));
ALTER TABLE referrals ADD COLUMN extension_reason TEXT
    CHECK (extension_reason IN ('child_illness', 'family_circumstances', 'moving', 'travel', 'other'))
    CHECK ((extension_reason IS NULL) = (extended_at IS NULL));
ALTER TABLE referrals ADD COLUMN extension_comment TEXT;
-- First moment at which an enrolment can no longer be undone.
ALTER TABLE referrals ADD COLUMN undoable_until TEXT;
-- Whom a kindergarten expects.
CREATE INDEX referrals_expected ON referrals (group_id, id) WHERE state = 'active';

-- A second parent's request to attach an application to their own IIN.
CREATE TABLE attachments (
    id BLOB NOT NULL PRIMARY KEY,
    application_id BLOB NOT NULL REFERENCES applications (id),
    person_id BLOB NOT NULL REFERENCES persons (id),
    state TEXT NOT NULL CHECK (state IN ('pending', 'attached', 'declined')),
    requested_at TEXT NOT NULL,
    decided_at TEXT,
    -- Absent when the registry confirmed the parent.
    decided_by BLOB REFERENCES persons (id),
    CHECK ((state = 'pending') = (decided_at IS NULL))
) STRICT;
CREATE UNIQUE INDEX attachments_one_live ON attachments (application_id, person_id)
    WHERE state IN ('pending', 'attached');
-- Requests that wait, by what they are for.
CREATE INDEX attachments_pending ON attachments (application_id, requested_at) WHERE state = 'pending';
CREATE INDEX attachments_by_person ON attachments (person_id, requested_at, id);

-- Programs of organisations (OAuth 2.0 client credentials).
CREATE TABLE clients (
    id BLOB NOT NULL PRIMARY KEY,
    bin TEXT NOT NULL,
    name TEXT NOT NULL,
    -- Words with spaces between them.
    scopes TEXT NOT NULL,
    secret_hash BLOB NOT NULL,
    created_at TEXT NOT NULL,
    last_used_at TEXT,
    revoked_at TEXT
) STRICT;
CREATE INDEX clients_by_bin ON clients (bin, created_at);

-- The program that acted, where it was not a person.
ALTER TABLE events ADD COLUMN client_id BLOB REFERENCES clients (id);

-- Days that decrees made off or worked, laid over the years that are built in.
CREATE TABLE calendar_days (
    day TEXT NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('off', 'work')),
    decree TEXT NOT NULL,
    imported_at TEXT NOT NULL
) STRICT;
