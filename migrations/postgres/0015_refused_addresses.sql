-- A mail server said that the address does not exist; the account says so until another is given.
ALTER TABLE persons ADD COLUMN email_refused_at TIMESTAMPTZ;
CREATE INDEX persons_by_email ON persons (email) WHERE email IS NOT NULL;
