//! The markets that every request is asked for, held in memory and replaced as a whole.
use std::sync::{Arc, PoisonError, RwLock};

use db::Db;
use tokio::sync::Mutex;

use super::{model::Market, store};
use crate::{
    app::App,
    config::Config,
    error::Result,
    kernel::ids::MarketId,
    setup::{self, model::Step},
};

/// Bumped after each change, so that every instance reads again.
pub const TOPIC: &str = "markets";

#[derive(Clone, Debug)]
struct Known {
    /// The default one first.
    markets: Arc<[Arc<Market>]>,
    setting_up: Option<Step>,
}

/// No lock is held while anything is waited for: readers take a copy of a pointer.
#[derive(Debug)]
pub struct Markets {
    known: RwLock<Known>,
    /// One reads at a time, so that an older reading never replaces a newer one.
    reading: Mutex<()>,
}

impl Markets {
    pub fn new(markets: Vec<Market>, setting_up: Option<Step>) -> Self {
        Self {
            known: RwLock::new(known(markets, setting_up)),
            reading: Mutex::default(),
        }
    }

    pub async fn read(db: &Db) -> db::Result<Self> {
        let this = Self::new(Vec::new(), None);
        this.read_again(db).await?;
        Ok(this)
    }

    async fn read_again(&self, db: &Db) -> db::Result<()> {
        let _turn = self.reading.lock().await;
        let read = db.read_fresh().await?;
        let markets = store::list(&read).await?;
        let step = setup::store::find_step(&read).await?;
        drop(read);
        self.replace(markets, step.filter(|step| *step != Step::Done));
        Ok(())
    }

    pub fn replace(&self, markets: Vec<Market>, setting_up: Option<Step>) {
        *RwLock::write(&self.known).unwrap_or_else(PoisonError::into_inner) =
            known(markets, setting_up);
    }

    fn known(&self) -> Known {
        self.known
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// The default one first.
    pub fn all(&self) -> Arc<[Arc<Market>]> {
        self.known().markets
    }

    pub fn get(&self, id: &MarketId) -> Option<Arc<Market>> {
        let all = self.all();
        all.iter().find(|market| market.id == *id).cloned()
    }

    /// The market of a Host that names none.
    pub fn default(&self) -> Option<Arc<Market>> {
        self.all().first().cloned()
    }

    /// The market of an allowed Host; `None` for a Host that is not on the list.
    pub fn of_host(&self, config: &Config, host: &str) -> Option<Arc<Market>> {
        config.market_of(host, &self.all()).cloned()
    }

    /// While the first-run set-up is not over: the step it waits at.
    pub fn setting_up(&self) -> Option<Step> {
        self.known().setting_up
    }
}

fn known(markets: Vec<Market>, setting_up: Option<Step>) -> Known {
    Known {
        markets: markets.into_iter().map(Arc::new).collect(),
        setting_up,
    }
}

/// Reads the markets again, here and, by the hint, in every other instance.
pub async fn changed(app: &App) -> Result<()> {
    app.markets.read_again(&app.db).await?;
    app.cluster.bump(TOPIC);
    Ok(())
}

/// Reads them again whenever another instance has changed one; ends with the process.
pub async fn follow(app: Arc<App>) {
    let mut changes = app.cluster.subscribe(TOPIC);
    let mut stop = app.stop.clone();
    loop {
        tokio::select! {
            _ = changes.changed() => {}
            _ = stop.wait_for(|stop| *stop) => return,
        }
        if let Err(error) = app.markets.read_again(&app.db).await {
            tracing::warn!(%error, "the markets could not be read again; the next change tries it anew");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::sample;

    #[test]
    fn markets_are_replaced_as_a_whole() {
        let markets = Markets::new(vec![sample::market()], Some(Step::Market));
        let before = markets.all();
        assert_eq!(markets.setting_up(), Some(Step::Market));
        let renamed = Market {
            name: "Lower Square".to_owned(),
            ..sample::market()
        };
        markets.replace(vec![renamed.clone()], None);
        assert_eq!(markets.get(&renamed.id).as_deref(), Some(&renamed));
        assert_eq!(markets.default().as_deref(), Some(&renamed));
        assert_eq!(markets.setting_up(), None);
        // Whoever took a copy keeps it.
        assert_eq!(before[0].name, "Riverside Market");
        assert_eq!(markets.get(&MarketId::new("mkt_none")), None);
        markets.replace(Vec::new(), None);
        assert_eq!(markets.default(), None);
    }
}
