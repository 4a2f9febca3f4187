//! Where words go: data to stdout, talk to stderr. A closed pipe is no error.
use std::io::{IsTerminal as _, Stderr, Stdout, Write as _};

use super::Failure;

pub struct Out {
    stdout: Stdout,
    stderr: Stderr,
    colours: bool,
    no_colour: bool,
}

impl Out {
    /// `no_colour` is the variable NO_COLOR, if it is set (<https://no-color.org>).
    pub fn new(no_colour: bool) -> Self {
        let stdout = std::io::stdout();
        let colours = stdout.is_terminal() && !no_colour;
        Self {
            stdout,
            stderr: std::io::stderr(),
            colours,
            no_colour,
        }
    }

    /// One line of data.
    pub fn say(&self, line: impl AsRef<str>) {
        let mut stdout = self.stdout.lock();
        let _ = writeln!(stdout, "{}", line.as_ref());
        let _ = stdout.flush();
    }

    /// One line of talk.
    pub fn talk(&self, line: impl AsRef<str>) {
        let _ = writeln!(self.stderr.lock(), "{}", line.as_ref());
    }

    pub fn fail(&self, failure: &Failure) {
        self.talk(format!("error: {}", failure.what));
        self.talk(format!("  try: {}", failure.next));
    }

    /// Whether a person sees pictures there.
    pub fn is_terminal(&self) -> bool {
        self.stdout.is_terminal()
    }

    pub fn colours_in_log(&self) -> bool {
        self.stderr.is_terminal() && !self.no_colour
    }

    pub fn bold(&self, text: &str) -> String {
        if self.colours {
            format!("\u{1b}[1m{text}\u{1b}[0m")
        } else {
            text.to_owned()
        }
    }
}
