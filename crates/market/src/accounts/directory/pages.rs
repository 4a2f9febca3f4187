//! The managers' page of people.
use askama::Template;

use super::model::{Person, may_end};
use crate::{
    kernel::{ids::UserId, role::Role, time::Ts},
    markets::model::Market,
    pages::{Shell, Theme, formats, manage, render},
    words::Words,
};

#[derive(Template)]
#[template(path = "accounts/directory/pages.html")]
pub struct PeoplePage<'a> {
    pub shell: &'a Shell,
    pub w: Words,
    pub market: &'a Market,
    pub now: Ts,
    /// The viewer's own role.
    pub own: Option<Role>,
    pub q: &'a str,
    pub people: Vec<Person>,
    /// Where the next page begins.
    pub older: Option<UserId>,
    pub is_ended: bool,
}

struct Row<'a> {
    person: &'a Person,
    roles: String,
    seen: String,
    may_end: bool,
}

impl PeoplePage<'_> {
    pub fn html(&self) -> String {
        render(self)
    }

    fn next(&self, after: &UserId) -> String {
        let q = formats::in_query(self.q);
        format!("/market/users?q={q}&after={after}")
    }

    fn rows(&self) -> Vec<Row<'_>> {
        self.people.iter().map(|person| self.row(person)).collect()
    }

    fn row<'a>(&self, person: &'a Person) -> Row<'a> {
        let w = self.w;
        let held = person.roles.iter();
        let mut roles: Vec<String> = held
            .map(|(role, farm)| match farm {
                Some(farm) => format!("{}, {farm}", manage::role(*role, w)),
                None => manage::role(*role, w),
            })
            .collect();
        if person.orders > 0 {
            let n = usize::try_from(person.orders).unwrap_or(0);
            roles.push(w.say_n("accounts-people-orders", n));
        }
        let plain: Vec<Role> = person.roles.iter().map(|held| held.0).collect();
        let seen = person.used_at.map_or_else(
            || w.say("accounts-people-out").into_owned(),
            |at| {
                let moment = formats::moment(at, self.now, &self.market.zone, w);
                w.say_a("accounts-people-seen", &moment)
            },
        );
        Row {
            person,
            roles: roles.join(" · "),
            seen,
            may_end: person.used_at.is_some() && may_end(self.own, &plain),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        pages::sample::{self, at},
        words::Lang,
    };

    #[test]
    fn people_with_their_roles_in_every_language() {
        for lang in Lang::ALL {
            let shell = sample::shell(lang);
            let person = |id: &str, role, used_at| Person {
                id: UserId::new(id),
                name: "<Rosa>".to_owned(),
                email: "rosa@example.org".to_owned(),
                roles: vec![(role, Some("Hill Row".to_owned())), (Role::Driver, None)],
                orders: 2,
                used_at,
            };
            let used = Some(at("2026-11-28T06:00"));
            let page = PeoplePage {
                shell: &shell,
                w: lang.words(),
                market: &sample::market(),
                now: at("2026-11-28T06:52"),
                own: Some(Role::MarketManager),
                q: "ro&sa",
                people: vec![
                    person("usr_1", Role::FarmOwner, used),
                    person("usr_2", Role::Admin, used),
                    person("usr_3", Role::FarmStaff, None),
                ],
                older: Some(UserId::new("usr_3")),
                is_ended: true,
            };
            let html = page.html();
            sample::check(&html);
            for part in [
                "&#60;Rosa&#62;",
                ", Hill Row",
                "q=ro%26sa&#38;after=usr_3",
                "name=\"user\" value=\"usr_1\"",
                "href=\"/market/audit?actor=usr_2\"",
                "role=\"status\"",
            ] {
                assert!(html.contains(part), "no {part} in {html}");
            }
            assert!(!html.contains("value=\"usr_2\"") && !html.contains("value=\"usr_3\""));
        }
    }
}
