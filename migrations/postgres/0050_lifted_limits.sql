-- R22: an official lifts the limits of a person (R4, and of unverified children R8) in a locality for a time.
CREATE TABLE lifted_limits (
    id UUID NOT NULL PRIMARY KEY,
    -- By number, because somebody may be helped before the first login.
    iin TEXT NOT NULL,
    locality_id UUID NOT NULL REFERENCES localities (id),
    begins_at TIMESTAMPTZ NOT NULL,
    -- First moment at which the limits hold again.
    ends_at TIMESTAMPTZ NOT NULL,
    reason TEXT NOT NULL,
    made_by_name TEXT NOT NULL,
    CHECK (ends_at >= begins_at)
);
CREATE INDEX lifted_limits_by_person ON lifted_limits (iin, locality_id, ends_at);
