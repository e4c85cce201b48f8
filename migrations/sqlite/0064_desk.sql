-- Places that the kindergarten has taken back after they had been free: published again, they rest (R16). Of the
-- unpublished ones.
ALTER TABLE groups ADD COLUMN taken_back INTEGER NOT NULL DEFAULT 0 CHECK (taken_back >= 0);
-- What a kindergarten says of itself to parents.
ALTER TABLE kindergartens ADD COLUMN about_kk TEXT NOT NULL DEFAULT '';
ALTER TABLE kindergartens ADD COLUMN about_ru TEXT NOT NULL DEFAULT '';
ALTER TABLE kindergartens ADD COLUMN about_en TEXT NOT NULL DEFAULT '';
