-- The audit log (R25): each look of officials and programs at the data of a child or a parent, and each
-- act of theirs. Records name people in words, so that they stay when personal data is erased.
CREATE TABLE audit_records (
    id UUID NOT NULL PRIMARY KEY,
    at TIMESTAMPTZ NOT NULL,
    capacity TEXT NOT NULL CHECK (capacity IN ('official', 'staff', 'program', 'operator')),
    -- IIN of a person, id of a program, name of an operator.
    actor TEXT NOT NULL,
    -- The organisation for which the actor works, in three languages.
    organisation JSONB NOT NULL,
    -- Whose officials with the duty `audit` find it; absent where no single locality is concerned.
    locality_id UUID REFERENCES localities (id),
    operation TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('look', 'act')),
    reason TEXT,
    -- From where, and by which request.
    address TEXT,
    request_id TEXT,
    -- What was done, without personal data.
    facts JSONB NOT NULL
);
CREATE INDEX audit_records_by_locality ON audit_records (locality_id, id);
CREATE FUNCTION audit_records_stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'audit records are never changed';
END;
$$;
CREATE TRIGGER audit_records_stay BEFORE UPDATE ON audit_records
    FOR EACH ROW EXECUTE FUNCTION audit_records_stay();

-- Whose data a record is about. Without references: it outlives what it names.
CREATE TABLE audit_subjects (
    record_id UUID NOT NULL REFERENCES audit_records (id),
    application_id UUID NOT NULL,
    PRIMARY KEY (record_id, application_id)
);
CREATE INDEX audit_subjects_by_application ON audit_subjects (application_id, record_id);
