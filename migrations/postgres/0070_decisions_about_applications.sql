-- Decisions of officials about an application (R22, R27) are signed.
DO $$
DECLARE
    known RECORD;
BEGIN
    FOR known IN
        SELECT conrelid::regclass AS of_table, conname, pg_get_constraintdef(oid) AS words FROM pg_constraint
        WHERE contype = 'c' AND conrelid IN ('drafts'::regclass, 'documents'::regclass)
            AND pg_get_constraintdef(oid) LIKE '%''benefit''%'
    LOOP
        EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', known.of_table, known.conname);
        EXECUTE format('ALTER TABLE %s ADD CONSTRAINT %I %s', known.of_table, known.conname,
            replace(known.words, '''benefit''::text', '''benefit''::text, ''decision''::text'));
    END LOOP;
END;
$$;
