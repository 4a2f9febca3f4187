//! Who sells what, and who buys.

/// A farm with its team's first member and its products: name, category, unit, price in minor units, by weight.
pub struct FarmSeed {
    pub slug: &'static str,
    pub name: &'static str,
    pub person: (&'static str, &'static str),
    pub products: &'static [ProductSeed],
}

pub struct ProductSeed(
    pub &'static str,
    pub &'static str,
    pub &'static str,
    pub i64,
    pub bool,
);

pub const RIVERSIDE: [FarmSeed; 4] = [
    FarmSeed {
        slug: "hill-row",
        name: "Hill Row Farm",
        person: ("Ana Ferris", "ana@hillrow.example.org"),
        products: &[
            ProductSeed("Carrots", "root", "bunch", 180, false),
            ProductSeed("Leeks", "leaf", "kg", 320, false),
            ProductSeed("Crown Prince squash", "root", "kg", 250, true),
            ProductSeed("Cavolo nero", "leaf", "bunch", 220, false),
            ProductSeed("Beetroot", "root", "bunch", 190, false),
            ProductSeed("Potatoes, Charlotte", "root", "kg", 160, false),
            ProductSeed("Brussels sprouts", "leaf", "kg", 380, false),
            ProductSeed("Red onions", "root", "kg", 210, false),
        ],
    },
    FarmSeed {
        slug: "marsh-lane",
        name: "Marsh Lane Dairy",
        person: ("Dev Marsh", "dev@marshlane.example.org"),
        products: &[
            ProductSeed("Free-range eggs", "dairy", "six", 190, false),
            ProductSeed("Whole milk", "dairy", "litre", 165, false),
            ProductSeed("Marsh Blue", "dairy", "kg", 1900, true),
            ProductSeed("Salted butter", "dairy", "block", 320, false),
            ProductSeed("Live yoghurt", "dairy", "jar", 285, false),
            ProductSeed("Double cream", "dairy", "bottle", 240, false),
        ],
    },
    FarmSeed {
        slug: "bell-orchard",
        name: "Bell Orchard",
        person: ("Ines Bell", "ines@bellorchard.example.org"),
        products: &[
            ProductSeed("Cox apples", "fruit", "kg", 260, false),
            ProductSeed("Heather honey", "pantry", "jar", 680, false),
            ProductSeed("Conference pears", "fruit", "kg", 290, false),
            ProductSeed("Apple juice", "fruit", "bottle", 350, false),
            ProductSeed("Quince jelly", "pantry", "jar", 420, false),
            ProductSeed("Walnuts", "fruit", "bag", 450, false),
            ProductSeed("Cider vinegar", "pantry", "bottle", 390, false),
        ],
    },
    FarmSeed {
        slug: "oak-bakery",
        name: "Oak Street Bakery",
        person: ("Jonas Lind", "jonas@oakstreet.example.org"),
        products: &[
            ProductSeed("Sourdough loaf", "bread", "loaf", 420, false),
            ProductSeed("Rye loaf", "bread", "loaf", 440, false),
            ProductSeed("Seeded rolls", "bread", "four", 260, false),
            ProductSeed("Cardamom buns", "bread", "each", 280, false),
            ProductSeed("Oatcakes", "bread", "pack", 310, false),
            ProductSeed("Malt loaf", "bread", "loaf", 360, false),
        ],
    },
];

pub const HARBOUR: [FarmSeed; 2] = [
    FarmSeed {
        slug: "huerta-sol",
        name: "Huerta del Sol",
        person: ("Lucía Vega", "lucia@huertasol.example.org"),
        products: &[
            ProductSeed("Tomates", "fruit", "kg", 320, false),
            ProductSeed("Naranjas", "fruit", "kg", 210, false),
            ProductSeed("Acelgas", "leaf", "bunch", 180, false),
            ProductSeed("Pimientos", "fruit", "kg", 290, false),
            ProductSeed("Aceite de oliva", "pantry", "bottle", 1150, false),
            ProductSeed("Almendras", "fruit", "bag", 540, false),
            ProductSeed("Setas", "fungi", "kg", 890, true),
        ],
    },
    FarmSeed {
        slug: "quesos-mar",
        name: "Quesos del Mar",
        person: ("Iker Ruiz", "iker@quesosmar.example.org"),
        products: &[
            ProductSeed("Queso curado", "dairy", "kg", 2100, true),
            ProductSeed("Queso fresco", "dairy", "each", 480, false),
            ProductSeed("Yogur de oveja", "dairy", "jar", 260, false),
            ProductSeed("Mantequilla", "dairy", "block", 350, false),
            ProductSeed("Huevos camperos", "dairy", "six", 240, false),
            ProductSeed("Miel de romero", "pantry", "jar", 720, false),
        ],
    },
];

pub const BUYERS: [&str; 36] = [
    "Imogen Hart",
    "Tomasz Zieliński",
    "Priya Raman",
    "Owen Bright",
    "Adaeze Okafor",
    "María del Carmen Echeverría",
    "Sam and Jo Whitlock",
    "Lin Chen",
    "Ruth Abbott",
    "Kwame Mensah",
    "Bea Novak",
    "Farid Haddad",
    "Greta Lund",
    "Hugo Martins",
    "Isla McRae",
    "Jin Park",
    "Katya Orlova",
    "Leo Brandt",
    "Mina Sato",
    "Noor Aziz",
    "Otto Kranz",
    "Petra Vogel",
    "Quentin Roy",
    "Rosa Marín",
    "Stella Rossi",
    "Theo Janssen",
    "Uma Patel",
    "Viktor Dahl",
    "Wen Li",
    "Ximena Soto",
    "Yusuf Demir",
    "Zoë Lambert",
    "Alba Costa",
    "Bram de Wit",
    "Chidi Eze",
    "Dora Szabó",
];

pub const NOTES: [&str; 4] = [
    "Nut allergy at home. Leave the mud on.",
    "Two boxes. Arrives by bicycle.",
    "Small ones if there are any.",
    "Collected by a neighbour.",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn six_farms_and_forty_products() {
        let farms: Vec<&FarmSeed> = RIVERSIDE.iter().chain(&HARBOUR).collect();
        assert_eq!(farms.len(), 6);
        assert_eq!(
            farms.iter().map(|farm| farm.products.len()).sum::<usize>(),
            40
        );
    }
}
