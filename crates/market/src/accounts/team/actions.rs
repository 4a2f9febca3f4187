//! Inviting, accepting, leaving.
use super::{
    jobs::SendInvitation,
    model::{INVITATION_LIVES, Invitation, may_give},
    store::{self, NewInvitation},
};
use crate::{
    accounts::{
        self, actions,
        devices::model::Device,
        model::{Caller, NAME_LENGTH, Opened, User, ended_topic_of},
        passwords::actions::push,
        profile::actions::person,
    },
    app::App,
    audit::{
        actions::note,
        facts,
        model::{Did, Verb},
    },
    error::{Error, Result, Say},
    http::limits,
    kernel::{
        hash,
        ids::{FarmId, InvitationId, UserId},
        line,
        role::Role,
    },
};

fn forbidden() -> Error {
    Error::Forbidden(Say::key("accounts-team-forbidden"))
}

pub async fn invite(app: &App, who: &Caller, farm: &FarmId, email: &str, role: Role) -> Result<()> {
    let (user, _) = person(who)?;
    if !may_give(&who.roles_at(farm), role) {
        return Err(forbidden());
    }
    limits::count_key(app, user.id.as_str(), limits::INVITE)?;
    let market = &who.market.id;
    let now = app.now();
    let tx = app.db.write().await?;
    if let Some(there) = accounts::store::find_user_by_email(&tx, email).await? {
        let held = store::find_role(&tx, market, farm, &there.id).await?;
        // Only from staff to manager is a step that an invitation makes.
        if held.is_some_and(|held| held != Role::FarmStaff || role == held) {
            tx.discard().await?;
            return Err(Error::invalid("email", "accounts-team-already"));
        }
    }
    let id = InvitationId::new(app.ids.make(InvitationId::PREFIX, now));
    let token = app.mailed_token("invite", id.as_str());
    let new = NewInvitation {
        id: &id,
        market,
        farm,
        email,
        role,
        invited_by: &user.id,
        hash: &hash::sha256(&token),
        now,
        expires_at: now.plus(INVITATION_LIVES),
    };
    store::insert_invitation(&tx, &new).await?;
    let invited = Did::new(Verb::TeamInvited, id.as_str()).became(facts::member(farm, role));
    note(app, &tx, who, invited.at(farm)).await?;
    let job = SendInvitation {
        market: market.clone(),
        id: id.clone(),
    };
    push(app, &tx, &job).await?;
    tx.commit().await?;
    app.jobs_wait.notify_one();
    Ok(())
}

pub async fn withdraw(app: &App, who: &Caller, farm: &FarmId, id: &InvitationId) -> Result<()> {
    let market = &who.market.id;
    let tx = app.db.write().await?;
    let found = store::find_invitation(&tx, market, id).await?;
    let refused = match found.filter(|found| found.farm == *farm) {
        None => Some(Error::NotFound),
        Some(found) if !may_give(&who.roles_at(farm), found.role) => Some(forbidden()),
        Some(_) => None,
    };
    if let Some(refused) = refused {
        tx.discard().await?;
        return Err(refused);
    }
    if store::withdraw(&tx, market, farm, id).await? {
        let withdrawn = Did::new(Verb::TeamWithdrawn, id.as_str());
        note(app, &tx, who, withdrawn.at(farm)).await?;
    }
    tx.commit().await?;
    Ok(())
}

/// Somebody is removed, or leaves: the last owner does not. The rights end with the row; streams that stand on them
/// end now.
pub async fn remove(app: &App, who: &Caller, farm: &FarmId, user: &UserId) -> Result<()> {
    let market = &who.market.id;
    let tx = app.db.write().await?;
    let leaves = who.user.as_ref().is_some_and(|own| own.id == *user);
    let removed = match store::find_role(&tx, market, farm, user).await? {
        None => Err(Error::NotFound),
        Some(Role::FarmOwner) if leaves && store::hold_owners(&tx, market, farm).await? < 2 => {
            Err(Error::Conflict {
                say: Say::key("accounts-team-last-owner"),
                allowed: Vec::new(),
            })
        }
        Some(role) if leaves => Ok(store::remove_member(&tx, market, farm, user, role).await?),
        Some(role) if !may_give(&who.roles_at(farm), role) => Err(forbidden()),
        Some(role) => Ok(store::remove_member(&tx, market, farm, user, role).await?),
    };
    if !matches!(removed, Ok(true)) {
        tx.discard().await?;
        return removed.and(Err(Error::NotFound));
    }
    let tokens = store::list_tokens(&tx, market, user).await?;
    let removed = Did::new(Verb::TeamRemoved, user.as_str()).became(facts::no_member(farm));
    note(app, &tx, who, removed.at(farm)).await?;
    tx.commit().await?;
    app.cluster.bump(&ended_topic_of(user));
    for token in tokens {
        app.cluster.bump(&format!("ended/{token}"));
    }
    Ok(())
}

/// An invitation that is still good: its own, and its inviter's right to give that role.
pub async fn find(
    app: &App,
    db: &db::Read,
    who: &Caller,
    token: &str,
) -> Result<Option<Invitation>> {
    let market = &who.market.id;
    let hash = hash::sha256(token);
    let found = store::find_invitation_by_link(db, market, &hash, app.now()).await?;
    let Some(invitation) = found else {
        return Ok(None);
    };
    let held = accounts::store::list_memberships(db, &invitation.invited_by, market).await?;
    let roles: Vec<Role> = held
        .into_iter()
        .filter(|held| held.farm.as_ref().is_none_or(|at| *at == invitation.farm))
        .map(|held| held.role)
        .collect();
    Ok(Some(invitation).filter(|invitation| may_give(&roles, invitation.role)))
}

/// Whoever holds the link reads the mailbox it was sent to: the account with that address joins, or a new one.
pub async fn accept(
    app: &App,
    who: &Caller,
    token: &str,
    name: &str,
    device: &Device,
) -> Result<Opened> {
    let now = app.now();
    let tx = app.db.write().await?;
    let invitation = match find(app, &tx, who, token).await? {
        Some(invitation) if is_for_another(who, &invitation) => {
            tx.discard().await?;
            return Err(Error::Forbidden(Say::key("accounts-invite-other")));
        }
        Some(invitation) => invitation,
        None => {
            tx.discard().await?;
            return Err(Error::NotFound);
        }
    };
    let there = accounts::store::find_user_by_email(&tx, &invitation.email).await?;
    let user = match (there, line::line(name, NAME_LENGTH)) {
        (Some(user), _) => user,
        (None, Ok(name)) => {
            let user = User {
                id: UserId::new(app.ids.make(UserId::PREFIX, now)),
                email: invitation.email.clone(),
                name,
            };
            accounts::store::insert_user(&tx, &user, now).await?;
            let made = Did::new(Verb::AccountMade, user.id.as_str()).by(&user.id, &[]);
            note(app, &tx, who, made).await?;
            user
        }
        (None, Err(_)) => {
            tx.discard().await?;
            return Err(Error::invalid("name", "accounts-name-bad"));
        }
    };
    if !store::mark_used(&tx, &invitation.id, now).await? {
        tx.discard().await?;
        return Err(Error::NotFound);
    }
    let (market, farm, role) = (&who.market.id, &invitation.farm, invitation.role);
    match store::find_role(&tx, market, farm, &user.id).await? {
        None => {
            accounts::store::insert_membership(&tx, &user.id, market, role, Some(farm)).await?;
        }
        Some(Role::FarmStaff) => store::set_role(&tx, market, farm, &user.id, role).await?,
        Some(_) => {}
    }
    let joined = Did::new(Verb::TeamJoined, user.id.as_str()).became(facts::member(farm, role));
    note(app, &tx, who, joined.of_person(&user.id).as_role(role)).await?;
    let opened = actions::open_for(app, &tx, who, &user, device).await?;
    tx.commit().await?;
    Ok(opened)
}

/// Somebody else is signed in here: joining as the wrong person is not undone by signing out.
pub fn is_for_another(who: &Caller, invitation: &Invitation) -> bool {
    let user = who.user.as_ref();
    user.is_some_and(|user| user.email != invitation.email)
}
