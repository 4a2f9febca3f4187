//! Sixteen clients that move prepared orders on, step by step, and write down what they
//! were told. After a kill they wait until they are given the next server; those that are
//! forgiving ask again when they are refused with a 503 in words.

use crate::http::{Answer, Client, set_status};
use crate::process::Result;
use crate::server::Market;
use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::watch;
use tokio::task::JoinSet;

const CLIENTS: u32 = 16;
const STEPS: [&str; 2] = ["PREPARING", "READY"];
/// Before somebody who was refused asks again.
const PAUSE: Duration = Duration::from_millis(20);

/// One 200, as the client read it.
#[derive(Clone, Debug)]
pub struct Answered {
    pub farm_order: String,
    pub status: &'static str,
    /// The order's version in the answer.
    pub version: i64,
    /// False where an earlier try, whose answer was cut off, had done it already.
    pub changed: bool,
}

/// Where the server is, and how often it was started before.
#[derive(Clone)]
struct Target {
    start: u32,
    host: String,
    token: String,
}

#[derive(Default)]
struct Book {
    todo: VecDeque<(u32, usize)>,
    answers: Vec<Answered>,
    since_start: u64,
    flying: u64,
    cut: u64,
    over: bool,
    forgiving: bool,
    /// The code of a 503, and how often it was read.
    refused: BTreeMap<String, u64>,
    /// The start of the server that has no ground any more: what it still says is no answer.
    in_doubt: Option<u32>,
    wrong: Option<String>,
}

pub struct Stream {
    book: Arc<Mutex<Book>>,
    target: watch::Sender<Target>,
    clients: JoinSet<()>,
}

fn lock(book: &Mutex<Book>) -> MutexGuard<'_, Book> {
    book.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Stream {
    pub fn open(orders: u32, market: &Market) -> Self {
        Self::with(orders, market, false)
    }

    /// With clients that may be refused.
    pub fn forgiving(orders: u32, market: &Market) -> Self {
        Self::with(orders, market, true)
    }

    fn with(orders: u32, market: &Market, forgiving: bool) -> Self {
        let book = Book {
            todo: (1..=orders).map(|order| (order, 0)).collect(),
            forgiving,
            ..Book::default()
        };
        let book = Arc::new(Mutex::new(book));
        let (target, seen) = watch::channel(target(0, market));
        let mut clients = JoinSet::new();
        for _ in 0..CLIENTS {
            clients.spawn(client(book.clone(), seen.clone()));
        }
        Self {
            book,
            target,
            clients,
        }
    }

    pub fn answered(&self) -> u64 {
        lock(&self.book).since_start
    }

    pub fn flying(&self) -> u64 {
        lock(&self.book).flying
    }

    /// How often each code of a 503 was read so far.
    pub fn refused(&self) -> BTreeMap<String, u64> {
        lock(&self.book).refused.clone()
    }

    /// An error if a client was told what it should not be.
    pub fn is_well(&self) -> Result {
        match &lock(&self.book).wrong {
            Some(wrong) => Err(wrong.clone().into()),
            None => Ok(()),
        }
    }

    /// Answers count from here on.
    pub fn count_anew(&self) {
        lock(&self.book).since_start = 0;
    }

    /// What is read from now on from the server as it runs counts as cut off, whatever it says: a machine without power
    /// says nothing.
    pub fn doubt(&self) {
        let start = self.target.borrow().start;
        lock(&self.book).in_doubt = Some(start);
    }

    /// The server is back: everybody goes on there.
    pub fn next(&self, market: &Market) {
        self.count_anew();
        let start = self.target.borrow().start + 1;
        self.target.send_replace(target(start, market));
    }

    /// Returns once so many answers came since the last start.
    pub async fn wait_for(&self, wanted: u64) -> Result {
        let since = Instant::now();
        while since.elapsed() < Duration::from_mins(1) {
            self.is_well()?;
            let (answered, left) = {
                let book = lock(&self.book);
                (book.since_start, book.todo.len())
            };
            if answered >= wanted {
                return Ok(());
            }
            if left == 0 {
                return Err("all orders are at their last step: give more --orders".into());
            }
            tokio::time::sleep(Duration::from_micros(200)).await;
        }
        Err(format!(
            "{wanted} answers were wanted, {} came in 60 s",
            self.answered()
        )
        .into())
    }

    /// Lets every request under way finish; returns the answers, and how many were cut off.
    pub async fn close(mut self) -> Result<(Vec<Answered>, u64)> {
        lock(&self.book).over = true;
        while let Some(ended) = self.clients.join_next().await {
            ended?;
        }
        let book = std::mem::take(&mut *lock(&self.book));
        book.wrong
            .map_or(Ok((book.answers, book.cut)), |wrong| Err(wrong.into()))
    }
}

fn target(start: u32, market: &Market) -> Target {
    Target {
        start,
        host: market.host.clone(),
        token: market.bench_token.clone(),
    }
}

async fn client(book: Arc<Mutex<Book>>, mut seen: watch::Receiver<Target>) {
    let mut at = seen.borrow_and_update().clone();
    let mut connection = None;
    loop {
        let Some((order, step)) = take(&book) else {
            return;
        };
        let ask = set_status(
            &at.host,
            &format!("bench_{order:06}"),
            &at.token,
            STEPS[step],
        );
        let sent = send(&mut connection, &at.host, &ask).await;
        match put_back(&book, (order, step), at.start, sent) {
            Ok(Told::Done) => {}
            Ok(Told::Refused) => tokio::time::sleep(PAUSE).await,
            Err(_) => {
                connection = None;
                let start = at.start;
                match seen.wait_for(|target| target.start > start).await {
                    Ok(next) => at = next.clone(),
                    Err(_) => return,
                }
            }
        }
    }
}

async fn send(connection: &mut Option<Client>, host: &str, ask: &[u8]) -> std::io::Result<Answer> {
    let client = match connection {
        Some(client) => client,
        None => connection.insert(Client::connect(host).await?),
    };
    client.send(ask).await
}

fn take(book: &Mutex<Book>) -> Option<(u32, usize)> {
    let mut book = lock(book);
    if book.over || book.wrong.is_some() {
        return None;
    }
    let next = book.todo.pop_front()?;
    book.flying += 1;
    Some(next)
}

enum Told {
    Done,
    Refused,
}

/// Writes the outcome down. Cut off is in doubt, there or not: the same step is asked for
/// again, and the answer to that is then binding.
fn put_back(
    book: &Mutex<Book>,
    (order, step): (u32, usize),
    start: u32,
    sent: std::io::Result<Answer>,
) -> std::io::Result<Told> {
    let mut book = lock(book);
    book.flying -= 1;
    let answer = match sent {
        Ok(answer) if book.in_doubt == Some(start) => Err(std::io::Error::other(answer.words())),
        other => other,
    };
    let answer = match answer {
        Ok(answer) => answer,
        Err(error) => {
            book.cut += 1;
            book.todo.push_front((order, step));
            return Err(error);
        }
    };
    if book.forgiving && answer.status == 503 {
        let code = answer.json()["code"]
            .as_str()
            .unwrap_or("no code")
            .to_owned();
        *book.refused.entry(code).or_default() += 1;
        book.todo.push_front((order, step));
        return Ok(Told::Refused);
    }
    if let Some(answered) = read(&answer, STEPS[step]) {
        book.answers.push(answered);
        book.since_start += 1;
        if step + 1 < STEPS.len() {
            book.todo.push_back((order, step + 1));
        }
    } else {
        let words = format!("bench_{order:06} to {}: {}", STEPS[step], answer.words());
        book.wrong.get_or_insert(words);
    }
    Ok(Told::Done)
}

/// What a 200 says of the step that was asked for.
pub fn read(answer: &Answer, status: &'static str) -> Option<Answered> {
    let json = answer.json();
    let of = &json["farm_orders"][0];
    if answer.status != 200 || of["status"] != status {
        return None;
    }
    Some(Answered {
        farm_order: of["id"].as_str()?.to_owned(),
        status,
        version: json["version"].as_i64()?,
        changed: json["changed"].as_bool()?,
    })
}
