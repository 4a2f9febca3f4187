//! SHA-256 and HMAC-SHA-256 as lower-case hex, and random bytes: everything secret is kept only as a hash.
use std::fmt::Write as _;

use ring::{digest, hmac, rand::SecureRandom as _, rand::SystemRandom};

pub fn hex(bytes: &[u8]) -> String {
    bytes
        .iter()
        .fold(String::with_capacity(bytes.len() * 2), |mut out, byte| {
            let _ = write!(out, "{byte:02x}");
            out
        })
}

pub fn sha256(text: impl AsRef<[u8]>) -> String {
    hex(digest::digest(&digest::SHA256, text.as_ref()).as_ref())
}

/// The key links are made with. `Debug` never shows it.
#[derive(Clone)]
pub struct LinkKey(hmac::Key);

impl LinkKey {
    pub fn new(secret: &[u8]) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, secret))
    }

    /// 128 bits of HMAC-SHA-256 over `purpose`, `id` and `generation`, as 32 hex digits: the same link every time it
    /// is asked for, so that each later mail carries it and no database holds it.
    pub fn token(&self, purpose: &str, id: &str, generation: i64) -> String {
        let tag = hmac::sign(&self.0, format!("{purpose}\n{id}\n{generation}").as_bytes());
        hex(&tag.as_ref()[..16])
    }
}

impl std::fmt::Debug for LinkKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("LinkKey(***)")
    }
}

/// Fresh random bytes from the operating system; `None` when it has none to give.
pub fn random<const N: usize>() -> Option<[u8; N]> {
    let mut bytes = [0; N];
    SystemRandom::new().fill(&mut bytes).ok()?;
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sha256_is_the_standard_one() {
        // FIPS 180-2, appendix B.1.
        assert_eq!(
            sha256("abc"),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
    }

    #[test]
    fn a_link_depends_on_each_of_its_parts_and_is_never_shown() {
        let key = LinkKey::new(b"secret");
        let link = key.token("order", "ord_1", 1);
        assert_eq!(link.len(), 32);
        assert_eq!(link, key.token("order", "ord_1", 1));
        for other in [
            key.token("sign-in", "ord_1", 1),
            key.token("order", "ord_2", 1),
            key.token("order", "ord_1", 2),
        ] {
            assert_ne!(link, other);
        }
        assert_ne!(link, LinkKey::new(b"other").token("order", "ord_1", 1));
        assert_eq!(format!("{key:?}"), "LinkKey(***)");
    }

    #[test]
    fn random_bytes_differ() {
        assert_ne!(random::<16>(), random::<16>());
    }
}
