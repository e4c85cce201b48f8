-- What people are told in their account and by mail, and what they do not want mails about.

CREATE TABLE notices (
    id BLOB NOT NULL PRIMARY KEY,
    person_id BLOB NOT NULL REFERENCES persons (id),
    -- Absent when it is not about an application.
    application_id BLOB REFERENCES applications (id),
    -- The event, the reminder or the freed place that it tells of.
    cause_id BLOB NOT NULL,
    kind TEXT NOT NULL,
    at TEXT NOT NULL,
    facts TEXT NOT NULL,
    read_at TEXT
) STRICT;
-- Nobody is told twice.
CREATE UNIQUE INDEX notices_once ON notices (cause_id, kind, person_id);
CREATE INDEX notices_by_person ON notices (person_id, id);
CREATE INDEX notices_unread ON notices (person_id) WHERE read_at IS NULL;

-- Kinds that a person wants no mails about.
CREATE TABLE notice_switches (
    person_id BLOB NOT NULL REFERENCES persons (id),
    kind TEXT NOT NULL,
    PRIMARY KEY (person_id, kind)
) STRICT;

-- The mail of a notice, so that there is one at most.
ALTER TABLE mails ADD COLUMN notice_id BLOB REFERENCES notices (id);
CREATE UNIQUE INDEX mails_once ON mails (notice_id) WHERE notice_id IS NOT NULL;

-- Reminders that are still to come; written with the referral, deleted when sent or pointless.
CREATE TABLE reminders (
    id BLOB NOT NULL PRIMARY KEY,
    referral_id BLOB NOT NULL REFERENCES referrals (id),
    working_days_left INTEGER NOT NULL CHECK (working_days_left > 0),
    due_at TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX reminders_once ON reminders (referral_id, working_days_left);
CREATE INDEX reminders_due ON reminders (due_at);
