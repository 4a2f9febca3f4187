//! Passwords: what is good enough, and argon2id in a queue that bounds its memory and never holds up a request of
//! somebody else.
use std::{
    collections::HashSet,
    sync::{
        Arc, LazyLock, Mutex, PoisonError,
        atomic::{AtomicU64, AtomicUsize, Ordering},
    },
};

use argon2::{
    Algorithm, Argon2, Block, Params, Version,
    password_hash::phc::{Output, ParamsString, PasswordHash, Salt},
};
use tokio::sync::Semaphore;

use super::hash;

/// OWASP's figures: 19 MiB, two passes, one lane.
const MEMORY_KIB: u32 = 19_456;
const PASSES: u32 = 2;
const LANES: u32 = 1;
const OUT: usize = 32;
/// Hashes under way at once, each with a memory of its own.
const AT_ONCE: usize = 2;
/// Whoever comes when so many wait is sent away: 34 × 20 ms is what somebody waits at most.
const WAITING: usize = 32;
/// A hash of nothing: an unknown address takes as long as a known one.
const DUMMY: &str = "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5IGF0IGFsbA$\
                     CgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgo";
/// The commonest of what leaked elsewhere, in lower case.
static COMMON: LazyLock<HashSet<&str>> =
    LazyLock::new(|| include_str!("common_passwords.txt").lines().collect());

/// Characters, whatever they are. Nothing is cut: what is longer is refused.
pub const SHORTEST: usize = 8;
pub const LONGEST: usize = 256;
/// A shorter one of digits and marks alone is a date or a number on some card.
const DIGITS: usize = 16;
/// So short a piece, said again and again, adds nothing.
const PIECE: usize = 4;

/// Why a password cannot be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weak {
    Short,
    Long,
    /// The address, the name, or the market's.
    Own,
    Common,
}

/// Characters count, not kinds of them: length is what helps. What is on the list, or would be without the digits
/// around it, and what its owner is called is guessed first, however long it is. `own`: the names that stand for this
/// person and this market.
pub fn check(password: &str, own: &[&str]) -> Result<(), Weak> {
    let count = password.chars().count();
    if count < SHORTEST {
        return Err(Weak::Short);
    }
    if count > LONGEST {
        return Err(Weak::Long);
    }
    let plain = password.trim().to_lowercase();
    let core = plain.trim_matches(|c: char| !c.is_alphabetic());
    let bare = letters(core);
    let is_own = |own: &&str| {
        let words = own.split(|c: char| !c.is_alphanumeric());
        let parts = words.chain([own.split('@').next().unwrap_or(""), own]);
        parts
            .map(|part| letters(&part.to_lowercase()))
            .any(|part| !part.is_empty() && part == bare)
    };
    if own.iter().any(is_own) {
        return Err(Weak::Own);
    }
    let listed = [plain.as_str(), core, bare.as_str(), &unmasked(&plain)]
        .iter()
        .any(|form| COMMON.contains(form));
    let marks = |c: char| c.is_ascii() && !c.is_ascii_alphabetic();
    let number = count < DIGITS && plain.chars().all(marks);
    if listed || number || repeats(&plain) {
        return Err(Weak::Common);
    }
    Ok(())
}

/// Without what stands between the words, and without digits at the ends.
fn letters(text: &str) -> String {
    let text = text.trim_matches(|c: char| !c.is_alphabetic());
    text.chars().filter(|c| c.is_alphanumeric()).collect()
}

/// `P@ssw0rd!` is `password`.
fn unmasked(text: &str) -> String {
    let clear: String = text
        .chars()
        .map(|c| match c {
            '@' | '4' => 'a',
            '3' => 'e',
            '1' => 'i',
            '0' => 'o',
            '5' | '$' => 's',
            '7' => 't',
            other => other,
        })
        .collect();
    let masked = text.trim_end_matches(|c: char| !c.is_alphabetic());
    let len = masked.chars().count();
    clear.chars().take(len).collect()
}

/// One key, or a few, again and again.
fn repeats(text: &str) -> bool {
    let chars: Vec<char> = text.chars().collect();
    (1..=PIECE).any(|piece| {
        let Some((first, _)) = chars.split_at_checked(piece) else {
            return false;
        };
        chars.chunks(piece).all(|chunk| first.starts_with(chunk))
    })
}

#[derive(Debug, thiserror::Error)]
pub enum Failed {
    #[error("too many passwords wait to be hashed")]
    Busy,
    #[error("a password could not be hashed: {0}")]
    Hash(String),
}

/// What a look at a password says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    Wrong,
    Right,
    /// Right, but kept with other parameters than today's: hash it anew.
    Old,
}

/// The one queue all passwords of this process go through.
#[derive(Clone)]
pub struct Passwords(Arc<Queue>);

struct Queue {
    permits: Arc<Semaphore>,
    waiting: AtomicUsize,
    /// How many were hashed or looked at, for whoever asks whether two requests did the same work.
    done: AtomicU64,
    /// Memory that was used before: at most one for each hash under way.
    memory: Mutex<Vec<Vec<Block>>>,
}

impl Default for Passwords {
    fn default() -> Self {
        Self(Arc::new(Queue {
            permits: Arc::new(Semaphore::new(AT_ONCE)),
            waiting: AtomicUsize::new(0),
            done: AtomicU64::new(0),
            memory: Mutex::default(),
        }))
    }
}

impl Passwords {
    /// The PHC string to keep.
    pub async fn hash(&self, password: &str) -> Result<String, Failed> {
        let salt = hash::random::<16>().ok_or_else(|| failed("no random bytes"))?;
        let password = password.to_owned();
        self.run(move |memory| {
            let params = today()?;
            let salt = Salt::new(&salt).map_err(failed)?;
            let out = digest(&params, &password, &salt, memory)?;
            let phc = PasswordHash {
                algorithm: argon2::ARGON2ID_IDENT,
                version: Some(Version::V0x13.into()),
                params: ParamsString::try_from(&params).map_err(failed)?,
                salt: Some(salt),
                hash: Some(Output::new(&out).map_err(failed)?),
            };
            Ok(phc.to_string())
        })
        .await
    }

    /// Without a kept hash the same work is done, and the answer is `Wrong`.
    pub async fn verify(&self, password: &str, kept: Option<&str>) -> Result<Verdict, Failed> {
        let known = kept.is_some();
        // What is longer cannot have been kept; it costs nobody else's time.
        let password = if password.chars().count() > LONGEST {
            String::new()
        } else {
            password.to_owned()
        };
        let kept = kept.unwrap_or(DUMMY).to_owned();
        self.run(move |memory| {
            let phc = PasswordHash::new(&kept).map_err(failed)?;
            let params = Params::try_from(&phc).map_err(failed)?;
            let (Some(salt), Some(expected)) = (&phc.salt, &phc.hash) else {
                return Err(failed("a kept hash without salt or digest"));
            };
            let out = digest(&params, &password, salt, memory)?;
            let right = Output::new(&out).map_err(failed)? == *expected;
            Ok(match (known && right, params == today()?) {
                (false, _) => Verdict::Wrong,
                (true, true) => Verdict::Right,
                (true, false) => Verdict::Old,
            })
        })
        .await
    }

    /// How many passwords were hashed so far.
    pub fn done(&self) -> u64 {
        self.0.done.load(Ordering::Relaxed)
    }

    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Vec<Block>) -> Result<T, Failed> + Send + 'static,
    ) -> Result<T, Failed> {
        let queue = self.0.clone();
        let turn = Turn::take(&queue)?;
        let permit = queue.permits.clone().acquire_owned().await;
        let permit = permit.map_err(failed)?;
        drop(turn);
        let done = tokio::task::spawn_blocking(move || {
            let mut memory = lock(&queue.memory).pop().unwrap_or_default();
            let done = work(&mut memory);
            lock(&queue.memory).push(memory);
            queue.done.fetch_add(1, Ordering::Relaxed);
            drop(permit);
            done
        });
        done.await.map_err(failed)?
    }
}

/// A place in the queue, given back also when the request goes away.
struct Turn<'a>(&'a Queue);

impl<'a> Turn<'a> {
    fn take(queue: &'a Queue) -> Result<Self, Failed> {
        if queue.waiting.fetch_add(1, Ordering::Relaxed) >= WAITING {
            queue.waiting.fetch_sub(1, Ordering::Relaxed);
            return Err(Failed::Busy);
        }
        Ok(Self(queue))
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        self.0.waiting.fetch_sub(1, Ordering::Relaxed);
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn failed(error: impl std::fmt::Display) -> Failed {
    Failed::Hash(error.to_string())
}

fn today() -> Result<Params, Failed> {
    Params::new(MEMORY_KIB, PASSES, LANES, Some(OUT)).map_err(failed)
}

fn digest(
    params: &Params,
    password: &str,
    salt: &Salt,
    memory: &mut Vec<Block>,
) -> Result<[u8; OUT], Failed> {
    let blocks = params.block_count();
    if memory.len() < blocks {
        memory.resize(blocks, Block::default());
    }
    let argon = Argon2::new(Algorithm::Argon2id, Version::V0x13, params.clone());
    let mut out = [0; OUT];
    argon
        .hash_password_into_with_memory(password.as_bytes(), salt.as_ref(), &mut out, memory)
        .map_err(failed)?;
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_long_and_neither_common_nor_ones_own_name() {
        let own = [
            "rosa.keller@example.org",
            "Rosa Keller-Mann",
            "Riverside Market",
        ];
        for (password, expected) in [
            ("violet horse", Ok(())),
            ("pässwörter", Ok(())),
            ("rtkj83lq", Ok(())),
            ("  ca ts ow", Ok(())),
            ("🥕🥦🌽🍓🥚🍞🧀🍯", Ok(())),
            ("sevench", Err(Weak::Short)),
            ("i love you!!", Err(Weak::Common)),
            ("🥕🥦🌽🍓🥚🍞🧀", Err(Weak::Short)),
            ("password1", Err(Weak::Common)),
            ("Password123", Err(Weak::Common)),
            ("P@ssw0rd2026!", Err(Weak::Common)),
            ("!!sunshine!!", Err(Weak::Common)),
            ("1234567890", Err(Weak::Common)),
            ("24.12.1985", Err(Weak::Common)),
            ("aaaaaaaaaaaa", Err(Weak::Common)),
            ("abcabcabcab", Err(Weak::Common)),
            ("ROSA.KELLER@example.org", Err(Weak::Own)),
            ("rosa keller-mann", Err(Weak::Own)),
            ("Rosa.Keller", Err(Weak::Own)),
            ("RosaKeller1985", Err(Weak::Own)),
            ("Riverside Market", Err(Weak::Own)),
            ("riverside2026", Err(Weak::Own)),
        ] {
            assert_eq!(check(password, &own), expected, "{password}");
        }
        let long = |count| "carrots, beans and ".chars().cycle().take(count).collect();
        let check = |password: String| check(&password, &own);
        assert_eq!(check(long(256)), Ok(()));
        assert_eq!(check(long(257)), Err(Weak::Long));
        assert!(COMMON.len() > 3000, "{}", COMMON.len());
        assert!(COMMON.iter().all(|line| line.to_lowercase() == **line));
    }

    #[tokio::test]
    async fn what_is_kept_says_how_it_was_made_and_fits_one_password() {
        let passwords = Passwords::default();
        let kept = passwords.hash("violet horse").await.unwrap();
        assert!(
            kept.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"),
            "{kept}"
        );
        assert_ne!(kept, passwords.hash("violet horse").await.unwrap());
        for (password, kept, expected) in [
            ("violet horse", Some(kept.as_str()), Verdict::Right),
            ("Violet horse", Some(&kept), Verdict::Wrong),
            ("violet horse", None, Verdict::Wrong),
            ("", None, Verdict::Wrong),
            (&"x".repeat(257), Some(&kept), Verdict::Wrong),
        ] {
            let got = passwords.verify(password, kept).await.unwrap();
            assert_eq!(got, expected, "{password}");
        }
        assert!(passwords.verify("x", Some("no phc string")).await.is_err());
        let bare = "$argon2id$v=19$m=19456,t=2,p=1";
        assert!(passwords.verify("x", Some(bare)).await.is_err());
        assert!(lock(&passwords.0.memory).len() <= AT_ONCE);
    }

    /// The example of the reference implementation's own tests: `password`, `somesalt`, 256 KiB, two passes.
    #[tokio::test]
    async fn other_parameters_are_read_and_called_old() {
        let kept = "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ\
                    $nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4";
        let passwords = Passwords::default();
        let got = passwords.verify("password", Some(kept)).await.unwrap();
        assert_eq!(got, Verdict::Old);
        let got = passwords.verify("passwort", Some(kept)).await.unwrap();
        assert_eq!(got, Verdict::Wrong);
    }

    #[tokio::test]
    async fn the_queue_is_bounded_and_takes_again_when_there_is_room() {
        let passwords = Passwords::default();
        let all = passwords.0.permits.clone().acquire_many_owned(2).await;
        let waiting: Vec<_> = (0..WAITING)
            .map(|_| {
                let passwords = passwords.clone();
                tokio::spawn(async move { passwords.verify("x", None).await })
            })
            .collect();
        while passwords.0.waiting.load(Ordering::Relaxed) < WAITING {
            tokio::task::yield_now().await;
        }
        let over = passwords.verify("x", None).await;
        assert!(matches!(over, Err(Failed::Busy)), "{over:?}");
        // A request that goes away leaves its place.
        for task in waiting {
            task.abort();
            assert!(task.await.is_err());
        }
        assert_eq!(passwords.0.waiting.load(Ordering::Relaxed), 0);
        drop(all);
        assert_eq!(passwords.verify("x", None).await.unwrap(), Verdict::Wrong);
    }
}
