-- Streams of a session end with it: each process looks for what has ended lately.
CREATE INDEX sessions_by_end ON sessions (ended_at) WHERE ended_at IS NOT NULL;
