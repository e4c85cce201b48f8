-- Why a file cannot be read as a table: a code with its parameters.
ALTER TABLE imports ADD COLUMN failure JSONB;
