//! Pictures of produce, drawn on a grid of a hundred units and coloured by category: never a missing photograph.
use crate::products::model::searchable;

/// Name and drawing.
pub type Glyph = (&'static str, &'static str);

const TOMATO: Glyph = (
    "tomato",
    r#"<path class="ga" d="M50 32c9-6 37-4 37 22 0 21-17 33-37 33S13 75 13 54c0-26 28-28 37-22z"/><path class="gb" d="M50 38c-4 6-10 10-18 9 3-3 4-6 4-8-6 1-10-1-14-5 8 0 14-2 19-5-2-4-2-8 0-12 2 4 4 6 7 8l3-14 6 2-4 13c5-1 9-3 13-7 1 5 0 9-3 12 6 0 11 2 15 6-5 2-10 2-15 1 1 4 3 7 6 9-9 1-15-3-19-9z"/><path class="gk" d="M23 57c1 9 5 15 11 19"/>"#,
);
const CARROT: Glyph = (
    "carrot",
    r#"<path class="ga" d="M71 41c6 9-1 18-11 26L18 90c-4 2-8-2-6-6l20-43c7-12 15-20 25-16 6 2 11 10 14 16z" transform="rotate(4 50 50)"/><path class="gb" d="M60 33C55 20 57 10 65 4c5 9 4 18 1 25 5-9 13-14 24-13-3 10-10 16-19 19 8-1 15 2 19 9-9 4-19 2-27-4z"/><path class="gk" d="M31 48l11 10M26 66l8 7M50 34l7 8M40 68l5 5"/>"#,
);
const LETTUCE: Glyph = (
    "lettuce",
    r#"<path class="ga" d="M50 10c7 0 11 3 14 8 7-2 13 2 14 9 8 1 11 8 9 15 6 4 7 12 2 18 2 8-3 14-10 16-2 8-10 11-16 9-4 5-9 6-13 6s-9-1-13-6c-6 2-14-1-16-9-7-2-12-8-10-16-5-6-4-14 2-18-2-7 1-14 9-15 1-7 7-11 14-9 3-5 7-8 14-8z"/><path class="gk" d="M50 88V44M50 76L38 64M50 76l12-12M50 62l-9-9M50 62l9-9M27 72c-9-22 0-42 23-50 23 8 32 28 23 50"/>"#,
);
const EGG: Glyph = (
    "egg",
    r#"<path class="ga" d="M67 34c12 0 21 17 21 31 0 13-9 21-21 21s-21-8-21-21c0-14 9-31 21-31z"/><path class="ga gq" d="M37 18c14 0 25 21 25 38 0 15-11 25-25 25S12 71 12 56c0-17 11-38 25-38z"/><path class="gk" d="M21 57c1 8 5 13 11 15"/><circle class="gf" cx="40" cy="38" r="2"/><circle class="gf" cx="48" cy="48" r="2.5"/><circle class="gf" cx="35" cy="50" r="1.6"/><circle class="gf" cx="72" cy="52" r="2"/><circle class="gf" cx="77" cy="62" r="2.4"/>"#,
);
const BREAD: Glyph = (
    "bread",
    r#"<path class="ga" d="M9 58c0-19 17-32 41-32s41 13 41 32c0 5-2 9-4 13-2 5-6 7-12 7H25c-6 0-10-2-12-7-2-4-4-8-4-13z"/><path class="gk gw" d="M36 36c-7 6-11 13-12 21M55 34c-7 7-11 14-12 23M74 37c-7 6-11 13-12 20"/>"#,
);
const HONEY: Glyph = (
    "honey",
    r#"<path class="gd" d="M28 11h44v13H28z"/><path class="ga" d="M27 29h46c6 5 9 10 9 17v33c0 7-4 11-11 11H29c-7 0-11-4-11-11V46c0-7 3-12 9-17z"/><path class="gf" d="M50 39l17 10v20L50 79 33 69V49z"/><path class="ga" d="M50 47l10 6v12l-10 6-10-6V53z"/>"#,
);
const APPLE: Glyph = (
    "apple",
    r#"<path class="ga" d="M50 33c7-6 36-9 36 20 0 19-13 36-24 36-5 0-8-2-12-2s-7 2-12 2c-11 0-24-17-24-36 0-29 29-26 36-20z"/><path class="gs" d="M50 36c-1-9 0-16 4-22"/><path class="gb" d="M55 25c4-11 15-16 28-13-3 11-15 17-28 13z"/><path class="gk" d="M24 52c0 9 3 16 8 22"/>"#,
);
const CHEESE: Glyph = (
    "cheese",
    r#"<path class="ga" d="M10 50L62 22c15 1 26 12 28 28z"/><path class="ga" d="M10 54.500h80V80H10z"/><circle class="gf" cx="29" cy="67" r="6"/><circle class="gf" cx="55" cy="71" r="4.500"/><circle class="gf" cx="74" cy="64" r="6.500"/><ellipse class="gf" cx="60" cy="38" rx="9" ry="5"/>"#,
);
const LEEK: Glyph = (
    "leek",
    r#"<path class="gb" d="M42 55C38 38 26 26 8 20c22-5 38 8 46 28z"/><path class="gb" d="M58 55c4-17 15-30 35-37-4 19-15 34-28 43z"/><path class="ga" d="M40 56c-5-20-2-37 8-52 10 15 15 33 12 52z"/><path class="gd" d="M38 52h24l-2 30c0 5-4 8-10 8s-10-3-10-8z"/><path class="gk gt" d="M49 18v34M46 58v26M54 58v26"/><path class="gr" d="M43 88l-6 7M50 90v8M57 88l6 7"/>"#,
);
const MUSHROOM: Glyph = (
    "mushroom",
    r#"<path class="ga" d="M10 52c0-22 17-36 40-36s40 14 40 36c0 5-3 8-8 8H18c-5 0-8-3-8-8z"/><path class="gd" d="M39 64h22c0 8 1 13 4 19 2 4-1 7-5 7H40c-4 0-7-3-5-7 3-6 4-11 4-19z"/><circle class="gf" cx="33" cy="36" r="5"/><circle class="gf" cx="56" cy="30" r="6"/><circle class="gf" cx="72" cy="44" r="4"/><circle class="gf" cx="45" cy="47" r="3.500"/>"#,
);
const STRAWBERRY: Glyph = (
    "strawberry",
    r#"<path class="ga" d="M50 31c18-9 36-1 36 15 0 20-21 45-36 45S14 66 14 46c0-16 18-24 36-15z"/><path class="gb" d="M50 33c-3 6-8 10-16 10 2-4 2-6 2-9-6 0-11-2-14-7 8 1 14-1 20-5-2-4-1-8 2-12l6 9 6-9c3 4 4 8 2 12 6 4 12 6 20 5-3 5-8 7-14 7 0 3 0 5 2 9-8 0-13-4-16-10z"/><path class="gk" d="M28 50v4M40 54v4M52 50v4M64 54v4M74 49v4M34 66v4M46 68v4M58 67v4M67 65v3M50 80v4"/>"#,
);
const SQUASH: Glyph = (
    "squash",
    r#"<path class="ga" d="M50 32c9-4 21-3 29 3 8 5 12 13 12 22 0 16-12 27-25 27-4 2-12 3-16 3s-12-1-16-3C21 84 9 73 9 57c0-9 4-17 12-22 8-6 20-7 29-3z"/><path class="gb" d="M44 34c1-8-2-13-10-16l9-9c8 5 13 13 14 25z"/><path class="gk" d="M46 40c-9 12-9 32 0 42M56 40c8 12 8 32 0 42M31 39c-13 11-13 30 0 40M71 39c12 11 12 30-1 40"/>"#,
);

const POTATO: Glyph = (
    "potato",
    r#"<path class="go" d="M60 34c17-4 32 7 32 25 0 16-12 27-28 27-10 0-17-5-17-13 0-8-4-12-4-20 0-10 7-16 17-19z"/><path class="go gq" d="M32 18c15 0 25 12 25 27 0 19-9 34-24 34S8 67 8 49c0-18 10-31 24-31z"/><path class="gk gt" d="M22 38l6 3M40 50l6-2M24 62l5 2M70 50l6-2M66 70l6 2"/>"#,
);
/// A bulb with its skins; its colour is that of the kind.
macro_rules! onion {
    ($name:literal, $skin:literal) => {
        (
            $name,
            concat!(
                r#"<path class="gs" d="M49 26c0-6-3-11-8-16M51 26c0-6 3-11 8-16"/><path class=""#,
                $skin,
                r#"" d="M50 20c3 13 36 18 36 42 0 18-17 27-36 27s-36-9-36-27c0-24 33-29 36-42z"/><path class="gk gt" d="M50 36v48M40 40C24 52 24 70 36 82M60 40c16 12 16 30 4 42"/><path class="gr" d="M43 89l-4 7M50 90v8M57 89l4 7"/>"#
            ),
        )
    };
}
const ONION: Glyph = onion!("onion", "go");
const RED_ONION: Glyph = onion!("red-onion", "ge");
const BEETROOT: Glyph = (
    "beetroot",
    r#"<path class="gs" d="M46 44c-3-9-8-16-16-22M50 44V16M54 44c3-9 8-16 16-22"/><path class="gb" d="M32 26C18 25 11 17 10 6c13 0 22 7 22 20zM50 22c-8-5-10-12-5-20h10c5 8 3 15-5 20zM68 26c0-13 9-20 22-20-1 11-8 19-22 20z"/><path class="ge" d="M50 40c21 0 34 9 34 23 0 15-15 21-26 24-4 1-5 5-6 11h-4c-1-6-2-10-6-11-11-3-26-9-26-24 0-14 13-23 34-23z"/><path class="gk" d="M28 58c-2 8 2 14 9 17"/>"#,
);
const PEAR: Glyph = (
    "pear",
    r#"<path class="gl" d="M50 24c10 0 14 8 16 18 3 11 14 15 14 28 0 14-13 22-30 22s-30-8-30-22c0-13 11-17 14-28 2-10 6-18 16-18z"/><path class="gs" d="M50 26c0-8 2-13 6-18"/><path class="gb" d="M57 18c6-10 15-13 27-9-5 10-14 13-27 9z"/><path class="gk" d="M31 66c0 8 3 12 9 15"/>"#,
);
const BOTTLE: Glyph = (
    "bottle",
    r#"<path class="gd" d="M41 4h18v11H41z"/><path class="ga" d="M42 19h16v13c0 8 11 10 11 22v32c0 6-3 9-9 9H40c-6 0-9-3-9-9V54c0-12 11-14 11-22z"/><path class="gf" d="M38 54h24v25H38z"/><path class="gb" d="M43 72c-1-9 5-14 15-14 1 9-5 15-15 14z"/>"#,
);
const POT: Glyph = (
    "pot",
    r#"<path class="gd" d="M20 20h60v11H20z"/><path class="ga" d="M24 36h52l-6 46c-1 6-4 8-9 8H39c-5 0-8-2-9-8z"/><path class="gf" d="M33 50h34l-2.500 21h-29z"/><path class="ga" d="M50 53c5 5 8 8 8 11 0 4-3 6-8 6s-8-2-8-6c0-3 3-6 8-11z"/>"#,
);
const BUTTER: Glyph = (
    "butter",
    r#"<path class="ga" d="M10 52l20-22h60L70 52z"/><path class="ga" d="M10 56.500h58V80H10zM72 54.500l18-20V58L72 79z"/><path class="gk" d="M29 57v23M48 57v23"/>"#,
);
const ROLLS: Glyph = (
    "rolls",
    r#"<path class="ga" d="M18 46c0-15 14-26 32-26s32 11 32 26c0 6-4 10-10 10H28c-6 0-10-4-10-10z"/><path class="ga gq" d="M4 70c0-14 12-23 26-23s24 9 24 23c0 6-4 10-9 10H13c-5 0-9-4-9-10z"/><path class="ga gq" d="M46 70c0-14 12-23 26-23s24 9 24 23c0 6-4 10-9 10H55c-5 0-9-4-9-10z"/><path class="gk gt" d="M22 62l3-3M34 60l3 3M64 60l3-3M76 62l3-3M42 34l3-3M55 32l3 3"/>"#,
);
const BISCUIT: Glyph = (
    "biscuit",
    r#"<circle class="ga" cx="62" cy="38" r="28"/><circle class="ga gq" cx="40" cy="58" r="32"/><circle class="gf" cx="30" cy="48" r="3"/><circle class="gf" cx="46" cy="44" r="3"/><circle class="gf" cx="40" cy="60" r="3"/><circle class="gf" cx="26" cy="66" r="3"/><circle class="gf" cx="54" cy="64" r="3"/><circle class="gf" cx="42" cy="76" r="3"/>"#,
);
const PRESERVE: Glyph = (
    "preserve",
    r#"<path class="gd" d="M26 10h48v13H26z"/><path class="gi" d="M25 28h50c6 5 9 10 9 17v34c0 7-4 11-11 11H27c-7 0-11-4-11-11V45c0-7 3-12 9-17z"/><path class="gf" d="M27 45h46v28H27z"/><circle class="gi" cx="43" cy="61" r="7"/><circle class="gi" cx="58" cy="61" r="7"/><path class="gb" d="M50 54c0-5 3-8 9-8 0 5-3 8-9 8z"/>"#,
);

/// Words of names in the languages we have, in the singular, and what they are drawn as; the first that fits.
const KNOWN: &[(&str, &Glyph)] = &[
    ("tomato", &TOMATO),
    ("tomate", &TOMATO),
    ("carrot", &CARROT),
    ("zanahoria", &CARROT),
    ("parsnip", &CARROT),
    ("radish", &BEETROOT),
    ("rabano", &BEETROOT),
    ("turnip", &BEETROOT),
    ("beet", &BEETROOT),
    ("beetroot", &BEETROOT),
    ("remolacha", &BEETROOT),
    ("potato", &POTATO),
    ("patata", &POTATO),
    ("papa", &POTATO),
    ("red onion", &RED_ONION),
    ("cebolla roja", &RED_ONION),
    ("cebollas rojas", &RED_ONION),
    ("onion", &ONION),
    ("cebolla", &ONION),
    ("shallot", &ONION),
    ("garlic", &ONION),
    ("ajo", &ONION),
    ("leek", &LEEK),
    ("puerro", &LEEK),
    ("squash", &SQUASH),
    ("pumpkin", &SQUASH),
    ("calabaza", &SQUASH),
    ("egg", &EGG),
    ("huevo", &EGG),
    ("buttermilk", &BOTTLE),
    ("butter", &BUTTER),
    ("mantequilla", &BUTTER),
    ("cheese", &CHEESE),
    ("queso", &CHEESE),
    ("blue", &CHEESE),
    ("milk", &BOTTLE),
    ("leche", &BOTTLE),
    ("yoghurt", &POT),
    ("yogurt", &POT),
    ("yogur", &POT),
    ("cream", &POT),
    ("nata", &POT),
    ("mushroom", &MUSHROOM),
    ("seta", &MUSHROOM),
    ("juice", &BOTTLE),
    ("zumo", &BOTTLE),
    ("vinegar", &BOTTLE),
    ("vinagre", &BOTTLE),
    ("cider", &BOTTLE),
    ("sidra", &BOTTLE),
    ("oil", &BOTTLE),
    ("aceite", &BOTTLE),
    ("honey", &HONEY),
    ("miel", &HONEY),
    ("jam", &PRESERVE),
    ("jelly", &PRESERVE),
    ("chutney", &PRESERVE),
    ("marmalade", &PRESERVE),
    ("mermelada", &PRESERVE),
    ("roll", &ROLLS),
    ("bun", &ROLLS),
    ("panecillo", &ROLLS),
    ("bollo", &ROLLS),
    ("oatcake", &BISCUIT),
    ("biscuit", &BISCUIT),
    ("cookie", &BISCUIT),
    ("galleta", &BISCUIT),
    ("strawberry", &STRAWBERRY),
    ("strawberries", &STRAWBERRY),
    ("fresa", &STRAWBERRY),
    ("raspberry", &STRAWBERRY),
    ("raspberries", &STRAWBERRY),
    ("frambuesa", &STRAWBERRY),
    ("apple", &APPLE),
    ("manzana", &APPLE),
    ("pear", &PEAR),
    ("pera", &PEAR),
];

/// What a product is drawn as: by a word in its name, in the singular or plural, else by its category.
pub fn glyph(name: &str, category: &str) -> &'static Glyph {
    let name = searchable(name);
    let known = KNOWN.iter().find(|(word, _)| has_word(&name, word));
    known.map_or_else(|| of_category(category), |(_, glyph)| glyph)
}

/// Whole words only: a papaya is no papa, and there is no egg in a veggie box.
fn has_word(name: &str, word: &str) -> bool {
    let ends = |rest: &str| !rest.starts_with(char::is_alphanumeric);
    name.match_indices(word).any(|(at, _)| {
        let (before, from) = name.split_at(at);
        let rest = from.strip_prefix(word).unwrap_or_default();
        let plural = ["s", "es"].iter().filter_map(|s| rest.strip_prefix(s));
        !before.ends_with(char::is_alphanumeric) && plural.chain([rest]).any(ends)
    })
}

fn of_category(category: &str) -> &'static Glyph {
    match category {
        "root" => &CARROT,
        "fruit" => &APPLE,
        "fungi" => &MUSHROOM,
        "dairy" => &CHEESE,
        "bread" => &BREAD,
        "pantry" => &HONEY,
        _ => &LETTUCE,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::products::model::CATEGORIES;

    #[test]
    fn every_product_has_a_picture() {
        assert_eq!(glyph("Leeks", "leaf").0, "leek");
        assert_eq!(glyph("Crown Prince squash", "root").0, "squash");
        assert_eq!(glyph("Huevos camperos", "dairy").0, "egg");
        assert_eq!(glyph("Red onions", "root").0, "red-onion");
        assert_eq!(glyph("Potatoes, Charlotte", "root").0, "potato");
        assert_eq!(glyph("Conference pears", "fruit").0, "pear");
        assert_eq!(glyph("Apple juice", "pantry").0, "bottle");
        assert_eq!(glyph("Tomates", "").0, "tomato");
        assert_eq!(glyph("Live yoghurt", "dairy").0, "pot");
        for (name, category, drawn) in [
            ("Veggie box", "leaf", "lettuce"),
            ("Papaya", "fruit", "apple"),
            ("Blueberries", "fruit", "apple"),
            ("Pearl barley", "pantry", "honey"),
            ("Bunch of parsley", "leaf", "lettuce"),
            ("Butterhead lettuce", "leaf", "lettuce"),
        ] {
            assert_eq!(glyph(name, category).0, drawn, "{name}");
        }
        let drawn: Vec<_> = CATEGORIES
            .iter()
            .map(|category| glyph("", category).0)
            .collect();
        assert_eq!(
            drawn,
            [
                "lettuce", "carrot", "apple", "mushroom", "cheese", "bread", "honey"
            ]
        );
    }
}
