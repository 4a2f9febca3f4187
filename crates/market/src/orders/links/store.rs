//! The statements that find an order by what somebody holds of it.
use db::{Read, Result};

use crate::kernel::ids::{MarketId, OrderId};

/// The order a link leads to, with the link's generation.
pub async fn find_by_link(
    db: &Read,
    market: &MarketId,
    hash: &str,
) -> Result<Option<(OrderId, i64)>> {
    db.one(
        "SELECT id, link_generation FROM orders WHERE link_hash = $2 AND market_id = $1",
        &[market, &hash],
    )
    .await
}

/// For the look-up by code: id, link generation, address to answer to, name.
pub async fn find_by_code(
    db: &Read,
    market: &MarketId,
    code: &str,
) -> Result<Option<(OrderId, i64, String, String)>> {
    db.one(
        "SELECT id, link_generation, customer_email, customer_name FROM orders WHERE market_id = $1 AND code = $2",
        &[market, &code],
    )
    .await
}

/// Id and code of the orders a session has opened by their links, newest first.
pub async fn list_granted(
    db: &Read,
    market: &MarketId,
    session: &str,
) -> Result<Vec<(OrderId, String)>> {
    db.all(
        "SELECT o.id, o.code FROM session_orders g JOIN orders o ON o.id = g.order_id AND \
         o.link_generation = g.generation WHERE g.session_hash = $2 AND g.market_id = $1 \
         ORDER BY g.granted_at DESC LIMIT 100",
        &[market, &session],
    )
    .await
}
