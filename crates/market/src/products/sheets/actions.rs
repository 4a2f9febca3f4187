//! Doing what a table says: each line by the intents that forms have, with the version it was made on.
use super::model::{Judged, Plan, Wanted};
use crate::{
    accounts::model::Caller,
    app::App,
    error::{Error, Outcomes, Result},
    farms::model::Farm,
    idempotency::model::Key,
    products::{
        actions::{self, Added, Keep, Shown},
        model::{Product, Tap},
    },
};

/// A line of which nothing came, although it was good when it was judged.
#[derive(Debug)]
pub struct Failed {
    pub line: u64,
    pub name: String,
    pub error: Error,
}

/// `key` is that of the form: sent twice, nothing is added twice.
pub async fn apply(
    app: &App,
    who: &Caller,
    farm: &Farm,
    judged: &[Judged],
    key: &str,
) -> Result<Vec<Failed>> {
    let mut outcomes = Outcomes::default();
    for one in judged {
        outcomes
            .add(Box::pin(line(app, who, farm, one, key)))
            .await?;
    }
    let failed = judged
        .iter()
        .zip(outcomes.all())
        .filter_map(|(one, outcome)| {
            Some(Failed {
                line: one.line,
                name: one.name.clone(),
                error: outcome.err()?,
            })
        });
    Ok(failed.collect())
}

async fn line(app: &App, who: &Caller, farm: &Farm, judged: &Judged, key: &str) -> Result<()> {
    let Ok(plan) = &judged.plan else {
        return Err(Error::invalid("file", "products-sheet-wrong"));
    };
    match plan {
        Plan::Nothing => Ok(()),
        Plan::Add(wanted) => add(app, who, farm, judged, wanted, key).await,
        Plan::Change(change) => {
            let id = change.id.as_str();
            let typed = &change.wanted.typed;
            let mut version = change.version;
            if change.details {
                actions::edit(app, who, id, version, typed, shown(&change.wanted)).await?;
                version += 1;
            }
            if change.stock {
                actions::set_stock(app, who, id, version, &typed.stock, Tap::Set).await?;
            }
            Ok(())
        }
    }
}

async fn add(
    app: &App,
    who: &Caller,
    farm: &Farm,
    judged: &Judged,
    wanted: &Wanted,
    key: &str,
) -> Result<()> {
    let key = Key::new(
        who.market.id.clone(),
        who.key(),
        format!("{key} {}", judged.line),
        "POST /farm/products/import",
        &judged.text,
    );
    let answer = |product: &Product, _: &Farm| product.id.to_string();
    let keep = Keep {
        key: &key,
        status: 303,
        answer: &answer,
    };
    let added = actions::add(app, who, &farm.id, &wanted.typed, Some(keep)).await?;
    let Added::Now(added) = added else {
        return Ok(());
    };
    if wanted.is_sold_out || wanted.is_hidden {
        let (id, version) = (added.0.id.as_str(), added.0.version);
        actions::edit(app, who, id, version, &wanted.typed, shown(wanted)).await?;
    }
    Ok(())
}

const fn shown(wanted: &Wanted) -> Shown {
    Shown {
        is_sold_out: Some(wanted.is_sold_out),
        is_hidden: Some(wanted.is_hidden),
    }
}
