//! What can be configured. `config.default.toml` holds every key with its meaning; a test compares the two.
use std::{
    net::{IpAddr, SocketAddr},
    path::PathBuf,
    sync::Arc,
    time::Duration,
};

use courier::{Courier, Security, SmtpServer};
use serde::{Deserialize, Serialize};

use crate::markets::model::Market;

#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    pub data: PathBuf,
    pub http: Http,
    pub database: Database,
    pub mail: Mail,
    pub pages: Pages,
    pub log: Log,
    /// What only the command line may say.
    #[serde(skip)]
    pub runtime: Runtime,
}

#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Http {
    pub listen: SocketAddr,
    pub base_url: String,
    pub hosts: Vec<String>,
    pub connections: usize,
    pub head_seconds: u64,
    pub head_bytes: usize,
    pub head_lines: usize,
    pub body_seconds: u64,
    pub answer_seconds: u64,
    pub stall_seconds: u64,
    pub drain_seconds: u64,
}

#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Database {
    pub url: String,
    pub readers: usize,
    pub pool: usize,
}

#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Mail {
    pub mode: String,
    pub from: String,
    pub smtp: Smtp,
}

#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Smtp {
    pub host: String,
    pub port: u16,
    pub security: String,
    pub user: String,
    pub password: String,
    pub timeout_seconds: u64,
}

impl Smtp {
    /// `None`: a way to keep it secret that there is not.
    pub fn security(&self) -> Option<Security> {
        match self.security.as_str() {
            "starttls" => Some(Security::StartTls),
            "tls" => Some(Security::Tls),
            "none" => Some(Security::None),
            _ => None,
        }
    }

    pub fn is_here(&self) -> bool {
        let address = self.host.trim_matches(['[', ']']).parse::<IpAddr>();
        self.host == "localhost" || address.is_ok_and(|address| address.is_loopback())
    }

    fn server(&self) -> SmtpServer {
        SmtpServer {
            host: self.host.clone(),
            port: self.port,
            security: self.security().unwrap_or(Security::StartTls),
            login: (!self.user.is_empty()).then(|| (self.user.clone(), self.password.clone())),
            timeout: Duration::from_secs(self.timeout_seconds),
        }
    }
}

#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Pages {
    pub pseudo_locale: bool,
}

#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Log {
    pub filter: String,
    pub format: String,
}

/// Doors that no file can open: `market demo` opens them by its flags.
#[derive(Clone, Debug, Default)]
pub struct Runtime {
    pub demo: bool,
    pub load_test: bool,
}

impl Config {
    /// The way of every mail.
    pub fn courier(&self) -> Result<Courier, courier::Error> {
        match self.mail.mode.as_str() {
            "console" => Ok(Courier::Console),
            "smtp" => Courier::smtp(&self.mail.smtp.server()),
            _ => Ok(Courier::Folder(self.data.join("mail"))),
        }
    }

    pub fn https(&self) -> bool {
        self.http.base_url.starts_with("https://")
    }

    /// Scheme, host and port of `base_url`.
    fn base(&self) -> (&str, &str) {
        let (scheme, rest) = self
            .http
            .base_url
            .split_once("://")
            .unwrap_or(("http", &self.http.base_url));
        (scheme, rest.trim_end_matches('/'))
    }

    /// The default market lives at `base_url`, another at its slug before that host.
    pub fn base_url_of(&self, market: &Market) -> String {
        let (scheme, host) = self.base();
        if market.is_default {
            format!("{scheme}://{host}")
        } else {
            format!("{scheme}://{}.{host}", market.slug)
        }
    }

    /// The market of an allowed Host; `None` for a Host that is not on the list.
    pub fn market_of<'m>(&self, host: &str, markets: &'m [Arc<Market>]) -> Option<&'m Arc<Market>> {
        let default = markets
            .iter()
            .find(|market| market.is_default)
            .or_else(|| markets.first());
        let (_, base) = self.base();
        let allowed =
            |host: &str| host == base || self.http.hosts.iter().any(|other| other == host);
        if allowed(host) {
            return default;
        }
        let (slug, rest) = host.split_once('.')?;
        let market = markets.iter().find(|market| market.slug == slug)?;
        (allowed(rest) && !market.is_default).then_some(market)
    }

    /// A load test comes from one address, which no honest limit could let pass.
    pub fn lifts_limits_for(&self, address: IpAddr) -> bool {
        self.runtime.load_test && address.to_canonical().is_loopback()
    }

    /// The database in use: the configured one, else a file in the data folder.
    pub fn database_url(&self) -> String {
        if self.database.url.is_empty() {
            format!("sqlite:{}", self.data.join("market.db").display())
        } else {
            self.database.url.clone()
        }
    }
}
