//! Configuration: defaults compiled in (`config.default.toml`), one TOML file, `MARKET_…` variables, flags; the later
//! wins. An unknown key or variable is an error: a typo must not silently be a default.
mod load;
mod schema;

pub use load::{DEFAULTS, Loaded, Problem, load};
pub use schema::{Config, Database, Http, Mail, Runtime, Smtp};
