//! The team's page, the invitation's page and mail.
use askama::Template;

use super::model::{GIVEN, Invitation, Member, may_give};
use crate::{
    accounts::pages::{Field, FormView, Kind, Mail, Plain},
    error::Error,
    kernel::{ids::UserId, role::Role},
    markets::model::Market,
    pages::{Shell, formats, letter::Letter, render},
    words::Words,
};

pub struct Page<'a> {
    pub shell: &'a Shell,
    pub market: &'a Market,
    /// Slug and name of the farms whose team the viewer may change.
    pub farms: &'a [(String, String)],
    /// The slug of the one shown.
    pub farm: &'a str,
    pub farm_name: &'a str,
    /// Who looks, who may leave.
    pub me: Option<&'a UserId>,
    /// The viewer's roles there.
    pub roles: &'a [Role],
    pub members: &'a [Member],
    pub invitations: &'a [Invitation],
    /// What was typed: address and role.
    pub typed: (&'a str, &'a str),
    pub wrong: Option<&'a Error>,
    pub done: Option<&'static str>,
}

#[derive(Template)]
#[template(path = "accounts/team/list.html")]
struct List<'a> {
    w: Words,
    farms: &'a [(String, String)],
    farm: &'a str,
    members: Vec<Row<'a>>,
    asked: Vec<Row<'a>>,
}

struct Row<'a> {
    id: &'a str,
    name: &'a str,
    /// Or until when.
    email: String,
    role: String,
    label: String,
    may_remove: bool,
    own: bool,
}

/// What was done, for the address of the page after it: `?done=`.
pub fn done(word: Option<&str>) -> Option<&'static str> {
    match word? {
        "invited" => Some("accounts-team-done-invited"),
        "removed" => Some("accounts-team-done-removed"),
        "withdrawn" => Some("accounts-team-done-withdrawn"),
        _ => None,
    }
}

pub fn role_word(role: Role, w: Words) -> String {
    w.say(match role {
        Role::FarmOwner => "accounts-role-owner",
        Role::FarmManager => "accounts-role-manager",
        _ => "accounts-role-staff",
    })
    .into_owned()
}

impl Page<'_> {
    pub fn html(&self) -> String {
        let w = self.shell.words;
        let list = render(&List {
            w,
            farms: self.farms,
            farm: self.farm,
            members: self.members.iter().map(|m| self.member(m)).collect(),
            asked: self.invitations.iter().map(|i| self.asked(i)).collect(),
        });
        Plain::new(
            self.shell,
            w.say_a("accounts-team-title", self.farm_name),
            "",
        )
        .work(self.farm)
        .note("ok", self.done)
        .part(list)
        .part(self.form())
        .html()
    }

    fn member<'m>(&self, member: &'m Member) -> Row<'m> {
        let w = self.shell.words;
        let own = self.me == Some(&member.user.id);
        Row {
            id: member.user.id.as_str(),
            name: &member.user.name,
            email: member.user.email.clone(),
            role: role_word(member.role, w),
            label: if own {
                w.say("accounts-team-leave").into_owned()
            } else {
                w.say_a("accounts-team-remove-one", &member.user.name)
            },
            may_remove: own || may_give(self.roles, member.role),
            own,
        }
    }

    fn asked<'m>(&self, invitation: &'m Invitation) -> Row<'m> {
        let w = self.shell.words;
        let until = formats::day_of(invitation.expires_at, &self.market.zone);
        Row {
            id: invitation.id.as_str(),
            name: &invitation.email,
            email: w.say_a("accounts-team-until", &formats::date(until, w)),
            role: role_word(invitation.role, w),
            label: w.say_a("accounts-team-withdraw-one", &invitation.email),
            may_remove: may_give(self.roles, invitation.role),
            own: false,
        }
    }

    fn form(&self) -> String {
        let w = self.shell.words;
        let roles = GIVEN
            .into_iter()
            .filter(|role| may_give(self.roles, *role))
            .map(|role| (role.as_str().to_owned(), role_word(role, w)));
        FormView::new(w, "/farm/team", "accounts-team-invite")
            .section("invite", "accounts-team-invite-title")
            .hidden("farm", self.farm)
            .fields([
                Field::email(w, self.typed.0)
                    .auto("off")
                    .told(w, self.wrong)
                    .label(w.say("accounts-team-email")),
                Field::new(
                    "role",
                    w.say("accounts-team-role"),
                    Kind::Select(roles.collect()),
                )
                .hint(w.say("accounts-team-role-hint"))
                .value(self.typed.1)
                .told(w, self.wrong),
            ])
            .html()
    }
}

/// The button behind the mailed link; a name is asked for where there is no account yet.
pub fn invitation(
    shell: &Shell,
    invitation: &Invitation,
    asks_name: bool,
    for_another: bool,
    typed: &str,
    wrong: Option<&Error>,
) -> String {
    let w = shell.words;
    let title = w.say_with(
        "accounts-invite-title",
        &[
            ("inviter", invitation.inviter.as_str().into()),
            ("farm", invitation.farm_name.as_str().into()),
        ],
    );
    let lead = w.say_with(
        "accounts-invite-lead",
        &[
            ("role", role_word(invitation.role, w).into()),
            ("email", invitation.email.as_str().into()),
        ],
    );
    let page = Plain::new(shell, title, lead);
    if for_another {
        return page.note("bad", Some("accounts-invite-other")).html();
    }
    let name = Field::new("name", w.say("accounts-name"), Kind::Input("text"))
        .auto("name")
        .value(typed)
        .told(w, wrong);
    let form = FormView::new(w, "", "accounts-invite-go").fields(asks_name.then_some(name));
    page.part(form.html()).html()
}

pub fn old_invitation(shell: &Shell) -> String {
    let w = shell.words;
    Plain::new(shell, w.say("accounts-invite-old-title"), "")
        .note("bad", Some("accounts-invite-old"))
        .way("/", "market-error-home")
        .html()
}

pub fn invitation_mail(
    w: Words,
    market: &Market,
    invitation: &Invitation,
    name: &str,
    url: &str,
) -> Letter {
    Mail {
        subject: "accounts-mail-invite-subject",
        name,
        lead: w.say_with(
            "accounts-mail-invite-lead",
            &[
                ("inviter", invitation.inviter.as_str().into()),
                ("farm", invitation.farm_name.as_str().into()),
                ("market", market.name.as_str().into()),
            ],
        ),
        button: Some((url, "accounts-invite-go")),
        rest: "accounts-mail-known-else",
    }
    .write(w, market)
}

/// To whoever applied: it arrived.
pub fn applied_mail(w: Words, market: &Market, name: &str, farm: &str, url: &str) -> Letter {
    let args = [
        ("farm", farm.into()),
        ("market", market.name.as_str().into()),
    ];
    Mail {
        subject: "accounts-mail-applied-subject",
        name,
        lead: w.say_with("accounts-mail-applied-lead", &args),
        button: Some((url, "accounts-mail-applied-go")),
        rest: "",
    }
    .because("accounts-mail-answer-why", w, market)
}

/// To whoever may answer it. `from` is the applicant and the farm's town.
pub fn application_mail(
    w: Words,
    market: &Market,
    name: &str,
    farm: &str,
    from: (&str, &str),
    url: &str,
) -> Letter {
    let args = [
        ("farm", farm.into()),
        ("who", from.0.into()),
        ("town", from.1.into()),
    ];
    Mail {
        subject: "accounts-mail-application-subject",
        name,
        lead: w.say_with("accounts-mail-application-lead", &args),
        button: Some((url, "accounts-mail-application-go")),
        rest: "accounts-mail-application-else",
    }
    .because("accounts-mail-judge-why", w, market)
}

/// Approved, or declined and why.
pub fn answer_mail(
    w: Words,
    market: &Market,
    name: &str,
    farm: &str,
    declined: Option<&str>,
    url: &str,
) -> Letter {
    let args = |reason: &str| {
        [
            ("farm", farm.to_owned().into()),
            ("market", market.name.as_str().into()),
            ("reason", reason.to_owned().into()),
        ]
    };
    let (subject, lead, button) = match declined {
        None => (
            "accounts-mail-approved-subject",
            w.say_with("accounts-mail-approved-lead", &args("")),
            "accounts-mail-approved-go",
        ),
        Some(reason) => (
            "accounts-mail-declined-subject",
            w.say_with("accounts-mail-declined-lead", &args(reason)),
            "accounts-mail-declined-go",
        ),
    };
    Mail {
        subject,
        name,
        lead,
        button: Some((url, button)),
        rest: "",
    }
    .because("accounts-mail-answer-why", w, market)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        accounts::model::User,
        kernel::ids::{FarmId, InvitationId},
        pages::sample,
        words::Lang,
    };

    fn asked() -> Invitation {
        Invitation {
            id: InvitationId::new("inv_1"),
            farm: FarmId::new("frm_1"),
            farm_name: "Hill <Row>".to_owned(),
            email: "new@example.org".to_owned(),
            role: Role::FarmManager,
            invited_by: UserId::new("usr_1"),
            inviter: "Rosa".to_owned(),
            expires_at: sample::at("2026-11-30T09:00"),
        }
    }

    fn page(lang: Lang, roles: &[Role]) -> String {
        let member = |name: &str, role| Member {
            user: User {
                id: UserId::new(format!("usr_{name}")),
                email: format!("{name}@example.org"),
                name: name.to_owned(),
            },
            role,
        };
        let farms = ["hill", "marsh"].map(|slug| (slug.to_owned(), slug.to_owned()));
        let html = Page {
            shell: &sample::shell(lang),
            market: &sample::market(),
            farms: &farms,
            farm: "hill",
            farm_name: "Hill <Row>",
            me: Some(&UserId::new("usr_sam")),
            roles,
            members: &[
                member("rosa", Role::FarmOwner),
                member("mia", Role::FarmManager),
                member("sam", Role::FarmStaff),
            ],
            invitations: &[asked()],
            typed: ("", ""),
            wrong: None,
            done: done(Some("invited")),
        }
        .html();
        sample::check(&html);
        html
    }

    #[test]
    fn the_team_in_every_language_with_the_buttons_one_may_press() {
        for lang in Lang::ALL {
            let owner = page(lang, &[Role::FarmOwner]);
            assert!(owner.contains("Hill &#60;Row&#62;") && owner.contains("aria-current"));
            assert!(
                !owner.contains("value=\"usr_rosa\""),
                "an owner is not removed"
            );
            assert!(owner.contains("value=\"usr_mia\"") && owner.contains("value=\"inv_1\""));
            assert!(owner.contains("<option value=\"FARM_MANAGER\""));
            let manager = page(lang, &[Role::FarmManager]);
            let leave = lang.words().say("accounts-team-leave");
            assert!(manager.contains("value=\"usr_sam\"") && manager.contains(&*leave));
            for not in ["value=\"usr_mia\"", "value=\"inv_1\"", "FARM_MANAGER"] {
                assert!(!manager.contains(not), "{not}");
            }
        }
        assert_eq!(done(Some("x")), None);
        for word in ["removed", "withdrawn"] {
            assert!(done(Some(word)).is_some());
        }
    }

    #[test]
    fn the_invitation_in_every_language() {
        for lang in Lang::ALL {
            let shell = sample::shell(lang);
            let error = Error::invalid("name", "accounts-name-bad");
            let new = invitation(&shell, &asked(), true, false, "<x", Some(&error));
            assert!(
                new.contains("href=\"#name\"") && new.contains("&#60;x"),
                "{new}"
            );
            let known = invitation(&shell, &asked(), false, false, "", None);
            assert!(known.contains("method=\"post\"") && !known.contains("name=\"name\""));
            let other = invitation(&shell, &asked(), false, true, "", None);
            assert_eq!(
                other.matches("method=\"post\"").count(),
                shell.person.iter().count()
            );
            for page in [new, known, other, old_invitation(&shell)] {
                sample::check(&page);
            }
            let market = sample::market();
            let mail = invitation_mail(lang.words(), &market, &asked(), "New", "http://x/1");
            for part in ["Rosa", "Hill <Row>", "Riverside Market", "http://x/1"] {
                assert!(mail.text().contains(part), "{part}: {}", mail.text());
            }
        }
    }
}
