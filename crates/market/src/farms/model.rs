//! A farm of a market.
use crate::{
    kernel::{
        ids::FarmId,
        line::{line, note},
        role::Role,
    },
    orders::model::wire_words,
};

pub const LONGEST_NAME: usize = 80;
pub const LONGEST_STORY: usize = 2000;
pub const LONGEST_REASON: usize = 200;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Farm {
    pub id: FarmId,
    pub slug: String,
    pub name: String,
    pub town: String,
    /// Paragraphs of plain text.
    pub story: String,
    pub status: FarmStatus,
    /// What customers are told while it is paused.
    pub paused_reason: Option<String>,
    /// What its application was answered with; it may apply again.
    pub declined_reason: Option<String>,
    /// In which language it applied: the answer comes in the same.
    pub lang: String,
    pub version: i64,
}

/// Only an approved farm sells; its products are hidden otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FarmStatus {
    Applied,
    Approved,
    Paused,
}

wire_words!(FarmStatus { Applied "APPLIED", Approved "APPROVED", Paused "PAUSED", });

impl FarmStatus {
    /// Whether customers see the farm's products and may order them.
    pub const fn sells(self) -> bool {
        matches!(self, Self::Approved)
    }
}

/// What a manager does with a farm.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    Approve,
    /// With what the applicant is told.
    Decline(String),
    /// With what customers are told.
    Pause(String),
    Resume,
}

/// A step that does not lead on from where the farm stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CannotGo;

/// The owner answers for what a farm says of itself; a manager may mend it.
pub fn may_describe(roles: &[Role]) -> bool {
    roles
        .iter()
        .any(|role| *role == Role::FarmOwner || role.is_manager())
}

/// A field and the key of the words that say what is wrong with it.
pub type Wrong = (&'static str, &'static str);

/// What a farm says of itself, as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Typed {
    pub name: String,
    pub town: String,
    pub story: String,
}

/// The same, checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Profile {
    pub name: String,
    pub town: String,
    pub story: String,
}

impl Typed {
    pub fn of(farm: &Farm) -> Self {
        Self {
            name: farm.name.clone(),
            town: farm.town.clone(),
            story: farm.story.clone(),
        }
    }

    pub fn check(&self) -> Result<Profile, Vec<Wrong>> {
        let mut wrong = Vec::new();
        let mut one = |field, key, got: Option<String>| {
            got.unwrap_or_else(|| {
                wrong.push((field, key));
                String::new()
            })
        };
        let story = if self.story.trim().is_empty() {
            Some(String::new())
        } else {
            note(&self.story, LONGEST_STORY).ok()
        };
        let profile = Profile {
            name: one(
                "name",
                "farms-bad-name",
                line(&self.name, LONGEST_NAME).ok(),
            ),
            town: one(
                "town",
                "farms-bad-town",
                line(&self.town, LONGEST_NAME).ok(),
            ),
            story: one("story", "farms-bad-story", story),
        };
        if wrong.is_empty() {
            Ok(profile)
        } else {
            Err(wrong)
        }
    }
}

impl Profile {
    #[must_use]
    pub fn of(self, farm: &Farm) -> Farm {
        Farm {
            name: self.name,
            town: self.town,
            story: self.story,
            ..farm.clone()
        }
    }
}

impl Farm {
    /// The farm after a manager's verdict; the same farm where it stands there already.
    pub fn after(&self, verdict: &Verdict) -> Result<Self, CannotGo> {
        use FarmStatus::{Applied, Approved, Paused};
        let mut declined_reason = None;
        let (status, paused_reason) = match (self.status, verdict) {
            (Applied | Approved, Verdict::Approve) | (Paused | Approved, Verdict::Resume) => {
                (Approved, None)
            }
            (Approved | Paused, Verdict::Pause(reason)) => (Paused, Some(reason.clone())),
            (Applied, Verdict::Decline(reason)) => {
                declined_reason = Some(reason.clone());
                (Applied, None)
            }
            (Paused, Verdict::Approve)
            | (Applied, Verdict::Pause(_) | Verdict::Resume)
            | (Approved | Paused, Verdict::Decline(_)) => {
                return Err(CannotGo);
            }
        };
        Ok(Self {
            status,
            paused_reason,
            declined_reason,
            ..self.clone()
        })
    }

    /// It has applied and nobody has answered yet.
    pub const fn waits(&self) -> bool {
        matches!(self.status, FarmStatus::Applied) && self.declined_reason.is_none()
    }

    /// The same application, sent again with what it says of itself now.
    #[must_use]
    pub fn again(&self, profile: Profile, lang: &str) -> Self {
        Self {
            declined_reason: None,
            lang: lang.to_owned(),
            ..profile.of(self)
        }
    }

    pub fn new(id: FarmId, slug: &str, name: &str, status: FarmStatus) -> Self {
        Self {
            id,
            slug: slug.to_owned(),
            name: name.to_owned(),
            town: String::new(),
            story: String::new(),
            status,
            paused_reason: None,
            declined_reason: None,
            lang: "en".to_owned(),
            version: 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn farm(status: FarmStatus) -> Farm {
        Farm::new(FarmId::new("frm_1"), "hill-row", "Hill Row", status)
    }

    #[test]
    fn only_an_approved_farm_sells() {
        let sells: Vec<_> = FarmStatus::ALL
            .iter()
            .map(|status| status.sells())
            .collect();
        assert_eq!(sells, [false, true, false]);
    }

    #[test]
    fn a_verdict_leads_on_from_where_a_farm_stands() {
        use FarmStatus::{Applied, Approved, Paused};
        let pause = || Verdict::Pause("Flood".to_owned());
        let decline = || Verdict::Decline("Too far".to_owned());
        for (from, verdict, to) in [
            (Applied, Verdict::Approve, Some((Approved, None))),
            (Applied, pause(), None),
            (Applied, Verdict::Resume, None),
            (Approved, Verdict::Approve, Some((Approved, None))),
            (Approved, pause(), Some((Paused, Some("Flood")))),
            (Approved, Verdict::Resume, Some((Approved, None))),
            (Paused, Verdict::Approve, None),
            (Paused, pause(), Some((Paused, Some("Flood")))),
            (Paused, Verdict::Resume, Some((Approved, None))),
            (Applied, decline(), Some((Applied, None))),
            (Approved, decline(), None),
            (Paused, decline(), None),
        ] {
            let after = farm(from).after(&verdict);
            let after = after.as_ref().ok();
            let got = after.map(|farm| (farm.status, farm.paused_reason.as_deref()));
            assert_eq!(got, to, "{from:?} {verdict:?}");
        }
    }

    #[test]
    fn a_declined_application_waits_again_when_it_is_sent_again() {
        let declined = farm(FarmStatus::Applied)
            .after(&Verdict::Decline("Too far".to_owned()))
            .unwrap();
        assert_eq!(declined.declined_reason.as_deref(), Some("Too far"));
        assert!(!declined.waits() && declined.after(&Verdict::Approve).is_ok());
        let typed = Typed {
            town: "Near".to_owned(),
            ..Typed::of(&declined)
        };
        let again = declined.again(typed.check().unwrap(), "es");
        assert!(again.waits());
        assert_eq!((&*again.town, &*again.lang), ("Near", "es"));
        let approved = declined.after(&Verdict::Approve).unwrap();
        assert_eq!(approved.declined_reason, None);
    }

    #[test]
    fn a_farm_says_who_it_is_and_where() {
        let typed = |name: &str, town: &str, story: &str| Typed {
            name: name.to_owned(),
            town: town.to_owned(),
            story: story.to_owned(),
        };
        for (typed, fields) in [
            (typed("Hill Row", "Thornbury", ""), &[][..]),
            (typed(&"x".repeat(80), "T", &"x".repeat(2000)), &[]),
            (typed("", "", &"x".repeat(2001)), &["name", "town", "story"]),
            (
                typed(&"x".repeat(81), "a\nb", "a\0"),
                &["name", "town", "story"],
            ),
        ] {
            let wrong = typed.check().err().unwrap_or_default();
            let wrong: Vec<_> = wrong.into_iter().map(|wrong| wrong.0).collect();
            assert_eq!(wrong, fields);
        }
        let farm = farm(FarmStatus::Approved);
        let same = Typed {
            town: "Thornbury".to_owned(),
            ..Typed::of(&farm)
        };
        assert_eq!(same.check().unwrap().of(&farm).town, "Thornbury");
    }

    #[test]
    fn the_owner_and_managers_describe_a_farm() {
        for role in Role::ALL {
            let may = [Role::FarmOwner, Role::MarketManager, Role::Admin].contains(&role);
            assert_eq!(may_describe(&[role]), may, "{role:?}");
        }
    }
}
