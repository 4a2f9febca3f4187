//! Every migration, in order. A file is never changed once it is on main; both engines have the same names.
use db::migrate::Migration;

macro_rules! migration {
    ($name:literal) => {
        Migration {
            name: $name,
            sqlite: include_str!(concat!("../migrations/sqlite/", $name, ".sql")),
            postgres: include_str!(concat!("../migrations/postgres/", $name, ".sql")),
        }
    };
}

pub const ALL: &[Migration] = &[
    outbox::MIGRATION,
    migration!("0002_markets"),
    migration!("0003_accounts"),
    migration!("0004_farms"),
    migration!("0005_orders"),
    migration!("0006_idempotency"),
    migration!("0007_selling"),
    migration!("0008_carts"),
    migration!("0009_people"),
    migration!("0010_notices"),
    migration!("0011_growing"),
    migration!("0012_setup"),
    migration!("0013_answers"),
    migration!("0014_devices"),
    migration!("0015_changes"),
    migration!("0016_work"),
    migration!("0018_late"),
    migration!("0019_audit"),
    migration!("0020_filters"),
    migration!("0022_closing"),
    migration!("0023_moved"),
    migration!("0024_moves"),
];
