-- What a market charges: a share of the goods, an amount per order, an amount per farm in it.
ALTER TABLE markets ADD COLUMN tax_included BOOLEAN NOT NULL DEFAULT TRUE;
ALTER TABLE markets ADD COLUMN fee_goods_bp BIGINT NOT NULL DEFAULT 0 CHECK (fee_goods_bp BETWEEN 0 AND 10000);
ALTER TABLE markets ADD COLUMN fee_goods_payer TEXT NOT NULL DEFAULT 'FARM' CHECK (fee_goods_payer IN ('CUSTOMER', 'FARM'));
ALTER TABLE markets ADD COLUMN fee_order_minor BIGINT NOT NULL DEFAULT 0 CHECK (fee_order_minor >= 0);
ALTER TABLE markets ADD COLUMN fee_farm_minor BIGINT NOT NULL DEFAULT 0 CHECK (fee_farm_minor >= 0);

ALTER TABLE market_days ADD COLUMN version BIGINT NOT NULL DEFAULT 1;
-- Orders that have a place in the window; counted in their own transactions.
ALTER TABLE windows ADD COLUMN taken BIGINT NOT NULL DEFAULT 0 CHECK (taken >= 0);
UPDATE windows SET taken = (SELECT COUNT(*) FROM orders o WHERE o.window_id = windows.id AND o.status <> 'CANCELLED');

ALTER TABLE farms ADD COLUMN status TEXT NOT NULL DEFAULT 'APPROVED' CHECK (status IN ('APPLIED', 'APPROVED', 'PAUSED'));
ALTER TABLE farms ADD COLUMN paused_reason TEXT;
ALTER TABLE farms ADD COLUMN town TEXT NOT NULL DEFAULT '';
ALTER TABLE farms ADD COLUMN story TEXT NOT NULL DEFAULT '';
ALTER TABLE farms ADD COLUMN version BIGINT NOT NULL DEFAULT 1;

ALTER TABLE products ADD COLUMN slug TEXT NOT NULL DEFAULT '';
UPDATE products SET slug = id;
ALTER TABLE products ADD COLUMN description TEXT NOT NULL DEFAULT '';
-- Name, category and farm in plain lower-case letters: what a search looks through.
ALTER TABLE products ADD COLUMN search TEXT NOT NULL DEFAULT '';
-- Quantities in thousandths; no stock is as much as is ordered.
ALTER TABLE products ADD COLUMN stock_qty BIGINT CHECK (stock_qty >= 0);
ALTER TABLE products ADD COLUMN step_qty BIGINT NOT NULL DEFAULT 1000 CHECK (step_qty > 0);
-- What one unit holds, in thousandths of a kg or l: the ground for the price to compare.
ALTER TABLE products ADD COLUMN content_qty BIGINT CHECK (content_qty > 0);
ALTER TABLE products ADD COLUMN content_unit TEXT CHECK (content_unit IN ('kg', 'l'));
-- MM-DD, both ends included; may run over the new year.
ALTER TABLE products ADD COLUMN season_from TEXT;
ALTER TABLE products ADD COLUMN season_to TEXT;
-- Words with a space between: weekdays of the market days it is offered on (none: all), allergens, diets.
ALTER TABLE products ADD COLUMN days TEXT NOT NULL DEFAULT '';
ALTER TABLE products ADD COLUMN allergens TEXT NOT NULL DEFAULT '';
ALTER TABLE products ADD COLUMN diets TEXT NOT NULL DEFAULT '';
ALTER TABLE products ADD COLUMN is_sold_out BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE products ADD COLUMN is_hidden BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE products ADD COLUMN version BIGINT NOT NULL DEFAULT 1;
CREATE UNIQUE INDEX products_market_id_slug_key ON products (market_id, slug);
CREATE INDEX products_shop ON products (market_id, name, id);

ALTER TABLE orders ADD COLUMN phone TEXT;
ALTER TABLE orders ADD COLUMN lang TEXT NOT NULL DEFAULT 'en';
ALTER TABLE order_lines ADD COLUMN tax_minor BIGINT NOT NULL DEFAULT 0 CHECK (tax_minor >= 0);
ALTER TABLE order_fees ADD COLUMN farm_order_id TEXT;
ALTER TABLE order_fees ADD COLUMN payer TEXT NOT NULL DEFAULT 'CUSTOMER' CHECK (payer IN ('CUSTOMER', 'FARM'));

-- What a customer changed before the cut-off; never changed, never removed.
CREATE TABLE order_changes (
    id            TEXT PRIMARY KEY,
    market_id     TEXT NOT NULL REFERENCES markets (id),
    order_id      TEXT NOT NULL REFERENCES orders (id),
    farm_order_id TEXT NOT NULL,
    product_id    TEXT NOT NULL REFERENCES products (id),
    product_name  TEXT NOT NULL,
    from_qty      BIGINT NOT NULL,
    to_qty        BIGINT NOT NULL,
    actor_id      TEXT REFERENCES users (id),
    role          TEXT NOT NULL,
    at            BIGINT NOT NULL,
    order_version BIGINT NOT NULL
);
CREATE INDEX order_changes_order ON order_changes (order_id);
