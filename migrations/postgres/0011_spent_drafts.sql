-- A draft that was signed keeps what it was and what it led to, and nothing personal: its text stands in the
-- document of the act. The same signature sent again is answered with what it led to.
ALTER TABLE drafts ADD COLUMN led_to UUID;
ALTER TABLE drafts ADD COLUMN signature_digest BYTEA;
ALTER TABLE drafts ADD COLUMN content_digest BYTEA;
UPDATE drafts SET payload = '{}', content = ''::bytea WHERE used_at IS NOT NULL;
-- A mail that is not sent any more keeps neither address nor code.
UPDATE mails SET recipient = '', subject = '', body = '' WHERE sent_at IS NOT NULL OR failed_at IS NOT NULL;
