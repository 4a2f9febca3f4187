//! Every mail of this slice, with names that are made up.
use super::{
    pages::sign_in_mail,
    passwords::pages::{
        address_changed_mail, already_there_mail, password_changed_mail, reset_mail, sign_up_mail,
    },
    profile::pages::email_mail,
    team::{
        model::Invitation,
        pages::{answer_mail, application_mail, applied_mail, invitation_mail},
    },
};
use crate::{
    kernel::{
        ids::{FarmId, InvitationId, UserId},
        role::Role,
    },
    pages::example::{CUSTOMER, CUSTOMER_EMAIL, Example, FARM, FARMER, MANAGER, Scene, TOWN, To},
};

pub fn examples(scene: &Scene<'_>) -> Vec<Example> {
    let mut all = of_people(scene);
    all.extend(of_farms(scene));
    all
}

fn of_people(scene: &Scene<'_>) -> Vec<Example> {
    let &Scene { w, market, .. } = scene;
    let person = |name, when, letter| Example {
        name,
        to: To::Person,
        when,
        letter,
    };
    vec![
        person(
            "account.sign_up",
            "mails-when-sign-up",
            sign_up_mail(w, market, CUSTOMER, &scene.link("/signup")),
        ),
        person(
            "account.known",
            "mails-when-known",
            already_there_mail(w, market, CUSTOMER, &scene.page("/login")),
        ),
        person(
            "account.sign_in",
            "mails-when-sign-in",
            sign_in_mail(w, market, CUSTOMER, &scene.link("/login/link")),
        ),
        person(
            "account.reset",
            "mails-when-reset",
            reset_mail(w, market, CUSTOMER, &scene.link("/reset")),
        ),
        person(
            "account.password_changed",
            "mails-when-password",
            password_changed_mail(w, market, CUSTOMER, &scene.page("/reset")),
        ),
        person(
            "account.email",
            "mails-when-email",
            email_mail(w, market, CUSTOMER, &scene.link("/account/email")),
        ),
        person(
            "account.email_changed",
            "mails-when-email-changed",
            address_changed_mail(w, market, CUSTOMER),
        ),
    ]
}

fn of_farms(scene: &Scene<'_>) -> Vec<Example> {
    let &Scene { w, market, now, .. } = scene;
    let mail = |to, name, when, letter| Example {
        name,
        to,
        when,
        letter,
    };
    let invitation = Invitation {
        id: InvitationId::new("inv_example"),
        farm: FarmId::new("frm_example"),
        farm_name: FARM.to_owned(),
        email: CUSTOMER_EMAIL.to_owned(),
        role: Role::FarmStaff,
        invited_by: UserId::new("usr_example"),
        inviter: FARMER.to_owned(),
        expires_at: now,
    };
    let approved = scene.page("/farm/products");
    let declined = scene.page("/farms/new");
    let waiting = scene.page("/market/farms");
    let reason = w.say("mails-example-declined");
    vec![
        mail(
            To::Manager,
            "market.application",
            "mails-when-application",
            application_mail(w, market, MANAGER, FARM, (FARMER, TOWN), &waiting),
        ),
        mail(
            To::Farmer,
            "farm.applied",
            "mails-when-applied",
            applied_mail(w, market, FARMER, FARM, &approved),
        ),
        mail(
            To::Farmer,
            "farm.approved",
            "mails-when-approved",
            answer_mail(w, market, FARMER, FARM, None, &approved),
        ),
        mail(
            To::Farmer,
            "farm.declined",
            "mails-when-declined",
            answer_mail(w, market, FARMER, FARM, Some(&reason), &declined),
        ),
        mail(
            To::Farmer,
            "farm.invited",
            "mails-when-invited",
            invitation_mail(w, market, &invitation, CUSTOMER, &scene.link("/invite")),
        ),
    ]
}
