//! A file system in a file, mounted through a loop device, that can be cut off at once.

use crate::process::{AtExit, Result, at_exit, capture};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

pub struct Disk {
    image: PathBuf,
    mount: PathBuf,
    _at_exit: AtExit,
}

/// `FS_IOC_SHUTDOWN` without flushing the journal: nothing that is still in memory reaches the file any more. Perl is
/// part of every Debian and lets a program without unsafe code ask for it.
const CUT: &str = r#"open(my $at, "<", $ARGV[0]) or die "$ARGV[0]: $!";
    my $how = pack("L", 2);
    defined ioctl($at, 0x8004587d, $how) or die "shutdown: $!";"#;

impl Disk {
    pub fn new(folder: &Path) -> Result<Self> {
        let (image, mount) = (folder.join("disk.image"), folder.join("disk"));
        std::fs::create_dir(&mount)?;
        std::fs::File::create(&image)?.set_len(512 << 20)?;
        capture(Command::new("mkfs.ext4").arg("-q").arg(&image))?;
        let copy = mount.clone();
        let disk = Self {
            image,
            mount,
            _at_exit: at_exit(move || drop(unmount(&copy))),
        };
        disk.mount()?;
        Ok(disk)
    }

    pub fn path(&self) -> &Path {
        &self.mount
    }

    fn mount(&self) -> Result {
        let mut mount = Command::new("mount");
        mount.args(["-o", "loop"]).arg(&self.image).arg(&self.mount);
        capture(&mut mount).map(drop)
    }

    /// The power goes.
    pub fn cut(&mut self) -> Result {
        capture(Command::new("perl").args(["-e", CUT]).arg(&self.mount))?;
        // A fault that did not bite would look like a pass.
        match std::fs::write(self.mount.join("after-the-cut"), "x") {
            Err(_) => Ok(()),
            Ok(()) => Err("the file system still takes writes after its cut".into()),
        }
    }

    /// The power is back; nobody may have a file open on the disk.
    pub fn again(&mut self) -> Result {
        unmount(&self.mount)?;
        self.mount()
    }
}

/// The kernel needs a moment to close the files of a process that was killed.
fn unmount(mount: &Path) -> Result {
    let since = Instant::now();
    loop {
        match capture(Command::new("umount").arg(mount)) {
            Ok(_) => return Ok(()),
            Err(error) if since.elapsed() > Duration::from_secs(5) => return Err(error),
            Err(_) => std::thread::sleep(Duration::from_millis(20)),
        }
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        if let Err(error) = unmount(&self.mount) {
            eprintln!("{error}; umount {} by hand", self.mount.display());
        }
    }
}
