-- A rules profile may change on a day to come as well (R20), also by the word of an operator, who has a name only.
ALTER TABLE planned_changes DROP CONSTRAINT planned_changes_kind_check;
ALTER TABLE planned_changes ADD CONSTRAINT planned_changes_kind_check
    CHECK (kind IN ('localities', 'kindergartens', 'groups'));
ALTER TABLE planned_changes ALTER COLUMN author_id DROP NOT NULL;
ALTER TABLE planned_changes ADD COLUMN author_name TEXT;
ALTER TABLE planned_changes ADD CONSTRAINT planned_changes_author_check
    CHECK ((author_id IS NULL) <> (author_name IS NULL));
