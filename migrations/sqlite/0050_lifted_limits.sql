-- R22: an official lifts the limits of a person (R4, and of unverified children R8) in a locality for a time.
CREATE TABLE lifted_limits (
    id BLOB NOT NULL PRIMARY KEY,
    -- By number, because somebody may be helped before the first login.
    iin TEXT NOT NULL,
    locality_id BLOB NOT NULL REFERENCES localities (id),
    begins_at TEXT NOT NULL,
    -- First moment at which the limits hold again.
    ends_at TEXT NOT NULL,
    reason TEXT NOT NULL,
    made_by_name TEXT NOT NULL,
    CHECK (ends_at >= begins_at)
) STRICT;
CREATE INDEX lifted_limits_by_person ON lifted_limits (iin, locality_id, ends_at);
