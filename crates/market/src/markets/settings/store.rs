//! Every statement on a market's settings.
use db::{Read, Result, Write};

use crate::{
    kernel::{
        ids::{DayId, MarketId, WindowId},
        time::Ts,
    },
    markets::model::Market,
};

pub async fn has_orders(db: &Read, market: &MarketId) -> Result<bool> {
    let first = db
        .one::<(String,)>(
            "SELECT id FROM orders WHERE market_id = $1 LIMIT 1",
            &[market],
        )
        .await?;
    Ok(first.is_some())
}

/// `false`: somebody changed it since its version, or it has orders and the currency would change under them.
pub async fn update(tx: &Write, market: &Market) -> Result<bool> {
    let changed = tx
        .run(
            "UPDATE markets SET name = $2, address = $3, currency = $4, timezone = $5, code_prefix = $6, \
             tax_included = $7, fee_goods_bp = $8, fee_goods_payer = $9, fee_order_minor = $10, \
             fee_farm_minor = $11, lang = $12, version = version + 1 WHERE id = $1 AND version = $13 AND (currency = $4 OR \
             NOT EXISTS (SELECT 1 FROM orders o WHERE o.market_id = markets.id))",
            &[
                &market.id,
                &market.name,
                &market.address,
                &market.currency.code(),
                &market.zone_name,
                &market.code_prefix,
                &market.tax_included,
                &market.fees.goods_bp,
                &market.fees.goods_payer,
                &market.fees.order_minor,
                &market.fees.farm_minor,
                &market.lang,
                &market.version,
            ],
        )
        .await?;
    Ok(changed == 1)
}

pub async fn find_version(db: &Read, market: &MarketId) -> Result<Option<i64>> {
    let row = db
        .one::<(i64,)>("SELECT version FROM markets WHERE id = $1", &[market])
        .await?;
    Ok(row.map(|row| row.0))
}

/// A window's local date and hours, by day: `(window, day, date, from, to)`.
pub type LocalWindow = (WindowId, DayId, String, String, String);

pub async fn list_windows_ahead(db: &Read, market: &MarketId, now: Ts) -> Result<Vec<LocalWindow>> {
    db.all(
        "SELECT w.id, w.day_id, w.local_date, w.local_start, w.local_end FROM market_days d \
         JOIN windows w ON w.day_id = d.id WHERE d.market_id = $1 AND d.ends_at > $2 LIMIT 2000",
        &[market, &now],
    )
    .await
}

pub async fn move_window(
    tx: &Write,
    market: &MarketId,
    id: &WindowId,
    starts_at: Ts,
    ends_at: Ts,
) -> Result<()> {
    tx.run(
        "UPDATE windows SET starts_at = $3, ends_at = $4 WHERE id = $2 AND market_id = $1",
        &[market, id, &starts_at, &ends_at],
    )
    .await?;
    Ok(())
}

pub async fn move_day(
    tx: &Write,
    market: &MarketId,
    id: &DayId,
    opens_at: Ts,
    cutoff_at: Ts,
    ends_at: Ts,
) -> Result<()> {
    tx.run(
        "UPDATE market_days SET opens_at = $3, cutoff_at = $4, planned_cutoff_at = NULL, ends_at = $5, \
         version = version + 1 \
         WHERE id = $2 AND market_id = $1",
        &[market, id, &opens_at, &cutoff_at, &ends_at],
    )
    .await?;
    Ok(())
}
