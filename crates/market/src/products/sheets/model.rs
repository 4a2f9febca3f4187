//! What a table of products says, and what each of its lines would do.
use std::collections::HashSet;

use crate::{
    kernel::{
        cell,
        ids::ProductId,
        qty::{Counted, Qty},
    },
    products::model::{
        Product,
        typed::{self, Typed, Wrong, counted},
    },
};

pub const MOST_LINES: usize = 500;
pub const MOST_BYTES: usize = 64 * 1024;

/// The columns, as a file that is saved has them. One that is left out keeps what a product has.
pub const COLUMNS: [&str; 21] = [
    "id",
    "version",
    "name",
    "description",
    "category",
    "unit",
    "price",
    "tax",
    "stock",
    "step",
    "content",
    "content_unit",
    "season_from",
    "season_to",
    "days",
    "allergens",
    "diets",
    "place",
    "chilled",
    "sold_out",
    "hidden",
];

/// Whole tables that cannot be read: the key of the words, and what is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unreadable {
    pub key: &'static str,
    pub what: String,
}

fn unreadable(key: &'static str, what: impl Into<String>) -> Unreadable {
    Unreadable {
        key,
        what: what.into(),
    }
}

/// A line as it stands in the file; columns that are not there are `None`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    pub number: u64,
    cells: [Option<String>; COLUMNS.len()],
}

impl Line {
    fn cell(&self, name: &str) -> Option<&str> {
        let at = COLUMNS.iter().position(|column| *column == name)?;
        self.cells.get(at)?.as_deref()
    }

    pub fn name(&self) -> &str {
        self.cell("name").unwrap_or("")
    }

    /// The whole line, to tell one sending from another.
    pub fn text(&self) -> String {
        format!("{:?}", self.cells)
    }
}

/// Comma or semicolon, as spreadsheets of either kind of language write it.
pub fn read(text: &str) -> Result<Vec<Line>, Unreadable> {
    if text.len() > MOST_BYTES {
        return Err(unreadable("products-sheet-too-large", ""));
    }
    let text = text.trim_start_matches('\u{feff}');
    let first = text.lines().next().unwrap_or("");
    let delimiter = if first.contains(';') && !first.contains(',') {
        b';'
    } else {
        b','
    };
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let head = reader.headers().map_err(|bad| broken(&bad))?.clone();
    let mut columns = Vec::new();
    for name in &head {
        let name = name.to_lowercase();
        let at = COLUMNS.iter().position(|column| *column == name);
        let at = at.ok_or_else(|| unreadable("products-sheet-column", &name))?;
        if columns.contains(&at) {
            return Err(unreadable("products-sheet-column-twice", &name));
        }
        columns.push(at);
    }
    let mut lines = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|bad| broken(&bad))?;
        if lines.len() >= MOST_LINES {
            return Err(unreadable("products-sheet-too-large", ""));
        }
        let mut cells = [const { None }; COLUMNS.len()];
        for (at, cell) in columns.iter().zip(&record) {
            if let Some(place) = cells.get_mut(*at) {
                *place = Some(cell::plain(cell).to_owned());
            }
        }
        let number = record.position().map_or(0, csv::Position::line);
        lines.push(Line { number, cells });
    }
    if lines.is_empty() {
        return Err(unreadable("products-sheet-empty", ""));
    }
    Ok(lines)
}

fn broken(error: &csv::Error) -> Unreadable {
    let line = error.position().map_or(0, csv::Position::line);
    unreadable("products-sheet-broken", line.to_string())
}

/// What a line would do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Plan {
    Add(Box<Wanted>),
    Change(Box<Change>),
    Nothing,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    pub id: ProductId,
    /// As the line saw it.
    pub version: i64,
    pub wanted: Wanted,
    /// What of it is another: all but the count, and the count.
    pub details: bool,
    pub stock: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    pub typed: Typed,
    pub is_sold_out: bool,
    pub is_hidden: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judged {
    pub line: u64,
    pub name: String,
    pub text: String,
    pub plan: Result<Plan, Vec<Wrong>>,
}

/// Every line against the farm's products as they are now.
pub fn judge(lines: &[Line], products: &[Product]) -> Vec<Judged> {
    let mut seen = HashSet::new();
    let one = |line: &Line| {
        let id = line.cell("id").unwrap_or("");
        let plan = if !id.is_empty() && !seen.insert(id.to_owned()) {
            Err(vec![("id", "products-sheet-twice")])
        } else {
            plan(line, id, products)
        };
        Judged {
            line: line.number,
            name: line.name().to_owned(),
            text: line.text(),
            plan,
        }
    };
    lines.iter().map(one).collect()
}

fn plan(line: &Line, id: &str, products: &[Product]) -> Result<Plan, Vec<Wrong>> {
    let mut wrong = Vec::new();
    if id.is_empty() {
        let wanted = wanted(line, &Typed::default(), (false, false), &mut wrong);
        check(&wanted.typed, &mut wrong);
        return finish(Plan::Add(Box::new(wanted)), wrong);
    }
    let product = products.iter().find(|product| product.id.as_str() == id);
    let product = product.ok_or_else(|| vec![("id", "products-sheet-no-such")])?;
    let version: Option<i64> = line.cell("version").and_then(|text| text.parse().ok());
    let shown = (product.is_sold_out, product.is_hidden);
    let wanted = wanted(line, &Typed::of(product, '.'), shown, &mut wrong);
    let Some((details, stock)) = check(&wanted.typed, &mut wrong) else {
        return Err(wrong);
    };
    let halves = stock.is_some_and(|stock| !stock.is_whole());
    if halves && counted(&details.unit) == Counted::Whole {
        wrong.push(("unit", "products-bad-unit-stock"));
    }
    let after = Product {
        stock,
        is_sold_out: wanted.is_sold_out,
        is_hidden: wanted.is_hidden,
        ..details.of(product)
    };
    let is_same = after == *product;
    // A line that changes nothing does no harm, however old it is.
    if !is_same && version != Some(product.version) {
        wrong.push(("version", "products-sheet-stale"));
    }
    if is_same {
        return finish(Plan::Nothing, wrong);
    }
    let counted_again = Product {
        stock: product.stock,
        ..after.clone()
    };
    let change = Change {
        id: product.id.clone(),
        version: product.version,
        wanted,
        details: counted_again != *product,
        stock: after.stock != product.stock,
    };
    finish(Plan::Change(Box::new(change)), wrong)
}

fn finish(plan: Plan, wrong: Vec<Wrong>) -> Result<Plan, Vec<Wrong>> {
    if wrong.is_empty() {
        Ok(plan)
    } else {
        Err(wrong)
    }
}

fn check(typed: &Typed, wrong: &mut Vec<Wrong>) -> Option<(typed::Details, Option<Qty>)> {
    let details = typed.check().map_err(|found| wrong.extend(found)).ok();
    let stock = typed::stock(&typed.stock, &typed.unit);
    let stock = stock.map_err(|found| wrong.push(found)).ok();
    details.zip(stock)
}

/// What the line says, over what there is.
fn wanted(line: &Line, base: &Typed, shown: (bool, bool), wrong: &mut Vec<Wrong>) -> Wanted {
    let text = |name: &str, base: &str| line.cell(name).unwrap_or(base).to_owned();
    let words = |name: &str, base: &[String]| match line.cell(name) {
        Some(text) => text.split_whitespace().map(str::to_owned).collect(),
        None => base.to_vec(),
    };
    let mut yes = |name: &'static str, base: bool| match line.cell(name) {
        None => base,
        Some(text) => match text.to_lowercase().as_str() {
            "yes" | "sí" | "si" | "true" | "1" => true,
            "no" | "false" | "0" | "" => false,
            _ => {
                wrong.push((name, "products-sheet-yes-no"));
                base
            }
        },
    };
    let chilled = yes("chilled", false).then(|| typed::CHILLED.to_owned());
    Wanted {
        is_sold_out: yes("sold_out", shown.0),
        is_hidden: yes("hidden", shown.1),
        typed: Typed {
            name: text("name", &base.name),
            description: text("description", &base.description),
            category: text("category", &base.category),
            unit: text("unit", &base.unit),
            price: text("price", &base.price),
            tax: text("tax", &base.tax),
            stock: text("stock", &base.stock),
            step: text("step", &base.step),
            content: text("content", &base.content),
            content_unit: text("content_unit", &base.content_unit),
            season_from: text("season_from", &base.season_from),
            season_to: text("season_to", &base.season_to),
            days: words("days", &base.days),
            allergens: words("allergens", &base.allergens),
            diets: words("diets", &base.diets),
            place: line
                .cell("place")
                .map(str::to_owned)
                .or_else(|| base.place.clone()),
            chilled: match line.cell("chilled") {
                None => base.chilled.clone(),
                Some(_) => Some(chilled.into_iter().collect()),
            },
        },
    }
}

/// A product as a line of the file that is saved.
pub fn cells(product: &Product) -> [String; COLUMNS.len()] {
    let typed = Typed::of(product, '.');
    let yes = |is: bool| if is { "yes" } else { "no" }.to_owned();
    [
        product.id.to_string(),
        product.version.to_string(),
        typed.name,
        typed.description,
        typed.category,
        typed.unit,
        typed.price,
        typed.tax,
        typed.stock,
        typed.step,
        typed.content,
        typed.content_unit,
        typed.season_from,
        typed.season_to,
        typed.days.join(" "),
        typed.allergens.join(" "),
        typed.diets.join(" "),
        product.place.clone(),
        yes(product.is_chilled),
        yes(product.is_sold_out),
        yes(product.is_hidden),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::ids::FarmId;

    fn product(id: &str, name: &str) -> Product {
        let farm = FarmId::new("frm_1");
        Product::plain(ProductId::new(id), farm, name, "root", "bunch", 180)
    }

    fn judged(text: &str) -> Vec<Judged> {
        let products = [product("prd_1", "Carrots"), product("prd_2", "Leeks")];
        judge(&read(text).expect("a table"), &products)
    }

    fn wrong(judged: &Judged) -> &[Wrong] {
        judged.plan.as_ref().expect_err("wrong")
    }

    #[test]
    fn what_was_saved_and_not_touched_does_nothing() {
        let mut text = format!("\u{feff}{}\r\n", COLUMNS.join(","));
        for product in [product("prd_1", "Carrots"), product("prd_2", "Leeks")] {
            text.push_str(&cells(&product).join(","));
            text.push_str("\r\n");
        }
        let plans: Vec<_> = judged(&text).into_iter().map(|one| one.plan).collect();
        assert_eq!(plans, [Ok(Plan::Nothing), Ok(Plan::Nothing)]);
    }

    #[test]
    fn lines_add_and_change_and_leave_what_they_do_not_name() {
        let found = judged(
            "id;version;name;price;stock;category;unit\nprd_1;1;Carrots;2,40;12;root;bunch\n;;Beans;3;;leaf;kg\n",
        );
        let Ok(Plan::Change(change)) = &found[0].plan else {
            panic!("{found:?}")
        };
        assert_eq!((change.id.as_str(), change.version), ("prd_1", 1));
        assert!(change.details && change.stock);
        let typed = &change.wanted.typed;
        assert_eq!((&*typed.price, &*typed.stock), ("2,40", "12"));
        assert_eq!(typed.step, "1", "as it was");
        let Ok(Plan::Add(wanted)) = &found[1].plan else {
            panic!("{found:?}")
        };
        assert_eq!((&*wanted.typed.name, found[1].line), ("Beans", 3));
    }

    #[test]
    fn each_line_says_all_that_is_wrong_with_it() {
        let found = judged(
            "id,version,name,price,unit,sold_out,stock\n\
             prd_1,7,Carrots,2.40,bunch,no,\n\
             prd_9,1,Carrots,2.40,bunch,no,\n\
             prd_2,1,,x,bunch,maybe,1.5\n\
             prd_2,1,Leeks,1.80,bunch,no,\n\
             ,,Beans,1,sack,no,\n",
        );
        assert_eq!(wrong(&found[0]), [("version", "products-sheet-stale")]);
        assert_eq!(wrong(&found[1]), [("id", "products-sheet-no-such")]);
        let fields: Vec<_> = wrong(&found[2]).iter().map(|wrong| wrong.0).collect();
        assert_eq!(fields, ["sold_out", "name", "price", "stock"]);
        assert_eq!(wrong(&found[3]), [("id", "products-sheet-twice")]);
        let fields: Vec<_> = wrong(&found[4]).iter().map(|wrong| wrong.0).collect();
        assert_eq!(fields, ["category", "unit"]);
        assert_eq!(
            found.iter().map(|one| one.line).collect::<Vec<_>>(),
            [2, 3, 4, 5, 6]
        );
    }

    #[test]
    fn a_table_that_cannot_be_read_says_why() {
        let key = |text: &str| read(text).expect_err("unreadable").key;
        assert_eq!(key(""), "products-sheet-empty");
        assert_eq!(key("id,name\n"), "products-sheet-empty");
        assert_eq!(key("id,colour\n1,red\n"), "products-sheet-column");
        assert_eq!(key("name,Name\n1,red\n"), "products-sheet-column-twice");
        assert_eq!(key("id,name\n1\n"), "products-sheet-broken");
        assert_eq!(key(&"x".repeat(MOST_BYTES + 1)), "products-sheet-too-large");
        let many = format!("name\n{}", "x\n".repeat(MOST_LINES + 1));
        assert_eq!(key(&many), "products-sheet-too-large");
        let formula = read("name\n'=1+1\n").expect("a table");
        assert_eq!(formula[0].name(), "=1+1");
    }
}
