//! Messages over SMTP, to a stand-in that speaks it over TCP.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use courier::{Address, Courier, Email, Error, Security, SmtpServer};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

/// What the stand-in does out of the ordinary.
#[derive(Clone, Default)]
struct Manners {
    /// Further lines of the answer to EHLO.
    offers: Vec<&'static str>,
    /// Verb and the answer to it; an empty one hangs up, `silence` says nothing.
    answers: Vec<(&'static str, &'static str)>,
}

impl Manners {
    fn answer(&self, verb: &str) -> Option<&'static str> {
        let of_it = self.answers.iter().find(|(of, _)| *of == verb);
        of_it.map(|(_, answer)| *answer)
    }
}

async fn say(to: &mut (impl AsyncWriteExt + Unpin), line: &str) -> std::io::Result<()> {
    to.write_all(format!("{line}\r\n").as_bytes()).await
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Got {
    from: String,
    to: Vec<String>,
    data: String,
}

/// A mail server on a free port, until the test ends.
struct StandIn {
    address: SocketAddr,
    got: Arc<Mutex<Vec<Got>>>,
    /// Every line a client sent outside of its messages.
    lines: Arc<Mutex<Vec<String>>>,
}

impl StandIn {
    async fn start(manners: Manners) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("bound");
        let (got, lines) = (Arc::default(), Arc::default());
        let (into, said) = (Arc::clone(&got), Arc::clone(&lines));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let session = serve(
                    stream,
                    manners.clone(),
                    Arc::clone(&into),
                    Arc::clone(&said),
                );
                tokio::spawn(session);
            }
        });
        Self {
            address,
            got,
            lines,
        }
    }

    fn courier(&self, security: Security) -> Courier {
        self.courier_as(security, None)
    }

    fn courier_as(&self, security: Security, login: Option<(&str, &str)>) -> Courier {
        Courier::smtp(&SmtpServer {
            host: "127.0.0.1".to_owned(),
            port: self.address.port(),
            security,
            login: login.map(|(user, password)| (user.to_owned(), password.to_owned())),
            timeout: Duration::from_secs(5),
        })
        .expect("a courier")
    }

    fn got(&self) -> Vec<Got> {
        self.got.lock().expect("not poisoned").clone()
    }

    fn lines(&self) -> Vec<String> {
        self.lines.lock().expect("not poisoned").clone()
    }
}

async fn serve(
    stream: TcpStream,
    manners: Manners,
    got: Arc<Mutex<Vec<Got>>>,
    lines: Arc<Mutex<Vec<String>>>,
) -> std::io::Result<()> {
    let (read, mut write) = stream.into_split();
    let mut read = BufReader::new(read);
    let mut mail = Got::default();
    say(&mut write, "220 stand-in").await?;
    let mut line = String::new();
    loop {
        line.clear();
        if read.read_line(&mut line).await? == 0 {
            return Ok(());
        }
        let text = line.trim_end().to_owned();
        lines.lock().expect("not poisoned").push(text.clone());
        let verb = text.split([' ', ':']).next().unwrap_or("").to_uppercase();
        if let Some(answer) = manners.answer(&verb) {
            match answer {
                "" => return Ok(()),
                "silence" => {}
                answer => say(&mut write, answer).await?,
            }
            continue;
        }
        match verb.as_str() {
            "EHLO" => {
                for offer in &manners.offers {
                    say(&mut write, &format!("250-{offer}")).await?;
                }
                say(&mut write, "250 8BITMIME").await?;
            }
            "MAIL" => {
                text.clone_into(&mut mail.from);
                say(&mut write, "250 ok").await?;
            }
            "RCPT" => {
                mail.to.push(text);
                say(&mut write, "250 ok").await?;
            }
            "DATA" => {
                say(&mut write, "354 go on").await?;
                mail.data = data(&mut read).await?;
                let end = manners.answer("END").unwrap_or("250 taken");
                // Also when its answer is lost the mail was taken over.
                if end.is_empty() || end.starts_with('2') {
                    got.lock()
                        .expect("not poisoned")
                        .push(std::mem::take(&mut mail));
                }
                if end.is_empty() {
                    return Ok(());
                }
                say(&mut write, end).await?;
            }
            "AUTH" => say(&mut write, "235 welcome").await?,
            "QUIT" => {
                say(&mut write, "221 bye").await?;
                return Ok(());
            }
            _ => say(&mut write, "502 unknown").await?,
        }
    }
}

/// The lines up to the dot, with the doubled dots taken back.
async fn data(read: &mut (impl AsyncBufReadExt + Unpin)) -> std::io::Result<String> {
    let mut text = String::new();
    loop {
        let mut line = String::new();
        if read.read_line(&mut line).await? == 0 || line == ".\r\n" {
            return Ok(text);
        }
        text.push_str(line.strip_prefix('.').unwrap_or(&line));
    }
}

fn mail() -> Email {
    Email {
        from: Address::new(Some("Green Hill"), "orders@market.example").expect("valid"),
        to: Address::new(Some("Añа Buyer"), "ana@mail.example").expect("valid"),
        subject: "FM-7Q4K2D is ready".to_owned(),
        text: "Ready at 10:00.\n\n.\nFrom here on\n".to_owned(),
        html: Some("<p>Ready at 10:00</p>".to_owned()),
        id: "ntc_1".to_owned(),
    }
}

#[tokio::test]
async fn a_message_is_handed_over_whole() {
    let server = StandIn::start(Manners::default()).await;
    let receipt = server
        .courier(Security::None)
        .send(&mail())
        .await
        .expect("sent");
    assert_eq!(receipt.message_id, "<ntc_1@market.example>");
    assert_eq!(receipt.file, None);
    let got = server.got();
    assert_eq!(got.len(), 1);
    assert!(got[0].from.contains("<orders@market.example>"), "{got:?}");
    assert_eq!(got[0].to, ["RCPT TO:<ana@mail.example>"]);
    for part in [
        "Message-ID: <ntc_1@market.example>\r\n",
        "Subject: FM-7Q4K2D is ready\r\n",
        "\r\n.\r\nFrom here on",
        "<p>Ready at 10:00</p>",
    ] {
        assert!(
            got[0].data.contains(part),
            "{part} is not in {}",
            got[0].data
        );
    }
    let said = server.lines();
    assert!(
        !said.iter().any(|line| line.starts_with("AUTH")),
        "{said:?}"
    );
}

#[tokio::test]
async fn a_no_is_told_apart_from_not_now() {
    for (verb, answer, permanent) in [
        ("MAIL", "550 not from you", true),
        ("RCPT", "550 5.1.1 no such person", true),
        ("END", "554 looks like spam", true),
        ("RCPT", "450 greylisted", false),
        ("DATA", "421 going down", false),
        ("END", "452 disk full", false),
        ("MAIL", "", false),
        ("DATA", "", false),
        ("RCPT", "nonsense", false),
    ] {
        let manners = Manners {
            answers: vec![(verb, answer)],
            ..Manners::default()
        };
        let server = StandIn::start(manners).await;
        let error = server
            .courier(Security::None)
            .send(&mail())
            .await
            .expect_err("refused");
        assert_eq!(error.is_permanent(), permanent, "{verb} {answer}: {error}");
        assert!(error.to_string().contains("127.0.0.1:"), "{error}");
        let said = answer.split_once(' ').map_or("", |(_, words)| words);
        assert!(error.to_string().contains(said), "{answer}: {error}");
        assert_eq!(server.got(), []);
    }
}

#[tokio::test]
async fn an_answer_that_is_lost_leads_to_the_same_message_again() {
    let manners = Manners {
        answers: vec![("END", "")],
        ..Manners::default()
    };
    let server = StandIn::start(manners).await;
    let courier = server.courier(Security::None);
    for _ in 0..2 {
        let error = courier.send(&mail()).await.expect_err("no answer");
        assert!(!error.is_permanent(), "{error}");
    }
    let got = server.got();
    assert_eq!(got.len(), 2);
    let id = "Message-ID: <ntc_1@market.example>";
    assert!(got.iter().all(|one| one.data.contains(id)));
}

#[tokio::test]
async fn a_login_is_sent_and_a_wrong_one_is_no_fault_of_the_mail() {
    let offers = vec!["AUTH PLAIN LOGIN"];
    let server = StandIn::start(Manners {
        offers: offers.clone(),
        ..Manners::default()
    })
    .await;
    let courier = server.courier_as(Security::None, Some(("market", "hush")));
    courier.send(&mail()).await.expect("sent");
    // "\0market\0hush" in base64 (RFC 4616).
    let said = server.lines();
    assert!(
        said.contains(&"AUTH PLAIN AG1hcmtldABodXNo".to_owned()),
        "{said:?}"
    );
    assert!(!format!("{courier:?}").contains("hush"));
    let server = StandIn::start(Manners {
        offers,
        answers: vec![("AUTH", "535 wrong password")],
    })
    .await;
    let courier = server.courier_as(Security::None, Some(("market", "hush")));
    let error = courier.send(&mail()).await.expect_err("refused");
    assert!(
        !error.is_permanent() && !error.to_string().contains("hush"),
        "{error}"
    );
}

#[tokio::test]
async fn asked_for_encryption_nothing_goes_out_in_plain() {
    for (security, offers) in [
        (Security::StartTls, vec![]),
        (Security::StartTls, vec!["STARTTLS"]),
        (Security::Tls, vec![]),
    ] {
        let server = StandIn::start(Manners {
            offers: offers.clone(),
            // Agrees, and then speaks no TLS.
            answers: vec![("STARTTLS", "220 go on")],
        })
        .await;
        let courier = server.courier_as(security, Some(("market", "hush")));
        let error = courier.send(&mail()).await.expect_err("not encrypted");
        assert!(!error.is_permanent(), "{error}");
        let said = server.lines();
        let plain = |line: &String| line.starts_with("MAIL") || line.starts_with("AUTH");
        assert!(!said.iter().any(plain), "{security:?} {offers:?}: {said:?}");
        assert_eq!(server.got(), []);
    }
}

#[tokio::test]
async fn a_server_that_is_not_there_or_says_nothing_is_not_now() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("bound");
    drop(listener);
    let silent = StandIn::start(Manners {
        answers: vec![("EHLO", "silence")],
        ..Manners::default()
    })
    .await;
    for port in [address.port(), silent.address.port()] {
        let server = SmtpServer {
            host: "127.0.0.1".to_owned(),
            port,
            security: Security::None,
            login: None,
            timeout: Duration::from_millis(100),
        };
        assert!(!format!("{server:?}").contains("login"));
        let courier = Courier::smtp(&server).expect("a courier");
        let error = courier.send(&mail()).await.expect_err("nobody answers");
        assert!(matches!(error, Error::Unavailable { .. }), "{error}");
    }
}
