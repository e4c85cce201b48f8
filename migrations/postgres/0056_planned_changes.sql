-- Changes of the registry that take effect on a day to come (R20). A row stays until it has taken effect or was
-- taken back; the history has it then.
CREATE TABLE planned_changes (
    id UUID NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('kindergartens', 'groups')),
    subject_id UUID NOT NULL,
    effective_on DATE NOT NULL,
    -- What it is to become, with the columns of an import.
    data JSONB NOT NULL,
    made_at TIMESTAMPTZ NOT NULL,
    author_id UUID NOT NULL REFERENCES persons (id),
    -- Why it could not take effect on its day: a code with its parameters.
    refused JSONB
);
CREATE INDEX planned_changes_by_subject ON planned_changes (subject_id, effective_on, id);
CREATE INDEX planned_changes_by_day ON planned_changes (effective_on, id) WHERE refused IS NULL;
-- The list of officials is in the order of names.
CREATE INDEX kindergartens_by_name ON kindergartens (name_ru, id);
