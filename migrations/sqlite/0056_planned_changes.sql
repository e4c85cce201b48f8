-- Changes of the registry that take effect on a day to come (R20). A row stays until it has taken effect or was
-- taken back; the history has it then.
CREATE TABLE planned_changes (
    id BLOB NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('kindergartens', 'groups')),
    subject_id BLOB NOT NULL,
    effective_on TEXT NOT NULL,
    -- What it is to become, with the columns of an import.
    data TEXT NOT NULL,
    made_at TEXT NOT NULL,
    author_id BLOB NOT NULL REFERENCES persons (id),
    -- Why it could not take effect on its day: a code with its parameters.
    refused TEXT
) STRICT;
CREATE INDEX planned_changes_by_subject ON planned_changes (subject_id, effective_on, id);
CREATE INDEX planned_changes_by_day ON planned_changes (effective_on, id) WHERE refused IS NULL;
-- The list of officials is in the order of names.
CREATE INDEX kindergartens_by_name ON kindergartens (name_ru, id);
