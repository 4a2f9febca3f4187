//! What customers hear of a window that was moved.
pub mod jobs;
