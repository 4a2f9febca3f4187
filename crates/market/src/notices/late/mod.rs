//! What customers hear of a farm that runs late.
pub mod jobs;
