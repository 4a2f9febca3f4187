//! The public face of `cluster`, as its callers use it.

#[cfg(test)]
mod counters;
#[cfg(test)]
mod topics;
