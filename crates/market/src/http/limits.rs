//! How often somebody may do a thing. A refusal says when to come again.
use std::time::Duration;

use cluster::Hit;

use crate::{
    accounts::model::Caller,
    app::App,
    error::{Error, Result},
};

/// One limit: what is counted, how many, in how long.
#[derive(Clone, Copy, Debug)]
pub struct Limit {
    pub name: &'static str,
    pub times: u32,
    pub within: Duration,
}

pub const SIGN_IN: Limit = Limit {
    name: "sign-in",
    times: 10,
    within: Duration::from_mins(3),
};
/// Tries at one account, from whatever addresses; a mailed link is still a way in.
pub const SIGN_IN_AS: Limit = Limit {
    name: "sign-in-as",
    times: 10,
    within: Duration::from_mins(15),
};
/// The password once more, before something that matters is changed.
pub const PROVE: Limit = Limit {
    name: "prove",
    times: 10,
    within: Duration::from_mins(15),
};
pub const SIGN_UP: Limit = Limit {
    name: "sign-up",
    times: 3,
    within: Duration::from_hours(1),
};
/// Links for a new password or a new address.
pub const RESET: Limit = Limit {
    name: "reset",
    times: 5,
    within: Duration::from_hours(1),
};
/// Invitations by one person.
pub const INVITE: Limit = Limit {
    name: "invite",
    times: 20,
    within: Duration::from_hours(1),
};
pub const LOOK_UP: Limit = Limit {
    name: "look-up",
    times: 10,
    within: Duration::from_mins(1),
};
pub const OPEN_LINK: Limit = Limit {
    name: "open-link",
    times: 60,
    within: Duration::from_mins(1),
};
/// Changes of a cart and the steps of a checkout.
pub const CART: Limit = Limit {
    name: "cart",
    times: 240,
    within: Duration::from_mins(1),
};
pub const PLACE: Limit = Limit {
    name: "place",
    times: 120,
    within: Duration::from_mins(1),
};
/// Mails to one address, whoever asks for them.
pub const MAIL_TO: Limit = Limit {
    name: "mail-to",
    times: 3,
    within: Duration::from_hours(1),
};

/// Mails that a manager sends to himself to look at them: enough for each of them once.
pub const TEST_MAIL: Limit = Limit {
    name: "test-mail",
    times: 40,
    within: Duration::from_hours(1),
};

/// Counts one use by this caller's address. A load test lifts the limits for loopback, and only there.
pub fn count(app: &App, who: &Caller, limit: Limit) -> Result<()> {
    if app.config.lifts_limits_for(who.address) {
        return Ok(());
    }
    count_key(app, &network(who.address), limit)
}

pub fn count_key(app: &App, key: &str, limit: Limit) -> Result<()> {
    match app.cluster.hit(
        &format!("{}/{key}", limit.name),
        limit.times,
        limit.within,
        app.now().micros(),
    ) {
        Hit::Ok => Ok(()),
        Hit::Over { retry_after } => Err(Error::TooMany { retry_after }),
    }
}

/// One customer has one IPv4 address, but a whole /64 of IPv6.
pub fn network(address: std::net::IpAddr) -> String {
    match address.to_canonical() {
        std::net::IpAddr::V4(v4) => v4.to_string(),
        std::net::IpAddr::V6(v6) => {
            let s = v6.segments();
            format!("{:x}:{:x}:{:x}:{:x}::/64", s[0], s[1], s[2], s[3])
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ipv6_is_counted_by_its_64() {
        let of = |text: &str| network(text.parse().unwrap());
        assert_eq!(of("2001:db8:1:2:3::4"), of("2001:db8:1:2:ffff::1"));
        assert_ne!(of("2001:db8:1:2::1"), of("2001:db8:1:3::1"));
        assert_eq!(of("::ffff:192.0.2.1"), "192.0.2.1");
    }
}
