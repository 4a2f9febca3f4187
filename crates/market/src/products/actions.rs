//! What people do with products: one function per intent. A change that leaves everything as it is writes nothing and
//! succeeds, whatever version it was made on: the same form sent twice is one change.
use db::Write;

use super::{
    model::{
        Product, Tap,
        rights::{Deed, is_party, may},
        slug,
        typed::{self, Details, Typed, Wrong, counted},
    },
    store,
};
use crate::{
    accounts::model::Caller,
    app::App,
    audit::{
        actions::note,
        facts,
        model::{Did, Verb},
    },
    error::{Error, FieldError, Outage, Result, Say},
    farms::{self, model::Farm},
    idempotency::{self, model::Key},
    kernel::{
        ids::{self, FarmId, MarketId, ProductId},
        qty::{Counted, Qty},
    },
};

const TRIES: usize = 3;

/// A product with its farm, or the answer that the first run of an idempotency key gave.
#[derive(Debug)]
pub enum Added {
    Now(Box<(Product, Farm)>),
    Kept(String),
}

/// Where the answer of the first run of a key is kept, and how it is written down.
#[derive(Clone, Copy)]
pub struct Keep<'a> {
    pub key: &'a Key,
    pub status: i64,
    pub answer: &'a (dyn Fn(&Product, &Farm) -> String + Send + Sync),
}

/// A new product of a farm, in the shop at once if its farm sells.
pub async fn add(
    app: &App,
    who: &Caller,
    farm: &FarmId,
    typed: &Typed,
    keep: Option<Keep<'_>>,
) -> Result<Added> {
    for _ in 0..TRIES {
        let tx = app.db.write().await?;
        match insert(app, &tx, who, farm, typed, keep).await {
            Ok(Some(Added::Now(added))) => {
                tx.commit().await?;
                return Ok(Added::Now(added));
            }
            Ok(Some(kept)) => {
                tx.discard().await?;
                return Ok(kept);
            }
            Ok(None) => drop(tx),
            Err(error) => {
                tx.discard().await?;
                return Err(error);
            }
        }
    }
    Err(Error::Unavailable(Outage::Silent))
}

/// `None`: somebody took its address or its key meanwhile.
async fn insert(
    app: &App,
    tx: &Write,
    who: &Caller,
    farm: &FarmId,
    typed: &Typed,
    keep: Option<Keep<'_>>,
) -> Result<Option<Added>> {
    let market = &who.market.id;
    let farm = farms::store::find(tx, market, farm).await?;
    let farm = farm.ok_or(Error::NotFound)?;
    check_right(who, &farm.id, Deed::Edit)?;
    if let Some(Keep { key, .. }) = keep
        && let Some(kept) = idempotency::store::find(tx, key).await?
    {
        return if kept.body_hash == key.body_hash {
            Ok(Some(Added::Kept(kept.answer)))
        } else {
            Err(Error::invalid("Idempotency-Key", "orders-key-reused"))
        };
    }
    let (details, stock) = check_new(typed)?;
    let now = app.now();
    let id = app.ids.make(ProductId::PREFIX, now);
    let slug = free_slug(tx, market, &details.name, &farm, &id).await?;
    let plain = Product::plain(ProductId::new(id), farm.id.clone(), "", "", "", 0);
    let product = Product {
        slug,
        stock,
        ..details.of(&plain)
    };
    match store::insert(tx, market, &product, &farm.name, now).await {
        Err(error) if error.is_unique("products_market_id_slug_key") => return Ok(None),
        inserted => inserted?,
    }
    let added = Did::new(Verb::ProductAdded, product.id.as_str()).became(facts::product(&product));
    note(app, tx, who, added.at(&farm.id)).await?;
    if let Some(Keep {
        key,
        status,
        answer,
    }) = keep
    {
        let answer = answer(&product, &farm);
        if !idempotency::store::insert(tx, key, status, &answer, now).await? {
            return Ok(None);
        }
    }
    Ok(Some(Added::Now(Box::new((product, farm)))))
}

async fn free_slug(
    db: &db::Read,
    market: &MarketId,
    name: &str,
    farm: &Farm,
    id: &str,
) -> Result<String> {
    for slug in slug::of_product(name, &farm.slug, id) {
        if !store::is_slug_taken(db, market, &slug).await? {
            return Ok(slug);
        }
    }
    Ok(id.to_owned())
}

fn check_new(typed: &Typed) -> Result<(Details, Option<Qty>)> {
    match (typed.check(), typed::stock(&typed.stock, &typed.unit)) {
        (Ok(details), Ok(stock)) => Ok((details, stock)),
        (details, stock) => Err(invalid(
            details
                .err()
                .unwrap_or_default()
                .into_iter()
                .chain(stock.err()),
        )),
    }
}

fn invalid(wrong: impl IntoIterator<Item = Wrong>) -> Error {
    let field = |(field, key)| FieldError {
        field,
        say: Say::key(key),
    };
    Error::Invalid(wrong.into_iter().map(field).collect())
}

/// No party: not there. A party without the right: forbidden.
fn check_right(who: &Caller, farm: &FarmId, deed: Deed) -> Result<()> {
    let roles = who.roles_at(farm);
    if !is_party(&roles) {
        Err(Error::NotFound)
    } else if may(deed, &roles) {
        Ok(())
    } else {
        Err(Error::Forbidden(Say::key("products-forbidden")))
    }
}

/// A product with its farm, for somebody who may do that with it.
pub async fn find(db: &db::Read, who: &Caller, id: &str, deed: Deed) -> Result<(Product, Farm)> {
    if !ids::is_well_formed(id) {
        return Err(Error::NotFound);
    }
    let market = &who.market.id;
    let product = store::find(db, market, &ProductId::new(id)).await?;
    let product = product.ok_or(Error::NotFound)?;
    check_right(who, &product.farm, deed)?;
    let farm = farms::store::find(db, market, &product.farm).await?;
    Ok((product, farm.ok_or(Error::NotFound)?))
}

/// What a page's form says, and, where it is said, whether the product is shown and sold.
#[derive(Clone, Copy, Debug, Default)]
pub struct Shown {
    pub is_sold_out: Option<bool>,
    pub is_hidden: Option<bool>,
}

pub async fn edit(
    app: &App,
    who: &Caller,
    id: &str,
    version: i64,
    typed: &Typed,
    shown: Shown,
) -> Result<(Product, Farm)> {
    change(app, who, id, Deed::Edit, version, |product| {
        let details = typed.check().map_err(invalid)?;
        let halves = product.stock.is_some_and(|stock| !stock.is_whole());
        if halves && counted(&details.unit) == Counted::Whole {
            return Err(Error::invalid("unit", "products-bad-unit-stock"));
        }
        Ok(Product {
            is_sold_out: shown.is_sold_out.unwrap_or(product.is_sold_out),
            is_hidden: shown.is_hidden.unwrap_or(product.is_hidden),
            ..details.of(product)
        })
    })
    .await
}

/// `typed` is the number in the field, also for a step: what is on the screen is what is meant.
pub async fn set_stock(
    app: &App,
    who: &Caller,
    id: &str,
    version: i64,
    typed: &str,
    tap: Tap,
) -> Result<(Product, Farm)> {
    change(app, who, id, Deed::Count, version, |product| {
        let typed = typed::stock(typed, &product.unit).map_err(|wrong| invalid([wrong]))?;
        Ok(Product {
            stock: product.tapped(typed, tap),
            ..product.clone()
        })
    })
    .await
}

pub async fn set_sold_out(
    app: &App,
    who: &Caller,
    id: &str,
    version: i64,
    is_sold_out: bool,
) -> Result<(Product, Farm)> {
    change(app, who, id, Deed::Count, version, |product| {
        Ok(Product {
            is_sold_out,
            ..product.clone()
        })
    })
    .await
}

/// Out of the shop and back; orders keep what they hold.
pub async fn set_hidden(
    app: &App,
    who: &Caller,
    id: &str,
    version: i64,
    is_hidden: bool,
) -> Result<(Product, Farm)> {
    change(app, who, id, Deed::Edit, version, |product| {
        Ok(Product {
            is_hidden,
            ..product.clone()
        })
    })
    .await
}

enum Done {
    Written(Product, Farm),
    Already(Product, Farm),
    Lost,
}

async fn change(
    app: &App,
    who: &Caller,
    id: &str,
    deed: Deed,
    version: i64,
    decide: impl Fn(&Product) -> Result<Product>,
) -> Result<(Product, Farm)> {
    for _ in 0..TRIES {
        let tx = app.db.write().await?;
        match try_change(app, &tx, who, id, deed, version, &decide).await {
            Ok(Done::Written(product, farm)) => {
                tx.commit().await?;
                return Ok((product, farm));
            }
            Ok(Done::Already(product, farm)) => {
                tx.discard().await?;
                return Ok((product, farm));
            }
            Ok(Done::Lost) => tx.discard().await?,
            Err(error) => {
                tx.discard().await?;
                return Err(error);
            }
        }
    }
    tracing::warn!(product.id = id, "lost every race for this product");
    Err(Error::Unavailable(Outage::Silent))
}

async fn try_change(
    app: &App,
    tx: &Write,
    who: &Caller,
    id: &str,
    deed: Deed,
    version: i64,
    decide: &impl Fn(&Product) -> Result<Product>,
) -> Result<Done> {
    let (before, farm) = find(tx, who, id, deed).await?;
    let mut after = decide(&before)?;
    if after == before {
        return Ok(Done::Already(before, farm));
    }
    if before.version != version {
        return Err(Error::Stale {
            now: before.version,
        });
    }
    let market = &who.market.id;
    let written = if after.stock == before.stock {
        store::update(tx, market, &after, &farm.name, version).await?
    } else {
        store::set_stock(tx, market, &after.id, after.stock, version).await?
    };
    let changed = Did::new(Verb::ProductChanged, id);
    let changed = changed.changed(facts::product(&before), facts::product(&after));
    note(app, tx, who, changed.at(&farm.id)).await?;
    after.version += 1;
    Ok(if written {
        Done::Written(after, farm)
    } else {
        Done::Lost
    })
}
