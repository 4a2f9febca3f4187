//! What people do with farms: apply, describe, approve, pause. One function per intent, one commit each; a change that
//! leaves the farm as it is writes nothing and succeeds.
use db::Write;

use super::{
    model::{CannotGo, Farm, FarmStatus, Typed, Verdict, Wrong, may_describe},
    store,
};
use crate::{
    accounts::{
        self,
        model::Caller,
        passwords::actions::push,
        team::jobs::{SendAnswer, SendApplied},
    },
    app::App,
    audit::{
        actions::note,
        facts,
        model::{Did, Verb},
    },
    error::{Error, FieldError, Outage, Result, Say},
    kernel::{
        ids::{self, FarmId},
        role::Role,
    },
    products::{self, model::slug},
};

const TRIES: usize = 3;

/// A signed-in person's farm, which they own and nobody has approved yet. Who has one waiting gets no second one; the
/// same form sent twice is one application; one that was declined is sent again.
pub async fn apply(app: &App, who: &Caller, typed: &Typed, lang: &str) -> Result<Farm> {
    for _ in 0..TRIES {
        let tx = app.db.write().await?;
        match insert(app, &tx, who, typed, lang).await {
            Ok(Applied::Now(farm)) => {
                announce(app, &tx, who, &farm).await?;
                tx.commit().await?;
                app.jobs_wait.notify_one();
                return Ok(farm);
            }
            Ok(Applied::Before(farm)) => {
                tx.discard().await?;
                return Ok(farm);
            }
            Ok(Applied::Lost) => drop(tx),
            Err(error) => {
                tx.discard().await?;
                return Err(error);
            }
        }
    }
    Err(Error::Unavailable(Outage::Silent))
}

enum Applied {
    Now(Farm),
    Before(Farm),
    /// Somebody took its address meanwhile.
    Lost,
}

async fn insert(app: &App, tx: &Write, who: &Caller, typed: &Typed, lang: &str) -> Result<Applied> {
    let (market, user) = (&who.market.id, who.user.as_ref());
    let user = user.ok_or(Error::Unauthenticated)?;
    let profile = typed.check().map_err(invalid)?;
    if let Some(waiting) = store::find_application(tx, market, &user.id).await? {
        if !waiting.waits() {
            let again = waiting.again(profile, lang);
            let Some(farm) = write(tx, who, &waiting, again).await? else {
                return Ok(Applied::Lost);
            };
            let applied = Did::new(Verb::FarmApplied, farm.id.as_str());
            let applied = applied.changed(facts::farm(&waiting), facts::farm(&farm));
            note(app, tx, who, applied).await?;
            return Ok(Applied::Now(farm));
        }
        return if waiting.name == profile.name {
            Ok(Applied::Before(waiting))
        } else {
            Err(Error::Conflict {
                say: Say::key("farms-applied-before").with("farm", waiting.name),
                allowed: Vec::new(),
            })
        };
    }
    let now = app.now();
    let id = app.ids.make(FarmId::PREFIX, now);
    let mut free = None;
    for slug in slug::of_farm(&profile.name, &id) {
        if store::find_by_slug(tx, market, &slug).await?.is_none() {
            free = Some(slug);
            break;
        }
    }
    let slug = free.unwrap_or_else(|| id.clone());
    let plain = Farm::new(FarmId::new(id), &slug, "", FarmStatus::Applied);
    let farm = plain.again(profile, lang);
    match store::insert(tx, market, &farm, now).await {
        Err(error) if error.is_unique("farms_market_id_slug_key") => return Ok(Applied::Lost),
        inserted => inserted?,
    }
    let owner = Role::FarmOwner;
    accounts::store::insert_membership(tx, &user.id, market, owner, Some(&farm.id)).await?;
    let applied = Did::new(Verb::FarmApplied, farm.id.as_str()).became(facts::farm(&farm));
    note(app, tx, who, applied).await?;
    Ok(Applied::Now(farm))
}

fn invalid(wrong: Vec<Wrong>) -> Error {
    let field = |(field, key)| FieldError {
        field,
        say: Say::key(key),
    };
    Error::Invalid(wrong.into_iter().map(field).collect())
}

/// What a farm says of itself. Its address stays; what its products are found by follows its name.
pub async fn describe(
    app: &App,
    who: &Caller,
    id: &str,
    version: i64,
    typed: &Typed,
) -> Result<Farm> {
    change(app, who, id, version, Verb::FarmDescribed, |farm| {
        check_describes(who, farm)?;
        Ok(typed.check().map_err(invalid)?.of(farm))
    })
    .await
}

/// Nobody of the farm: not there. Of its team without the right: forbidden.
pub fn check_describes(who: &Caller, farm: &Farm) -> Result<()> {
    let roles = who.roles_at(&farm.id);
    if may_describe(&roles) {
        Ok(())
    } else if roles.iter().any(|role| role.is_farm()) {
        Err(Error::Forbidden(Say::key("farms-owner-only")))
    } else {
        Err(Error::NotFound)
    }
}

/// A manager's answer to an application, a pause, its end.
pub async fn judge(
    app: &App,
    who: &Caller,
    id: &str,
    version: i64,
    verdict: &Verdict,
) -> Result<Farm> {
    let verb = match verdict {
        Verdict::Approve => Verb::FarmApproved,
        Verdict::Decline(_) => Verb::FarmDeclined,
        Verdict::Pause(_) => Verb::FarmPaused,
        Verdict::Resume => Verb::FarmResumed,
    };
    change(app, who, id, version, verb, |farm| {
        if who.manages().is_none() {
            return Err(Error::Forbidden(Say::key("market-managers-only")));
        }
        farm.after(verdict).map_err(|CannotGo| Error::Conflict {
            say: Say::key("farms-cannot-go").with("status", farm.status.as_str()),
            allowed: Vec::new(),
        })
    })
    .await
}

async fn change(
    app: &App,
    who: &Caller,
    id: &str,
    version: i64,
    verb: Verb,
    decide: impl Fn(&Farm) -> Result<Farm>,
) -> Result<Farm> {
    if !ids::is_well_formed(id) {
        return Err(Error::NotFound);
    }
    let id = FarmId::new(id);
    for _ in 0..TRIES {
        let tx = app.db.write().await?;
        match try_change(app, &tx, who, &id, version, &decide).await {
            Ok(Done::Written(both)) => {
                let [before, farm] = *both;
                let deed = Did::new(verb, id.as_str());
                let deed = deed.changed(facts::farm(&before), facts::farm(&farm));
                note(app, &tx, who, deed.at(&id)).await?;
                tx.commit().await?;
                app.jobs_wait.notify_one();
                return Ok(farm);
            }
            Ok(Done::Already(farm)) => {
                tx.discard().await?;
                return Ok(farm);
            }
            Ok(Done::Lost) => tx.discard().await?,
            Err(error) => {
                tx.discard().await?;
                return Err(error);
            }
        }
    }
    tracing::warn!(farm.id = %id, "lost every race for this farm");
    Err(Error::Unavailable(Outage::Silent))
}

enum Done {
    /// As it was, as it is now.
    Written(Box<[Farm; 2]>),
    Already(Farm),
    Lost,
}

async fn try_change(
    app: &App,
    tx: &Write,
    who: &Caller,
    id: &FarmId,
    version: i64,
    decide: &impl Fn(&Farm) -> Result<Farm>,
) -> Result<Done> {
    let market = &who.market.id;
    let before = store::find(tx, market, id).await?.ok_or(Error::NotFound)?;
    let after = decide(&before)?;
    if after == before {
        return Ok(Done::Already(before));
    }
    if before.version != version {
        return Err(Error::Stale {
            now: before.version,
        });
    }
    let Some(after) = write(tx, who, &before, after).await? else {
        return Ok(Done::Lost);
    };
    if before.waits() && !after.waits() {
        answer(app, tx, who, &after).await?;
    }
    Ok(Done::Written(Box::new([before, after])))
}

/// `None`: somebody changed it meanwhile. What its products are found by follows its name.
async fn write(
    tx: &Write,
    who: &Caller,
    before: &Farm,
    mut after: Farm,
) -> db::Result<Option<Farm>> {
    let market = &who.market.id;
    if !store::update(tx, market, &after, before.version).await? {
        return Ok(None);
    }
    if after.name != before.name {
        let names = (before.name.as_str(), after.name.as_str());
        products::store::rename_farm(tx, market, &after.id, names).await?;
    }
    after.version += 1;
    Ok(Some(after))
}

/// Whoever applied hears that it arrived, and whoever may answer that it waits: the managers, without one the admins.
async fn announce(app: &App, tx: &Write, who: &Caller, farm: &Farm) -> Result<()> {
    let market = &who.market.id;
    let user = who.user.as_ref().ok_or(Error::Unauthenticated)?;
    let mut judges = store::list_judges(tx, market).await?;
    if judges.iter().any(|judge| judge.3 == Role::MarketManager) {
        judges.retain(|judge| judge.3 == Role::MarketManager);
    }
    let applied = |name: &str, email: &str, lang: &str, to_judge| SendApplied {
        market: market.clone(),
        farm: farm.name.clone(),
        town: farm.town.clone(),
        applicant: user.name.clone(),
        name: name.to_owned(),
        email: email.to_owned(),
        lang: lang.to_owned(),
        to_judge,
    };
    push(
        app,
        tx,
        &applied(&user.name, &user.email, &farm.lang, false),
    )
    .await?;
    for (name, email, lang, _) in &judges {
        push(app, tx, &applied(name, email, lang, true)).await?;
    }
    Ok(())
}

/// Whoever applied is told by mail what came of it.
async fn answer(app: &App, tx: &Write, who: &Caller, farm: &Farm) -> Result<()> {
    let market = &who.market.id;
    let owners = store::list_owners(tx, market).await?;
    for (_, name, email) in owners.into_iter().filter(|owner| owner.0 == farm.id) {
        let job = SendAnswer {
            market: market.clone(),
            farm: farm.name.clone(),
            name,
            email,
            lang: farm.lang.clone(),
            declined: farm.declined_reason.clone(),
        };
        push(app, tx, &job).await?;
    }
    Ok(())
}
