//! Statements on a farm's members and invitations.
use db::{FromRow, Read, Result, Row, Write};

use super::model::{Invitation, Member};
use crate::{
    accounts::model::User,
    kernel::{
        ids::{FarmId, InvitationId, MarketId, TokenId, UserId},
        role::Role,
        time::Ts,
    },
};

impl FromRow for Member {
    fn from_row(row: &mut Row<'_>) -> Result<Self> {
        Ok(Self {
            user: User::from_row(row)?,
            role: row.col()?,
        })
    }
}

impl FromRow for Invitation {
    fn from_row(row: &mut Row<'_>) -> Result<Self> {
        Ok(Self {
            id: row.col()?,
            farm: row.col()?,
            farm_name: row.col()?,
            email: row.col()?,
            role: row.col()?,
            invited_by: row.col()?,
            inviter: row.col()?,
            expires_at: row.col()?,
        })
    }
}

pub async fn list_members(db: &Read, market: &MarketId, farm: &FarmId) -> Result<Vec<Member>> {
    db.all(
        "SELECT u.id, u.email, u.name, m.role FROM memberships m JOIN users u ON u.id = m.user_id \
         WHERE m.farm_id = $2 AND m.market_id = $1 ORDER BY u.name, u.id LIMIT 200",
        &[market, farm],
    )
    .await
}

pub async fn find_role(
    db: &Read,
    market: &MarketId,
    farm: &FarmId,
    user: &UserId,
) -> Result<Option<Role>> {
    let row: Option<(Role,)> = db
        .one(
            "SELECT role FROM memberships WHERE user_id = $3 AND farm_id = $2 AND market_id = $1",
            &[market, farm, user],
        )
        .await?;
    Ok(row.map(|row| row.0))
}

pub async fn set_role(
    tx: &Write,
    market: &MarketId,
    farm: &FarmId,
    user: &UserId,
    role: Role,
) -> Result<()> {
    tx.run(
        "UPDATE memberships SET role = $4 WHERE user_id = $3 AND farm_id = $2 AND market_id = $1",
        &[market, farm, user, &role],
    )
    .await?;
    Ok(())
}

/// As the role it was decided on: one that was changed meanwhile stays.
pub async fn remove_member(
    tx: &Write,
    market: &MarketId,
    farm: &FarmId,
    user: &UserId,
    role: Role,
) -> Result<bool> {
    let removed = tx
        .run(
            "DELETE FROM memberships WHERE user_id = $3 AND farm_id = $2 AND market_id = $1 AND role = $4",
            &[market, farm, user, &role],
        )
        .await?;
    Ok(removed == 1)
}

/// How many owners a farm has; their rows are held, so that two of them cannot both leave.
pub async fn hold_owners(tx: &Write, market: &MarketId, farm: &FarmId) -> Result<u64> {
    tx.run(
        "UPDATE memberships SET role = role WHERE farm_id = $2 AND market_id = $1 AND role = 'FARM_OWNER'",
        &[market, farm],
    )
    .await
}

/// Whose streams have to end with the person's rights.
pub async fn list_tokens(db: &Read, market: &MarketId, user: &UserId) -> Result<Vec<TokenId>> {
    let rows: Vec<(TokenId,)> = db
        .all(
            "SELECT id FROM api_tokens WHERE user_id = $2 AND market_id = $1 AND revoked_at IS NULL LIMIT 1000",
            &[market, user],
        )
        .await?;
    Ok(rows.into_iter().map(|row| row.0).collect())
}

pub struct NewInvitation<'a> {
    pub id: &'a InvitationId,
    pub market: &'a MarketId,
    pub farm: &'a FarmId,
    pub email: &'a str,
    pub role: Role,
    pub invited_by: &'a UserId,
    pub hash: &'a str,
    pub now: Ts,
    pub expires_at: Ts,
}

pub async fn insert_invitation(tx: &Write, new: &NewInvitation<'_>) -> Result<()> {
    tx.run(
        "INSERT INTO invitations (id, market_id, farm_id, email, role, invited_by, hash, created_at, expires_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        &[
            new.id,
            new.market,
            new.farm,
            &new.email,
            &new.role,
            new.invited_by,
            &new.hash,
            &new.now,
            &new.expires_at,
        ],
    )
    .await?;
    Ok(())
}

pub async fn list_invitations(
    db: &Read,
    market: &MarketId,
    farm: &FarmId,
    now: Ts,
) -> Result<Vec<Invitation>> {
    db.all(
        "SELECT i.id, i.farm_id, f.name, i.email, i.role, i.invited_by, u.name, i.expires_at FROM invitations i \
         JOIN farms f ON f.id = i.farm_id JOIN users u ON u.id = i.invited_by WHERE i.farm_id = $2 AND \
         i.market_id = $1 AND i.expires_at > $3 AND i.used_at IS NULL ORDER BY i.created_at DESC LIMIT 200",
        &[market, farm, &now],
    )
    .await
}

pub async fn find_invitation(
    db: &Read,
    market: &MarketId,
    id: &InvitationId,
) -> Result<Option<Invitation>> {
    db.one(
        "SELECT i.id, i.farm_id, f.name, i.email, i.role, i.invited_by, u.name, i.expires_at FROM invitations i \
         JOIN farms f ON f.id = i.farm_id JOIN users u ON u.id = i.invited_by \
         WHERE i.id = $2 AND i.market_id = $1 AND i.used_at IS NULL",
        &[market, id],
    )
    .await
}

pub async fn find_invitation_by_link(
    db: &Read,
    market: &MarketId,
    hash: &str,
    now: Ts,
) -> Result<Option<Invitation>> {
    db.one(
        "SELECT i.id, i.farm_id, f.name, i.email, i.role, i.invited_by, u.name, i.expires_at FROM invitations i \
         JOIN farms f ON f.id = i.farm_id JOIN users u ON u.id = i.invited_by \
         WHERE i.hash = $2 AND i.market_id = $1 AND i.expires_at > $3 AND i.used_at IS NULL",
        &[market, &hash, &now],
    )
    .await
}

/// `false`: somebody used it meanwhile.
pub async fn mark_used(tx: &Write, id: &InvitationId, now: Ts) -> Result<bool> {
    let used = tx
        .run(
            "UPDATE invitations SET used_at = $2 WHERE id = $1 AND used_at IS NULL",
            &[id, &now],
        )
        .await?;
    Ok(used == 1)
}

pub async fn withdraw(
    tx: &Write,
    market: &MarketId,
    farm: &FarmId,
    id: &InvitationId,
) -> Result<bool> {
    let gone = tx
        .run(
            "DELETE FROM invitations WHERE id = $3 AND farm_id = $2 AND market_id = $1 AND used_at IS NULL",
            &[market, farm, id],
        )
        .await?;
    Ok(gone == 1)
}

pub async fn delete_expired(tx: &Write, now: Ts) -> Result<u64> {
    tx.run("DELETE FROM invitations WHERE expires_at < $1", &[&now])
        .await
}
