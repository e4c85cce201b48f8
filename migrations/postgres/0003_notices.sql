-- What people are told in their account and by mail, and what they do not want mails about.

CREATE TABLE notices (
    id UUID NOT NULL PRIMARY KEY,
    person_id UUID NOT NULL REFERENCES persons (id),
    -- Absent when it is not about an application.
    application_id UUID REFERENCES applications (id),
    -- The event, the reminder or the freed place that it tells of.
    cause_id UUID NOT NULL,
    kind TEXT NOT NULL,
    at TIMESTAMPTZ NOT NULL,
    facts JSONB NOT NULL,
    read_at TIMESTAMPTZ
);
-- Nobody is told twice.
CREATE UNIQUE INDEX notices_once ON notices (cause_id, kind, person_id);
CREATE INDEX notices_by_person ON notices (person_id, id);
CREATE INDEX notices_unread ON notices (person_id) WHERE read_at IS NULL;

-- Kinds that a person wants no mails about.
CREATE TABLE notice_switches (
    person_id UUID NOT NULL REFERENCES persons (id),
    kind TEXT NOT NULL,
    PRIMARY KEY (person_id, kind)
);

-- The mail of a notice, so that there is one at most.
ALTER TABLE mails ADD COLUMN notice_id UUID REFERENCES notices (id);
CREATE UNIQUE INDEX mails_once ON mails (notice_id) WHERE notice_id IS NOT NULL;

-- Reminders that are still to come; written with the referral, deleted when sent or pointless.
CREATE TABLE reminders (
    id UUID NOT NULL PRIMARY KEY,
    referral_id UUID NOT NULL REFERENCES referrals (id),
    working_days_left SMALLINT NOT NULL CHECK (working_days_left > 0),
    due_at TIMESTAMPTZ NOT NULL
);
CREATE UNIQUE INDEX reminders_once ON reminders (referral_id, working_days_left);
CREATE INDEX reminders_due ON reminders (due_at);
