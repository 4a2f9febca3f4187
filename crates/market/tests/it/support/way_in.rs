//! What a person does to come in: asks, opens the mail, presses, keeps the cookie.
use std::time::Duration;

use axum::{body::Body, http::Method};
use http_body_util::BodyExt as _;

use super::{Answer, Client, TestApp, client::Proof};

impl TestApp {
    /// The path of the link in the newest mail to that address.
    #[track_caller]
    pub fn mailed(&self, email: &str) -> String {
        let mails = self.mails();
        let mail = mails.iter().rev().find(|mail| mail.to.contains(email));
        let mail = mail.unwrap_or_else(|| panic!("no mail to {email}: {mails:?}"));
        let link = mail.link("http");
        let (_, path) = link.split_once("market.test").expect("a link to a market");
        path.to_owned()
    }

    /// How many mails went to that address.
    pub fn mails_to(&self, email: &str) -> usize {
        let mails = self.mails();
        mails.iter().filter(|mail| mail.to.contains(email)).count()
    }

    /// Whoever holds the session that an answer opened.
    #[track_caller]
    pub fn opened(&self, answer: &Answer) -> Client {
        assert_eq!(answer.status, 303, "{answer:?}");
        self.here().client(Proof::Session(answer.session()))
    }

    /// A person with a password, who has confirmed the address: signed up as anybody would.
    pub async fn sign_up(&self, name: &str, email: &str, password: &str) -> Client {
        let from = self.stranger().from(([203, 0, 113, 9], 1).into());
        let form = format!("name={name}&email={email}&password={password}");
        let answer = from.post_form("/signup", &form).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        self.run_jobs().await;
        self.opened(&from.press(&self.mailed(email)).await)
    }
}

impl Client {
    /// Presses the button behind a link.
    pub async fn press(&self, path: &str) -> Answer {
        self.send(self.request(Method::POST, path, "")).await
    }

    /// Does everything to buy a bunch of carrots but the last press; the form of that.
    pub async fn ready_to_buy(&self) -> String {
        for (path, form) in [
            ("/cart", "more=prd_frm_rosa_0&back=/shop"),
            ("/checkout", "name=Ana&email=ana%40example.org&phone="),
            ("/checkout/pickup", "window=win"),
        ] {
            let answer = self.post_form(path, form).await;
            assert_eq!(answer.status, 303, "{answer:?}");
        }
        let confirm = self.get("/checkout/confirm").await;
        let (key, total) = (confirm.field("key"), confirm.field("total"));
        format!("key={key}&total={total}")
    }
}

impl Answer {
    /// The secret of the session that this answer opened.
    #[track_caller]
    pub fn session(&self) -> String {
        let cookie = self.header("set-cookie");
        let pair = cookie.split(';').next().unwrap_or("");
        let (_, secret) = pair.split_once('=').unwrap_or_else(|| panic!("{self:?}"));
        assert_eq!(secret.len(), 64, "{self:?}");
        secret.to_owned()
    }
}

/// A stream whose right is gone ends at once, not at its next beat.
pub async fn ends(mut stream: Body) {
    let rest = async {
        while let Some(frame) = stream.frame().await {
            frame.expect("a frame");
        }
    };
    let ended = tokio::time::timeout(Duration::from_secs(5), rest).await;
    assert!(ended.is_ok(), "the stream goes on");
}
