//! A farm's team: who is on it, who is asked to join by mail, who leaves. Rights are read with every request, so they
//! end with the row.
pub mod actions;
pub mod jobs;
pub mod model;
pub mod pages;
pub mod store;
pub mod web;
