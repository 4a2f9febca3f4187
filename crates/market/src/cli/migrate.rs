//! `market migrate`: brings the database up to date, or says where it stands.
use super::{
    Done, Failure,
    args::{Global, MigrateArgs},
    out::Out,
    start,
};
use crate::{kernel::time::Clock, migrations};

pub async fn run(
    out: &Out,
    global: &Global,
    env: Vec<(String, String)>,
    args: MigrateArgs,
) -> Done {
    let config = start::load(global, env, &[])?.config;
    start::log(out, &config);
    if args.status
        && let Some(path) = start::missing_file(&config)?
    {
        for migration in migrations::ALL {
            out.say(format!("pending  {}", migration.name));
        }
        out.talk(format!("there is no database at {} yet", path.display()));
        return Ok(());
    }
    if config.database.url.is_empty() {
        start::folder(&config.data)?;
    }
    let db = start::database(&config).await?;
    let failed = |error: db::Error| Failure::new(error.to_string(), "market migrate --status");
    if args.status {
        let status = db::migrate::status(&db, migrations::ALL)
            .await
            .map_err(failed)?;
        for migration in migrations::ALL {
            let applied = !status.pending.contains(&migration.name);
            out.say(format!(
                "{}  {}",
                if applied { "applied" } else { "pending" },
                migration.name
            ));
        }
        for name in &status.unknown {
            out.say(format!("unknown  {name} (from a newer version)"));
        }
        for name in &status.changed {
            out.say(format!(
                "changed  {name} (its text is not what was applied)"
            ));
        }
        return Ok(());
    }
    let applied = db::migrate::run(&db, migrations::ALL, Clock::System.now().micros())
        .await
        .map_err(failed)?;
    for name in &applied {
        out.say(format!("applied  {name}"));
    }
    out.talk(if applied.is_empty() {
        "the database is up to date"
    } else {
        "done"
    });
    db.close()
        .await
        .map_err(|error| Failure::new(error.to_string(), "market doctor"))
}
