//! Every statement on markets, places, days and windows.
use db::{Read, Result, Row, Write};
use jiff::tz::TimeZone;

use super::model::{Fees, Market, MarketDay};
use crate::kernel::{
    ids::{DayId, FarmId, MarketId},
    money::Currency,
    time::Ts,
};

impl db::FromRow for Market {
    fn from_row(row: &mut Row<'_>) -> Result<Self> {
        let (id, slug, name, address) = (row.col()?, row.col()?, row.col()?, row.col()?);
        let currency: Currency = row.col()?;
        let zone_name: String = row.col()?;
        let Ok(zone) = TimeZone::get(&zone_name) else {
            return Err(db::Error::decode("a time zone", &zone_name));
        };
        let (code_prefix, is_default, tax_included) = (row.col()?, row.col()?, row.col()?);
        let fees = Fees {
            goods_bp: row.col()?,
            goods_payer: row.col()?,
            order_minor: row.col()?,
            farm_minor: row.col()?,
        };
        let lang = row.col()?;
        let version = row.col()?;
        Ok(Self {
            id,
            slug,
            name,
            address,
            currency,
            zone_name,
            zone,
            code_prefix,
            lang,
            is_default,
            tax_included,
            fees,
            version,
        })
    }
}

impl db::FromRow for MarketDay {
    fn from_row(row: &mut Row<'_>) -> Result<Self> {
        Ok(Self {
            id: row.col()?,
            date: row.col()?,
            cutoff_at: row.col()?,
        })
    }
}

pub async fn list(db: &Read) -> Result<Vec<Market>> {
    db.all(
        "SELECT id, slug, name, address, currency, timezone, code_prefix, is_default, tax_included, fee_goods_bp, \
         fee_goods_payer, fee_order_minor, fee_farm_minor, lang, version FROM markets ORDER BY is_default DESC, slug",
        &[],
    )
    .await
}

/// The day a farm works for now: the first that is not over, else the last one.
pub async fn find_day_at_work(
    db: &Read,
    market: &MarketId,
    farm: &FarmId,
    now: Ts,
) -> Result<Option<MarketDay>> {
    let ahead = db
        .one(
            "SELECT d.id, d.local_date, d.cutoff_at FROM market_days d WHERE d.market_id = $1 AND d.ends_at > $3 AND \
             EXISTS (SELECT 1 FROM farm_orders f WHERE f.farm_id = $2 AND f.day_id = d.id) \
             ORDER BY d.ends_at LIMIT 1",
            &[market, farm, &now],
        )
        .await?;
    if ahead.is_some() {
        return Ok(ahead);
    }
    db.one(
        "SELECT d.id, d.local_date, d.cutoff_at FROM market_days d WHERE d.market_id = $1 AND \
         d.status NOT IN ('DRAFT', 'CANCELLED') ORDER BY d.ends_at DESC LIMIT 1",
        &[market],
    )
    .await
}

/// The day of that local date, unless nobody was told of it.
pub async fn find_day_on(db: &Read, market: &MarketId, date: &str) -> Result<Option<MarketDay>> {
    db.one(
        "SELECT id, local_date, cutoff_at FROM market_days WHERE market_id = $1 AND local_date = $2 AND \
         status <> 'DRAFT'",
        &[market, &date],
    )
    .await
}

/// The next day that customers may know of.
pub async fn find_next_day(db: &Read, market: &MarketId, now: Ts) -> Result<Option<MarketDay>> {
    db.one(
        "SELECT id, local_date, cutoff_at FROM market_days WHERE market_id = $1 AND ends_at > $2 AND \
         status NOT IN ('DRAFT', 'CANCELLED') ORDER BY ends_at LIMIT 1",
        &[market, &now],
    )
    .await
}

pub async fn find_setting(db: &Read, name: &str) -> Result<Option<String>> {
    Ok(db
        .one::<(String,)>("SELECT value FROM settings WHERE name = $1", &[&name])
        .await?
        .map(|row| row.0))
}

pub async fn set_setting(tx: &Write, name: &str, value: &str) -> Result<()> {
    tx.run(
        "INSERT INTO settings (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        &[&name, &value],
    )
    .await?;
    Ok(())
}

pub async fn insert(tx: &Write, market: &Market, now: Ts) -> Result<()> {
    tx.run(
        "INSERT INTO markets (id, slug, name, address, currency, timezone, code_prefix, is_default, tax_included, \
         fee_goods_bp, fee_goods_payer, fee_order_minor, fee_farm_minor, created_at, lang) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)",
        &[
            &market.id,
            &market.slug,
            &market.name,
            &market.address,
            &market.currency.code(),
            &market.zone_name,
            &market.code_prefix,
            &market.is_default,
            &market.tax_included,
            &market.fees.goods_bp,
            &market.fees.goods_payer,
            &market.fees.order_minor,
            &market.fees.farm_minor,
            &now,
            &market.lang,
        ],
    )
    .await?;
    Ok(())
}

pub struct NewPlace<'a> {
    pub id: &'a crate::kernel::ids::PlaceId,
    pub market: &'a MarketId,
    pub name: &'a str,
    pub address: &'a str,
    pub access: Option<&'a str>,
    pub map_url: Option<&'a str>,
}

pub async fn insert_place(tx: &Write, place: &NewPlace<'_>) -> Result<()> {
    tx.run(
        "INSERT INTO pickup_places (id, market_id, name, address, access, map_url) VALUES ($1, $2, $3, $4, $5, $6)",
        &[place.id, place.market, &place.name, &place.address, &place.access, &place.map_url],
    )
    .await?;
    Ok(())
}

pub struct NewDay<'a> {
    pub id: &'a DayId,
    pub market: &'a MarketId,
    pub date: &'a str,
    pub opens_at: Ts,
    pub cutoff_at: Ts,
    pub ends_at: Ts,
}

pub async fn insert_day(tx: &Write, day: &NewDay<'_>) -> Result<()> {
    tx.run(
        "INSERT INTO market_days (id, market_id, local_date, status, opens_at, cutoff_at, ends_at) \
         VALUES ($1, $2, $3, 'OPEN', $4, $5, $6)",
        &[
            day.id,
            day.market,
            &day.date,
            &day.opens_at,
            &day.cutoff_at,
            &day.ends_at,
        ],
    )
    .await?;
    Ok(())
}

pub struct NewWindow<'a> {
    pub market: &'a MarketId,
    pub day: &'a DayId,
    pub place: &'a crate::kernel::ids::PlaceId,
    pub window: &'a crate::orders::model::Window,
    pub capacity: i64,
}

pub async fn insert_window(tx: &Write, new: &NewWindow<'_>) -> Result<()> {
    let window = new.window;
    tx.run(
        "INSERT INTO windows (id, market_id, day_id, place_id, local_date, local_start, local_end, starts_at, \
         ends_at, capacity) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        &[
            &window.id,
            new.market,
            new.day,
            new.place,
            &window.date,
            &window.starts,
            &window.ends,
            &window.starts_at,
            &window.ends_at,
            &new.capacity,
        ],
    )
    .await?;
    Ok(())
}

/// Counts the orders of each window anew, for who writes orders by other ways than placing them.
pub async fn count_places_taken(tx: &Write) -> Result<()> {
    tx.run(
        "UPDATE windows SET taken = (SELECT COUNT(*) FROM orders o WHERE o.window_id = windows.id AND \
         o.status <> 'CANCELLED')",
        &[],
    )
    .await?;
    Ok(())
}
