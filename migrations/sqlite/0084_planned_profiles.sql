-- A rules profile may change on a day to come as well (R20), also by the word of an operator, who has a name only.
-- SQLite changes no constraint of a table that is there.
CREATE TABLE planned_changes_anew (
    id BLOB NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('localities', 'kindergartens', 'groups')),
    subject_id BLOB NOT NULL,
    effective_on TEXT NOT NULL,
    -- What it is to become, with the columns of an import; of a profile the members that change.
    data TEXT NOT NULL,
    made_at TEXT NOT NULL,
    author_id BLOB REFERENCES persons (id),
    -- Why it could not take effect on its day: a code with its parameters.
    refused TEXT,
    -- Of an operator, in the place of an official.
    author_name TEXT,
    CHECK ((author_id IS NULL) <> (author_name IS NULL))
) STRICT;
INSERT INTO planned_changes_anew (id, kind, subject_id, effective_on, data, made_at, author_id, refused)
SELECT id, kind, subject_id, effective_on, data, made_at, author_id, refused FROM planned_changes;
DROP TABLE planned_changes;
ALTER TABLE planned_changes_anew RENAME TO planned_changes;
CREATE INDEX planned_changes_by_subject ON planned_changes (subject_id, effective_on, id);
CREATE INDEX planned_changes_by_day ON planned_changes (effective_on, id) WHERE refused IS NULL;
