//! What the terminal says when the demo runs: addresses, links, what to do next.
use std::net::SocketAddr;

use qrcode::{QrCode, render::unicode::Dense1x2};

use super::{
    lan,
    world::{BENCH_TOKEN, Doors, TEST_ORDER, TEST_TOKEN},
};
use crate::{
    app::App,
    cli::{args::DemoArgs, out::Out},
};

fn link(app: &App, path: &str) -> String {
    format!("{}{path}", app.config.http.base_url)
}

fn lan_url(address: SocketAddr) -> Option<String> {
    lan(address).map(|ip| format!("http://{}", SocketAddr::new(ip, address.port())))
}

pub fn json(app: &App, doors: &Doors, address: SocketAddr, args: &DemoArgs) -> String {
    let mut object = serde_json::json!({
        "url": format!("http://127.0.0.1:{}", address.port()),
        "lan_url": lan_url(address),
        "customer_link": link(app, &format!("/t/{}", doors.customer)),
        "farmer_link": link(app, &format!("/login/link/{}", doors.farmer)),
        "manager_link": link(app, &format!("/login/link/{}", doors.manager)),
        "second_market": format!("http://{}.localhost:{}", doors.second_market, address.port()),
        "order_id": doors.order.as_str(),
        "database_url": app.config.database_url(),
        "data": app.config.data,
    });
    if args.load_test {
        object["test_order_id"] = TEST_ORDER.into();
        object["test_token"] = TEST_TOKEN.into();
        object["bench_token"] = BENCH_TOKEN.into();
    }
    object.to_string()
}

pub fn words(out: &Out, app: &App, doors: &Doors, address: SocketAddr, args: &DemoArgs) {
    let customer = link(app, &format!("/t/{}", doors.customer));
    let line = |who: &str, link: &str| format!("  {who:<12}{link}");
    out.say(out.bold(&format!(
        "Riverside Market {}, the demo",
        env!("CARGO_PKG_VERSION")
    )));
    out.say("");
    out.say(line("Market", &app.config.http.base_url));
    out.say(line("Customer", &customer));
    out.say(line(
        "Farmer",
        &link(app, &format!("/login/link/{}", doors.farmer)),
    ));
    out.say(line(
        "Manager",
        &link(app, &format!("/login/link/{}", doors.manager)),
    ));
    out.say(line(
        "2nd market",
        &format!(
            "http://{}.localhost:{}",
            doors.second_market,
            address.port()
        ),
    ));
    if let Some(url) = lan_url(address) {
        let phone = format!("{url}/t/{}", doors.customer);
        out.say("");
        out.say(line("Phone", &phone));
        if out.is_terminal() {
            out.say(picture(&phone));
        }
    }
    if args.load_test {
        out.say("");
        out.say(format!("APP_URL=http://127.0.0.1:{}", address.port()));
        out.say(format!("TEST_ORDER_ID={TEST_ORDER}"));
        out.say(format!("TEST_AUTH_TOKEN={TEST_TOKEN}"));
    }
    out.say("");
    out.say("Open the customer's link, and a second window: the manager's link, Marsh Lane Dairy, order FM-7Q4K2D,");
    out.say("\"Mark ready\". Or hand Hill Row Farm's part over as the farmer, by that code. The first window shows it.");
    out.say(format!(
        "Data and mails: {}. Stop with ctrl-C.",
        app.config.data.display()
    ));
}

/// The link as a picture a phone's camera reads.
fn picture(link: &str) -> String {
    QrCode::new(link)
        .map(|code| {
            code.render::<Dense1x2>()
                .dark_color(Dense1x2::Light)
                .light_color(Dense1x2::Dark)
                .build()
        })
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_picture_is_a_square_of_half_blocks() {
        let shown = picture("http://192.0.2.7:8080/t/26c36c5a0a1ca795b2885993531a2563");
        let lines: Vec<&str> = shown.lines().collect();
        let wide = lines[0].chars().count();
        assert!(lines.iter().all(|line| line.chars().count() == wide));
        assert_eq!(lines.len(), wide.div_ceil(2));
        // More than a QR code can hold: no picture, and the link above it still stands.
        assert_eq!(picture(&"x".repeat(5000)), "");
    }
}
