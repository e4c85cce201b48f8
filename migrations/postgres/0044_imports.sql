-- Imports: rows are staged, checked and shown first, then applied in one transaction or discarded.
CREATE TABLE imports (
    id UUID NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('localities', 'kindergartens', 'groups', 'places', 'queue')),
    -- The system that the file comes from; ids are unique in it.
    source TEXT NOT NULL,
    file_name TEXT NOT NULL,
    -- SHA-256 of the file.
    digest BYTEA NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('staging', 'refused', 'checked', 'applied', 'discarded')),
    created_at TIMESTAMPTZ NOT NULL,
    -- An official, or an operator by name.
    author_id UUID REFERENCES persons (id),
    author_name TEXT,
    rows_read BIGINT NOT NULL,
    applied_at TIMESTAMPTZ,
    -- Counts of what was added, changed, ended and left as it was.
    protocol JSONB NOT NULL,
    CHECK ((author_id IS NULL) <> (author_name IS NULL)),
    CHECK ((state = 'applied') = (applied_at IS NOT NULL))
);
CREATE INDEX imports_by_state ON imports (state, created_at);

CREATE TABLE import_rows (
    import_id UUID NOT NULL REFERENCES imports (id),
    number BIGINT NOT NULL,
    key TEXT NOT NULL,
    parent_key TEXT,
    -- The thing that is added or changed; a new id until a known one is found.
    target_id UUID NOT NULL,
    parent_id UUID,
    -- The entry of the history, or the applicant, that the row makes.
    further_id UUID NOT NULL,
    -- The referral that goes on, and its group.
    referral_id UUID,
    group_id UUID,
    action TEXT CHECK (action IN ('add', 'change', 'end', 'none')),
    data JSONB NOT NULL,
    PRIMARY KEY (import_id, number)
);
CREATE INDEX import_rows_by_key ON import_rows (import_id, key);

CREATE TABLE import_errors (
    import_id UUID NOT NULL REFERENCES imports (id),
    number BIGINT NOT NULL,
    column_name TEXT NOT NULL,
    code TEXT NOT NULL,
    value TEXT NOT NULL,
    params JSONB NOT NULL,
    PRIMARY KEY (import_id, number, column_name, code)
);

-- R23: applications that come from another system, with the number that they had there.
CREATE TABLE transferred_applications (
    application_id UUID NOT NULL PRIMARY KEY REFERENCES applications (id),
    source TEXT NOT NULL,
    previous_number TEXT NOT NULL,
    import_id UUID NOT NULL REFERENCES imports (id),
    previous_referral TEXT
);
CREATE UNIQUE INDEX transferred_applications_by_number ON transferred_applications (source, previous_number);
