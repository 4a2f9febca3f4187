//! Statements on a person's own account and sessions.
use db::{FromRow, Read, Result, Row, Write};

use super::model::{OpenSession, Profile};
use crate::{
    accounts::model::User,
    kernel::{ids::UserId, time::Ts},
};

impl FromRow for OpenSession {
    fn from_row(row: &mut Row<'_>) -> Result<Self> {
        Ok(Self {
            hash: row.col()?,
            created_at: row.col()?,
            used_at: row.col()?,
            device: row.col()?,
        })
    }
}

struct Head(User, bool, i64);

impl FromRow for Head {
    fn from_row(row: &mut Row<'_>) -> Result<Self> {
        Ok(Self(User::from_row(row)?, row.col()?, row.col()?))
    }
}

pub async fn find_profile(db: &Read, user: &UserId, now: Ts) -> Result<Option<Profile>> {
    let head = db
        .one::<Head>(
            "SELECT id, email, name, password IS NOT NULL, version FROM users WHERE id = $1",
            &[user],
        )
        .await?;
    let Some(Head(user, has_password, version)) = head else {
        return Ok(None);
    };
    let sessions = db
        .all(
            "SELECT hash, created_at, used_at, device FROM sessions WHERE user_id = $1 AND expires_at > $2 \
             ORDER BY created_at DESC LIMIT 100",
            &[&user.id, &now],
        )
        .await?;
    Ok(Some(Profile {
        user,
        has_password,
        version,
        sessions,
    }))
}

/// `false`: somebody changed it meanwhile.
pub async fn rename(tx: &Write, user: &UserId, name: &str, version: i64) -> Result<bool> {
    let renamed = tx
        .run(
            "UPDATE users SET name = $2, version = version + 1 WHERE id = $1 AND version = $3",
            &[user, &name, &version],
        )
        .await?;
    Ok(renamed == 1)
}

pub async fn find_version(db: &Read, user: &UserId) -> Result<i64> {
    let row: Option<(i64,)> = db
        .one("SELECT version FROM users WHERE id = $1", &[user])
        .await?;
    Ok(row.map_or(0, |row| row.0))
}

pub async fn set_email(tx: &Write, user: &UserId, email: &str) -> Result<()> {
    tx.run(
        "UPDATE users SET email = $2, version = version + 1 WHERE id = $1",
        &[user, &email],
    )
    .await?;
    Ok(())
}

pub async fn find_session_start(db: &Read, hash: &str) -> Result<Option<Ts>> {
    let row: Option<(Ts,)> = db
        .one("SELECT created_at FROM sessions WHERE hash = $1", &[&hash])
        .await?;
    Ok(row.map(|row| row.0))
}

/// One session of this person, by the beginning of its hash.
pub async fn end_session(tx: &Write, user: &UserId, handle: &str) -> Result<u64> {
    tx.run(
        "DELETE FROM sessions WHERE user_id = $1 AND substr(hash, 1, 16) = $2",
        &[user, &handle],
    )
    .await
}

pub async fn end_sessions(tx: &Write, user: &UserId) -> Result<u64> {
    tx.run("DELETE FROM sessions WHERE user_id = $1", &[user])
        .await
}

/// The session was used and goes on for so long: written once however many requests say so.
pub async fn touch(tx: &Write, hash: &str, now: Ts, before: Ts, ends: Ts) -> Result<u64> {
    tx.run(
        "UPDATE sessions SET used_at = $2, expires_at = $4 WHERE hash = $1 AND used_at <= $3",
        &[&hash, &now, &before, &ends],
    )
    .await
}
