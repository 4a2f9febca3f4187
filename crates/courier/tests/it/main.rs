//! The public face of `courier`.

#[cfg(test)]
mod addresses;
#[cfg(test)]
mod folder;
#[cfg(test)]
mod smtp;
