//! `market verify audit`: whether the chain over what was done still holds. Exit code 1 when it does not.
use super::{
    Done, Failure,
    args::{Global, JsonArgs, VerifyArgs, VerifyVerb},
    out::Out,
    start,
};
use crate::audit::check::{Report, Wrong, check};

pub async fn run(out: &Out, global: &Global, env: Vec<(String, String)>, args: VerifyArgs) -> Done {
    let VerifyVerb::Audit(JsonArgs { json }) = args.verb;
    let config = start::load(global, env, &[])?.config;
    start::log(out, &config);
    let db = start::database(&config).await?;
    db::migrate::check(&db, crate::migrations::ALL)
        .await
        .map_err(|error| Failure::new(error.to_string(), "market migrate"))?;
    let report = read(&db)
        .await
        .map_err(|error| Failure::new(error.to_string(), "market doctor"))?;
    // Nothing was written: a close that fails loses nothing.
    let _ = db.close().await;
    if json {
        out.say(serde_json::to_string(&report).unwrap_or_default());
    } else {
        tell(out, &report);
    }
    match report.broken {
        None => Ok(()),
        Some(_) => Err(Failure::new(
            "what was done is not what was written down",
            "compare with an older copy of the database, and the hashes with the log of `audit sealed`",
        )),
    }
}

async fn read(db: &db::Db) -> db::Result<Report> {
    check(&db.read_fresh().await?).await
}

fn tell(out: &Out, report: &Report) {
    out.say(format!(
        "{} seals over {} rows hold; {} wait for the next seal",
        report.seals, report.rows, report.open
    ));
    if let Some(head) = &report.head {
        out.say(format!("newest hash: {head}"));
    }
    let Some(broken) = &report.broken else { return };
    let row = broken.row.as_deref().unwrap_or("");
    out.say(match broken.wrong {
        Wrong::RowChanged => format!("row {row} of seal {} was changed", broken.seal),
        Wrong::RowRemoved => format!("row {row} of seal {} was removed", broken.seal),
        Wrong::RowInserted => format!("row {row} was put in after it was due to be sealed"),
        Wrong::SealChanged => format!("seal {} was changed", broken.seal),
        Wrong::SealRemoved => format!("seal {} was removed", broken.seal),
    });
}
