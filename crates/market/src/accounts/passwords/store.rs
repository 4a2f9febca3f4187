//! Statements on passwords, sign-ups and the links that are no plain sign-in.
use db::{FromRow, Read, Result, Row, Write};

use crate::{
    accounts::model::{Purpose, User},
    kernel::{
        ids::{LinkId, MarketId, SignUpId, UserId},
        time::Ts,
    },
};

/// A person, and what is kept of the password.
pub struct Known {
    pub user: User,
    pub password: Option<String>,
}

impl FromRow for Known {
    fn from_row(row: &mut Row<'_>) -> Result<Self> {
        Ok(Self {
            user: User::from_row(row)?,
            password: row.col()?,
        })
    }
}

pub async fn find_known(db: &Read, email: &str) -> Result<Option<Known>> {
    db.one(
        "SELECT id, email, name, password FROM users WHERE email = $1",
        &[&email],
    )
    .await
}

pub async fn find_password(db: &Read, user: &UserId) -> Result<Option<String>> {
    let row: Option<(Option<String>,)> = db
        .one("SELECT password FROM users WHERE id = $1", &[user])
        .await?;
    Ok(row.and_then(|row| row.0))
}

pub async fn set_password(tx: &Write, user: &UserId, password: &str) -> Result<()> {
    tx.run(
        "UPDATE users SET password = $2 WHERE id = $1",
        &[user, &password],
    )
    .await?;
    Ok(())
}

/// The same password with today's parameters, unless it was changed meanwhile.
pub async fn rehash(tx: &Write, user: &UserId, old: &str, new: &str) -> Result<()> {
    tx.run(
        "UPDATE users SET password = $3 WHERE id = $1 AND password = $2",
        &[user, &old, &new],
    )
    .await?;
    Ok(())
}

pub struct SignUp {
    pub id: SignUpId,
    pub market: MarketId,
    pub email: String,
    pub name: String,
    pub password: String,
}

impl FromRow for SignUp {
    fn from_row(row: &mut Row<'_>) -> Result<Self> {
        Ok(Self {
            id: row.col()?,
            market: row.col()?,
            email: row.col()?,
            name: row.col()?,
            password: row.col()?,
        })
    }
}

pub async fn insert_sign_up(
    tx: &Write,
    sign_up: &SignUp,
    hash: &str,
    now: Ts,
    expires_at: Ts,
) -> Result<()> {
    tx.run(
        "INSERT INTO sign_ups (id, market_id, email, name, password, hash, created_at, expires_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        &[
            &sign_up.id,
            &sign_up.market,
            &sign_up.email,
            &sign_up.name,
            &sign_up.password,
            &hash,
            &now,
            &expires_at,
        ],
    )
    .await?;
    Ok(())
}

pub async fn find_sign_up(db: &Read, market: &MarketId, id: &SignUpId) -> Result<Option<SignUp>> {
    db.one(
        "SELECT id, market_id, email, name, password FROM sign_ups WHERE id = $1 AND market_id = $2",
        &[id, market],
    )
    .await
}

/// By its link, while that is good.
pub async fn find_sign_up_by_link(
    db: &Read,
    market: &MarketId,
    hash: &str,
    now: Ts,
) -> Result<Option<SignUp>> {
    db.one(
        "SELECT id, market_id, email, name, password FROM sign_ups \
         WHERE hash = $1 AND market_id = $2 AND expires_at > $3",
        &[&hash, market, &now],
    )
    .await
}

/// Every sign-up with that address ends when one of them is confirmed; 0: somebody was faster.
pub async fn delete_sign_ups(tx: &Write, email: &str) -> Result<u64> {
    tx.run("DELETE FROM sign_ups WHERE email = $1", &[&email])
        .await
}

pub struct NewLink<'a> {
    pub id: &'a LinkId,
    pub market: &'a MarketId,
    pub user: &'a UserId,
    pub hash: &'a str,
    pub purpose: Purpose,
    /// The address it goes to, where that is not the person's yet.
    pub email: Option<&'a str>,
    pub now: Ts,
    pub expires_at: Ts,
}

/// A second try of the same job changes nothing.
pub async fn insert_link(tx: &Write, link: &NewLink<'_>) -> Result<()> {
    tx.run(
        "INSERT INTO sign_in_links (id, market_id, user_id, hash, reusable, purpose, email, created_at, expires_at) \
         VALUES ($1, $2, $3, $4, FALSE, $5, $6, $7, $8) ON CONFLICT (id) DO NOTHING",
        &[
            link.id,
            link.market,
            link.user,
            &link.hash,
            &link.purpose,
            &link.email,
            &link.now,
            &link.expires_at,
        ],
    )
    .await?;
    Ok(())
}

/// A mailed link for another purpose than signing in, its person, and the address it was sent to.
pub struct Link {
    pub id: LinkId,
    pub user: User,
    pub email: Option<String>,
}

impl FromRow for Link {
    fn from_row(row: &mut Row<'_>) -> Result<Self> {
        Ok(Self {
            id: row.col()?,
            user: User::from_row(row)?,
            email: row.col()?,
        })
    }
}

pub async fn find_link(
    db: &Read,
    market: &MarketId,
    hash: &str,
    purpose: Purpose,
    now: Ts,
) -> Result<Option<Link>> {
    db.one(
        "SELECT l.id, u.id, u.email, u.name, l.email FROM sign_in_links l JOIN users u ON u.id = l.user_id \
         WHERE l.hash = $1 AND l.market_id = $2 AND l.purpose = $3 AND l.expires_at > $4 AND l.used_at IS NULL",
        &[&hash, market, &purpose, &now],
    )
    .await
}

/// A changed password or address ends every link that is under way; the demo's stay.
pub async fn delete_links(tx: &Write, user: &UserId) -> Result<u64> {
    tx.run(
        "DELETE FROM sign_in_links WHERE user_id = $1 AND NOT reusable",
        &[user],
    )
    .await
}

/// All sessions of a person but this one.
pub async fn delete_other_sessions(tx: &Write, user: &UserId, kept: &str) -> Result<u64> {
    tx.run(
        "DELETE FROM sessions WHERE user_id = $1 AND hash <> $2",
        &[user, &kept],
    )
    .await
}

pub async fn delete_expired(tx: &Write, now: Ts) -> Result<u64> {
    tx.run("DELETE FROM sign_ups WHERE expires_at < $1", &[&now])
        .await
}
