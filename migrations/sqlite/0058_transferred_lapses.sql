-- R12, R23: lapses that a child had in the previous system, and its stop-list there. They belong to the child in
-- the locality, whatever becomes of the application.
ALTER TABLE transferred_applications ADD COLUMN lapses INTEGER NOT NULL DEFAULT 0;
ALTER TABLE transferred_applications ADD COLUMN stop_listed_until TEXT;
