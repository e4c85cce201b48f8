-- The official who caused an event, such as the annulment of a referral. Parents do not see it.
ALTER TABLE events ADD COLUMN official TEXT;
