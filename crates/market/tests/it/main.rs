//! The product from the outside: the real router in process, a database of its own for each test (SQLite, or
//! PostgreSQL by `MARKET_TEST_DB`), a clock that stands still until a test moves it.

#![expect(clippy::too_many_lines, reason = "a journey is told in one piece")]

#[cfg(test)]
mod abuse;
#[cfg(test)]
mod account;
#[cfg(test)]
mod accounts;
#[cfg(test)]
mod accounts_tokens;
#[cfg(test)]
mod attack;
#[cfg(test)]
mod audit;
#[cfg(test)]
mod board;
#[cfg(test)]
mod bulk;
#[cfg(test)]
mod buying;
#[cfg(test)]
mod cart;
#[cfg(test)]
mod changing;
#[cfg(test)]
mod cli;
#[cfg(test)]
mod config;
#[cfg(test)]
mod csrf;
#[cfg(test)]
mod cut;
#[cfg(test)]
mod due;
#[cfg(test)]
mod failing;
#[cfg(test)]
mod farms;
#[cfg(test)]
mod harvest;
#[cfg(test)]
mod headers;
#[cfg(test)]
mod hosts;
#[cfg(test)]
mod instance;
#[cfg(test)]
mod keys;
mod late;
#[cfg(test)]
mod links;
#[cfg(test)]
mod live;
#[cfg(test)]
mod live_rights;
#[cfg(test)]
mod mails;
#[cfg(test)]
mod mails_page;
#[cfg(test)]
mod market_days;
#[cfg(test)]
mod market_desk;
#[cfg(test)]
mod market_settings;
#[cfg(test)]
mod my_orders;
#[cfg(test)]
mod notices;
#[cfg(test)]
mod notices_page;
#[cfg(test)]
mod offline;
#[cfg(test)]
mod openapi;
#[cfg(test)]
mod orders_api;
#[cfg(test)]
mod orders_people;
#[cfg(test)]
mod packing;
#[cfg(test)]
mod passwords;
#[cfg(test)]
mod products;
#[cfg(test)]
mod products_api;
#[cfg(test)]
mod products_sheets;
#[cfg(test)]
mod pseudo;
#[cfg(test)]
mod queries;
#[cfg(test)]
mod races;
#[cfg(test)]
mod random_orders;
#[cfg(test)]
mod reading;
#[cfg(test)]
mod refusals;
#[cfg(test)]
mod server;
#[cfg(test)]
mod setup;
#[cfg(test)]
mod sql;
#[cfg(test)]
mod stall;
#[cfg(test)]
mod support;
#[cfg(test)]
mod sweep;
#[cfg(test)]
mod team;
#[cfg(test)]
mod twins;
#[cfg(test)]
mod undo;
#[cfg(test)]
mod wire;
