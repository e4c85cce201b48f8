-- Places that have become free, for the publication (R16), for those who have subscribed to free
-- places, and for the feed.

CREATE TABLE freed_places (
    id UUID NOT NULL PRIMARY KEY,
    group_id UUID NOT NULL REFERENCES groups (id),
    freed_at TIMESTAMPTZ NOT NULL,
    -- Nobody sees the place or gets it before.
    public_from TIMESTAMPTZ NOT NULL,
    -- When subscribers are told, together with what else is free by then.
    tell_at TIMESTAMPTZ NOT NULL,
    told_at TIMESTAMPTZ,
    CHECK (public_from >= freed_at AND tell_at >= public_from)
);
CREATE INDEX freed_places_by_group ON freed_places (group_id, public_from);
CREATE INDEX freed_places_by_publication ON freed_places (public_from, id);
CREATE INDEX freed_places_untold ON freed_places (tell_at) WHERE told_at IS NULL;

CREATE TABLE vacancy_subscriptions (
    id UUID NOT NULL PRIMARY KEY,
    person_id UUID NOT NULL REFERENCES persons (id),
    locality_id UUID REFERENCES localities (id),
    instruction_language TEXT CHECK (instruction_language IN ('kazakh', 'russian', 'english')),
    birth_year INTEGER,
    latitude DOUBLE PRECISION,
    longitude DOUBLE PRECISION,
    max_distance_km DOUBLE PRECISION,
    created_at TIMESTAMPTZ NOT NULL,
    CHECK ((latitude IS NULL) = (longitude IS NULL)),
    CHECK ((latitude IS NULL) = (max_distance_km IS NULL))
);
CREATE INDEX vacancy_subscriptions_by_person ON vacancy_subscriptions (person_id, id);
