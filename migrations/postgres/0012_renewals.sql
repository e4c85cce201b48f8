-- A refresh token leads to one successor (R1). Sessions of before have no secret: they are renewed as before, and
-- end at their twelve hours.
ALTER TABLE sessions ADD COLUMN secret BYTEA;
ALTER TABLE sessions ADD COLUMN started_at TIMESTAMPTZ;
-- By the clock without the lead of a demo.
ALTER TABLE sessions ADD COLUMN last_end TIMESTAMPTZ;
ALTER TABLE sessions ADD COLUMN device TEXT;
ALTER TABLE sessions ADD COLUMN generation BIGINT NOT NULL DEFAULT 0;
ALTER TABLE sessions ADD COLUMN arrived BIGINT NOT NULL DEFAULT 0;
CREATE INDEX sessions_by_person ON sessions (person_id);
