//! The sentences of the product, in every language it speaks: `words/<language>/<slice>.ftl`, compiled in.
//!
//! A third language is made of the English one while the program runs: `qps`, longer and with marks around every
//! sentence, so that a text which no file holds is seen. It is never offered; `pages.pseudo_locale` opens it to whoever
//! asks by its tag.
//!
//! A key is `slice-page-thing`. A key that is missing shows as itself in braces and is logged; tests see to it that
//! every key used in the sources exists, and that both languages have the same ones.
use std::{borrow::Cow, sync::LazyLock};

use fluent_bundle::{FluentArgs, FluentResource, FluentValue, concurrent::FluentBundle};

use crate::error::Say;

/// The value of a placeable: a number or a text.
pub type Arg<'a> = FluentValue<'a>;

type Bundle = FluentBundle<FluentResource>;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Lang {
    #[default]
    En,
    Es,
    /// For tests and for those who lay out pages.
    Pseudo,
}

const EN: &[&str] = &[
    include_str!("../words/en/market.ftl"),
    include_str!("../words/en/accounts.ftl"),
    include_str!("../words/en/farms.ftl"),
    include_str!("../words/en/orders.ftl"),
    include_str!("../words/en/orders_work.ftl"),
    include_str!("../words/en/shop.ftl"),
    include_str!("../words/en/cart.ftl"),
    include_str!("../words/en/products.ftl"),
    include_str!("../words/en/markets.ftl"),
    include_str!("../words/en/setup.ftl"),
    include_str!("../words/en/notices.ftl"),
    include_str!("../words/en/audit.ftl"),
    include_str!("../words/en/developers.ftl"),
    include_str!("../words/en/mails.ftl"),
];
const ES: &[&str] = &[
    include_str!("../words/es/market.ftl"),
    include_str!("../words/es/accounts.ftl"),
    include_str!("../words/es/farms.ftl"),
    include_str!("../words/es/orders.ftl"),
    include_str!("../words/es/orders_work.ftl"),
    include_str!("../words/es/shop.ftl"),
    include_str!("../words/es/cart.ftl"),
    include_str!("../words/es/products.ftl"),
    include_str!("../words/es/markets.ftl"),
    include_str!("../words/es/setup.ftl"),
    include_str!("../words/es/notices.ftl"),
    include_str!("../words/es/audit.ftl"),
    include_str!("../words/es/developers.ftl"),
    include_str!("../words/es/mails.ftl"),
];

static BUNDLE_EN: LazyLock<Bundle> = LazyLock::new(|| bundle(Lang::En, EN));
static BUNDLE_ES: LazyLock<Bundle> = LazyLock::new(|| bundle(Lang::Es, ES));
static BUNDLE_PSEUDO: LazyLock<Bundle> = LazyLock::new(|| {
    // Plurals are those of English.
    let mut bundle = bundle(Lang::En, EN);
    bundle.set_transform(Some(pseudo::stretch));
    bundle
});

impl Lang {
    /// Those that people are offered.
    pub const ALL: [Self; 2] = [Self::En, Self::Es];

    /// The tag of `<html lang>`, of the cookie and of `?lang=`.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Es => "es",
            Self::Pseudo => "qps",
        }
    }

    /// What its speakers call it.
    pub const fn own_name(self) -> &'static str {
        match self {
            Self::En => "English",
            Self::Es => "Español",
            Self::Pseudo => "⟦Þšéüđö⟧",
        }
    }

    /// A language tag of which only the first part counts: `es`, `es-MX`.
    pub fn parse(tag: &str) -> Option<Self> {
        let first = tag.trim().split(['-', '_']).next()?;
        Self::ALL
            .into_iter()
            .find(|lang| lang.tag().eq_ignore_ascii_case(first))
    }

    /// The language of a row or a job, which a page wrote down.
    pub fn kept(tag: &str) -> Self {
        Self::asked(tag, true).unwrap_or_default()
    }

    /// What a cookie or an address asks for; `pseudo`: it may be the one that is not offered.
    pub fn asked(tag: &str, pseudo: bool) -> Option<Self> {
        let asked = pseudo && tag == Self::Pseudo.tag();
        asked.then_some(Self::Pseudo).or_else(|| Self::parse(tag))
    }

    /// The best of an `Accept-Language` header (RFC 9110, 12.5.4); English when none fits.
    pub fn accept(header: &str) -> Self {
        let mut best = (0, Self::default());
        for part in header.split(',') {
            let (tag, weight) = part.split_once(";q=").unwrap_or((part, "1"));
            let weight = weight.trim().parse::<f32>().unwrap_or(0.0).clamp(0.0, 1.0);
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "clamped above"
            )]
            let weight = (weight * 1000.0) as u32;
            if let Some(lang) = Self::parse(tag)
                && weight > best.0
            {
                best = (weight, lang);
            }
        }
        best.1
    }

    pub const fn words(self) -> Words {
        Words { lang: self }
    }

    fn bundle(self) -> &'static Bundle {
        match self {
            Self::En => &BUNDLE_EN,
            Self::Es => &BUNDLE_ES,
            Self::Pseudo => &BUNDLE_PSEUDO,
        }
    }
}

fn bundle(lang: Lang, texts: &[&'static str]) -> Bundle {
    let mut bundle = Bundle::new_concurrent(vec![lang.tag().parse().unwrap_or_default()]);
    // The isolation marks around placeables help mixed directions, which we do not have, and spoil copied codes.
    bundle.set_use_isolating(false);
    for text in texts {
        let resource =
            FluentResource::try_new((*text).to_owned()).unwrap_or_else(|(read, errors)| {
                tracing::error!(
                    lang = lang.tag(),
                    ?errors,
                    "a words file cannot be read whole"
                );
                read
            });
        if let Err(errors) = bundle.add_resource(resource) {
            tracing::error!(lang = lang.tag(), ?errors, "a words file repeats keys");
        }
    }
    bundle
}

/// The words of one language; as cheap to hand on as a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Words {
    lang: Lang,
}

impl Words {
    pub const fn lang(self) -> Lang {
        self.lang
    }

    pub fn say(self, key: &str) -> Cow<'static, str> {
        self.format(key, None)
    }

    pub fn say_with(self, key: &str, args: &[(&str, Arg<'_>)]) -> String {
        let args: FluentArgs<'_> = args
            .iter()
            .map(|(name, value)| (*name, value.clone()))
            .collect();
        self.format(key, Some(&args)).into_owned()
    }

    /// With one number `n`, which chooses singular or plural.
    pub fn say_n(self, key: &str, n: usize) -> String {
        self.say_with(key, &[("n", n.into())])
    }

    /// With one text `a`.
    pub fn say_a(self, key: &str, a: &str) -> String {
        self.say_with(key, &[("a", a.into())])
    }

    /// A sentence an error carries; arguments that are whole numbers choose plurals.
    pub fn tell(self, say: &Say) -> String {
        let args: Vec<(&str, Arg<'_>)> = say
            .args
            .iter()
            .map(|(name, text)| {
                (
                    *name,
                    text.parse::<i64>()
                        .map_or_else(|_| text.as_str().into(), Into::into),
                )
            })
            .collect();
        self.say_with(say.key, &args)
    }

    pub fn has(self, key: &str) -> bool {
        self.lang.bundle().has_message(key)
    }

    fn format(self, key: &str, args: Option<&FluentArgs<'_>>) -> Cow<'static, str> {
        let bundle = self.lang.bundle();
        let Some(pattern) = bundle.get_message(key).and_then(|message| message.value()) else {
            tracing::error!(key, lang = self.lang.tag(), "no such words");
            return Cow::Owned(format!("{{{key}}}"));
        };
        let mut errors = Vec::new();
        let text = bundle.format_pattern(pattern, args, &mut errors);
        if !errors.is_empty() {
            tracing::error!(
                key,
                lang = self.lang.tag(),
                ?errors,
                "words lack an argument"
            );
        }
        if self.lang == Lang::Pseudo {
            return Cow::Owned(pseudo::mark(&text));
        }
        match text {
            Cow::Borrowed(text) => Cow::Borrowed(text),
            Cow::Owned(text) => Cow::Owned(text),
        }
    }
}

/// English that cannot be mistaken for a text which was forgotten in a template.
mod pseudo {
    use std::borrow::Cow;

    /// The words of one sentence, its placeables among them.
    pub fn mark(text: &str) -> String {
        format!("⟦{text}⟧")
    }

    /// Accents, and vowels twice: as much longer as a translation may be. Only words are changed: what stands in a
    /// placeable never comes here.
    pub fn stretch(text: &str) -> Cow<'_, str> {
        let letters = text.chars().filter(|c| c.is_alphabetic()).count();
        let mut wanting = (letters * 2).div_ceil(5);
        let mut long = String::with_capacity(text.len() * 2);
        for c in text.chars() {
            let (other, is_vowel) = accented(c);
            long.push(other);
            if is_vowel && wanting > 0 {
                long.push(other);
                wanting -= 1;
            }
        }
        let end = long.trim_end().len();
        long.insert_str(end, &"·".repeat(wanting));
        Cow::Owned(long)
    }

    const fn accented(c: char) -> (char, bool) {
        match c {
            'a' => ('á', true),
            'e' => ('é', true),
            'i' => ('í', true),
            'o' => ('ö', true),
            'u' => ('ü', true),
            'A' => ('Å', true),
            'E' => ('É', true),
            'I' => ('Î', true),
            'O' => ('Ø', true),
            'U' => ('Û', true),
            'c' => ('ç', false),
            'n' => ('ñ', false),
            's' => ('š', false),
            'y' => ('ý', false),
            'C' => ('Ç', false),
            'S' => ('Š', false),
            'Y' => ('Ý', false),
            other => (other, false),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{
        collections::{BTreeMap, BTreeSet},
        fs,
        path::Path,
    };

    use fluent_bundle::FluentMessage;

    use super::*;

    /// Key and, sorted, the names of its arguments.
    fn keys(texts: &[&str]) -> BTreeMap<String, BTreeSet<String>> {
        let mut keys = BTreeMap::new();
        let mut last = String::new();
        for line in texts.iter().flat_map(|text| text.lines()) {
            if let Some((key, _)) = line.split_once(" =")
                && !line.starts_with([' ', '#'])
            {
                key.clone_into(&mut last);
                assert!(
                    keys.insert(last.clone(), BTreeSet::new()).is_none(),
                    "{key} stands twice"
                );
            }
            let mut rest = line;
            while let Some((_, after)) = rest.split_once('$') {
                // The number that chooses a plural is for each language to use or not.
                let name: String = after
                    .chars()
                    .take_while(char::is_ascii_alphanumeric)
                    .collect();
                if name != "n" {
                    keys.entry(last.clone()).or_default().insert(name);
                }
                rest = after;
            }
        }
        keys
    }

    fn sources(dir: &Path, found: &mut BTreeSet<String>) {
        for entry in fs::read_dir(dir).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                sources(&path, found);
            } else if path
                .extension()
                .is_some_and(|ext| ext == "rs" || ext == "html")
            {
                let text = fs::read_to_string(&path).unwrap();
                let quoted = text.split('"').filter(|text| {
                    [
                        "orders-",
                        "accounts-",
                        "market-",
                        "shop-",
                        "cart-",
                        "farms-",
                        "products-",
                        "markets-",
                        "setup-",
                        "notices-",
                        "audit-",
                        "developers-",
                        "mails-",
                    ]
                    .iter()
                    .any(|slice| text.starts_with(slice))
                        && text
                            .bytes()
                            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
                        && !text.ends_with('-')
                        && *text != "market-data"
                });
                found.extend(quoted.map(str::to_owned));
            }
        }
    }

    #[test]
    fn every_language_has_the_same_keys_and_arguments() {
        assert_eq!(keys(EN), keys(ES));
    }

    #[test]
    fn every_file_is_read_whole() {
        for text in EN.iter().chain(ES) {
            let read = FluentResource::try_new((*text).to_owned());
            assert!(read.is_ok(), "{:?}", read.err().map(|(_, errors)| errors));
        }
    }

    #[test]
    fn every_key_in_the_sources_has_words_and_all_words_are_used() {
        let mut used = BTreeSet::new();
        sources(
            &Path::new(env!("CARGO_MANIFEST_DIR")).join("src"),
            &mut used,
        );
        let have: BTreeSet<String> = keys(EN).into_keys().collect();
        let missing: Vec<_> = used.difference(&have).collect();
        let idle: Vec<_> = have.difference(&used).collect();
        assert!(
            missing.is_empty() && idle.is_empty(),
            "without words: {missing:#?}\nwithout use: {idle:#?}"
        );
    }

    #[test]
    fn plurals_follow_the_number() {
        let words = Lang::En.words();
        assert_eq!(words.say_n("orders-items", 1), "1 item");
        assert_eq!(words.say_n("orders-items", 3), "3 items");
        assert_eq!(Lang::Es.words().say_n("orders-items", 1), "1 artículo");
    }

    #[test]
    fn an_error_s_sentence_is_told_with_its_numbers() {
        let say = Say::key("market-error-429").with("seconds", "1");
        assert_eq!(
            Lang::En.words().tell(&say),
            "Too many tries. Try again in 1 second."
        );
        let say = Say::key("market-scope").with("scope", "orders:read");
        assert!(Lang::En.words().tell(&say).contains("orders:read"));
    }

    #[test]
    fn the_pseudo_locale_is_longer_marked_and_never_offered() {
        let words = Lang::Pseudo.words();
        assert_eq!(words.say_n("orders-items", 3), "⟦3 íítéémš⟧");
        let (en, qps) = (
            Lang::En.words().say("market-error-404"),
            words.say("market-error-404"),
        );
        let (en, qps) = (en.chars().count(), qps.chars().count() - 2);
        assert!(qps * 10 >= en * 13 && qps <= en * 2, "{en} became {qps}");
        // What is put into a sentence stays as it is.
        assert!(words.say_a("market-sign-out", "Ana").contains("Ana"));
        assert!(!Lang::ALL.contains(&Lang::Pseudo));
        assert_eq!(Lang::parse("qps"), None);
        assert_eq!(Lang::accept("qps"), Lang::En);
        assert_eq!(Lang::asked("qps", false), None);
        assert_eq!(Lang::asked("qps", true), Some(Lang::Pseudo));
        assert_eq!(
            [Lang::kept("qps"), Lang::kept("es"), Lang::kept("")],
            [Lang::Pseudo, Lang::Es, Lang::En]
        );
        assert_eq!(Lang::kept(Lang::Pseudo.tag()).own_name(), "⟦Þšéüđö⟧");
    }

    #[test]
    fn what_is_missing_is_seen() {
        assert_eq!(Lang::En.words().say("no-such-key"), "{no-such-key}");
        assert!(!Lang::En.words().has("no-such-key"));
        // Without its argument the sentence still stands.
        assert!(Lang::En.words().say("orders-items").contains("item"));
    }

    #[test]
    fn broken_files_give_what_can_be_read() {
        let broken = bundle(
            Lang::En,
            &["good-one = Good\n= bad\n", "good-one = Again\n"],
        );
        let message = broken.get_message("good-one");
        assert!(message.and_then(|m: FluentMessage<'_>| m.value()).is_some());
    }

    #[test]
    fn the_language_is_what_the_browser_asks_for() {
        for (header, expected) in [
            ("es-MX,es;q=0.9,en;q=0.8", Lang::Es),
            ("de, en;q=0.5, es;q=0.4", Lang::En),
            ("en;q=0.2, ES;q=0.3", Lang::Es),
            ("es;q=0, en;q=x", Lang::En),
            ("", Lang::En),
        ] {
            assert_eq!(Lang::accept(header), expected, "{header}");
        }
        assert_eq!(Lang::parse("es_ES"), Some(Lang::Es));
        assert_eq!(Lang::parse("fr"), None);
        assert_eq!(
            (Lang::En.own_name(), Lang::Es.own_name()),
            ("English", "Español")
        );
        assert_eq!(Lang::Es.words().lang(), Lang::Es);
    }
}
