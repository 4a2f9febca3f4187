//! A QR code as one SVG path: a rectangle for each run of dark modules, two modules of quiet zone.
use std::fmt::Write as _;

use qrcode::{Color, EcLevel, QrCode};

/// Width of the `viewBox` and the path's data.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Qr {
    pub size: usize,
    pub path: String,
}

const QUIET: usize = 2;

/// `None` when the text is too long for a code. Upper case makes a smaller one: it is alphanumeric then.
pub fn qr(text: &str) -> Option<Qr> {
    let code = QrCode::with_error_correction_level(text, EcLevel::M).ok()?;
    let width = code.width();
    let mut path = String::with_capacity(width * width * 4);
    for (y, row) in code.to_colors().chunks(width).enumerate() {
        let mut x = 0;
        while x < width {
            let run = row[x..]
                .iter()
                .take_while(|color| **color == Color::Dark)
                .count();
            if run > 0 {
                let _ = write!(path, "M{} {}h{run}v1h-{run}z", x + QUIET, y + QUIET);
            }
            x += run.max(1);
        }
    }
    Some(Qr {
        size: width + 2 * QUIET,
        path,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_one_path() {
        let code = qr("HTTPS://MARKET.EXAMPLE/C/FM-7Q4K2D").unwrap();
        // Version 2 has 25 modules a side.
        assert_eq!(code.size, 25 + 4);
        // Its first row begins with the finder pattern: seven dark modules.
        assert!(
            code.path.starts_with("M2 2h7v1h-7z"),
            "{}",
            &code.path[..40]
        );
        assert!(code.path.len() < 4000);
        assert_eq!(qr(&"x".repeat(5000)), None);
    }
}
