//! What becomes of a claimed row: the backoff, the grave, and one transaction for a whole batch.

use futures_util::future::try_join_all;

use crate::job::Claimed;
use crate::store;

const SECOND: i64 = 1_000_000;
const MINUTE: i64 = 60 * SECOND;
const HOUR: i64 = 60 * MINUTE;

/// The wait after each failed try; after the try that follows the last wait the job is dead.
const BACKOFF: [i64; 7] = [
    5 * SECOND,
    30 * SECOND,
    2 * MINUTE,
    10 * MINUTE,
    HOUR,
    3 * HOUR,
    3 * HOUR,
];
/// How often a job is tried in all.
#[expect(clippy::cast_possible_wrap, reason = "a handful")]
pub const TRIES: i64 = BACKOFF.len() as i64 + 1;
/// Enough for a provider's sentence, too short for its page of HTML.
const MAX_ERROR: usize = 500;
const COMMIT_TRIES: usize = 3;

#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Mark {
    Done {
        at: i64,
    },
    Again {
        at: i64,
    },
    Retry {
        at: i64,
        error: String,
    },
    Dead {
        at: i64,
        error: String,
    },
    /// Not started: the lease was too old or the runner was told to stop.
    Released,
    /// The handler marked it in its own transaction.
    Nothing,
}

/// The mark after a failed try.
pub(crate) fn failed(attempts: i64, now: i64, error: &str) -> Mark {
    let error = cut(error);
    let wait = usize::try_from(attempts.saturating_sub(1))
        .ok()
        .and_then(|failures| BACKOFF.get(failures));
    match wait {
        Some(wait) => Mark::Retry {
            at: now.saturating_add(*wait),
            error,
        },
        None => Mark::Dead { at: now, error },
    }
}

/// What fits in a TEXT column of both engines; PostgreSQL refuses NUL, and one refusal would lose a batch of marks.
pub(crate) fn cut(error: &str) -> String {
    let printable = |c: char| if c == '\0' { '\u{fffd}' } else { c };
    error.chars().take(MAX_ERROR).map(printable).collect()
}

/// Whether so many tries were begun that none is left: the earlier ones ended without a word.
pub(crate) fn exhausted(attempts: i64) -> bool {
    usize::try_from(attempts).is_ok_and(|attempts| attempts > BACKOFF.len() + 1)
}

/// Writes all marks in one transaction. A mark whose lease was lost changes nothing.
pub(crate) async fn write_all(db: &db::Db, marks: &mut [(Claimed, Mark)]) -> db::Result<()> {
    // One order for all runners, so that two of them cannot deadlock over rows both once held.
    marks.sort_by(|a, b| a.0.id.cmp(&b.0.id));
    if marks.iter().all(|(_, mark)| *mark == Mark::Nothing) {
        return Ok(());
    }
    let mut tries = 0;
    loop {
        tries += 1;
        match write_once(db, marks).await {
            // Work that was done must not be done again for a passing trouble of the database.
            Err(error) if tries < COMMIT_TRIES && passing(&error) => {
                tracing::debug!(%error, tries, "marking jobs again");
            }
            other => return other,
        }
    }
}

/// After a commit in doubt the fence tells: what was marked is not marked twice.
fn passing(error: &db::Error) -> bool {
    error.is_retry() || error.is_unavailable() || matches!(error, db::Error::InDoubt)
}

async fn write_once(db: &db::Db, marks: &[(Claimed, Mark)]) -> db::Result<()> {
    let tx = db.write().await?;
    // PostgreSQL gets all of them in one packet; SQLite answers each at once.
    let applied = try_join_all(marks.iter().map(|(job, mark)| write(&tx, job, mark))).await?;
    tx.commit().await?;
    for ((job, mark), applied) in marks.iter().zip(applied) {
        report(job, mark, applied);
    }
    Ok(())
}

async fn write(tx: &db::Write, job: &Claimed, mark: &Mark) -> db::Result<bool> {
    match mark {
        Mark::Done { at } => store::mark_done(tx, job, *at).await,
        Mark::Again { at } => store::mark_again(tx, job, *at).await,
        Mark::Retry { at, error } => store::mark_retry(tx, job, *at, error).await,
        Mark::Dead { at, error } => store::mark_dead(tx, job, *at, error).await,
        Mark::Released => store::mark_released(tx, job).await,
        Mark::Nothing => Ok(true),
    }
}

fn report(job: &Claimed, mark: &Mark, applied: bool) {
    let (id, kind, attempts) = (job.id.as_str(), job.kind.as_str(), job.attempts);
    match mark {
        _ if !applied => {
            tracing::warn!(
                job.id = id,
                job.kind = kind,
                job.attempts = attempts,
                "job was not marked: its lease is no longer held"
            );
        }
        Mark::Retry { error, .. } => {
            tracing::warn!(
                job.id = id,
                job.kind = kind,
                job.attempts = attempts,
                error,
                "job failed and will be tried again"
            );
        }
        Mark::Dead { error, .. } => {
            tracing::error!(
                job.id = id,
                job.kind = kind,
                job.attempts = attempts,
                error,
                "job was given up"
            );
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn eight_tries_with_growing_waits() {
        let waits: Vec<_> = (1..=9)
            .map(|attempts| match failed(attempts, 100, "no") {
                Mark::Retry { at, .. } => Some((at - 100) / SECOND),
                _ => None,
            })
            .collect();
        let expected = [5, 30, 120, 600, 3_600, 10_800, 10_800];
        assert_eq!(waits[..7], expected.map(Some));
        assert_eq!(waits[7..], [None, None]);
        assert_eq!([8, 9].map(exhausted), [false, true]);
    }

    #[test]
    fn an_error_is_cut_at_whole_characters() {
        let Mark::Retry { error, .. } = failed(1, 0, &"\0ä".repeat(600)) else {
            panic!("the first failure is retried");
        };
        assert_eq!(error, "\u{fffd}ä".repeat(250));
    }
}
