//! Every statement on people, sessions, tokens and sign-in links.
use db::{FromRow, Read, Result, Row, Write};

use super::model::{Life, Membership, Scope, User};
use crate::kernel::{
    ids::{FarmId, LinkId, MarketId, OrderId, TokenId, UserId},
    role::Role,
    time::Ts,
};

impl FromRow for User {
    fn from_row(row: &mut Row<'_>) -> Result<Self> {
        Ok(Self {
            id: row.col()?,
            email: row.col()?,
            name: row.col()?,
        })
    }
}

impl FromRow for Membership {
    fn from_row(row: &mut Row<'_>) -> Result<Self> {
        Ok(Self {
            role: row.col()?,
            farm: row.col()?,
        })
    }
}

/// A session that is still good, with the person it belongs to if there is one.
pub struct Session {
    pub user: Option<User>,
    pub created_at: Ts,
    /// About when it was used last.
    pub used_at: Ts,
    pub memberships: Vec<Membership>,
    pub granted: Vec<OrderId>,
    pub unread: i64,
}

/// What a session is read from: itself, what its person may do, and the orders that links gave it.
enum SessionRow {
    Itself(Session),
    Member(Membership),
    Granted(OrderId),
}

impl FromRow for SessionRow {
    fn from_row(row: &mut Row<'_>) -> Result<Self> {
        let kind: i64 = row.col()?;
        match kind {
            0 => {
                let id: Option<UserId> = row.col()?;
                let (email, name): (Option<String>, Option<String>) = (row.col()?, row.col()?);
                Ok(Self::Itself(Session {
                    user: id.map(|id| User {
                        id,
                        email: email.unwrap_or_default(),
                        name: name.unwrap_or_default(),
                    }),
                    created_at: row.col()?,
                    used_at: row.col()?,
                    unread: row.col()?,
                    memberships: Vec::new(),
                    granted: Vec::new(),
                }))
            }
            1 => Membership::from_row(row).map(Self::Member),
            _ => row.col().map(Self::Granted),
        }
    }
}

/// `None` too when it has lived as long as its person's roles let it. One statement, which is a snapshot by itself.
pub async fn find_session(
    db: &Read,
    market: &MarketId,
    hash: &str,
    now: Ts,
) -> Result<Option<Session>> {
    let rows = db
        .all::<SessionRow>(
            "SELECT 0, s.user_id, u.email, u.name, s.created_at, s.used_at, (SELECT COUNT(*) FROM (SELECT n.id FROM notices n \
             WHERE n.market_id = $3 AND n.person = s.user_id AND n.channel = 'IN_APP' AND n.status = 'ACCEPTED' AND \
             n.read_at IS NULL LIMIT 100) unread) FROM sessions s LEFT JOIN users u ON u.id = s.user_id \
             WHERE s.hash = $1 AND s.expires_at > $2 AND u.disabled_at IS NULL \
             UNION ALL SELECT 1, held.role, held.farm_id, NULL, NULL, NULL, NULL FROM (SELECT m.role, m.farm_id \
             FROM sessions s JOIN memberships m ON m.user_id = s.user_id WHERE s.hash = $1 AND m.market_id = $3 LIMIT 100) held \
             UNION ALL SELECT 2, given.order_id, NULL, NULL, NULL, NULL, NULL FROM (SELECT g.order_id \
             FROM session_orders g JOIN orders o ON o.id = g.order_id AND o.link_generation = g.generation \
             WHERE g.session_hash = $1 AND g.market_id = $3 ORDER BY g.granted_at DESC LIMIT 100) given",
            &[&hash, &now, market],
        )
        .await?;
    let (mut session, mut memberships, mut granted) = (None, Vec::new(), Vec::new());
    for row in rows {
        match row {
            SessionRow::Itself(itself) => session = Some(itself),
            SessionRow::Member(membership) => memberships.push(membership),
            SessionRow::Granted(order) => granted.push(order),
        }
    }
    let life = Life::of(&memberships);
    let session = session.filter(|s| now < life.ends(s.created_at, s.used_at));
    Ok(session.map(|session| Session {
        memberships,
        granted,
        ..session
    }))
}

/// A token that is still good, with its person and what that person may do now.
pub struct Token {
    pub id: TokenId,
    pub scopes: Vec<Scope>,
    pub user: User,
    pub memberships: Vec<Membership>,
}

/// A token with one of its person's memberships, if there is one: a token is read by one statement.
struct TokenRow {
    token: Token,
    farm: Option<FarmId>,
    membership: Option<Membership>,
}

impl FromRow for TokenRow {
    fn from_row(row: &mut Row<'_>) -> Result<Self> {
        let id = row.col()?;
        let scopes: String = row.col()?;
        let farm = row.col()?;
        let user = User::from_row(row)?;
        let role: Option<Role> = row.col()?;
        let at: Option<FarmId> = row.col()?;
        let scopes = scopes.split(' ').filter_map(Scope::parse).collect();
        Ok(Self {
            token: Token {
                id,
                scopes,
                user,
                memberships: Vec::new(),
            },
            farm,
            membership: role.map(|role| Membership { role, farm: at }),
        })
    }
}

pub async fn find_token(
    db: &Read,
    market: &MarketId,
    hash: &str,
    now: Ts,
) -> Result<Option<Token>> {
    let rows = db
        .all::<TokenRow>(
            "SELECT t.id, t.scopes, t.farm_id, u.id, u.email, u.name, m.role, m.farm_id FROM api_tokens t \
             JOIN users u ON u.id = t.user_id LEFT JOIN memberships m ON m.user_id = t.user_id AND \
             m.market_id = t.market_id AND (m.farm_id = t.farm_id OR t.farm_id IS NULL) \
             WHERE t.hash = $1 AND t.market_id = $2 AND t.expires_at > $3 AND t.revoked_at IS NULL AND \
             u.disabled_at IS NULL LIMIT 100",
            &[&hash, market, &now],
        )
        .await?;
    // A farm's token ends with its person's place on that farm's team.
    let ended = rows
        .iter()
        .all(|row| row.farm.is_some() && row.membership.is_none());
    if ended {
        return Ok(None);
    }
    Ok(rows.into_iter().fold(None, |token, row| {
        let mut token = token.unwrap_or(row.token);
        token.memberships.extend(row.membership);
        Some(token)
    }))
}

pub async fn is_token_good(db: &Read, id: &TokenId, now: Ts) -> Result<bool> {
    let found = db
        .one::<(i64,)>(
            "SELECT t.created_at FROM api_tokens t JOIN users u ON u.id = t.user_id WHERE t.id = $1 AND \
             t.expires_at > $2 AND t.revoked_at IS NULL AND u.disabled_at IS NULL",
            &[id, &now],
        )
        .await?;
    Ok(found.is_some())
}

pub async fn find_user_by_email(db: &Read, email: &str) -> Result<Option<User>> {
    db.one(
        "SELECT id, email, name FROM users WHERE email = $1",
        &[&email],
    )
    .await
}

/// The language that person reads; `None` before the first sign-in.
pub async fn find_lang(db: &Read, user: &UserId) -> Result<Option<String>> {
    let row: Option<(Option<String>,)> = db
        .one("SELECT lang FROM users WHERE id = $1", &[user])
        .await?;
    Ok(row.and_then(|row| row.0))
}

pub async fn list_memberships(
    db: &Read,
    user: &UserId,
    market: &MarketId,
) -> Result<Vec<Membership>> {
    db.all(
        "SELECT role, farm_id FROM memberships WHERE user_id = $1 AND market_id = $2 LIMIT 100",
        &[user, market],
    )
    .await
}

/// A sign-in link that can still be used, and whom it signs in.
pub async fn find_link(
    db: &Read,
    market: &MarketId,
    hash: &str,
    now: Ts,
) -> Result<Option<(LinkId, User)>> {
    let found = db
        .one::<LinkRow>(
            "SELECT l.id, u.id, u.email, u.name FROM sign_in_links l JOIN users u ON u.id = l.user_id \
             WHERE l.hash = $1 AND l.market_id = $2 AND l.purpose = 'SIGN_IN' AND l.expires_at > $3 AND \
             (l.used_at IS NULL OR l.reusable)",
            &[&hash, market, &now],
        )
        .await?;
    Ok(found.map(|row| (row.0, row.1)))
}

struct LinkRow(LinkId, User);

impl FromRow for LinkRow {
    fn from_row(row: &mut Row<'_>) -> Result<Self> {
        Ok(Self(row.col()?, User::from_row(row)?))
    }
}

/// `false`: somebody used it meanwhile.
pub async fn mark_link_used(tx: &Write, id: &LinkId, now: Ts) -> Result<bool> {
    let used = tx
        .run(
            "UPDATE sign_in_links SET used_at = $2 WHERE id = $1 AND (used_at IS NULL OR reusable)",
            &[id, &now],
        )
        .await?;
    Ok(used == 1)
}

pub struct NewLink<'a> {
    pub id: &'a LinkId,
    pub market: &'a MarketId,
    pub user: &'a UserId,
    pub hash: &'a str,
    /// Good until it expires: the demo's.
    pub reusable: bool,
    pub now: Ts,
    pub expires_at: Ts,
}

/// `false`: it was there already, made by an earlier try of the same job.
pub async fn insert_link(tx: &Write, link: &NewLink<'_>) -> Result<bool> {
    let inserted = tx
        .run(
            "INSERT INTO sign_in_links (id, market_id, user_id, hash, reusable, created_at, expires_at) \
             VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (id) DO NOTHING",
            &[link.id, link.market, link.user, &link.hash, &link.reusable, &link.now, &link.expires_at],
        )
        .await?;
    Ok(inserted == 1)
}

pub async fn insert_session(
    tx: &Write,
    hash: &str,
    user: Option<&UserId>,
    now: Ts,
    ends: Ts,
) -> Result<()> {
    tx.run(
        "INSERT INTO sessions (hash, user_id, created_at, used_at, expires_at) VALUES ($1, $2, $3, $3, $4)",
        &[&hash, &user, &now, &ends],
    )
    .await?;
    Ok(())
}

/// What its person will know it by in the list.
pub async fn name_session(tx: &Write, hash: &str, device: &str) -> Result<()> {
    tx.run(
        "UPDATE sessions SET device = $2 WHERE hash = $1",
        &[&hash, &device],
    )
    .await?;
    Ok(())
}

/// The language of the pages a person signs in on.
pub async fn keep_lang(tx: &Write, user: &UserId, lang: &str) -> Result<()> {
    tx.run(
        "UPDATE users SET lang = $2 WHERE id = $1 AND (lang IS NULL OR lang <> $2)",
        &[user, &lang],
    )
    .await?;
    Ok(())
}

/// A guest's orders with this address become the person's who has proved it.
pub async fn claim_orders(
    tx: &Write,
    market: &MarketId,
    user: &UserId,
    email: &str,
) -> Result<u64> {
    tx.run(
        "UPDATE orders SET customer_id = $2 WHERE market_id = $1 AND customer_email = $3 AND customer_id IS NULL",
        &[market, user, &email],
    )
    .await
}

pub async fn delete_session(tx: &Write, hash: &str) -> Result<bool> {
    Ok(tx
        .run("DELETE FROM sessions WHERE hash = $1", &[&hash])
        .await?
        == 1)
}

/// An order's links that a guest opened follow that guest into the account's session.
pub async fn move_grants(tx: &Write, from: &str, to: &str) -> Result<u64> {
    tx.run(
        "UPDATE session_orders SET session_hash = $2 WHERE session_hash = $1",
        &[&from, &to],
    )
    .await
}

pub async fn grant_order(
    tx: &Write,
    session: &str,
    market: &MarketId,
    order: &OrderId,
    generation: i64,
    now: Ts,
) -> Result<()> {
    tx.run(
        "INSERT INTO session_orders (session_hash, market_id, order_id, generation, granted_at) \
         VALUES ($1, $2, $3, $4, $5) \
         ON CONFLICT (session_hash, order_id) DO UPDATE SET generation = excluded.generation",
        &[&session, market, order, &generation, &now],
    )
    .await?;
    Ok(())
}

pub async fn insert_user(tx: &Write, user: &User, now: Ts) -> Result<()> {
    tx.run(
        "INSERT INTO users (id, email, name, created_at) VALUES ($1, $2, $3, $4)",
        &[&user.id, &user.email, &user.name, &now],
    )
    .await?;
    Ok(())
}

pub async fn insert_membership(
    tx: &Write,
    user: &UserId,
    market: &MarketId,
    role: Role,
    farm: Option<&FarmId>,
) -> Result<()> {
    tx.run(
        "INSERT INTO memberships (user_id, market_id, farm_id, role) VALUES ($1, $2, $3, $4)",
        &[user, market, &farm, &role],
    )
    .await?;
    Ok(())
}

pub struct NewToken<'a> {
    pub id: &'a TokenId,
    pub market: &'a MarketId,
    pub user: &'a UserId,
    pub farm: Option<&'a FarmId>,
    pub name: &'a str,
    pub hash: &'a str,
    pub scopes: &'a [Scope],
    pub now: Ts,
    pub expires_at: Ts,
}

pub async fn insert_token(tx: &Write, token: &NewToken<'_>) -> Result<()> {
    let scopes = token
        .scopes
        .iter()
        .map(|scope| scope.as_str())
        .collect::<Vec<_>>()
        .join(" ");
    tx.run(
        "INSERT INTO api_tokens (id, market_id, user_id, farm_id, name, hash, scopes, created_at, expires_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        &[
            token.id,
            token.market,
            token.user,
            &token.farm,
            &token.name,
            &token.hash,
            &scopes,
            &token.now,
            &token.expires_at,
        ],
    )
    .await?;
    Ok(())
}

/// The market that a live token is for.
pub async fn find_token_market(db: &Read, id: &TokenId) -> Result<Option<MarketId>> {
    let row: Option<(MarketId,)> = db
        .one(
            "SELECT market_id FROM api_tokens WHERE id = $1 AND revoked_at IS NULL",
            &[id],
        )
        .await?;
    Ok(row.map(|row| row.0))
}

pub async fn revoke_token(tx: &Write, id: &TokenId, now: Ts) -> Result<bool> {
    let revoked = tx
        .run(
            "UPDATE api_tokens SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL",
            &[id, &now],
        )
        .await?;
    Ok(revoked == 1)
}

/// What can no longer be used goes: sessions and links past their end.
pub async fn delete_expired(tx: &Write, now: Ts) -> Result<u64> {
    let sessions = tx
        .run("DELETE FROM sessions WHERE expires_at < $1", &[&now])
        .await?;
    let links = tx
        .run("DELETE FROM sign_in_links WHERE expires_at < $1", &[&now])
        .await?;
    Ok(sessions + links)
}
