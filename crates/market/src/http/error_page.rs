//! The page of an error: what happened, what to do, and the id to ask about.
use askama::Template;

use crate::{
    pages::{Shell, Theme, render as rendered},
    words::Words,
};

#[derive(Template)]
#[template(path = "http/error_page.html")]
struct Page<'a> {
    shell: &'a Shell,
    w: Words,
    title: String,
    text: &'a str,
    id: &'a str,
    sign_in: bool,
}

pub fn render(shell: &Shell, status: u16, text: &str, id: &str) -> String {
    rendered(&Page {
        shell,
        w: shell.words,
        title: title(shell.words, status),
        text,
        id,
        sign_in: status == 401,
    })
}

pub fn title(w: Words, status: u16) -> String {
    let key = match status {
        400 => "market-title-400",
        401 => "market-title-401",
        403 => "market-title-403",
        404 => "market-title-404",
        405 => "market-title-405",
        408 => "market-title-408",
        409 => "market-title-409",
        412 => "market-title-412",
        413 => "market-title-413",
        415 => "market-title-415",
        421 => "market-title-421",
        422 => "market-title-422",
        429 => "market-title-429",
        503 => "market-title-503",
        _ => "market-title-500",
    };
    w.say(key).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{pages::sample, words::Lang};

    #[test]
    fn every_error_has_a_page_in_every_language() {
        for lang in Lang::ALL {
            for status in [
                400, 401, 403, 404, 405, 408, 409, 412, 413, 415, 421, 422, 429, 500, 503,
            ] {
                let html = render(&sample::shell(lang), status, "What to do <now>.", "req_1");
                sample::check(&html);
                assert!(
                    html.contains("What to do &#60;now&#62;.") && html.contains("req_1"),
                    "{html}"
                );
                assert_eq!(html.contains("/login\" class=\"btn"), status == 401);
            }
        }
    }
}
