//! The statement that finds a market's people.
use db::{FromRow, Read, Result, Row};

use super::model::Person;
use crate::kernel::{
    ids::{MarketId, UserId},
    role::Role,
};

/// Between a role and its farm, and between roles: no name holds them.
const OF: &str = "\u{1f}";
const NEXT: &str = "\u{1e}";

impl FromRow for Person {
    fn from_row(row: &mut Row<'_>) -> Result<Self> {
        Ok(Self {
            id: row.col()?,
            name: row.col()?,
            email: row.col()?,
            roles: roles(&row.col::<Option<String>>()?.unwrap_or_default()),
            orders: row.col()?,
            used_at: row.col()?,
        })
    }
}

fn roles(text: &str) -> Vec<(Role, Option<String>)> {
    let one = |part: &str| {
        let (role, farm) = part.split_once(OF)?;
        let farm = (!farm.is_empty()).then(|| farm.to_owned());
        Some((Role::parse(role)?, farm))
    };
    let mut roles: Vec<_> = text.split(NEXT).filter_map(one).collect();
    roles.sort();
    roles
}

/// Those who work here or have ordered here, in the order of their ids, behind the given one.
pub async fn list_page(
    db: &Read,
    market: &MarketId,
    pattern: &str,
    after: &str,
    limit: i64,
) -> Result<Vec<Person>> {
    db.all(
        "SELECT u.id, u.name, u.email, (SELECT string_agg(m.role || $5 || COALESCE(f.name, ''), $6) \
         FROM memberships m LEFT JOIN farms f ON f.id = m.farm_id WHERE m.user_id = u.id AND m.market_id = $1), \
         (SELECT COUNT(*) FROM orders o WHERE o.customer_id = u.id AND o.market_id = $1), \
         (SELECT MAX(s.used_at) FROM sessions s WHERE s.user_id = u.id) FROM users u WHERE u.id > $2 \
         AND ($3 = '' OR lower(u.name) LIKE $3 ESCAPE '\\' OR u.email LIKE $3 ESCAPE '\\') \
         AND (EXISTS (SELECT 1 FROM memberships m WHERE m.user_id = u.id AND m.market_id = $1) \
         OR EXISTS (SELECT 1 FROM orders o WHERE o.customer_id = u.id AND o.market_id = $1)) ORDER BY u.id LIMIT $4",
        &[market, &after, &pattern, &limit, &OF, &NEXT],
    )
    .await
}

/// Whether somebody works here or has ordered here.
pub async fn is_known(db: &Read, market: &MarketId, user: &UserId) -> Result<bool> {
    let row: Option<(bool,)> = db
        .one(
            "SELECT EXISTS (SELECT 1 FROM memberships m WHERE m.user_id = u.id AND m.market_id = $1) \
             OR EXISTS (SELECT 1 FROM orders o WHERE o.customer_id = u.id AND o.market_id = $1) \
             FROM users u WHERE u.id = $2",
            &[market, user],
        )
        .await?;
    Ok(row.is_some_and(|row| row.0))
}
