//! Where things grow or are kept, in the order in which a farm walks past them.

/// Numbers before words, and as numbers: row 9 comes before row 12.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Piece {
    Number(u64),
    Text(String),
}

/// What to sort by; whatever has no place comes last.
pub fn walk(place: &str) -> (bool, Vec<Piece>) {
    let mut pieces: Vec<Piece> = Vec::new();
    for c in place.to_lowercase().chars().filter(|c| !c.is_whitespace()) {
        match (c.to_digit(10), pieces.last_mut()) {
            (Some(digit), Some(Piece::Number(n))) => {
                *n = n.saturating_mul(10).saturating_add(u64::from(digit));
            }
            (Some(digit), _) => pieces.push(Piece::Number(u64::from(digit))),
            (None, Some(Piece::Text(text))) => text.push(c),
            (None, _) => pieces.push(Piece::Text(c.to_string())),
        }
    }
    (pieces.is_empty(), pieces)
}

/// The part before the first comma, which several things share, without the number that only puts it in its order.
pub fn ground(place: &str) -> &str {
    let whole = place.split(',').next().unwrap_or("").trim();
    let named = whole.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
    match named.trim() {
        "" => whole,
        named => named,
    }
}

/// What stands behind that comma: `row 4`.
pub fn spot(place: &str) -> &str {
    place.split_once(',').map_or("", |(_, spot)| spot.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_come_in_the_order_of_their_numbers_then_by_name() {
        let mut places = vec![
            "",
            "Barn",
            "1 Top field, row 12",
            "2 Tunnel",
            "10 Barn",
            "1 Top field, row 9",
        ];
        places.sort_by_key(|place| walk(place));
        let expected = [
            "1 Top field, row 9",
            "1 Top field, row 12",
            "2 Tunnel",
            "10 Barn",
            "Barn",
            "",
        ];
        assert_eq!(places, expected);
    }

    #[test]
    fn a_place_is_a_ground_and_a_spot_in_it() {
        for (place, named, at) in [
            ("1 Top field, row 12", "Top field", "row 12"),
            ("2. Tunnel", "Tunnel", ""),
            ("Barn", "Barn", ""),
            ("7", "7", ""),
            ("", "", ""),
        ] {
            assert_eq!((ground(place), spot(place)), (named, at), "{place}");
        }
    }
}
