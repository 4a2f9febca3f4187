//! The way through a manager's pages: the same strip on each.
use crate::words::Words;

/// Address and words of each page, in the order of a market morning.
pub fn nav(w: Words) -> Vec<(&'static str, String)> {
    [
        ("/market", "markets-overview"),
        ("/market/orders", "markets-orders"),
        ("/market/users", "markets-people"),
        ("/market/days", "markets-days"),
        ("/market/places", "markets-places"),
        ("/market/farms", "farms-title"),
        ("/market/settings", "markets-settings"),
        ("/market/audit", "markets-audit"),
    ]
    .map(|(url, key)| (url, w.say(key).into_owned()))
    .into()
}
