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

/// Parts of names in the languages we have, and what they are drawn as; the first that fits.
const KNOWN: &[(&str, &Glyph)] = &[
    ("tomat", &TOMATO),
    ("carrot", &CARROT),
    ("zanahoria", &CARROT),
    ("parsnip", &CARROT),
    ("radish", &CARROT),
    ("beet", &CARROT),
    ("leek", &LEEK),
    ("puerro", &LEEK),
    ("squash", &SQUASH),
    ("pumpkin", &SQUASH),
    ("calabaza", &SQUASH),
    ("egg", &EGG),
    ("huevo", &EGG),
    ("cheese", &CHEESE),
    ("queso", &CHEESE),
    ("blue", &CHEESE),
    ("butter", &CHEESE),
    ("mantequilla", &CHEESE),
    ("mushroom", &MUSHROOM),
    ("seta", &MUSHROOM),
    ("strawberr", &STRAWBERRY),
    ("fresa", &STRAWBERRY),
    ("raspberr", &STRAWBERRY),
    ("apple", &APPLE),
    ("manzana", &APPLE),
    ("pear", &APPLE),
    ("naranja", &APPLE),
    ("honey", &HONEY),
    ("miel", &HONEY),
    ("milk", &HONEY),
    ("yog", &HONEY),
    ("cream", &HONEY),
    ("juice", &HONEY),
    ("jelly", &HONEY),
];

/// What a product is drawn as: by a word in its name, else by its category.
pub fn glyph(name: &str, category: &str) -> &'static Glyph {
    let name = searchable(name);
    let known = KNOWN.iter().find(|(word, _)| name.contains(word));
    known.map_or_else(|| of_category(category), |(_, glyph)| glyph)
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
