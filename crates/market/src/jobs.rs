//! The one place that knows which slice handles which kind of job.
use std::{sync::Arc, time::Duration};

use outbox::{Claimed, Handler, Job, Outcome, Push, Runner};
use serde::{Deserialize, Serialize};

use crate::{
    accounts::{
        self, passwords::jobs as passwords, people::jobs as people, profile::jobs as profile,
        team::jobs as team,
    },
    app::App,
    audit, cart,
    error::Result,
    idempotency, mails, markets, notices, orders, setup,
};

/// Clears away what is no longer of use. Comes again every hour.
#[derive(Debug, Serialize, Deserialize)]
pub struct Housekeeping {}

impl Job for Housekeeping {
    const KIND: &'static str = "market.housekeeping";
}

/// Done jobs are kept this long for whoever looks into what happened.
const DONE_KEPT: Duration = Duration::from_hours(24 * 7);
const PURGE: i64 = 10_000;

pub struct Jobs(pub Arc<App>);

impl Handler for Jobs {
    async fn handle(&self, job: &Claimed) -> std::result::Result<Outcome, String> {
        let app = &self.0;
        let kind = job.kind.as_str();
        let done = match kind {
            orders::jobs::StatusChanged::KIND => {
                notices::jobs::status_changed(app, job, &read(job)?).await
            }
            notices::jobs::SendNotice::KIND => notices::jobs::send(app, job, &read(job)?).await,
            notices::jobs::ConfirmAnyway::KIND => {
                notices::jobs::confirm_anyway(app, job, &read(job)?).await
            }
            notices::jobs::MailPacked::KIND => {
                notices::jobs::mail_packed(app, job, &read(job)?).await
            }
            orders::late::jobs::LateTold::KIND => {
                notices::late::jobs::late_told(app, job, &read(job)?).await
            }
            notices::late::jobs::TellLate::KIND => {
                notices::late::jobs::tell_late(app, job, &read(job)?).await
            }
            orders::moved::jobs::WindowMoved::KIND => {
                notices::moved::jobs::window_moved(app, job, &read(job)?).await
            }
            notices::moved::jobs::TellMoved::KIND => {
                notices::moved::jobs::tell_moved(app, job, &read(job)?).await
            }
            orders::jobs::OrderChanged::KIND => {
                notices::jobs::order_changed(app, job, &read(job)?).await
            }
            orders::jobs::LookAtDue::KIND => orders::jobs::look_at_due(app).await,
            orders::jobs::SendOrderLink::KIND => {
                orders::jobs::send_order_link(app, &job.id, &read(job)?).await
            }
            accounts::jobs::SendSignInLink::KIND => {
                accounts::jobs::send_sign_in_link(app, &job.id, &read(job)?).await
            }
            markets::jobs::LookAtDays::KIND => markets::jobs::look_at_days(app).await,
            passwords::SendSignUp::KIND => passwords::send_sign_up(app, &job.id, &read(job)?).await,
            passwords::SendReset::KIND => passwords::send_reset(app, &job.id, &read(job)?).await,
            passwords::SendLetter::KIND => passwords::send_letter(app, &job.id, &read(job)?).await,
            profile::SendEmailLink::KIND => {
                profile::send_email_link(app, &job.id, &read(job)?).await
            }
            team::SendInvitation::KIND => team::send_invitation(app, &job.id, &read(job)?).await,
            people::AccessEnded::KIND => people::access_ended(app, &read(job)?).await,
            audit::jobs::SealAudit::KIND => audit::jobs::seal(app).await,
            team::SendApplied::KIND => team::send_applied(app, &job.id, &read(job)?).await,
            team::SendAnswer::KIND => team::send_answer(app, &job.id, &read(job)?).await,
            mails::jobs::SendExample::KIND => {
                mails::jobs::send_example(app, &job.id, &read(job)?).await
            }
            Housekeeping::KIND => housekeeping(app).await,
            _ => {
                return Err(format!(
                    "no handler for jobs of kind {kind}: they come from a newer version"
                ));
            }
        };
        done.map_err(|error| error.to_string())
    }
}

fn read<J: Job>(job: &Claimed) -> std::result::Result<J, String> {
    job.job().map_err(|error| error.to_string())
}

async fn housekeeping(app: &App) -> Result<Outcome> {
    let now = app.now();
    let tx = app.db.write().await?;
    let purged = outbox::purge(&tx, now.minus(DONE_KEPT).micros(), PURGE).await?;
    idempotency::store::delete_before(&tx, now.minus(idempotency::model::KEPT)).await?;
    accounts::store::delete_expired(&tx, now).await?;
    cart::store::delete_before(&tx, now.minus(cart::model::KEPT)).await?;
    setup::store::delete_expired(&tx, now).await?;
    accounts::passwords::store::delete_expired(&tx, now).await?;
    accounts::team::store::delete_expired(&tx, now).await?;
    let old = notices::store::delete_before(&tx, now.minus(notices::model::KEPT), PURGE).await?;
    accounts::devices::store::delete_expired(&tx, now).await?;
    tx.commit().await?;
    // A full sweep means that there is more: it must not grow faster than it is cleared away.
    let more = [purged, old].map(i64::try_from).contains(&Ok(PURGE));
    let next = if more {
        now
    } else {
        now.plus(Duration::from_hours(1))
    };
    Ok(Outcome::Again { at: next.micros() })
}

pub fn runner(app: &Arc<App>) -> Runner<Jobs> {
    let clock = app.clock.clone();
    Runner::new(app.db.clone(), Jobs(app.clone()), move || {
        clock.now().micros()
    })
}

/// The jobs that come again by themselves exist once, however many instances start.
pub async fn ensure_recurring(app: &App) -> Result<()> {
    let now = app.now();
    let [first, second, third, fourth] = [(); 4].map(|()| app.ids.make("job", now));
    let push = |id, key| Push {
        id,
        key,
        due_at: now.micros(),
        now: now.micros(),
    };
    let tx = app.db.write().await?;
    outbox::push_once(&tx, &orders::jobs::LookAtDue {}, push(&first, "every")).await?;
    outbox::push_once(&tx, &Housekeeping {}, push(&second, "every")).await?;
    outbox::push_once(&tx, &markets::jobs::LookAtDays {}, push(&third, "every")).await?;
    outbox::push_once(&tx, &audit::jobs::SealAudit {}, push(&fourth, "every")).await?;
    tx.commit().await?;
    Ok(())
}
