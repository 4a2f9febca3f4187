//! Attacks, as one would try them, and what stops each.
mod people;
