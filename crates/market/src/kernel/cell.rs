//! Cells of tables for spreadsheets: a text that one would take for a formula begins with an apostrophe.
use std::borrow::Cow;

const SIGNS: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

/// A cell that is no formula. A number keeps its sign.
pub fn safe(cell: &str) -> Cow<'_, str> {
    let is_number = cell.parse::<f64>().is_ok();
    if cell.starts_with(SIGNS) && !is_number {
        Cow::Owned(format!("'{cell}"))
    } else {
        Cow::Borrowed(cell)
    }
}

/// What [`safe`] was given.
pub fn plain(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(rest) if rest.starts_with(SIGNS) => rest,
        _ => cell,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_is_a_formula() {
        for bad in [
            "=HYPERLINK(\"x\")",
            "+1+1",
            "-1+2",
            "@SUM(A1)",
            "\tx",
            "\rx",
            "+",
            "-",
        ] {
            assert_eq!(safe(bad), format!("'{bad}"));
            assert_eq!(plain(&safe(bad)), bad);
        }
        for good in ["", "Carrots", "'tis", "-5", "+3.50", "a=b", "2026-11-28"] {
            assert_eq!(safe(good), good);
            assert_eq!(plain(good), good);
        }
    }
}
