-- Signing with a phone (eGov Mobile): texts that wait for the signature of a phone.
CREATE TABLE signing_sessions (
    id BLOB NOT NULL PRIMARY KEY,
    -- SHA-256 of the code in the address that the phone reads first, and of the token that it then sends.
    code_hash BLOB NOT NULL UNIQUE,
    token_hash BLOB NOT NULL,
    -- Who has begun it: a person for their drafts, or a browser for a login.
    person_id BLOB REFERENCES persons (id),
    browser_hash BLOB,
    state TEXT NOT NULL
        CHECK (state IN ('pending', 'scanned', 'signed', 'rejected', 'cancelled', 'expired')),
    failures INTEGER NOT NULL CHECK (failures >= 0),
    -- Why the last signature did not pass: a code with its parameters.
    failure TEXT,
    -- SHA-256 of the signatures that have passed.
    answer_digest BLOB,
    created_at TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    -- Made anew with each change, in the order of time.
    change_id BLOB NOT NULL,
    CHECK ((person_id IS NULL) <> (browser_hash IS NULL))
) STRICT;
CREATE INDEX signing_sessions_by_change ON signing_sessions (change_id);
CREATE INDEX signing_sessions_by_expiry ON signing_sessions (expires_at);
CREATE INDEX signing_sessions_by_person ON signing_sessions (person_id, expires_at);

CREATE TABLE signing_session_documents (
    session_id BLOB NOT NULL REFERENCES signing_sessions (id) ON DELETE CASCADE,
    number INTEGER NOT NULL CHECK (number >= 1),
    challenge_id BLOB REFERENCES challenges (id) ON DELETE CASCADE,
    draft_id BLOB REFERENCES drafts (id) ON DELETE CASCADE,
    -- The signature that has passed.
    cms BLOB,
    PRIMARY KEY (session_id, number),
    CHECK ((challenge_id IS NULL) <> (draft_id IS NULL))
) STRICT;
CREATE INDEX signing_session_documents_by_challenge ON signing_session_documents (challenge_id);
CREATE INDEX signing_session_documents_by_draft ON signing_session_documents (draft_id);

-- Browsers from which a person has logged in with a phone: SHA-256 of the number in their cookie.
CREATE TABLE known_browsers (
    person_id BLOB NOT NULL REFERENCES persons (id),
    browser_hash BLOB NOT NULL,
    used_at TEXT NOT NULL,
    PRIMARY KEY (person_id, browser_hash)
) STRICT;
CREATE INDEX known_browsers_by_use ON known_browsers (used_at);
