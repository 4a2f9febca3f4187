//! Tables for spreadsheets (RFC 4180). A text that a spreadsheet would take for a formula begins with an apostrophe.
use std::borrow::Cow;

use crate::kernel::cell::safe;

/// A file's head: a BOM, or spreadsheets take it for an older alphabet than UTF-8.
const BOM: &str = "\u{feff}";

pub struct Sheet(csv::Writer<Vec<u8>>);

impl Sheet {
    pub fn new(head: &[&str]) -> Self {
        let mut writer = csv::WriterBuilder::new()
            .terminator(csv::Terminator::CRLF)
            .from_writer(BOM.as_bytes().to_vec());
        // Memory does not refuse.
        let _ = writer.write_record(head);
        Self(writer)
    }

    /// Every cell is text that somebody may have chosen.
    pub fn row<'a>(&mut self, cells: impl IntoIterator<Item = &'a str>) {
        let cells = cells.into_iter().map(safe);
        let cells: Vec<Cow<'_, str>> = cells.collect();
        let _ = self
            .0
            .write_record(cells.iter().map(|cell| cell.as_bytes()));
    }

    pub fn finish(self) -> String {
        let bytes = self.0.into_inner().unwrap_or_default();
        String::from_utf8(bytes).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sheet_is_quoted_where_it_must_be() {
        let mut sheet = Sheet::new(&["name", "note"]);
        sheet.row(["Leeks, \"long\"", "=1"]);
        sheet.row(["two\nlines", ""]);
        assert_eq!(
            sheet.finish(),
            "\u{feff}name,note\r\n\"Leeks, \"\"long\"\"\",'=1\r\n\"two\nlines\",\r\n"
        );
    }
}
