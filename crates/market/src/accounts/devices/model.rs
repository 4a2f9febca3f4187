//! What a browser says of itself when somebody signs in.
use std::time::Duration;

/// A device that was not used for so long is a stranger again.
pub const LIVES: Duration = Duration::from_hours(24 * 180);
/// Devices that are known of one person in one market; the one that was used longest ago goes.
pub const AT_MOST: i64 = 10;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Device {
    /// Browser and system, as the person will read it in the list of sessions.
    pub name: String,
    /// The hash of the secret it brought, if it was here before.
    pub hash: Option<String>,
    /// In which pages are read there.
    pub lang: &'static str,
}
