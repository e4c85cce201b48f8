-- Decisions of officials about an application (R22, R27) are signed. SQLite changes a check by changing the words
-- of the schema; the table that comes and goes makes every connection read them again.
PRAGMA writable_schema = ON;
UPDATE sqlite_schema SET sql = replace(sql, '''benefit'')', '''benefit'', ''decision'')')
    WHERE type = 'table' AND name IN ('drafts', 'documents');
PRAGMA writable_schema = RESET;
CREATE TABLE schema_changed (id INTEGER) STRICT;
DROP TABLE schema_changed;
