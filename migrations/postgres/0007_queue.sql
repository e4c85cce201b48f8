-- The place in a queue without counting the queue (R5): how many children stand in each span of
-- time, at four levels, each span 64 of the level below, the finest 64 seconds.

CREATE TABLE queue_counts (
    locality_id UUID NOT NULL REFERENCES localities (id),
    birth_year INTEGER NOT NULL,
    level SMALLINT NOT NULL,
    category SMALLINT NOT NULL,
    -- Number of the span since 1970.
    span BIGINT NOT NULL,
    children BIGINT NOT NULL,
    PRIMARY KEY (locality_id, birth_year, level, category, span)
);

-- Who came and who left since the counts were last folded. Only ever inserted by the people who
-- submit, so that they never wait for each other at a count.
CREATE TABLE queue_deltas (
    id UUID NOT NULL PRIMARY KEY,
    locality_id UUID NOT NULL REFERENCES localities (id),
    birth_year INTEGER NOT NULL,
    category SMALLINT NOT NULL,
    span BIGINT NOT NULL,
    delta BIGINT NOT NULL
);
CREATE INDEX queue_deltas_by_queue ON queue_deltas (locality_id, birth_year);

-- Triggers, so that no statement can forget them.
CREATE FUNCTION queue_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO queue_deltas (id, locality_id, birth_year, category, span, delta)
        SELECT gen_random_uuid(), locality_id, birth_year, category,
               floor(extract(epoch FROM submitted_at))::bigint >> 6, COUNT(*)
        FROM came WHERE state = 'queued' GROUP BY 2, 3, 4, 5;
    ELSIF TG_OP = 'DELETE' THEN
        INSERT INTO queue_deltas (id, locality_id, birth_year, category, span, delta)
        SELECT gen_random_uuid(), locality_id, birth_year, category,
               floor(extract(epoch FROM submitted_at))::bigint >> 6, -COUNT(*)
        FROM went WHERE state = 'queued' GROUP BY 2, 3, 4, 5;
    ELSE
        INSERT INTO queue_deltas (id, locality_id, birth_year, category, span, delta)
        SELECT gen_random_uuid(), locality_id, birth_year, category, span, SUM(delta)
        FROM (
            SELECT locality_id, birth_year, category,
                   floor(extract(epoch FROM submitted_at))::bigint >> 6 AS span, 1 AS delta
            FROM came WHERE state = 'queued'
            UNION ALL
            SELECT locality_id, birth_year, category,
                   floor(extract(epoch FROM submitted_at))::bigint >> 6, -1
            FROM went WHERE state = 'queued'
        ) AS moved
        GROUP BY 2, 3, 4, 5 HAVING SUM(delta) <> 0;
    END IF;
    RETURN NULL;
END;
$$;
CREATE TRIGGER queue_joined AFTER INSERT ON applications
    REFERENCING NEW TABLE AS came FOR EACH STATEMENT EXECUTE FUNCTION queue_changed();
CREATE TRIGGER queue_left AFTER DELETE ON applications
    REFERENCING OLD TABLE AS went FOR EACH STATEMENT EXECUTE FUNCTION queue_changed();
CREATE TRIGGER queue_moved AFTER UPDATE ON applications
    REFERENCING OLD TABLE AS went NEW TABLE AS came FOR EACH STATEMENT EXECUTE FUNCTION queue_changed();

INSERT INTO queue_deltas (id, locality_id, birth_year, category, span, delta)
SELECT gen_random_uuid(), locality_id, birth_year, category,
       floor(extract(epoch FROM submitted_at))::bigint >> 6, COUNT(*)
FROM applications WHERE state = 'queued' GROUP BY 2, 3, 4, 5;

-- Every coming to a queue and every leaving of it, with the event that was the cause: why a number
-- has changed.
CREATE TABLE queue_moves (
    -- The event's.
    id UUID NOT NULL PRIMARY KEY,
    application_id UUID NOT NULL REFERENCES applications (id),
    locality_id UUID NOT NULL REFERENCES localities (id),
    birth_year INTEGER NOT NULL,
    category SMALLINT NOT NULL,
    submitted_at TIMESTAMPTZ NOT NULL,
    at TIMESTAMPTZ NOT NULL,
    -- The local day.
    day DATE NOT NULL,
    kind TEXT NOT NULL,
    delta SMALLINT NOT NULL CHECK (delta IN (-1, 1))
);
CREATE INDEX queue_moves_by_application ON queue_moves (application_id);
CREATE INDEX queue_moves_by_queue ON queue_moves (locality_id, birth_year, at);

INSERT INTO queue_moves (id, application_id, locality_id, birth_year, category, submitted_at, at, day, kind, delta)
SELECT e.id, a.id, a.locality_id, a.birth_year, a.category, a.submitted_at, e.at,
       (e.at AT TIME ZONE 'UTC' + INTERVAL '5 hours')::date, e.kind,
       CASE e.kind WHEN 'referral_issued' THEN -1 ELSE 1 END
FROM events e JOIN applications a ON a.id = e.application_id
WHERE e.kind IN ('application_submitted', 'referral_issued', 'stop_list_ended');
