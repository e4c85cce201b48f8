-- R24: the issue of referrals is suspended in a locality for a time. Holds that live are honoured.
CREATE TABLE suspensions (
    id BLOB NOT NULL PRIMARY KEY,
    locality_id BLOB NOT NULL REFERENCES localities (id),
    begins_at TEXT NOT NULL,
    -- First moment at which referrals are issued again.
    ends_at TEXT NOT NULL,
    reason TEXT NOT NULL,
    made_at TEXT NOT NULL,
    made_by_name TEXT NOT NULL,
    CHECK (ends_at >= begins_at)
) STRICT;
CREATE INDEX suspensions_by_locality ON suspensions (locality_id, ends_at);
