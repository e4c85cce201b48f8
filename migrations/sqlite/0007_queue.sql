-- The place in a queue without counting the queue (R5): how many children stand in each span of
-- time, at four levels, each span 64 of the level below, the finest 64 seconds.

CREATE TABLE queue_counts (
    locality_id BLOB NOT NULL REFERENCES localities (id),
    birth_year INTEGER NOT NULL,
    level INTEGER NOT NULL,
    category INTEGER NOT NULL,
    -- Number of the span since 1970.
    span INTEGER NOT NULL,
    children INTEGER NOT NULL,
    PRIMARY KEY (locality_id, birth_year, level, category, span)
) STRICT;

-- Who came and who left since the counts were last folded. Only ever inserted by the people who
-- submit, so that they never wait for each other at a count.
CREATE TABLE queue_deltas (
    id BLOB NOT NULL PRIMARY KEY,
    locality_id BLOB NOT NULL REFERENCES localities (id),
    birth_year INTEGER NOT NULL,
    category INTEGER NOT NULL,
    span INTEGER NOT NULL,
    delta INTEGER NOT NULL
) STRICT;
CREATE INDEX queue_deltas_by_queue ON queue_deltas (locality_id, birth_year);

-- Triggers, so that no statement can forget them.
CREATE TRIGGER queue_joined AFTER INSERT ON applications WHEN NEW.state = 'queued' BEGIN
    INSERT INTO queue_deltas (id, locality_id, birth_year, category, span, delta)
    VALUES (randomblob(16), NEW.locality_id, NEW.birth_year, NEW.category,
            unixepoch(substr(NEW.submitted_at, 1, 19)) >> 6, 1);
END;
CREATE TRIGGER queue_left AFTER DELETE ON applications WHEN OLD.state = 'queued' BEGIN
    INSERT INTO queue_deltas (id, locality_id, birth_year, category, span, delta)
    VALUES (randomblob(16), OLD.locality_id, OLD.birth_year, OLD.category,
            unixepoch(substr(OLD.submitted_at, 1, 19)) >> 6, -1);
END;
CREATE TRIGGER queue_moved AFTER UPDATE ON applications BEGIN
    INSERT INTO queue_deltas (id, locality_id, birth_year, category, span, delta)
    SELECT randomblob(16), OLD.locality_id, OLD.birth_year, OLD.category,
           unixepoch(substr(OLD.submitted_at, 1, 19)) >> 6, -1 WHERE OLD.state = 'queued';
    INSERT INTO queue_deltas (id, locality_id, birth_year, category, span, delta)
    SELECT randomblob(16), NEW.locality_id, NEW.birth_year, NEW.category,
           unixepoch(substr(NEW.submitted_at, 1, 19)) >> 6, 1 WHERE NEW.state = 'queued';
END;

INSERT INTO queue_deltas (id, locality_id, birth_year, category, span, delta)
SELECT randomblob(16), locality_id, birth_year, category,
       unixepoch(substr(submitted_at, 1, 19)) >> 6, COUNT(*)
FROM applications WHERE state = 'queued' GROUP BY 2, 3, 4, 5;

-- Every coming to a queue and every leaving of it, with the event that was the cause: why a number
-- has changed.
CREATE TABLE queue_moves (
    -- The event's.
    id BLOB NOT NULL PRIMARY KEY,
    application_id BLOB NOT NULL REFERENCES applications (id),
    locality_id BLOB NOT NULL REFERENCES localities (id),
    birth_year INTEGER NOT NULL,
    category INTEGER NOT NULL,
    submitted_at TEXT NOT NULL,
    at TEXT NOT NULL,
    -- The local day.
    day TEXT NOT NULL,
    kind TEXT NOT NULL,
    delta INTEGER NOT NULL CHECK (delta IN (-1, 1))
) STRICT;
CREATE INDEX queue_moves_by_application ON queue_moves (application_id);
CREATE INDEX queue_moves_by_queue ON queue_moves (locality_id, birth_year, at);

INSERT INTO queue_moves (id, application_id, locality_id, birth_year, category, submitted_at, at, day, kind, delta)
SELECT e.id, a.id, a.locality_id, a.birth_year, a.category, a.submitted_at, e.at,
       date(substr(e.at, 1, 19), '+5 hours'), e.kind,
       CASE e.kind WHEN 'referral_issued' THEN -1 ELSE 1 END
FROM events e JOIN applications a ON a.id = e.application_id
WHERE e.kind IN ('application_submitted', 'referral_issued', 'stop_list_ended');
