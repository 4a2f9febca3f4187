//! The attacks, wave by wave.

use super::ORDERS;
use super::attacks::{Attack, Patience, Way};
use crate::server::Market;
use crate::steps::order;
use std::time::Duration;

/// Attacks that come together.
pub type Wave = Vec<Attack>;

const FORM: &str = "content-type: application/x-www-form-urlencoded\r\n";
const AT_ONCE: Duration = Duration::from_secs(1);

pub fn waves(market: &Market, patience: Patience) -> Vec<Wave> {
    let host = format!("host: {}\r\n", market.host);
    let get = |more: &str| format!("GET / HTTP/1.1\r\n{host}{more}");
    let post = |more: &str| format!("POST /track HTTP/1.1\r\n{host}{FORM}{more}");
    let mut waves = slow(patience, &get, &post);
    waves.push(large_heads(&get));
    waves.push(large_bodies(&host, &post));
    waves.push(deaf(market, patience, &host));
    waves.push(vec![Attack {
        name: "callers who hang up within 20 ms",
        many: 40,
        way: Way::HangsUp,
        says: vec![
            get("\r\n"),
            post("content-length: 50\r\n\r\nemail"),
            track(market, &host),
            format!(
                "PUT /api/orders/bench_000001/status HTTP/1.1\r\n{host}authorization: Bearer {}\r\n\
                 content-type: application/json\r\ncontent-length: 22\r\n\r\n{{\"status\":\"PREPARING\"}}",
                market.bench_token
            ),
        ],
        limit: AT_ONCE,
        hears: &[],
    }]);
    waves
}

fn slow(
    patience: Patience,
    get: &dyn Fn(&str) -> String,
    post: &dyn Fn(&str) -> String,
) -> Vec<Wave> {
    let seconds = Duration::from_secs;
    let head = |name, way, says| Attack {
        name,
        many: 1000,
        way,
        says,
        limit: seconds(patience.head),
        hears: &["cut", "408", "400"],
    };
    let opens = ["", "G", "GET / HTTP/1.1\r\n", "\u{16}\u{3}\u{1}"];
    let opens = opens.map(String::from).to_vec();
    vec![
        vec![
            head(
                "heads, a letter at a time",
                Way::Drips("m"),
                vec![get("x: ")],
            ),
            Attack {
                name: "bodies, a letter at a time",
                many: 1000,
                way: Way::Drips("e"),
                says: vec![post("content-length: 1000\r\n\r\n")],
                limit: seconds(patience.answer),
                hears: &["408", "503"],
            },
        ],
        vec![
            head("connections that say nothing", Way::Mute, opens),
            Attack {
                hears: &["200", "303"],
                ..head("nothing more after an answer", Way::Mute, vec![get("\r\n")])
            },
        ],
        vec![Attack {
            name: "bodies that never come",
            many: 1000,
            way: Way::Mute,
            says: vec![
                post("content-length: 1\r\n\r\n"),
                post("content-length: 1000\r\n\r\nemail=a"),
                post("transfer-encoding: chunked\r\n\r\n5\r\nemail\r\n"),
            ],
            limit: seconds(patience.body),
            hears: &["408"],
        }],
    ]
}

fn greedy(name: &'static str, says: Vec<String>, hears: &'static [&'static str]) -> Attack {
    Attack {
        name,
        many: 5,
        way: Way::Repeats,
        says,
        limit: AT_ONCE,
        hears,
    }
}

fn large_heads(get: &dyn Fn(&str) -> String) -> Wave {
    let long = "y".repeat(70 * 1024);
    let cookie = format!("cookie: s={long}\r\n\r\n");
    vec![
        greedy(
            "heads of 70 kB",
            vec![get(&format!("x: {long}\r\n\r\n")), get(&cookie)],
            &["431", "cut"],
        ),
        greedy(
            "heads of 101 lines",
            vec![get(&("x: y\r\n".repeat(101) + "\r\n"))],
            &["431", "cut"],
        ),
        greedy(
            "addresses of 70 kB",
            vec![format!("GET /{long} HTTP/1.1\r\n\r\n")],
            &["414", "431", "cut"],
        ),
    ]
}

fn large_bodies(host: &str, post: &dyn Fn(&str) -> String) -> Wave {
    let last = "connection: close\r\n";
    let sized = |kind: &str, body: &str| {
        format!(
            "POST /api/orders HTTP/1.1\r\n{host}{kind}{last}content-length: {}\r\n\r\n{body}",
            body.len()
        )
    };
    let json = "content-type: application/json\r\n";
    let fields: String = (0..20_000).fold(String::new(), |all, n| all + &format!("a{n}=b&"));
    let chunks = format!("493e0\r\n{}\r\n0\r\n\r\n", "x".repeat(300_000));
    vec![
        greedy(
            "a gigabyte announced",
            vec![post(&format!("{last}content-length: 1000000000\r\n\r\n"))],
            &["413"],
        ),
        greedy(
            "300 kB in chunks",
            vec![post(&format!(
                "{last}transfer-encoding: chunked\r\n\r\n{chunks}"
            ))],
            &["413", "cut"],
        ),
        greedy(
            "JSON 100,000 deep",
            vec![sized(json, &"[".repeat(100_000))],
            &["400"],
        ),
        greedy(
            "20,000 fields",
            vec![post(&format!(
                "{last}content-length: {}\r\n\r\n{fields}",
                fields.len()
            ))],
            &["422"],
        ),
        greedy(
            "what says it is packed",
            vec![sized(
                &format!("{json}content-encoding: gzip\r\n"),
                "\u{1f}packed",
            )],
            &["400", "415"],
        ),
    ]
}

fn track(market: &Market, host: &str) -> String {
    format!(
        "GET /orders/bench_000001/track HTTP/1.1\r\n{host}authorization: Bearer {}\r\n\r\n",
        market.bench_token
    )
}

fn deaf(market: &Market, patience: Patience, host: &str) -> Wave {
    let token = &market.bench_token;
    let deaf = |name, many, watched, says| Attack {
        name,
        many,
        way: Way::Deaf(watched),
        says: vec![says],
        // The kernel and the server each look; whoever is later has its own delay.
        limit: Duration::from_secs(patience.stall + 5),
        hears: &[],
    };
    vec![
        deaf(
            "live pages that nobody reads",
            200,
            ORDERS + 1,
            format!(
                "GET /orders/{}/events?after=0 HTTP/1.1\r\n{host}authorization: Bearer {token}\r\n\r\n",
                order(ORDERS + 1)
            ),
        ),
        deaf(
            "thirty pages asked for, none read",
            20,
            ORDERS + 2,
            track(market, host).repeat(30),
        ),
    ]
}
