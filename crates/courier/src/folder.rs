//! Messages as files, each whole or absent.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use crate::Error;

/// Tells apart two writers of one id in one process; the process id tells apart the rest.
static WRITES: AtomicU64 = AtomicU64::new(0);

pub(crate) async fn write(folder: &Path, id: &str, message: Vec<u8>) -> Result<PathBuf, Error> {
    let path = folder.join(format!("{id}.eml"));
    let write = WRITES.fetch_add(1, Ordering::Relaxed);
    let draft = folder.join(format!(".{id}.{}-{write}.draft", std::process::id()));
    let target = path.clone();
    // One blocking task does it all: a caller that goes away leaves no half-written draft.
    let written = tokio::task::spawn_blocking(move || {
        if let Some(folder) = target.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::write(&draft, message)
            .and_then(|()| fs::rename(&draft, &target))
            .inspect_err(|_| {
                // The first error is the one to tell.
                let _ = fs::remove_file(&draft);
            })
    })
    .await
    .unwrap_or_else(|stopped| Err(std::io::Error::other(stopped)));
    match written {
        Ok(()) => Ok(path),
        Err(source) => Err(Error::Folder { path, source }),
    }
}
