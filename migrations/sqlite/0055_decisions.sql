-- Signed decisions of officials (R18): annulments (R22) and suspensions (R24). A suspension is about no
-- application. SQLite changes a check by changing the words of the schema; the table that comes and goes makes
-- every connection read them again.
PRAGMA writable_schema = ON;
UPDATE sqlite_schema SET sql = replace(sql, '''attachment'', ''detachment'')',
    '''attachment'', ''detachment'', ''annulment'', ''suspension'', ''resumption'')')
    WHERE type = 'table' AND name IN ('drafts', 'documents');
UPDATE sqlite_schema SET sql = replace(sql, 'application_id BLOB NOT NULL REFERENCES', 'application_id BLOB REFERENCES')
    WHERE type = 'table' AND name = 'documents';
PRAGMA writable_schema = RESET;
CREATE TABLE schema_changed (id INTEGER) STRICT;
DROP TABLE schema_changed;
-- The document of the decision, and of the one to end it early; none at the command line.
ALTER TABLE suspensions ADD COLUMN document_id BLOB REFERENCES documents (id);
ALTER TABLE suspensions ADD COLUMN ending_document_id BLOB REFERENCES documents (id);
