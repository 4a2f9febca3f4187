//! Somebody's access has ended, in whatever process: streams that stand on it look again.
use outbox::{Job, Outcome};
use serde::{Deserialize, Serialize};

use super::store;
use crate::{accounts::model::ended_topic_of, app::App, error::Result, kernel::ids::UserId};

#[derive(Debug, Serialize, Deserialize)]
pub struct AccessEnded {
    pub user: UserId,
}

impl Job for AccessEnded {
    const KIND: &'static str = "accounts.access_ended";
}

pub async fn access_ended(app: &App, job: &AccessEnded) -> Result<Outcome> {
    let read = app.db.read_fresh().await?;
    let tokens = store::list_tokens(&read, &job.user).await?;
    drop(read);
    app.cluster.bump(&ended_topic_of(&job.user));
    for token in tokens {
        app.cluster.bump(&format!("ended/{token}"));
    }
    Ok(Outcome::Done)
}
