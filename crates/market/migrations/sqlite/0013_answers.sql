-- Somebody else's change is seen before it is written over.
ALTER TABLE pickup_places ADD COLUMN version BIGINT NOT NULL DEFAULT 1;
ALTER TABLE markets ADD COLUMN version BIGINT NOT NULL DEFAULT 1;

-- What an application was answered with; none: it waits, or it was good.
ALTER TABLE farms ADD COLUMN declined_reason TEXT;
-- The language in which it was applied.
ALTER TABLE farms ADD COLUMN lang TEXT NOT NULL DEFAULT 'en';
