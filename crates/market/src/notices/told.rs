//! Who the people are that are told, and the notice each of them gets.
use super::{
    hears::{self, Tell, To, packed},
    model::{self, Args, Changed, Channel, Colleague, Kind, Notice, Person, State},
    store,
};
use crate::{
    app::App,
    error::Result,
    kernel::{
        ids::{FarmId, MarketId, NoticeId, OrderId},
        role::Role,
        time::Ts,
    },
    orders::model::{Following, Status},
};

/// Whoever may be told of an order, and what they were told of it.
pub struct Hearers {
    pub customer: Option<Person>,
    pub colleagues: Vec<Colleague>,
    pub told: Vec<Notice>,
}

/// Those whom these tells are for. Most are for the customer alone, and only a correction asks what was told before:
/// what nobody asks for is not read.
pub async fn hearers(
    read: &db::Read,
    market: &MarketId,
    order: &OrderId,
    tells: &[Tell],
) -> Result<Hearers> {
    let customer = store::find_customer(read, market, order).await?;
    let to_others = tells.iter().any(|tell| tell.to != To::Customer);
    let corrects = tells.iter().any(|tell| tell.corrects.is_some());
    Ok(Hearers {
        customer: customer.map(|found| found.0),
        colleagues: if to_others {
            store::list_colleagues(read, market, order).await?
        } else {
            Vec::new()
        },
        told: if corrects {
            store::list_for_order(read, market, order).await?
        } else {
            Vec::new()
        },
    })
}

pub fn tells_of(told: &Notice, event: &str) -> bool {
    told.kind != Kind::Corrected
        && told.farm.is_none()
        && told.args.events.iter().any(|id| id == event)
}

/// One for each person and channel.
pub fn notices_of(
    app: &App,
    following: &Following,
    tell: &Tell,
    hearers: &Hearers,
    now: Ts,
) -> Vec<Notice> {
    let args = args_of(following, tell);
    let farm = match &tell.to {
        To::Farm(farm) => Some(farm),
        To::Customer | To::Managers => None,
    };
    // Packing is no news once it is over.
    let overtaken = tell.kind == Kind::Preparing
        && following
            .order
            .parts
            .iter()
            .any(|part| tell.parts.contains(&part.id) && part.status != Status::Preparing);
    let was_told = |person: &Person, channel: Channel| {
        tell.corrects.as_deref().is_none_or(|event| {
            let reached = [State::Accepted, State::Sending, State::InDoubt];
            hearers.told.iter().any(|told| {
                tells_of(told, event)
                    && (told.channel, told.person.as_str()) == (channel, person.key())
                    && reached.contains(&told.state)
            })
        })
    };
    let notice = |person: &Person, channel: Channel| Notice {
        id: NoticeId::new(app.ids.make(NoticeId::PREFIX, now)),
        market: following.order.market_id.clone(),
        order: following.order.id.clone(),
        farm: farm.cloned(),
        kind: tell.kind,
        event: tell.event.clone(),
        person: person.key().to_owned(),
        channel,
        name: person.name.clone(),
        address: (channel == Channel::Email).then(|| person.email.clone()),
        lang: person.lang.clone(),
        args: args.clone(),
        state: match channel {
            Channel::InApp if overtaken => State::Suppressed,
            Channel::InApp => State::Accepted,
            Channel::Email => State::Due,
        },
        attempts: 0,
        created_at: now,
        read_at: None,
    };
    let goes = |channel: &&Channel| **channel == Channel::InApp || tell.kind.goes_by_mail();
    let channels = tell.channels.iter().filter(goes);
    channels
        .flat_map(|channel| {
            let people = people_of(&tell.to, *channel, hearers).into_iter();
            people
                .filter(|person| was_told(person, *channel))
                .map(|person| notice(person, *channel))
        })
        .collect()
}

fn people_of<'h>(to: &To, channel: Channel, hearers: &'h Hearers) -> Vec<&'h Person> {
    let of_farm = |farm: &FarmId| -> Vec<&'h Colleague> {
        let on_team = |one: &&Colleague| one.farm.as_ref() == Some(farm);
        hearers.colleagues.iter().filter(on_team).collect()
    };
    match (to, channel) {
        (To::Customer, Channel::Email) => hearers.customer.iter().collect(),
        // A guest has no page of notices.
        (To::Customer, Channel::InApp) => hearers
            .customer
            .iter()
            .filter(|person| person.user.is_some())
            .collect(),
        (To::Farm(farm), Channel::Email) => model::heads(&of_farm(farm))
            .into_iter()
            .map(|one| &one.person)
            .collect(),
        (To::Farm(farm), Channel::InApp) => {
            of_farm(farm).into_iter().map(|one| &one.person).collect()
        }
        (To::Managers, _) => {
            let manages = |one: &&Colleague| one.role == Role::MarketManager;
            hearers
                .colleagues
                .iter()
                .filter(manages)
                .map(|one| &one.person)
                .collect()
        }
    }
}

fn args_of(following: &Following, tell: &Tell) -> Args {
    let order = &following.order;
    let farms = order
        .parts
        .iter()
        .filter(|part| tell.parts.contains(&part.id));
    let mut names: Vec<String> = farms.map(|part| part.farm.name.clone()).collect();
    names.dedup();
    let reason = following
        .history
        .iter()
        .filter(|event| tell.events.iter().any(|id| event.id.as_str() == id))
        .find_map(|event| event.reason);
    Args {
        code: order.code.clone(),
        farms: names,
        waiting: hears::waiting(following),
        reason: reason.map(|reason| reason.as_str().to_owned()),
        whole: tell.kind == Kind::Cancelled && order.status == Status::Cancelled,
        minutes: following
            .late
            .iter()
            .find(|late| tell.events.iter().any(|id| late.id.as_str() == id))
            .map_or(0, |late| late.minutes),
        events: tell.events.clone(),
        changed: changed(following, tell),
        moved: tell.moved.clone(),
    }
}

/// A farm's picks of one line are one: where it began and where it ended.
fn changed(following: &Following, tell: &Tell) -> Vec<Changed> {
    let told = following
        .changes
        .iter()
        .filter(|change| tell.events.iter().any(|id| change.id.as_str() == id));
    if tell.kind == Kind::Short {
        return packed::folded(told, &following.order);
    }
    told.map(|change| Changed::new(change, &following.order))
        .collect()
}
