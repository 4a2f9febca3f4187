//! What the set-up says beside its forms: what the operator does first, that a link is too old, what comes after.
use askama::Template;

use crate::{
    pages::{Shell, Theme, render},
    words::Words,
};

/// What makes a new link, run where the server runs.
const COMMAND: &str = "market setup-link";

#[derive(Template)]
#[template(path = "setup/pages.html")]
struct Page<'a> {
    shell: &'a Shell,
    w: Words,
    title: String,
    lead: String,
    texts: Vec<String>,
    command: Option<&'static str>,
    links: Vec<(&'static str, String)>,
}

/// The start page until the set-up is over. It names no link: only the terminal does.
pub fn waiting(shell: &Shell) -> String {
    let w = shell.words;
    render(&Page {
        shell,
        w,
        title: w.say("setup-waiting").into_owned(),
        lead: w.say("setup-waiting-lead").into_owned(),
        texts: vec![
            w.say("setup-waiting-operator").into_owned(),
            w.say("setup-new-link").into_owned(),
        ],
        command: Some(COMMAND),
        links: Vec::new(),
    })
}

/// The link was used up, is older than 30 minutes, or never was one.
pub fn old_link(shell: &Shell) -> String {
    let w = shell.words;
    render(&Page {
        shell,
        w,
        title: w.say("setup-old").into_owned(),
        lead: w.say("setup-old-lead").into_owned(),
        texts: vec![w.say("setup-new-link").into_owned()],
        command: Some(COMMAND),
        links: Vec::new(),
    })
}

/// The set-up is over: no link opens it again.
pub fn over(shell: &Shell) -> String {
    let w = shell.words;
    render(&Page {
        shell,
        w,
        title: w.say("setup-over").into_owned(),
        lead: w.say("setup-over-lead").into_owned(),
        texts: Vec::new(),
        command: None,
        links: vec![("/login", w.say("setup-over-login").into_owned())],
    })
}

/// What a new market needs next.
pub fn done(shell: &Shell) -> String {
    let w = shell.words;
    let link = |url, key| (url, w.say(key).into_owned());
    render(&Page {
        shell,
        w,
        title: w.say_a("setup-done", &shell.market),
        lead: w.say("setup-done-lead").into_owned(),
        texts: Vec::new(),
        command: None,
        links: vec![
            link("/market/farms", "setup-done-farms"),
            link("/market/days", "setup-done-days"),
            link("/market/settings", "setup-done-settings"),
            link("/", "setup-done-home"),
        ],
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{pages::sample, words::Lang};

    #[test]
    fn every_page_in_every_language() {
        for lang in Lang::ALL {
            let shell = sample::shell(lang);
            for (html, has) in [
                (waiting(&shell), COMMAND),
                (old_link(&shell), COMMAND),
                (over(&shell), "href=\"/login\""),
                (done(&shell), "href=\"/market/farms\""),
            ] {
                sample::check(&html);
                assert!(html.contains(has), "no {has} in {html}");
            }
        }
    }
}
