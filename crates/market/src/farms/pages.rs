//! Farms as their owners and the market's managers see them: the form of a farm, and all farms with what to do.
use askama::Template;

use super::model::{Farm, FarmStatus, LONGEST_NAME, LONGEST_REASON, LONGEST_STORY, Typed, Wrong};
use crate::{
    kernel::ids::FarmId,
    pages::{Shell, Theme, render},
    words::Words,
};

/// The form in which a farm says who it is: an application, or its profile.
pub struct ProfilePage<'a> {
    pub w: Words,
    pub typed: &'a Typed,
    /// `None`: an application.
    pub farm: Option<&'a Farm>,
    pub wrong: &'a [Wrong],
    /// Theirs, when somebody else changed it since the form was opened.
    pub newest: Option<&'a Typed>,
    pub is_saved: bool,
    /// Why the application was declined that is sent again.
    pub declined: Option<String>,
}

#[derive(Template)]
#[template(path = "farms/profile.html")]
struct Profile<'a> {
    shell: &'a Shell,
    w: Words,
    page: &'a ProfilePage<'a>,
}

impl ProfilePage<'_> {
    pub fn render(&self, shell: &Shell) -> String {
        render(&Profile {
            shell,
            w: self.w,
            page: self,
        })
    }

    fn error(&self, field: &str) -> Option<String> {
        let wrong = self.wrong.iter().find(|(name, _)| *name == field);
        wrong.map(|(_, key)| self.w.say(key).into_owned())
    }

    fn errors(&self) -> Vec<(&'static str, String)> {
        let said = |(field, key): &Wrong| (*field, self.w.say(key).into_owned());
        self.wrong.iter().map(said).collect()
    }

    fn value(&self, field: &str) -> &str {
        text(self.typed, field)
    }

    fn now(&self, field: &str) -> Option<String> {
        let now = text(self.newest?, field);
        (now != self.value(field)).then(|| self.w.say_a("farms-now", now))
    }

    fn describes(&self, field: &str) -> String {
        let mut ids = vec![format!("h-{field}")];
        ids.extend(self.error(field).map(|_| format!("e-{field}")));
        ids.extend(self.now(field).map(|_| format!("n-{field}")));
        ids.join(" ")
    }
}

fn text<'t>(typed: &'t Typed, field: &str) -> &'t str {
    match field {
        "name" => &typed.name,
        "town" => &typed.town,
        _ => &typed.story,
    }
}

/// What was asked for a farm and not done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    pub id: FarmId,
    pub text: String,
    pub reason: String,
}

/// All farms of the market, those that wait for an answer first.
pub struct FarmsPage {
    w: Words,
    waiting: Vec<Row>,
    others: Vec<Row>,
    refused: Option<Refused>,
    /// Where a farm applies, to be passed on.
    apply_at: String,
}

struct Row {
    farm: Farm,
    /// `Rosa Keller, rosa@example.org`
    owners: Vec<String>,
    status: String,
    look: &'static str,
    error: Option<String>,
    /// In the reason's field.
    reason: String,
}

#[derive(Template)]
#[template(path = "farms/farms.html")]
struct All<'a> {
    shell: &'a Shell,
    w: Words,
    page: &'a FarmsPage,
}

#[derive(Template)]
#[template(path = "farms/farm.html")]
struct One<'a> {
    w: Words,
    row: &'a Row,
}

impl FarmsPage {
    pub fn new(
        farms: Vec<Farm>,
        owners: &[(FarmId, String, String)],
        w: Words,
        refused: Option<Refused>,
        apply_at: String,
    ) -> Self {
        let rows = farms.into_iter().map(|farm| {
            let named = refused.as_ref().filter(|refused| refused.id == farm.id);
            let (key, look) = match farm.status {
                FarmStatus::Applied if farm.waits() => ("farms-status-applied", "look"),
                FarmStatus::Applied => ("farms-status-declined", "bad"),
                FarmStatus::Approved => ("farms-status-approved", "ok"),
                FarmStatus::Paused => ("farms-status-paused", "bad"),
            };
            Row {
                owners: owners
                    .iter()
                    .filter(|(of, _, _)| *of == farm.id)
                    .map(|(_, name, email)| format!("{name}, {email}"))
                    .collect(),
                status: w.say(key).into_owned(),
                look,
                error: named.map(|refused| refused.text.clone()),
                reason: named
                    .map(|refused| refused.reason.clone())
                    .unwrap_or_default(),
                farm,
            }
        });
        let (waiting, others) = rows.partition(|row| row.farm.waits());
        Self {
            w,
            waiting,
            others,
            refused,
            apply_at,
        }
    }

    pub fn render(&self, shell: &Shell) -> String {
        render(&All {
            shell,
            w: self.w,
            page: self,
        })
    }

    fn row(&self, row: &Row) -> String {
        render(&One { w: self.w, row })
    }
}

#[cfg(test)]
mod tests;
