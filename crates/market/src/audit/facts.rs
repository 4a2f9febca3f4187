//! What is written down of a thing before and after an act: all that its rules depend on, and nothing about a person.
use serde_json::{Value, json};

use crate::{
    accounts::store::NewToken,
    farms::model::Farm,
    kernel::{ids::FarmId, qty::Qty, role::Role},
    markets::{
        days::model::{Day, Step, Window},
        model::{DayStatus, Market, Plan},
        places::model::Place,
    },
    products::model::{Product, Season},
};

pub fn market(market: &Market) -> Value {
    json!({
        "name": market.name,
        "address": market.address,
        "currency": market.currency.code(),
        "zone": market.zone_name,
        "code_prefix": market.code_prefix,
        "tax_included": market.tax_included,
        "fee_goods_bp": market.fees.goods_bp,
        "fee_goods_payer": market.fees.goods_payer.as_str(),
        "fee_order_minor": market.fees.order_minor,
        "fee_farm_minor": market.fees.farm_minor,
    })
}

pub fn day(day: &Day, windows: &[Window]) -> Value {
    let windows = windows.iter().map(|window| {
        hours(
            window.place.as_str(),
            &window.starts,
            &window.ends,
            window.capacity,
        )
    });
    json!({
        "date": day.date,
        "opens_at": day.opens_at.rfc3339(),
        "cutoff_at": day.cutoff_at.rfc3339(),
        "windows": windows.collect::<Vec<_>>(),
    })
}

pub fn plan(plan: &Plan) -> Value {
    let windows = plan.windows.iter().map(|window| {
        hours(
            window.place.as_str(),
            &window.starts,
            &window.ends,
            window.capacity,
        )
    });
    json!({
        "date": plan.date.to_string(),
        "opens_at": plan.opens_at.rfc3339(),
        "cutoff_at": plan.cutoff_at.rfc3339(),
        "windows": windows.collect::<Vec<_>>(),
    })
}

fn hours(place: &str, starts: &str, ends: &str, capacity: i64) -> String {
    format!("{place} {starts}-{ends} {capacity}")
}

pub fn place(place: &Place) -> Value {
    json!({
        "name": place.name,
        "address": place.address,
        "access": place.access,
        "map_url": place.map_url,
    })
}

/// Of its story only that it is another: farmers tell of themselves there.
pub fn farm(farm: &Farm) -> Value {
    json!({
        "name": farm.name,
        "town": farm.town,
        "status": farm.status.as_str(),
        "paused_reason": farm.paused_reason,
        "declined_reason": farm.declined_reason,
        "story": crate::kernel::hash::sha256(&farm.story).get(..16),
    })
}

pub fn product(product: &Product) -> Value {
    let season =
        |season: &Season| [Season::day_text(season.from), Season::day_text(season.to)].join("..");
    let content = product
        .content
        .map(|content| format!("{} {}", content.qty.plain(), content.unit.as_str()));
    let days = product.days.iter().map(|day| format!("{day:?}"));
    json!({
        "farm": product.farm,
        "name": product.name,
        "description": product.description,
        "category": product.category,
        "unit": product.unit,
        "price_minor": product.price_minor,
        "priced_by": product.priced_by.as_str(),
        "tax_bp": product.tax_bp,
        "stock": product.stock.map(Qty::plain),
        "step": product.step.plain(),
        "content": content,
        "season": product.season.as_ref().map(season),
        "days": days.collect::<Vec<_>>(),
        "allergens": product.allergens,
        "diets": product.diets,
        "sold_out": product.is_sold_out,
        "hidden": product.is_hidden,
    })
}

/// The step of a day, and where it stood and stands.
pub fn step(step: Step, before: &Day) -> Value {
    json!({
        "step": step.as_str(),
        "from": before.status.as_str(),
        "to": before.status.after(step).map(DayStatus::as_str),
    })
}

pub fn token(token: &NewToken<'_>) -> Value {
    let scopes = token.scopes.iter().map(|scope| scope.as_str());
    json!({
        "user": token.user,
        "farm": token.farm,
        "scopes": scopes.collect::<Vec<_>>(),
        "expires_at": token.expires_at.rfc3339(),
    })
}

pub fn member(farm: &FarmId, role: Role) -> Value {
    json!({ "farm": farm, "role": role.as_str() })
}

pub fn no_member(farm: &FarmId) -> Value {
    json!({ "farm": farm })
}
