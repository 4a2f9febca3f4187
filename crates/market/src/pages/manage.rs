//! The way through a manager's pages: the same strip on each.
use super::Shell;
use crate::{kernel::role::Role, words::Words};

/// Address and words of each page, in the order of a market morning, and whether the reader is there or below it.
pub fn nav(shell: &Shell) -> Vec<(&'static str, String, bool)> {
    let here = shell.here.split('?').next().unwrap_or("");
    let is_below = |url: &str| {
        url != "/market"
            && here
                .strip_prefix(url)
                .is_some_and(|rest| rest.starts_with('/'))
    };
    [
        ("/market", "markets-overview"),
        ("/market/orders", "markets-orders"),
        ("/farm/checkin", "orders-stall-title"),
        ("/market/users", "markets-people"),
        ("/market/days", "markets-days"),
        ("/market/places", "markets-places"),
        ("/market/farms", "farms-title"),
        ("/market/settings", "markets-settings"),
        ("/market/mails", "markets-mails"),
        ("/market/audit", "markets-audit"),
    ]
    .map(|(url, key)| {
        (
            url,
            shell.words.say(key).into_owned(),
            here == url || is_below(url),
        )
    })
    .into()
}

/// What a role is called on managers' pages.
pub fn role(role: Role, w: Words) -> String {
    w.say(match role {
        Role::Customer => "markets-role-customer",
        Role::Guest => "markets-role-guest",
        Role::FarmOwner => "markets-role-farm-owner",
        Role::FarmManager => "markets-role-farm-manager",
        Role::FarmStaff => "markets-role-farm-staff",
        Role::PickupHost => "markets-role-pickup-host",
        Role::Driver => "markets-role-driver",
        Role::MarketManager => "markets-role-market-manager",
        Role::Admin => "markets-role-admin",
        Role::System => "markets-role-system",
    })
    .into_owned()
}
