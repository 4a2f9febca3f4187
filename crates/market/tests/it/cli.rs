//! The binary as its users start it: another process, a folder of its own, any free port, ended by SIGTERM.
mod demo;
mod errors;
mod process;
mod serve;
mod verbs;
mod walk;
