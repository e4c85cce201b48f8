-- Staff of kindergartens (R19): by a key of the organisation, or appointed by the head. The person is named by IIN,
-- because an appointment may come before the first login. A membership is ended, never deleted.
CREATE TABLE staff_members (
    id BLOB NOT NULL PRIMARY KEY,
    kindergarten_id BLOB NOT NULL REFERENCES kindergartens (id),
    iin TEXT NOT NULL,
    role TEXT NOT NULL CHECK (role IN ('head', 'employee')),
    -- When the certificate begins that says so; absent where the head has appointed.
    certified_from TEXT,
    begins_at TEXT NOT NULL,
    -- First moment at which it no longer counts; of a certificate, its end.
    ends_at TEXT,
    made_by BLOB REFERENCES persons (id),
    ended_by BLOB REFERENCES persons (id),
    CHECK ((made_by IS NULL) = (certified_from IS NOT NULL)),
    CHECK (ends_at IS NULL OR ends_at >= begins_at)
) STRICT;
CREATE INDEX staff_members_by_person ON staff_members (iin, kindergarten_id);
CREATE INDEX staff_members_by_kindergarten ON staff_members (kindergarten_id, id);

-- What the key of an organisation said at the login. A membership by key counts in such a session alone.
ALTER TABLE sessions ADD COLUMN staff_member_id BLOB REFERENCES staff_members (id);
