//! Every statement on places.
use db::{FromRow, Read, Result, Row, Write};

use super::model::Place;
use crate::kernel::ids::{MarketId, PlaceId};

impl FromRow for Place {
    fn from_row(row: &mut Row<'_>) -> Result<Self> {
        Ok(Self {
            id: row.col()?,
            name: row.col()?,
            address: row.col()?,
            access: row.col()?,
            map_url: row.col()?,
            version: row.col()?,
        })
    }
}

pub async fn list(db: &Read, market: &MarketId) -> Result<Vec<Place>> {
    db.all(
        "SELECT id, name, address, access, map_url, version FROM pickup_places WHERE market_id = $1 ORDER BY name, id LIMIT 200",
        &[market],
    )
    .await
}

pub async fn find(db: &Read, market: &MarketId, id: &PlaceId) -> Result<Option<Place>> {
    db.one(
        "SELECT id, name, address, access, map_url, version FROM pickup_places WHERE id = $2 AND market_id = $1",
        &[market, id],
    )
    .await
}

pub async fn insert(tx: &Write, market: &MarketId, place: &Place) -> Result<()> {
    tx.run(
        "INSERT INTO pickup_places (id, market_id, name, address, access, map_url) VALUES ($1, $2, $3, $4, $5, $6)",
        &[
            &place.id,
            market,
            &place.name,
            &place.address,
            &place.access,
            &place.map_url,
        ],
    )
    .await?;
    Ok(())
}

/// `false`: it is not there, or somebody changed it since its version.
pub async fn update(tx: &Write, market: &MarketId, place: &Place) -> Result<bool> {
    let changed = tx
        .run(
            "UPDATE pickup_places SET name = $3, address = $4, access = $5, map_url = $6, \
             version = version + 1 WHERE id = $2 AND market_id = $1 AND version = $7",
            &[
                market,
                &place.id,
                &place.name,
                &place.address,
                &place.access,
                &place.map_url,
                &place.version,
            ],
        )
        .await?;
    Ok(changed == 1)
}
