//! Messages over SMTP (RFC 5321), a connection each.

use std::fmt;
use std::time::Duration;

use lettre::transport::smtp::authentication::Credentials;
use lettre::{AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};

use crate::Error;

/// How the way to the server is kept secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Security {
    /// Plain at first, then encrypted or not at all.
    StartTls,
    /// Encrypted from the first byte.
    Tls,
    /// Not at all: for a server on the same machine.
    None,
}

/// Where to hand mails over.
#[derive(Clone)]
pub struct SmtpServer {
    pub host: String,
    pub port: u16,
    pub security: Security,
    /// User and password.
    pub login: Option<(String, String)>,
    /// For handing over one message, from connecting to the last answer.
    pub timeout: Duration,
}

/// A password is for the server alone.
impl fmt::Debug for SmtpServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SmtpServer")
            .field("host", &self.host)
            .field("port", &self.port)
            .field("security", &self.security)
            .finish_non_exhaustive()
    }
}

/// A way to one server.
#[derive(Clone)]
pub struct Smtp {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    server: String,
    timeout: Duration,
}

impl fmt::Debug for Smtp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Smtp").field(&self.server).finish()
    }
}

/// The server wants a login it does not get: what was written down has to be corrected, the mail is good.
const LOGIN: [u16; 4] = [530, 534, 535, 538];

impl Smtp {
    pub(crate) fn new(server: &SmtpServer) -> Result<Self, Error> {
        let builder = match server.security {
            Security::StartTls => {
                AsyncSmtpTransport::<Tokio1Executor>::starttls_relay(&server.host)
            }
            Security::Tls => AsyncSmtpTransport::<Tokio1Executor>::relay(&server.host),
            Security::None => Ok(AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(
                &server.host,
            )),
        };
        let name = format!("{}:{}", server.host, server.port);
        let builder = builder.map_err(|error| unavailable(&name, &error))?;
        let builder = builder.port(server.port).timeout(Some(server.timeout));
        let builder = match &server.login {
            Some((user, password)) => {
                builder.credentials(Credentials::new(user.clone(), password.clone()))
            }
            None => builder,
        };
        Ok(Self {
            transport: builder.build(),
            server: name,
            timeout: server.timeout,
        })
    }

    pub(crate) async fn send(&self, message: Message) -> Result<(), Error> {
        // lettre's own time-out is for connecting: a server that falls silent later would hold on for ever.
        let sent = tokio::time::timeout(self.timeout, self.transport.send(message)).await;
        let Ok(sent) = sent else {
            return Err(Error::Unavailable {
                server: self.server.clone(),
                problem: format!("not done in {:?}", self.timeout),
            });
        };
        let Err(error) = sent else {
            return Ok(());
        };
        let login = error
            .status()
            .is_some_and(|code| LOGIN.contains(&u16::from(code)));
        if error.is_permanent() && !login {
            return Err(Error::Refused {
                server: self.server.clone(),
                answer: words(&error),
            });
        }
        Err(unavailable(&self.server, &error))
    }
}

fn unavailable(server: &str, error: &lettre::transport::smtp::Error) -> Error {
    Error::Unavailable {
        server: server.to_owned(),
        problem: words(error),
    }
}

/// lettre's error with its cause: alone it says only "Connection error".
fn words(error: &lettre::transport::smtp::Error) -> String {
    let own = error.to_string();
    match std::error::Error::source(error) {
        Some(cause) if !own.contains(&cause.to_string()) => format!("{own}: {cause}"),
        _ => own,
    }
}
