//! The outbox on a real database: SQLite, or PostgreSQL by `MARKET_TEST_DB`.

#[cfg(test)]
mod leases;
#[cfg(test)]
mod looping;
#[cfg(test)]
mod pushing;
#[cfg(test)]
mod running;
#[cfg(test)]
mod world;
