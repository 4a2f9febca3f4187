//! Money, quantities, days and times as people of a language write them, always in the market's own zone.
use jiff::{
    civil::{Date, Weekday},
    tz::TimeZone,
};

use crate::words::Lang;
use crate::{
    kernel::{money::Money, qty::Qty, time::Ts},
    words::Words,
};

/// Keeps a number and its unit on one line.
const NBSP: char = '\u{a0}';

/// `£1,234.50`, `1.234,50 £`.
pub fn money(amount: Money, w: Words) -> String {
    let minus = if amount.minor < 0 { "\u{2212}" } else { "" };
    let minor = amount.minor.unsigned_abs();
    let (whole, cents, symbol) = (minor / 100, minor % 100, amount.currency.symbol());
    match w.lang() {
        Lang::En | Lang::Pseudo => format!("{minus}{symbol}{}.{cents:02}", grouped(whole, ',', 4)),
        Lang::Es => format!("{minus}{},{cents:02}{NBSP}{symbol}", grouped(whole, '.', 5)),
    }
}

/// Digits in threes, from the length on at which the language begins to group.
fn grouped(whole: u64, mark: char, from: usize) -> String {
    let digits = whole.to_string();
    if digits.len() < from {
        return digits;
    }
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(mark);
        }
        out.push(digit);
    }
    out
}

/// A number of thousandths with at most `places` decimals, zeros at its end cut off.
pub fn decimal(thousandths: i64, places: usize, w: Words) -> String {
    let step = 10_i64.pow(3_u32.saturating_sub(u32::try_from(places).unwrap_or(3)));
    let rounded = thousandths.saturating_add(step / 2).div_euclid(step) * step;
    let (whole, rest) = (rounded / 1000, format!("{:03}", rounded % 1000));
    let rest = rest.trim_end_matches('0');
    let mark = match w.lang() {
        Lang::En | Lang::Pseudo => '.',
        Lang::Es => ',',
    };
    if rest.is_empty() {
        whole.to_string()
    } else {
        format!("{whole}{mark}{rest}")
    }
}

/// `750 g`, `1.36 kg`.
pub fn kilograms(qty: Qty, w: Words) -> String {
    let grams = qty.as_thousandths();
    if grams < 1000 {
        format!("{grams}{NBSP}g")
    } else {
        format!("{}{NBSP}kg", decimal(grams, 2, w))
    }
}

/// `2 bunches`; a unit nobody gave words to stays as the farm wrote it, `2 × crate of six`.
pub fn quantity(qty: Qty, unit: &str, w: Words) -> String {
    if unit == "kg" {
        return kilograms(qty, w);
    }
    let number = decimal(qty.as_thousandths(), 2, w);
    let Some(key) = unit_key(unit) else {
        return format!("{number} × {unit}");
    };
    // Only one whole one is singular: 1.5 litres.
    let n = if qty.as_thousandths() == 1000 { 1 } else { 2 };
    format!("{number}{NBSP}{}", w.say_n(key, n))
}

/// What a farm packed instead of what was there before, as one sentence that names the farm.
pub fn packed(farm: &str, (product, unit): (&str, &str), from: Qty, to: Qty, w: Words) -> String {
    let (so_much, of) = (quantity(to, unit, w), quantity(from, unit, w));
    let (key, so_much) = match to.as_thousandths() {
        0 => ("orders-packed-none", so_much),
        // A weight is hardly ever what was ordered: that is nobody's fault.
        _ if unit == "kg" || to > from => ("orders-packed-other", so_much),
        _ => ("orders-packed-less", decimal(to.as_thousandths(), 2, w)),
    };
    w.say_with(
        key,
        &[
            ("farm", farm.into()),
            ("product", product.into()),
            ("from", of.into()),
            ("to", so_much.into()),
        ],
    )
}

/// `/kg`, `per bunch`.
pub fn per(unit: &str, w: Words) -> String {
    match (unit, unit_key(unit)) {
        ("kg", _) => "/kg".to_owned(),
        (_, Some(key)) => format!("/{}", w.say_n(key, 1)),
        _ => format!("/{unit}"),
    }
}

/// `bunch`: what one of a unit is called.
pub fn unit(unit: &str, w: Words) -> String {
    unit_key(unit).map_or_else(|| unit.to_owned(), |key| w.say_n(key, 1))
}

/// `bunches`: what several are called.
pub fn units(unit: &str, w: Words) -> String {
    unit_key(unit).map_or_else(|| unit.to_owned(), |key| w.say_n(key, 2))
}

fn unit_key(unit: &str) -> Option<&'static str> {
    Some(match unit {
        "bag" => "orders-unit-bag",
        "block" => "orders-unit-block",
        "bottle" => "orders-unit-bottle",
        "box" => "orders-unit-box",
        "bunch" => "orders-unit-bunch",
        "dozen" => "orders-unit-dozen",
        "four" => "orders-unit-four",
        "each" | "piece" => "orders-unit-piece",
        "head" => "orders-unit-head",
        "half-dozen" | "six" => "orders-unit-six",
        "jar" => "orders-unit-jar",
        "litre" | "l" => "orders-unit-litre",
        "loaf" => "orders-unit-loaf",
        "pack" => "orders-unit-pack",
        "pot" => "orders-unit-pot",
        "punnet" => "orders-unit-punnet",
        _ => return None,
    })
}

/// What a fee of that kind is called.
pub fn fee(kind: &str, w: Words) -> String {
    let key = match kind {
        "order" => "orders-fee-order",
        "farm" => "orders-fee-farm",
        "market" => "orders-fee-market",
        "tax" => "orders-fee-tax",
        _ => "orders-fee",
    };
    w.say(key).into_owned()
}

/// A local day as the database keeps it, `2026-11-28`.
pub fn day(text: &str) -> Option<Date> {
    text.parse().ok()
}

pub fn day_of(at: Ts, zone: &TimeZone) -> Date {
    at.in_zone(zone).date()
}

fn weekday_of(day: Date, w: Words) -> String {
    weekday(day.weekday(), w)
}

pub fn weekday(day: Weekday, w: Words) -> String {
    w.say_with(
        "market-weekday",
        &[("n", day.to_monday_one_offset().into())],
    )
}

/// `Saturday 28 November`.
pub fn date(day: Date, w: Words) -> String {
    let month = w.say_with("market-month", &[("n", day.month().into())]);
    w.say_with(
        "market-date",
        &[
            ("weekday", weekday_of(day, w).into()),
            ("day", day.day().into()),
            ("month", month.into()),
        ],
    )
}

/// `Sat 28 Nov`, for one line on a phone.
pub fn date_short(day: Date, w: Words) -> String {
    let n = day.weekday().to_monday_one_offset();
    let weekday = w.say_with("market-weekday-short", &[("n", n.into())]);
    let month = w.say_with("market-month-short", &[("n", day.month().into())]);
    w.say_with(
        "market-date-short",
        &[
            ("weekday", weekday.into()),
            ("day", day.day().into()),
            ("month", month.into()),
        ],
    )
}

/// `today`, `tomorrow`, `yesterday`; nothing for any other day.
fn relative(day: Date, today: Date, w: Words) -> Option<String> {
    let key = if day == today {
        "market-today"
    } else if today.tomorrow().is_ok_and(|tomorrow| tomorrow == day) {
        "market-tomorrow"
    } else if today.yesterday().is_ok_and(|yesterday| yesterday == day) {
        "market-yesterday"
    } else {
        return None;
    };
    Some(w.say(key).into_owned())
}

/// `today, Saturday`, else `Saturday 28 November`: what stands inside a sentence.
pub fn when(day: Date, today: Date, w: Words) -> String {
    match relative(day, today, w) {
        Some(word) => format!("{word}, {}", weekday_of(day, w)),
        None => date(day, w),
    }
}

/// `today, Saturday 28 November`: the whole of it.
pub fn when_full(day: Date, today: Date, w: Words) -> String {
    match relative(day, today, w) {
        Some(word) => format!("{word}, {}", date(day, w)),
        None => date(day, w),
    }
}

/// `6:48`.
pub fn time(at: Ts, zone: &TimeZone) -> String {
    let at = at.in_zone(zone);
    format!("{}:{:02}", at.hour(), at.minute())
}

/// `6:48` on the same day, `Thursday 20:04` within six days before or after, else with the date.
pub fn moment(at: Ts, now: Ts, zone: &TimeZone, w: Words) -> String {
    let (day, today, time) = (day_of(at, zone), day_of(now, zone), time(at, zone));
    if day == today {
        time
    } else if now.since(at).max(at.since(now)) < std::time::Duration::from_hours(6 * 24) {
        format!("{}{NBSP}{time}", weekday_of(day, w))
    } else {
        format!("{}, {time}", date(day, w))
    }
}

/// What a `datetime` attribute holds: local to the market, to the minute.
pub fn machine(at: Ts, zone: &TimeZone) -> String {
    at.in_zone(zone).strftime("%Y-%m-%dT%H:%M").to_string()
}

/// A value as it stands in an address after the `?`.
pub fn in_query(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
                char::from(byte).to_string()
            }
            _ => format!("%{byte:02X}"),
        })
        .collect()
}

/// `9:00–11:00` from `09:00` and `11:00`.
pub fn window(starts: &str, ends: &str) -> String {
    let plain = |time: &str| time.strip_prefix('0').unwrap_or(time).to_owned();
    format!("{}–{}", plain(starts), plain(ends))
}

/// `9–11`, for rows: whole hours lose their zeros.
pub fn window_short(starts: &str, ends: &str) -> String {
    let short = |time: &str| {
        let time = time.strip_prefix('0').unwrap_or(time);
        time.strip_suffix(":00").unwrap_or(time).to_owned()
    };
    format!("{}–{}", short(starts), short(ends))
}

/// `Hill Row Farm, Marsh Lane Dairy and Bell Orchard`.
pub fn list(names: &[&str], w: Words) -> String {
    match names {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [most @ .., last] => w.say_with(
            "market-list",
            &[("most", most.join(", ").into()), ("last", (*last).into())],
        ),
    }
}

/// As much as search engines show below a link: one line, cut off between words.
pub fn about(text: &str) -> String {
    const MOST: usize = 155;
    let mut line = String::new();
    for word in text.split_whitespace() {
        if line.chars().count() + 1 + word.chars().count() > MOST {
            return line + "…";
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    line
}

/// The first letter as a capital: what was written to stand inside a sentence now begins one.
pub fn capital(text: &str) -> String {
    let mut chars = text.chars();
    match chars.next() {
        Some(first) => first.to_uppercase().chain(chars).collect(),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::money::Currency::{Eur, Gbp};

    const EN: Words = Lang::En.words();
    const ES: Words = Lang::Es.words();

    fn at(text: &str) -> Ts {
        let local: jiff::civil::DateTime = text.parse().unwrap();
        crate::kernel::time::instant(local, &london()).unwrap()
    }

    fn london() -> TimeZone {
        TimeZone::get("Europe/London").unwrap()
    }

    #[test]
    fn what_a_page_is_about_is_one_line_of_whole_words() {
        assert_eq!(about(" Carrots,\n £2.40 "), "Carrots, £2.40");
        let long = about(&"carrots ".repeat(40));
        assert!(long.ends_with("carrots…"), "{long}");
        assert!(long.chars().count() <= 156, "{long}");
    }

    #[test]
    fn money_is_written_as_the_language_does() {
        assert_eq!(money(Money::new(2960, Gbp), EN), "£29.60");
        assert_eq!(money(Money::new(2960, Gbp), ES), "29,60\u{a0}£");
        assert_eq!(money(Money::new(123_450, Eur), EN), "€1,234.50");
        assert_eq!(money(Money::new(123_450, Eur), ES), "1234,50\u{a0}€");
        assert_eq!(
            money(Money::new(123_456_789, Eur), ES),
            "1.234.567,89\u{a0}€"
        );
        assert_eq!(money(Money::new(-190, Gbp), EN), "\u{2212}£1.90");
        assert_eq!(money(Money::new(5, Gbp), EN), "£0.05");
    }

    #[test]
    fn quantities_carry_their_unit() {
        let q = Qty::thousandths;
        assert_eq!(quantity(q(750), "kg", EN), "750\u{a0}g");
        assert_eq!(quantity(q(1360), "kg", EN), "1.36\u{a0}kg");
        assert_eq!(quantity(q(1500), "kg", ES), "1,5\u{a0}kg");
        assert_eq!(quantity(q(1_999_996), "kg", EN), "2000\u{a0}kg");
        assert_eq!(quantity(q(2000), "bunch", EN), "2\u{a0}bunches");
        assert_eq!(quantity(q(1000), "bunch", ES), "1\u{a0}manojo");
        assert_eq!(quantity(q(1500), "litre", EN), "1.5\u{a0}litres");
        assert_eq!(quantity(q(2000), "crate of six", EN), "2 × crate of six");
        assert_eq!(per("kg", EN), "/kg");
        assert_eq!(per("jar", ES), "/tarro");
        assert_eq!(per("crate", EN), "/crate");
    }

    #[test]
    fn every_unit_has_words() {
        for unit in [
            "bag", "bottle", "box", "bunch", "dozen", "each", "head", "six", "jar", "l", "loaf",
            "pack", "pot", "punnet",
        ] {
            let text = quantity(Qty::thousandths(3000), unit, EN);
            assert!(text.starts_with("3\u{a0}") && !text.contains('{'), "{text}");
        }
    }

    #[test]
    fn days_have_their_weekday() {
        let saturday = day("2026-11-28").unwrap();
        assert_eq!(date(saturday, EN), "Saturday 28\u{a0}November");
        assert_eq!(date(saturday, ES), "sábado 28\u{a0}de\u{a0}noviembre");
        assert_eq!(date_short(saturday, EN), "Sat 28\u{a0}Nov");
        assert_eq!(when(saturday, saturday, EN), "today, Saturday");
        assert_eq!(
            when_full(saturday, day("2026-11-27").unwrap(), EN),
            "tomorrow, Saturday 28\u{a0}November"
        );
        assert_eq!(
            when(saturday, day("2026-11-29").unwrap(), ES),
            "ayer, sábado"
        );
        assert_eq!(
            when(saturday, day("2026-11-20").unwrap(), EN),
            "Saturday 28\u{a0}November"
        );
        assert_eq!(
            when_full(saturday, day("2026-11-20").unwrap(), EN),
            "Saturday 28\u{a0}November"
        );
        assert_eq!(day("28/11"), None);
        let january = day("2027-01-03").unwrap();
        assert_eq!(date(january, EN), "Sunday 3\u{a0}January");
    }

    #[test]
    fn times_are_the_market_s_own() {
        let zone = london();
        assert_eq!(time(at("2026-11-28T06:48"), &zone), "6:48");
        assert_eq!(time(at("2026-07-01T20:04"), &zone), "20:04");
        assert_eq!(machine(at("2026-07-01T20:04"), &zone), "2026-07-01T20:04");
        let now = at("2026-11-28T07:00");
        assert_eq!(moment(at("2026-11-28T06:48"), now, &zone, EN), "6:48");
        assert_eq!(
            moment(at("2026-11-26T20:04"), now, &zone, EN),
            "Thursday\u{a0}20:04"
        );
        assert_eq!(
            moment(at("2026-11-12T20:04"), now, &zone, EN),
            "Thursday 12\u{a0}November, 20:04"
        );
        assert_eq!(window("09:00", "11:30"), "9:00–11:30");
        assert_eq!(window_short("09:00", "11:30"), "9–11:30");
    }

    #[test]
    fn lists_end_in_and() {
        assert_eq!(list(&[], EN), "");
        assert_eq!(list(&["A"], EN), "A");
        assert_eq!(list(&["A", "B"], ES), "A y B");
        assert_eq!(list(&["A", "B", "C"], EN), "A, B and C");
        assert_eq!(
            (capital("hoy"), capital("")),
            ("Hoy".to_owned(), String::new())
        );
    }
}
