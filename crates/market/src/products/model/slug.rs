//! What stands in the address of a page: made from a name, plain enough to be read out on the telephone.
use super::searchable;

const LONGEST: usize = 60;
/// After so many numbers the id ends the search.
const NUMBERED: usize = 50;
/// Pages of our own stand at these addresses.
const TAKEN: [&str; 1] = ["new"];

/// Lower-case ASCII letters and digits with single dashes between; empty when the name has none of them.
pub fn slug(name: &str) -> String {
    let mut slug = String::new();
    for c in searchable(name).chars() {
        if slug.len() == LONGEST {
            break;
        }
        if c.is_ascii_alphanumeric() {
            slug.push(c);
        } else if !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
    }
    slug.truncate(slug.trim_end_matches('-').len());
    slug
}

/// Of a product, the best first: `leeks`, `leeks-hill-row`, `leeks-hill-row-2`; the last one is the id's own.
pub fn of_product(name: &str, farm: &str, id: &str) -> Vec<String> {
    let own = slug(name);
    if own.is_empty() {
        return numbered(farm, id);
    }
    let with_farm = format!("{own}-{farm}");
    std::iter::once(own)
        .chain(numbered(&with_farm, id))
        .filter(|slug| !TAKEN.contains(&&**slug))
        .collect()
}

/// Of a farm: `hill-row`, `hill-row-2`.
pub fn of_farm(name: &str, id: &str) -> Vec<String> {
    let own = slug(name);
    let own = if own.is_empty() { "farm" } else { &own };
    let mut all = numbered(own, id);
    all.retain(|slug| !TAKEN.contains(&&**slug));
    all
}

fn numbered(first: &str, id: &str) -> Vec<String> {
    let more = (2..=NUMBERED).map(|n| format!("{first}-{n}"));
    let mut all: Vec<String> = std::iter::once(first.to_owned()).chain(more).collect();
    all.push(format!("{first}-{}", slug(id)));
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slug_is_plain() {
        for (name, expected) in [
            ("Leeks", "leeks"),
            ("  Crème fraîche, 200 g ", "creme-fraiche-200-g"),
            ("Jalapeño / extra--hot!", "jalapeno-extra-hot"),
            ("../../etc", "etc"),
            ("Жито", ""),
            ("", ""),
        ] {
            assert_eq!(slug(name), expected, "{name:?}");
        }
        let long = slug(&"long name ".repeat(20));
        assert!(long.len() <= LONGEST && !long.ends_with('-'), "{long}");
    }

    #[test]
    fn the_next_one_names_the_farm_and_then_counts() {
        let all = of_product("Leeks", "hill-row", "prd_1");
        assert_eq!(all[..3], ["leeks", "leeks-hill-row", "leeks-hill-row-2"]);
        assert_eq!(all.last().unwrap(), "leeks-hill-row-prd-1");
        assert_eq!(
            of_product("Жито", "hill-row", "prd_1")[..2],
            ["hill-row", "hill-row-2"]
        );
        assert_eq!(
            of_farm("Hill Row", "frm_1")[..2],
            ["hill-row", "hill-row-2"]
        );
        assert_eq!(of_farm("!", "frm_1")[0], "farm");
    }

    #[test]
    fn an_address_of_our_own_is_never_taken() {
        assert_eq!(of_farm("New", "frm_1")[0], "new-2");
        assert_eq!(of_product("New", "hill-row", "prd_1")[0], "new-hill-row");
    }
}
