//! One's own orders: code, day and time, the status in a customer's words.
use askama::Template;

use super::status;
use crate::{
    kernel::time::Ts,
    markets::model::Market,
    orders::mine::model::MyOrder,
    pages::{Shell, Theme, formats, render},
    words::Words,
};

#[derive(Template)]
#[template(path = "orders/pages/mine.html")]
struct Page<'a> {
    shell: &'a Shell,
    w: Words,
    rows: Vec<Row<'a>>,
    next: Option<&'a str>,
}

struct Row<'a> {
    id: &'a str,
    code: &'a str,
    when: String,
    status: String,
    class: &'static str,
}

/// `next` is the keyset of the page after this one, if there is one.
pub fn my_orders(
    shell: &Shell,
    market: &Market,
    orders: &[MyOrder],
    next: Option<&str>,
    now: Ts,
) -> String {
    let w = shell.words;
    let today = formats::day_of(now, &market.zone);
    let row = |order: &MyOrder| {
        let day = formats::day(&order.date).map_or_else(
            || order.date.clone(),
            |day| formats::capital(&formats::when_full(day, today, w)),
        );
        let window = formats::window(&order.starts, &order.ends);
        (format!("{day}, {window}"), order.status)
    };
    let rows = orders.iter().map(|order| {
        let (when, is) = row(order);
        Row {
            id: order.id.as_str(),
            code: &order.code,
            when,
            status: status::customer_word(is, w),
            class: status::class(is),
        }
    });
    render(&Page {
        shell,
        w,
        rows: rows.collect(),
        next,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{kernel::ids::OrderId, orders::model::Status, pages::sample, words::Lang};

    #[test]
    fn the_list_in_every_language() {
        for lang in Lang::ALL {
            let shell = sample::shell(lang);
            let now = sample::at("2026-11-28T06:52");
            let order = |date: &str, status| MyOrder {
                id: OrderId::new("ord_1"),
                code: "FM-7Q4K2D".to_owned(),
                status,
                placed_at: now,
                date: date.to_owned(),
                starts: "09:00".to_owned(),
                ends: "11:00".to_owned(),
            };
            let orders = [
                order("2026-11-28", Status::Ready),
                order("2026-12-05", Status::Pending),
                order("odd", Status::Cancelled),
            ];
            let market = sample::market();
            let page = my_orders(&shell, &market, &orders, Some("1.ord_1"), now);
            sample::check(&page);
            for part in ["FM-7Q4K2D", "9:00–11:00", "/orders?after=1.ord_1", "odd"] {
                assert!(page.contains(part), "{part}: {page}");
            }
            let none = my_orders(&shell, &market, &[], None, now);
            sample::check(&none);
            assert!(none.contains("class=\"btn go\" href=\"/\"") && !none.contains("after="));
        }
    }
}
