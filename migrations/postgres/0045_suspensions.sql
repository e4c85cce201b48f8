-- R24: the issue of referrals is suspended in a locality for a time. Holds that live are honoured.
CREATE TABLE suspensions (
    id UUID NOT NULL PRIMARY KEY,
    locality_id UUID NOT NULL REFERENCES localities (id),
    begins_at TIMESTAMPTZ NOT NULL,
    -- First moment at which referrals are issued again.
    ends_at TIMESTAMPTZ NOT NULL,
    reason TEXT NOT NULL,
    made_at TIMESTAMPTZ NOT NULL,
    made_by_name TEXT NOT NULL,
    CHECK (ends_at >= begins_at)
);
CREATE INDEX suspensions_by_locality ON suspensions (locality_id, ends_at);
