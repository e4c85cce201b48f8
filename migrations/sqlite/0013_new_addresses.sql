-- A new e-mail address counts from its confirmation on (R1); absent where the code is for the address of the person.
ALTER TABLE email_confirmations ADD COLUMN address TEXT;
ALTER TABLE email_confirmations ADD COLUMN language TEXT;

-- Codes that were mailed to one recipient lately, whoever asked for them. The address itself is not kept.
CREATE TABLE mailed_codes (
    id BLOB NOT NULL PRIMARY KEY,
    recipient_digest BLOB NOT NULL,
    mailed_at TEXT NOT NULL
) STRICT;
CREATE INDEX mailed_codes_by_recipient ON mailed_codes (recipient_digest, mailed_at);
