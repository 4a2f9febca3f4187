//! The form of a market's settings, in pieces that the first-run set-up uses too.
use super::model::{ADDRESS, NAME, hundredths, prefix, typed, zone, zones};
use crate::{
    kernel::{line, money::Currency},
    markets::model::{Fees, Market, Payer},
    pages::inputs::{Answers, Group, Input, Problems},
    words::{Lang, Words},
};

const ALL_OF_IT: i64 = 10_000;

pub fn filled(market: &Market) -> Answers {
    let tax = if market.tax_included { "IN" } else { "ON_TOP" };
    Answers::default()
        .with("name", &market.name)
        .with("address", &market.address)
        .with("zone", &market.zone_name)
        .with("lang", &market.lang)
        .with("currency", market.currency.code())
        .with("prefix", &market.code_prefix)
        .with("tax", tax)
        .with("fee_goods", typed(market.fees.goods_bp))
        .with("fee_payer", market.fees.goods_payer.as_str())
        .with("fee_order", typed(market.fees.order_minor))
        .with("fee_farm", typed(market.fees.farm_minor))
}

/// What a market is called, where it is, how it counts time and money.
pub fn basics(w: Words, answers: &Answers, with_currency: bool) -> Group {
    let choose = (String::new(), w.say("markets-set-choose").into_owned());
    let zone_options = zones()
        .iter()
        .map(|name| (name.clone(), name.replace('_', " ")));
    let zone_options = std::iter::once(choose).chain(zone_options).collect();
    let currencies = Currency::ALL.map(|currency| {
        let words = format!("{} {}", currency.code(), currency.symbol());
        (currency.code().to_owned(), words)
    });
    let mut inputs = vec![
        Input::new(
            "text",
            "name",
            w.say("markets-set-name"),
            answers.get("name"),
        )
        .autocomplete("organization"),
        Input::new(
            "text",
            "address",
            w.say("markets-set-address"),
            answers.get("address"),
        )
        .hint(w.say("markets-set-address-hint"))
        .autocomplete("off"),
        Input::select(
            "zone",
            w.say("markets-set-zone"),
            answers.get("zone"),
            zone_options,
        )
        .hint(w.say("markets-set-zone-hint")),
    ];
    inputs.push(lang(w, answers));
    if with_currency {
        let currency = Input::select(
            "currency",
            w.say("markets-set-currency"),
            answers.get("currency"),
            currencies.to_vec(),
        );
        inputs.push(currency.hint(w.say("markets-set-currency-hint")));
    }
    inputs.push(
        Input::new(
            "text",
            "prefix",
            w.say("markets-set-prefix"),
            answers.get("prefix"),
        )
        .hint(w.say("markets-set-prefix-hint")),
    );
    Group {
        legend: None,
        inputs,
    }
}

fn lang(w: Words, answers: &Answers) -> Input {
    let langs = Lang::ALL.map(|lang| (lang.tag().to_owned(), lang.own_name().to_owned()));
    let label = w.say("markets-set-lang");
    Input::select("lang", label, answers.get("lang"), langs.to_vec())
        .hint(w.say("markets-set-lang-hint"))
}

pub fn charges(w: Words, answers: &Answers) -> Vec<Group> {
    let option = |value: &str, key| (value.to_owned(), w.say(key).into_owned());
    let tax = Input::select(
        "tax",
        w.say("markets-set-tax"),
        answers.get("tax"),
        vec![
            option("IN", "markets-set-tax-in"),
            option("ON_TOP", "markets-set-tax-on-top"),
        ],
    );
    let payers = vec![
        option("FARM", "markets-set-payer-farm"),
        option("CUSTOMER", "markets-set-payer-customer"),
    ];
    let number = |name: &str, key| Input::new("text", name, w.say(key), answers.get(name));
    let fees = vec![
        number("fee_goods", "markets-set-fee-goods").hint(w.say("markets-set-fee-goods-hint")),
        Input::select(
            "fee_payer",
            w.say("markets-set-fee-payer"),
            answers.get("fee_payer"),
            payers,
        ),
        number("fee_order", "markets-set-fee-order").hint(w.say("markets-set-fee-hint")),
        number("fee_farm", "markets-set-fee-farm").hint(w.say("markets-set-fee-hint")),
    ];
    vec![
        Group {
            legend: None,
            inputs: vec![tax],
        },
        Group {
            legend: Some(w.say("markets-set-fees").into_owned()),
            inputs: fees,
        },
    ]
}

/// The market with its basics as they were typed. Without a currency or a language in the form they stay.
pub fn read_basics(before: &Market, answers: &Answers, problems: &mut Problems) -> Market {
    let mut after = before.clone();
    match line::line(answers.get("name"), NAME) {
        Ok(name) => after.name = name,
        Err(_) => problems.add("name", "markets-set-bad-name"),
    }
    match line::line(answers.get("address"), ADDRESS) {
        Ok(address) => after.address = address,
        Err(_) => problems.add("address", "markets-set-bad-address"),
    }
    match zone(answers.get("zone")) {
        Some(zone) => {
            after.zone = zone;
            answers.get("zone").clone_into(&mut after.zone_name);
        }
        None => problems.add("zone", "markets-set-bad-zone"),
    }
    match (answers.get("lang"), Lang::parse(answers.get("lang"))) {
        (_, Some(lang)) => lang.tag().clone_into(&mut after.lang),
        ("", None) => {}
        _ => problems.add("lang", "markets-set-bad-lang"),
    }
    let currency = answers.get("currency");
    match Currency::parse(currency) {
        Some(currency) => after.currency = currency,
        None if currency.is_empty() => {}
        None => problems.add("currency", "markets-set-bad-currency"),
    }
    match prefix(answers.get("prefix")) {
        Some(prefix) => after.code_prefix = prefix,
        None => problems.add("prefix", "markets-set-bad-prefix"),
    }
    after
}

pub fn read(before: &Market, answers: &Answers) -> Result<Market, Problems> {
    let mut problems = Problems::default();
    let mut after = read_basics(before, answers, &mut problems);
    after.version = answers.get("version").parse().unwrap_or(1);
    match answers.get("tax") {
        "IN" => after.tax_included = true,
        "ON_TOP" => after.tax_included = false,
        _ => problems.add("tax", "markets-set-bad-tax"),
    }
    let mut number = |name: &str, most: i64| {
        let read = hundredths(answers.get(name)).filter(|read| *read <= most);
        if read.is_none() {
            problems.add(name, "markets-set-bad-number");
        }
        read.unwrap_or_default()
    };
    let (goods_bp, order_minor, farm_minor) = (
        number("fee_goods", ALL_OF_IT),
        number("fee_order", ALL_OF_IT),
        number("fee_farm", ALL_OF_IT),
    );
    let payer = Payer::parse(answers.get("fee_payer"));
    if payer.is_none() {
        problems.add("fee_payer", "markets-set-bad-payer");
    }
    after.fees = Fees {
        goods_bp,
        goods_payer: payer.unwrap_or(before.fees.goods_payer),
        order_minor,
        farm_minor,
    };
    if problems.is_empty() {
        Ok(after)
    } else {
        Err(problems)
    }
}
