-- Set while a process tells of a free place, a batch of people at a time.
ALTER TABLE freed_places ADD COLUMN telling_until TIMESTAMPTZ;
-- Codes are sent before notices.
CREATE INDEX mails_due_codes ON mails (next_attempt_at) WHERE sent_at IS NULL AND failed_at IS NULL AND notice_id IS NULL;
