-- Signed decisions of officials (R18): annulments (R22) and suspensions (R24). A suspension is about no
-- application.
ALTER TABLE drafts DROP CONSTRAINT drafts_kind_check;
ALTER TABLE drafts ADD CONSTRAINT drafts_kind_check
    CHECK (kind IN ('application', 'referral', 'extension', 'revocation', 'withdrawal', 'attachment', 'detachment', 'annulment', 'suspension', 'resumption'));
ALTER TABLE documents DROP CONSTRAINT documents_kind_check;
ALTER TABLE documents ADD CONSTRAINT documents_kind_check
    CHECK (kind IN ('application', 'referral', 'extension', 'revocation', 'withdrawal', 'attachment', 'detachment', 'annulment', 'suspension', 'resumption'));
ALTER TABLE documents ALTER COLUMN application_id DROP NOT NULL;
-- The document of the decision, and of the one to end it early; none at the command line.
ALTER TABLE suspensions ADD COLUMN document_id UUID REFERENCES documents (id);
ALTER TABLE suspensions ADD COLUMN ending_document_id UUID REFERENCES documents (id);
