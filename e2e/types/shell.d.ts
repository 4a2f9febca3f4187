/** The line that the server writes above the worker: see crates/market/src/http/offline.rs. */
declare const SHELL: string[];
