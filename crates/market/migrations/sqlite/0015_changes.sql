-- What a changed quantity is counted in, as it was when it was changed.
ALTER TABLE order_changes ADD COLUMN unit TEXT NOT NULL DEFAULT '';
UPDATE order_changes SET unit = (SELECT p.unit FROM products p WHERE p.id = order_changes.product_id);

-- Old notices are cleared away by age.
CREATE INDEX notices_created ON notices (created_at);

-- The language of mails to somebody whose own is not known.
ALTER TABLE markets ADD COLUMN lang TEXT NOT NULL DEFAULT 'en';
