-- Registry (R20): where everything comes from, what describes a kindergarten, places that nobody has
-- published yet, groups that open and close, and the history of all changes.

ALTER TABLE localities ADD COLUMN source TEXT;
ALTER TABLE localities ADD COLUMN external_id TEXT CHECK ((external_id IS NULL) = (source IS NULL));
ALTER TABLE localities ADD COLUMN version INTEGER NOT NULL DEFAULT 1;
CREATE UNIQUE INDEX localities_by_source ON localities (source, external_id) WHERE external_id IS NOT NULL;

ALTER TABLE kindergartens ADD COLUMN source TEXT;
ALTER TABLE kindergartens ADD COLUMN external_id TEXT CHECK ((external_id IS NULL) = (source IS NULL));
ALTER TABLE kindergartens ADD COLUMN version INTEGER NOT NULL DEFAULT 1;
ALTER TABLE kindergartens ADD COLUMN schedule TEXT NOT NULL DEFAULT '';
-- Last days; absent without end.
ALTER TABLE kindergartens ADD COLUMN licence_until DATE;
ALTER TABLE kindergartens ADD COLUMN contract_until DATE;
CREATE UNIQUE INDEX kindergartens_by_source ON kindergartens (source, external_id) WHERE external_id IS NOT NULL;

ALTER TABLE groups ADD COLUMN source TEXT;
ALTER TABLE groups ADD COLUMN external_id TEXT CHECK ((external_id IS NULL) = (source IS NULL));
ALTER TABLE groups ADD COLUMN version INTEGER NOT NULL DEFAULT 1;
-- Places that the kindergarten has not published as free. `capacity` has those that are published, held
-- or taken, so that `free + held + taken` never exceeds what the official has fixed:
-- `capacity + unpublished`.
ALTER TABLE groups ADD COLUMN unpublished INTEGER NOT NULL DEFAULT 0 CHECK (unpublished >= 0);
-- First day on which its places are offered, and first day on which they no longer are.
ALTER TABLE groups ADD COLUMN open_from DATE;
ALTER TABLE groups ADD COLUMN closed_from DATE;
CREATE UNIQUE INDEX groups_by_source ON groups (source, external_id) WHERE external_id IS NOT NULL;

-- Rows are added, never changed.
CREATE TABLE registry_changes (
    id UUID NOT NULL PRIMARY KEY,
    at TIMESTAMPTZ NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('localities', 'kindergartens', 'groups', 'places')),
    subject_id UUID NOT NULL,
    -- What it became, with the columns of an import.
    data JSONB NOT NULL,
    -- An official, or an operator by name.
    author_id UUID REFERENCES persons (id),
    author_name TEXT,
    import_id UUID,
    CHECK ((author_id IS NULL) <> (author_name IS NULL))
);
CREATE INDEX registry_changes_by_subject ON registry_changes (subject_id, at, id);
