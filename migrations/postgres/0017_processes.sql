-- Processes that serve, with what they can read: an upgrade is finished when none of an earlier release is alive.
CREATE TABLE processes (
    id UUID NOT NULL PRIMARY KEY,
    version TEXT NOT NULL,
    level INTEGER NOT NULL,
    seen_at TIMESTAMPTZ NOT NULL
);
