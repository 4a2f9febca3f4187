//! The inside of the bare machine: its mounts, its processes, commands run in it.

use crate::process::{AtExit, Result, at_exit, capture, signal};
use std::fs;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

/// A command inside, with the environment of a fresh login and the host's way to the net.
pub fn chroot(debian: &Path, command: &str) -> Command {
    let mut chroot = Command::new("chroot");
    chroot
        .arg(debian)
        .args(["/bin/sh", "-c", command])
        .env_clear();
    let path = "/root/.cargo/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
    chroot.envs([
        ("HOME", "/root"),
        ("LANG", "C.UTF-8"),
        ("TERM", "dumb"),
        ("DEBIAN_FRONTEND", "noninteractive"),
    ]);
    chroot.env("PATH", path);
    for (name, value) in std::env::vars_os() {
        let text = name.to_string_lossy().to_lowercase();
        if text.ends_with("_proxy")
            || ["ssl_cert_file", "cargo_http_cainfo", "node_extra_ca_certs"].contains(&&*text)
        {
            chroot.env(name, value);
        }
    }
    chroot.process_group(0);
    chroot
}

/// What the clone needs of the kernel. No folder of the host is mounted below, so that
/// removing the tree can never reach one.
pub struct Mounts {
    debian: PathBuf,
    _at_exit: AtExit,
}

impl Mounts {
    pub fn new(debian: &Path) -> Result<Self> {
        let copy = debian.to_path_buf();
        let mounts = Self {
            debian: debian.to_path_buf(),
            _at_exit: at_exit(move || unmount(&copy)),
        };
        let at = |name: &str| debian.join(name).to_string_lossy().into_owned();
        let mount = |args: &[&str], to: &str| {
            fs::create_dir_all(debian.join(to))?;
            capture(Command::new("mount").args(args).arg(at(to))).map(drop)
        };
        mount(&["-t", "proc", "proc"], "proc")?;
        mount(&["-t", "sysfs", "-o", "ro", "sysfs"], "sys")?;
        mount(&["-t", "tmpfs", "-o", "mode=755", "dev"], "dev")?;
        let nodes = "cd dev; for n in null:3 zero:5 full:7 random:8 urandom:9; do mknod -m 666 ${n%:*} c 1 ${n#*:}; done; \
                     mknod -m 666 tty c 5 0; ln -s /proc/self/fd fd; ln -s fd/0 stdin; ln -s fd/1 stdout; ln -s fd/2 stderr";
        capture(Command::new("sh").args(["-ec", nodes]).current_dir(debian))?;
        mount(&["-t", "tmpfs", "-o", "mode=1777", "shm"], "dev/shm")?;
        mount(
            &["-t", "devpts", "-o", "newinstance,ptmxmode=0666", "devpts"],
            "dev/pts",
        )?;
        std::os::unix::fs::symlink("pts/ptmx", debian.join("dev/ptmx"))?;
        Ok(mounts)
    }
}

impl Drop for Mounts {
    fn drop(&mut self) {
        unmount(&self.debian);
    }
}

fn unmount(debian: &Path) {
    end_all_inside(debian);
    for name in ["dev/pts", "dev/shm", "dev", "sys", "proc"] {
        let _ = capture(Command::new("umount").arg("--lazy").arg(debian.join(name)));
    }
}

/// Ends whatever still runs with the clone as its root, by process id.
pub fn end_all_inside(debian: &Path) {
    for (name, patience) in [("TERM", 2000), ("KILL", 200)] {
        let inside: Vec<String> = names_in("/proc")
            .unwrap_or_default()
            .into_iter()
            .filter(|process| fs::read_link(process.join("root")).is_ok_and(|root| root == debian))
            .filter_map(|process| Some(process.file_name()?.to_str()?.to_owned()))
            .filter(|pid| pid.parse::<u32>().is_ok())
            .collect();
        if inside.is_empty() {
            return;
        }
        for pid in inside {
            signal(name, &pid);
        }
        std::thread::sleep(Duration::from_millis(patience));
    }
}

pub fn names_in(folder: &str) -> Result<Vec<PathBuf>> {
    fs::read_dir(folder)?
        .map(|entry| Ok(entry?.path()))
        .collect()
}
