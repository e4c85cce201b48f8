-- Who may say that a child is theirs (R27), benefits that are claimed (R5, R21), enrolment elsewhere
-- and late confirmation (R10), lapses of a child (R11, R12), places that rest (R16).

-- An application that does not take part in its queue stands beside one that does.
ALTER TABLE applications ADD COLUMN standing TEXT NOT NULL DEFAULT 'takes_part'
    CHECK (standing IN ('takes_part', 'claim', 'disputed'));
ALTER TABLE applications ADD COLUMN verification TEXT NOT NULL DEFAULT 'unanswered'
    CHECK (verification IN ('unanswered', 'denied', 'registry', 'official', 'existed_before', 'imported'));
ALTER TABLE applications ADD COLUMN verification_at TIMESTAMPTZ
    CHECK ((verification = 'unanswered') = (verification_at IS NULL));
-- When the registry is asked (again); absent where nobody is to be asked.
ALTER TABLE applications ADD COLUMN registry_due_at TIMESTAMPTZ;
ALTER TABLE applications ADD COLUMN registry_attempts INTEGER NOT NULL DEFAULT 0;
-- Set in a claim once the known parents have been told of it.
ALTER TABLE applications ADD COLUMN claim_told_at TIMESTAMPTZ;
-- What is claimed; `category` is what counts in the queue. Both absent: the category is of before.
ALTER TABLE applications ADD COLUMN benefit_category SMALLINT CHECK (benefit_category BETWEEN 0 AND 1);
ALTER TABLE applications ADD COLUMN benefit_state TEXT
    CHECK (benefit_state IN ('claimed', 'confirmed', 'refused'))
    CHECK ((benefit_state IS NULL) = (benefit_category IS NULL));
-- An enrolled child was enrolled elsewhere later.
ALTER TABLE applications ADD COLUMN left_at TIMESTAMPTZ;
-- Decided against: its holds, lapses and stop-list do not count for the child.
ALTER TABLE applications ADD COLUMN discounted BOOLEAN NOT NULL DEFAULT FALSE;
-- The digits of the child's IIN tell another birth date.
ALTER TABLE applications ADD COLUMN date_differs BOOLEAN NOT NULL DEFAULT FALSE;
UPDATE applications SET date_differs = TRUE
    WHERE substr(child_iin, 1, 6) <> to_char(birth_date, 'YYMMDD');

-- R4: one active application per child and locality that takes part, and one of each applicant.
DROP INDEX applications_one_active;
CREATE UNIQUE INDEX applications_one_active ON applications (locality_id, child_iin)
    WHERE state IN ('queued', 'stop_listed', 'referred') AND standing = 'takes_part';
CREATE UNIQUE INDEX applications_one_own ON applications (locality_id, child_iin, applicant_id)
    WHERE state IN ('queued', 'stop_listed', 'referred');
CREATE INDEX applications_by_child ON applications (child_iin);
CREATE INDEX applications_registry_due ON applications (registry_due_at) WHERE registry_due_at IS NOT NULL;
CREATE INDEX applications_claims_untold ON applications (id) WHERE standing = 'claim' AND claim_told_at IS NULL;

-- Only what takes part is counted.
CREATE OR REPLACE FUNCTION queue_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO queue_deltas (id, locality_id, birth_year, category, span, delta)
        SELECT gen_random_uuid(), locality_id, birth_year, category,
               floor(extract(epoch FROM submitted_at))::bigint >> 6, COUNT(*)
        FROM came WHERE state = 'queued' AND standing = 'takes_part' GROUP BY 2, 3, 4, 5;
    ELSIF TG_OP = 'DELETE' THEN
        INSERT INTO queue_deltas (id, locality_id, birth_year, category, span, delta)
        SELECT gen_random_uuid(), locality_id, birth_year, category,
               floor(extract(epoch FROM submitted_at))::bigint >> 6, -COUNT(*)
        FROM went WHERE state = 'queued' AND standing = 'takes_part' GROUP BY 2, 3, 4, 5;
    ELSE
        INSERT INTO queue_deltas (id, locality_id, birth_year, category, span, delta)
        SELECT gen_random_uuid(), locality_id, birth_year, category, span, SUM(delta)
        FROM (
            SELECT locality_id, birth_year, category,
                   floor(extract(epoch FROM submitted_at))::bigint >> 6 AS span, 1 AS delta
            FROM came WHERE state = 'queued' AND standing = 'takes_part'
            UNION ALL
            SELECT locality_id, birth_year, category,
                   floor(extract(epoch FROM submitted_at))::bigint >> 6, -1
            FROM went WHERE state = 'queued' AND standing = 'takes_part'
        ) AS moved
        GROUP BY 2, 3, 4, 5 HAVING SUM(delta) <> 0;
    END IF;
    RETURN NULL;
END;
$$;

-- R8: one live hold per child; absent in holds of before.
ALTER TABLE holds ADD COLUMN child_iin TEXT;
ALTER TABLE holds ADD COLUMN ended_at TIMESTAMPTZ;
-- The hold whose resting place was taken again.
ALTER TABLE holds ADD COLUMN regained_from UUID REFERENCES holds (id);
CREATE UNIQUE INDEX holds_one_live_of_child ON holds (child_iin) WHERE state = 'live';
CREATE UNIQUE INDEX holds_regained_once ON holds (regained_from) WHERE regained_from IS NOT NULL;

-- R16: the hold after which a place rests.
ALTER TABLE freed_places ADD COLUMN hold_id UUID REFERENCES holds (id);
CREATE INDEX freed_places_by_hold ON freed_places (hold_id) WHERE hold_id IS NOT NULL;

-- The last day of the stop-list that followed a lapse; absent when the child was removed, and in
-- lapses of before.
ALTER TABLE referrals ADD COLUMN stop_listed_until DATE;
-- R10: the day of an arrival that was confirmed late.
ALTER TABLE referrals ADD COLUMN arrived_on DATE;
-- R22: the lapse was taken back and does not count.
ALTER TABLE referrals ADD COLUMN excused_at TIMESTAMPTZ;
ALTER TABLE referrals ADD COLUMN left_at TIMESTAMPTZ;
CREATE INDEX referrals_by_child ON referrals (child_iin, state);

-- An attachment that was ended; its state is `declined`, so that nobody sees the application by it.
ALTER TABLE attachments ADD COLUMN ended_at TIMESTAMPTZ;
-- Absent when an official ended it.
ALTER TABLE attachments ADD COLUMN ended_by UUID REFERENCES persons (id);
-- R27: the claim that asks; its applicant does not know of the request.
ALTER TABLE attachments ADD COLUMN claim_id UUID REFERENCES applications (id);

-- R10: an enrolment that ends once a later one elsewhere can no longer be undone.
CREATE TABLE departures (
    referral_id UUID NOT NULL PRIMARY KEY REFERENCES referrals (id),
    later_id UUID NOT NULL REFERENCES referrals (id),
    due_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX departures_due ON departures (due_at);
CREATE INDEX departures_by_later ON departures (later_id);

-- What a person has tried on a local day, whatever came of it.
CREATE TABLE attempts (
    person_id UUID NOT NULL REFERENCES persons (id),
    kind TEXT NOT NULL,
    day DATE NOT NULL,
    count INTEGER NOT NULL CHECK (count > 0),
    PRIMARY KEY (person_id, kind, day)
);
CREATE INDEX attempts_by_day ON attempts (day);
