//! Everything a request needs, built once at start and nowhere else.
use std::sync::Arc;

use cluster::Cluster;
use courier::{Address, Courier, Email};
use db::Db;
use tokio::sync::{Notify, watch};

use crate::{
    config::Config,
    error::{Error, Result},
    http::live::Seats,
    kernel::{
        hash::LinkKey,
        ids::{Ids, MarketId},
        password::Passwords,
        time::{Clock, Ts},
    },
    markets::{Markets, model::Market},
    orders::frames::Frames,
    pages::letter::{Letter, one_line},
};

pub struct App {
    pub config: Config,
    pub db: Db,
    pub cluster: Cluster,
    pub courier: Courier,
    pub clock: Clock,
    pub ids: Ids,
    pub link_key: LinkKey,
    /// The markets of this installation; read at start and whenever one was changed.
    pub markets: Markets,
    /// Rendered parts of tracking pages, shared by all who may see the same.
    pub frames: Frames,
    /// Open live streams by caller and by address.
    pub seats: Seats,
    pub passwords: Passwords,
    /// Says true when the process is to end: streams end then, and their browsers come back to another one.
    pub stop: watch::Receiver<bool>,
    /// Wakes the workers: a transaction that pushed a job has been committed.
    pub jobs_wait: Arc<Notify>,
}

impl App {
    pub fn now(&self) -> Ts {
        self.clock.now()
    }

    pub fn market(&self, id: &MarketId) -> Option<Arc<Market>> {
        self.markets.get(id)
    }

    /// The market a link in a mail leads to.
    pub fn base_url(&self, market: &Market) -> String {
        self.config.base_url_of(market)
    }

    /// The link that follows an order; the same each time it is asked for.
    pub fn order_link(&self, market: &Market, order: &str, generation: i64) -> String {
        format!(
            "{}/t/{}",
            self.base_url(market),
            self.order_token(order, generation)
        )
    }

    pub fn order_token(&self, order: &str, generation: i64) -> String {
        self.link_key.token("order", order, generation)
    }

    pub fn sign_in_token(&self, link: &str) -> String {
        self.mailed_token("sign-in", link)
    }

    /// The secret of a mailed link; no other purpose's, and the same each time a job runs.
    pub fn mailed_token(&self, purpose: &str, id: &str) -> String {
        self.link_key.token(purpose, id, 1)
    }
}

/// Mails leave through here, so that each has the market's name as sender and the job's id as its own.
impl App {
    pub fn mail(
        &self,
        id: &str,
        to: &str,
        name: &str,
        market: &Market,
        letter: &Letter,
    ) -> std::result::Result<Email, courier::Error> {
        Ok(Email {
            from: Address::new(Some(&one_line(&market.name)), &self.config.mail.from)?,
            to: Address::new(Some(&one_line(name)), to)?,
            subject: letter.subject.clone(),
            text: letter.text(),
            html: Some(letter.html()),
            id: id.to_owned(),
        })
    }

    pub async fn send_mail(
        &self,
        id: &str,
        to: &str,
        name: &str,
        market: &Market,
        letter: &Letter,
    ) -> Result<()> {
        let mail = self.mail(id, to, name, market, letter);
        let mail = mail.map_err(Error::internal)?;
        self.courier.send(&mail).await.map_err(Error::internal)?;
        Ok(())
    }
}
