-- The ending of an attachment is a signed act (R3).
ALTER TABLE drafts DROP CONSTRAINT drafts_kind_check;
ALTER TABLE drafts ADD CONSTRAINT drafts_kind_check
    CHECK (kind IN ('application', 'referral', 'extension', 'revocation', 'withdrawal', 'attachment', 'detachment'));
ALTER TABLE documents DROP CONSTRAINT documents_kind_check;
ALTER TABLE documents ADD CONSTRAINT documents_kind_check
    CHECK (kind IN ('application', 'referral', 'extension', 'revocation', 'withdrawal', 'attachment', 'detachment'));
