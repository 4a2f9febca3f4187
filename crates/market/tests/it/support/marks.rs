//! Finds text that no words file holds: under the pseudo-locale whatever is not between `⟦` and `⟧` nor known to be data.
use market::{
    kernel::money::Currency, markets::settings::model::zones, pages::example, words::Lang,
};

use super::TestApp;

const EXAMPLES: [&str; 8] = [
    example::CUSTOMER,
    example::CUSTOMER_EMAIL,
    example::FARMER,
    example::FARM,
    example::OTHER_FARM,
    example::PLACE,
    example::STREET,
    example::CODE,
];

/// Names, addresses, codes: what people and the clock wrote, longest first.
pub struct Data(Vec<String>);

impl Data {
    /// What the database holds by the names of its columns, and nothing else.
    pub async fn of(app: &TestApp) -> Self {
        let columns = [
            "SELECT name FROM markets",
            "SELECT address FROM markets",
            "SELECT timezone FROM markets",
            "SELECT code_prefix FROM markets",
            "SELECT name FROM users",
            "SELECT email FROM users",
            "SELECT name FROM sign_ups",
            "SELECT email FROM sign_ups",
            "SELECT email FROM invitations",
            "SELECT name FROM farms",
            "SELECT town FROM farms",
            "SELECT story FROM farms",
            "SELECT COALESCE(paused_reason, '') FROM farms",
            "SELECT name FROM products",
            "SELECT description FROM products",
            "SELECT name FROM pickup_places",
            "SELECT address FROM pickup_places",
            "SELECT COALESCE(access, '') FROM pickup_places",
            "SELECT code FROM orders",
            "SELECT customer_name FROM orders",
            "SELECT customer_email FROM orders",
            "SELECT COALESCE(note, '') FROM farm_orders",
            "SELECT COALESCE(note, '') FROM status_events",
            "SELECT product_name FROM order_lines",
            "SELECT name FROM api_tokens",
        ];
        let mut texts = Vec::new();
        for sql in columns {
            texts.extend(app.texts(sql, &[]).await);
        }
        // What the platform is told by its clock and its bank: they are the same in every language.
        texts.extend(zones().iter().map(|zone| zone.replace('_', " ")));
        texts.extend(Currency::ALL.map(|currency| currency.code().to_owned()));
        // Names of examples are names, too.
        texts.extend(EXAMPLES.map(str::to_owned));
        Self(Vec::new()).and(texts)
    }

    /// Also this, which a test typed.
    pub fn and(mut self, texts: impl IntoIterator<Item = String>) -> Self {
        self.0.extend(texts);
        // Customers read first names.
        let firsts = self.0.iter().filter_map(|text| text.split(' ').next());
        let firsts: Vec<String> = firsts.map(str::to_owned).collect();
        self.0.extend(firsts);
        // On slips and labels the other name's first letter stands for it.
        let initial = |text: &String| {
            let (first, other) = text.split_once(' ')?;
            Some(format!("{first} {}.", other.chars().next()?.to_uppercase()))
        };
        let initials: Vec<String> = self.0.iter().filter_map(initial).collect();
        self.0.extend(initials);
        self.0.retain(|text| text.chars().any(char::is_alphabetic));
        self.0.sort_by_key(|text| std::cmp::Reverse(text.len()));
        self.0.dedup();
        self
    }

    /// What of a text is neither marked nor data; `None`: nothing.
    pub fn unmarked(&self, text: &str) -> Option<String> {
        let mut rest = String::new();
        let mut depth = 0_usize;
        for c in text.chars() {
            match c {
                '⟦' => depth += 1,
                '⟧' if depth == 0 => {
                    return Some(format!("an end without its beginning: {text}"));
                }
                '⟧' => depth -= 1,
                c if depth == 0 => rest.push(c),
                _ => {}
            }
        }
        if depth > 0 {
            return Some(format!("a mark that does not end: {text}"));
        }
        for known in &self.0 {
            rest = rest.replace(known, " ");
        }
        // Symbols of measures are the same in every language.
        let mut runs = rest.split(|c: char| !c.is_alphabetic());
        runs.any(|run| !["", "kg", "g", "l", "ml"].contains(&run))
            .then_some(rest)
    }

    /// Every text of a page that somebody sees or hears.
    pub fn unmarked_in(&self, html: &str) -> Vec<String> {
        texts(html)
            .into_iter()
            .filter(|(_, text)| !is_tail(text))
            // A language one can choose is named in itself.
            .filter(|(place, text)| {
                let own = |lang: Lang| lang.own_name() == text.as_str();
                place != "option" || !Lang::ALL.into_iter().any(own)
            })
            .filter_map(|(place, text)| {
                self.unmarked(&text)
                    .map(|rest| format!("{place}: “{}” in “{}”", rest.trim(), text.trim()))
            })
            .collect()
    }
}

/// The last digits of a token, by which its owner knows it: `…801e`.
fn is_tail(text: &str) -> bool {
    let digits = text.trim().strip_prefix('…');
    digits.is_some_and(|digits| digits.len() == 4 && digits.bytes().all(|b| b.is_ascii_hexdigit()))
}

/// Attributes that are read out or shown.
const SAID: [&str; 5] = ["title", "alt", "aria-label", "placeholder", "label"];

/// Where it stands, and the text.
fn texts(html: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut open: Vec<(String, bool)> = Vec::new();
    let (mut rest, mut begun) = (html, String::new());
    while let Some((text, after)) = rest.split_once('<') {
        let silent = open.iter().any(|(_, silent)| *silent);
        begun.push_str(text);
        let (tag, after) = after.split_once('>').expect("a tag ends");
        rest = after;
        // A sentence goes on through what is emphasised in it.
        if !silent && tag.trim_start_matches('/').split(' ').next() == Some("em") {
            continue;
        }
        let text = std::mem::take(&mut begun);
        if !silent {
            let place = open.last().map_or("", |(name, _)| name.as_str());
            found.push((place.to_owned(), decoded(&text)));
        }
        if tag.starts_with('!') {
            continue;
        }
        if let Some(name) = tag.strip_prefix('/') {
            while let Some((last, _)) = open.pop() {
                if last == name {
                    break;
                }
            }
            continue;
        }
        let (name, attributes) = tag.split_once([' ', '\n']).unwrap_or((tag, ""));
        if !silent {
            for (key, value) in attributes_of(attributes) {
                let button = key == "value"
                    && name == "input"
                    && ["submit", "button", "reset"]
                        .iter()
                        .any(|kind| attributes.contains(&format!("type=\"{kind}\"")));
                if SAID.contains(&key.as_str()) || button {
                    found.push((format!("{name} {key}"), decoded(&value)));
                }
            }
        }
        let void = [
            "meta", "link", "input", "br", "img", "hr", "path", "rect", "use", "circle",
        ];
        if name == "style" || name == "script" {
            rest = rest.split_once(&format!("</{name}>")).expect("its end").1;
        } else if !void.contains(&name) && !tag.ends_with('/') {
            // A language is named in itself and says so; initials and codes are drawn from data; an id is nobody's word.
            let own = attributes.contains("hreflang=") || attributes.contains("lang=\"en\"");
            let drawn = name == "text" && open.iter().any(|(name, _)| name == "svg");
            open.push((name.to_owned(), own || drawn || name == "code"));
        }
    }
    found.retain(|(_, text)| !text.trim().is_empty());
    found
}

fn attributes_of(text: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some((key, after)) = rest.split_once("=\"") {
        let Some((value, after)) = after.split_once('"') else {
            break;
        };
        let key = key.split_whitespace().last().unwrap_or("");
        found.push((key.to_owned(), value.to_owned()));
        rest = after;
    }
    found
}

fn decoded(text: &str) -> String {
    let mut text = text.replace("&#38;", "&").replace("&nbsp;", " ");
    for (entity, c) in [
        ("&#39;", "'"),
        ("&#34;", "\""),
        ("&#60;", "<"),
        ("&#62;", ">"),
        ("&amp;", "&"),
    ] {
        text = text.replace(entity, c);
    }
    text
}

#[test]
fn planted_text_is_found() {
    let data = Data(Vec::new()).and(["Ana Ferris".to_owned()]);
    let page = "<p>⟦Ģöö ⟦ïñ⟧⟧ Ana, 9:00–11:00 £4.20</p><p>⟦öö <em class=\"b\">Ana Ferris</em> ïñ⟧</p><a hreflang=\"es\">Español</a><style>p{}</style>";
    assert!(
        data.unmarked_in(page).is_empty(),
        "{:?}",
        data.unmarked_in(page)
    );
    for planted in [
        "<p>⟦öö⟧ forgotten</p>",
        "<img alt=\"forgotten\">",
        "<button aria-label=\"forgotten\">⟦öö⟧</button>",
        "<input type=\"submit\" value=\"forgotten\">",
        "<option value=\"x\">forgotten</option>",
        "<title>forgotten</title>",
        "<p>⟦öö</p>",
        "<p>öö⟧</p>",
        "<p>⟦öö⟧ <em>forgotten</em></p>",
    ] {
        assert_eq!(data.unmarked_in(planted).len(), 1, "{planted}");
    }
}
