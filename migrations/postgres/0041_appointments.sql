-- Officials (R18): who has been appointed for which duty of which locality. The person is named by IIN,
-- because an appointment may come before the first login. An appointment is ended, never deleted.
CREATE TABLE appointments (
    id UUID NOT NULL PRIMARY KEY,
    iin TEXT NOT NULL,
    locality_id UUID NOT NULL REFERENCES localities (id),
    duty TEXT NOT NULL CHECK (duty IN ('registry', 'queue', 'audit', 'appointments')),
    begins_at TIMESTAMPTZ NOT NULL,
    -- First moment at which it is no longer in force.
    ends_at TIMESTAMPTZ,
    made_at TIMESTAMPTZ NOT NULL,
    -- Who appointed: an official, or at the command line by name.
    made_by UUID REFERENCES persons (id),
    made_by_name TEXT,
    ended_by UUID REFERENCES persons (id),
    ended_by_name TEXT,
    CHECK (ends_at IS NULL OR ends_at >= begins_at),
    CHECK ((made_by IS NULL) <> (made_by_name IS NULL)),
    CHECK (ended_by IS NULL OR ended_by_name IS NULL)
);
CREATE INDEX appointments_by_person ON appointments (iin, locality_id, duty);
CREATE INDEX appointments_by_locality ON appointments (locality_id, id);
