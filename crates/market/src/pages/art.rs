//! Farm badges: initials over furrows, tint and direction from the farm's id. Drawn, so never a missing picture.
use super::glyphs::{Glyph, glyph};
use crate::products::model::Product;

/// How one farm is drawn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Badge {
    /// The number of its furrows' pattern on this page.
    pub number: usize,
    pub initials: String,
    /// 1 to 5: ground and furrow colours of the theme.
    pub tint: u64,
    /// Degrees, in steps of thirty: two farms of one tint never lie closer than that.
    pub angle: i64,
    /// Between two furrows.
    pub gap: u64,
}

/// A picture: the product's drawing over its farm's furrows.
pub struct Art {
    pub glyph: &'static str,
    pub tint: u64,
    pub furrows: usize,
    pub category: String,
}

/// Every drawing and pattern a page needs, once.
#[derive(Default)]
pub struct Defs {
    pub badges: Vec<Badge>,
    farms: Vec<String>,
    pub glyphs: Vec<Glyph>,
}

impl Defs {
    /// For the farms (id and name) of a page, in their order.
    pub fn of<'a>(farms: impl Iterator<Item = (&'a str, &'a str)>) -> Self {
        let mut seen: Vec<(&str, &str)> = Vec::new();
        for farm in farms {
            if !seen.iter().any(|(id, _)| *id == farm.0) {
                seen.push(farm);
            }
        }
        Self {
            badges: badges(seen.iter().copied()),
            farms: seen.iter().map(|(id, _)| (*id).to_owned()).collect(),
            glyphs: Vec::new(),
        }
    }

    pub fn badge(&self, farm: &str) -> Option<&Badge> {
        let at = self.farms.iter().position(|id| id == farm)?;
        self.badges.get(at)
    }

    pub fn art(&mut self, product: &Product) -> Art {
        let drawn = glyph(&product.name, &product.category);
        if !self.glyphs.iter().any(|(name, _)| *name == drawn.0) {
            self.glyphs.push(*drawn);
        }
        let badge = self.badge(product.farm.as_str());
        Art {
            glyph: drawn.0,
            tint: badge.map_or(1, |badge| badge.tint),
            furrows: badge.map_or(1, |badge| badge.number),
            category: product.category.clone(),
        }
    }
}

const TINTS: u64 = 5;
const ANGLES: u64 = 6;

/// The badges of the farms of one page, in their order. Farms that would look the same are turned apart.
pub fn badges<'a>(farms: impl IntoIterator<Item = (&'a str, &'a str)>) -> Vec<Badge> {
    let mut badges: Vec<Badge> = Vec::new();
    for (id, name) in farms {
        let hash = fnv(id);
        let (tint, gap) = (1 + hash % TINTS, 8 + (hash >> 16) % 7);
        let first = (hash >> 32) % ANGLES;
        let turned = (0..ANGLES).map(|turn| angle((first + turn) % ANGLES));
        let free = turned
            .clone()
            .find(|angle| !badges.iter().any(|b| b.tint == tint && b.angle == *angle));
        let angle = free.unwrap_or_else(|| angle(first));
        badges.push(Badge {
            number: badges.len() + 1,
            initials: initials(name),
            tint,
            angle,
            gap,
        });
    }
    badges
}

fn angle(step: u64) -> i64 {
    i64::try_from(step * 30).unwrap_or(0) - 75
}

/// The first letters of the first two words; two letters of a single one.
fn initials(name: &str) -> String {
    let words: Vec<&str> = name
        .split_whitespace()
        .filter(|word| word.chars().next().is_some_and(char::is_alphanumeric))
        .collect();
    let letters: String = match words.as_slice() {
        [] => String::new(),
        [one] => one.chars().take(2).collect(),
        [one, two, ..] => one.chars().take(1).chain(two.chars().take(1)).collect(),
    };
    letters.to_uppercase()
}

/// FNV-1a (<https://www.ietf.org/archive/id/draft-eastlake-fnv-17.html>): small, and the same for ever.
fn fnv(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_farm_always_looks_the_same() {
        let one = badges([("frm_1", "Hill Row Farm")]);
        assert_eq!(one, badges([("frm_1", "Hill Row Farm")]));
        assert_eq!(one[0].initials, "HR");
        assert_eq!(fnv("a"), 0xaf63_dc4c_8601_ec8c);
    }

    #[test]
    fn no_two_farms_of_a_page_look_alike() {
        let ids: Vec<String> = (0..20).map(|n| format!("frm_{n}")).collect();
        let badges = badges(ids.iter().map(|id| (id.as_str(), "Farm")));
        for (at, one) in badges.iter().enumerate() {
            assert!((1..=5).contains(&one.tint) && (8..=14).contains(&one.gap));
            for other in &badges[..at] {
                let turned = (one.angle - other.angle).abs();
                assert!(one.tint != other.tint || turned >= 30, "{one:?} {other:?}");
            }
        }
        // With more farms than looks, two must share one.
        let many: Vec<String> = (0..60).map(|n| format!("frm_{n}")).collect();
        assert_eq!(
            super::badges(many.iter().map(|id| (id.as_str(), "Farm"))).len(),
            60
        );
    }

    #[test]
    fn initials_are_capital_letters() {
        for (name, expected) in [
            ("Bell Orchard", "BO"),
            ("greens", "GR"),
            ("élan & co", "ÉC"),
            ("", ""),
            ("7 Oaks", "7O"),
        ] {
            assert_eq!(initials(name), expected);
        }
    }
}
