//! Those who are slow, mute, greedy or deaf, as data; and what they do.

use crate::process::Result;
use crate::server::Market;
use crate::steps::{FIRST, Steps, order};
use std::net::SocketAddr;
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};
use tokio::task::JoinSet;
use tokio::time::{sleep, sleep_until, timeout};

/// How long the server waits, as it was told by its settings.
#[derive(Clone, Copy)]
pub struct Patience {
    pub head: u64,
    pub body: u64,
    pub answer: u64,
    pub stall: u64,
}

/// What one attacker does with each of its connections.
#[derive(Clone, Copy)]
pub enum Way {
    /// Says one more piece every two seconds.
    Drips(&'static str),
    /// Says nothing more.
    Mute,
    /// Hears the answer and comes again on another connection, five times a second.
    Repeats,
    /// Never reads what it asked for, while this order moves.
    Deaf(u32),
    /// Goes away within twenty milliseconds and comes again.
    HangsUp,
}

pub struct Attack {
    pub name: &'static str,
    pub many: usize,
    pub way: Way,
    /// Said first, in turn.
    pub says: Vec<String>,
    /// Each connection is over after this.
    pub limit: Duration,
    /// What it may be told; "cut" is nothing.
    pub hears: &'static [&'static str],
}

/// What became of the connections of one attack.
#[derive(Default)]
pub struct Ends {
    pub connections: usize,
    pub longest: Duration,
    /// What none may be told.
    pub wrong: Vec<String>,
}

/// Some time later than a limit nothing may be there any more: the server looks at its clocks now and then, and both
/// ends share two cores.
pub const GRACE: Duration = Duration::from_secs(2);
const APART: Duration = Duration::from_millis(2);
const DRIP: Duration = Duration::from_secs(2);
/// Those who repeat do it so often, for so long.
const AGAIN: Duration = Duration::from_millis(200);
const SIEGE: Duration = Duration::from_secs(10);

impl Attack {
    pub async fn run(&self, market: &Market) -> Result<Ends> {
        if let Way::Deaf(watched) = self.way {
            return self.deaf(market, &order(watched)).await;
        }
        let mut attackers = JoinSet::new();
        let deadline = self.limit * 2 + GRACE;
        for number in 0..self.many {
            let says = self.says[number % self.says.len()].clone();
            let (host, way, hears) = (market.host.clone(), self.way, self.hears);
            attackers.spawn(async move {
                let mut ends = Ends::default();
                // Not all at once: what the kernel's queue of new connections cannot hold it drops, and asks for later.
                sleep(APART * u32::try_from(number).unwrap_or(0)).await;
                let begun = Instant::now();
                loop {
                    let since = Instant::now();
                    let once = timeout(deadline, once(&host, way, &says, number)).await;
                    let said = match once {
                        Ok(Ok(said)) => said,
                        Ok(Err(error)) => error.to_string(),
                        Err(_) => "it stays for ever".to_owned(),
                    };
                    ends.add(since.elapsed(), &said, hears);
                    if !matches!(way, Way::Repeats | Way::HangsUp) || begun.elapsed() > SIEGE {
                        return ends;
                    }
                    sleep_until((since + AGAIN).into()).await;
                }
            });
        }
        let mut all = Ends::default();
        while let Some(ends) = attackers.join_next().await {
            all.join(ends?);
        }
        Ok(all)
    }

    /// They keep their end open and hear nothing: only the server's list of files says that they were given up.
    async fn deaf(&self, market: &Market, watched: &str) -> Result<Ends> {
        let mut version = FIRST;
        let (files, since) = (market.files()?, Instant::now());
        let mut sockets = Vec::new();
        let address: SocketAddr = market.host.parse()?;
        for number in 0..self.many {
            let socket = TcpSocket::new_v4()?;
            socket.set_recv_buffer_size(4096)?;
            let mut socket = socket.connect(address).await?;
            let says = self.says[number % self.says.len()].as_bytes();
            // Whoever asks for more than there is room for is refused the rest.
            let _ = timeout(Duration::from_millis(100), socket.write_all(says)).await;
            sockets.push(socket);
        }
        sleep(Duration::from_secs(1)).await;
        let mut ends = Ends {
            connections: self.many,
            ..Ends::default()
        };
        let mut steps = Steps::new(market).await?;
        // Those who mean well keep theirs, as do these steps; a file more or less is the database's.
        while market.files()? > files + 3 {
            ends.longest = since.elapsed();
            if ends.longest > self.limit * 2 {
                break;
            }
            // Whoever does not read what there is to hear is found out.
            version = steps.next(watched, version).await?;
            sleep(Duration::from_millis(200)).await;
        }
        Ok(ends)
    }
}

impl Ends {
    fn add(&mut self, after: Duration, said: &str, hears: &[&str]) {
        self.connections += 1;
        self.longest = self.longest.max(after);
        let line = said.split("\r\n").next().unwrap_or_default();
        let status = line.split(' ').nth(1).unwrap_or("cut");
        if !hears.is_empty() && !hears.contains(&status) {
            self.wrong.push(line.to_owned());
        }
    }

    fn join(&mut self, other: Self) {
        self.connections += other.connections;
        self.longest = self.longest.max(other.longest);
        self.wrong.extend(other.wrong);
    }
}

/// One connection, until the other end has had enough of it; what it said.
async fn once(host: &str, way: Way, says: &str, number: usize) -> Result<String> {
    let mut socket = TcpStream::connect(host).await?;
    if let Way::HangsUp = way {
        socket.write_all(says.as_bytes()).await?;
        sleep(Duration::from_millis(number as u64 * 7 % 21)).await;
        return Ok(String::new());
    }
    let (mut read, mut write) = socket.split();
    let mut said = Vec::new();
    let talks = async {
        // Who has heard enough closes; reading then says so.
        let _ = write.write_all(says.as_bytes()).await;
        loop {
            sleep(DRIP).await;
            if let Way::Drips(piece) = way {
                let _ = write.write_all(piece.as_bytes()).await;
            }
        }
    };
    tokio::select! {
        _ = read.read_to_end(&mut said) => {}
        () = talks => {}
    }
    Ok(String::from_utf8_lossy(&said).into_owned())
}
