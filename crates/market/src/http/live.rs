//! Live streams (server-sent events): a heartbeat, an end, and a seat for each, so that none is for ever.
//!
//! A stream carries no queue: whoever is slow gets the newest state next, never a backlog.
use std::{
    collections::HashMap,
    convert::Infallible,
    future::Future,
    sync::{Arc, Mutex},
    time::Duration,
};

use axum::{
    Extension,
    body::Body,
    http::{HeaderMap, header},
    response::{IntoResponse as _, Response},
};
use bytes::Bytes;
use cluster::Subscription;
use futures_util::stream::{self, Stream};
use tokio::{
    sync::watch,
    time::{Instant, sleep_until},
};

use super::endless::Endless;
use crate::error::{Error, Result};

/// A browser that hears nothing for 40 s opens a new stream; a beat also finds out that a right is gone.
const BEAT: Duration = Duration::from_secs(15);
/// A stream ends after this, and its browser comes back: no connection is for ever.
const AGE: Duration = Duration::from_mins(30);
/// Between two looks: a burst of changes is shown as one.
const PACE: Duration = Duration::from_millis(100);
/// Told to every browser: come back after two seconds.
const HELLO: &str = "retry: 2000\n\n";
const PULSE: Bytes = Bytes::from_static(b"event: beat\ndata:\n\n");

/// What a stream waits for.
pub enum Turn {
    /// The topic moved, or it is the first turn.
    Look(u64),
    Beat,
    End,
}

/// One stream's clock and subscription.
pub struct Live {
    topic: Subscription,
    /// Moves when the caller's proof ends: signed out, revoked.
    ended: Subscription,
    stop: watch::Receiver<bool>,
    beat: Instant,
    end: Instant,
    first: bool,
    next_look: Instant,
    _seat: Seat,
}

impl Live {
    pub fn new(
        topic: Subscription,
        ended: Subscription,
        stop: watch::Receiver<bool>,
        seat: Seat,
    ) -> Self {
        let now = Instant::now();
        Self {
            topic,
            ended,
            stop,
            beat: now + BEAT,
            end: now + AGE,
            first: true,
            next_look: now,
            _seat: seat,
        }
    }

    pub async fn turn(&mut self) -> Turn {
        if std::mem::take(&mut self.first) {
            return Turn::Look(0);
        }
        let turn = tokio::select! {
            biased;
            _ = self.stop.wait_for(|stop| *stop) => Turn::End,
            _ = self.ended.changed() => Turn::End,
            () = sleep_until(self.end) => Turn::End,
            version = self.topic.changed() => Turn::Look(version),
            () = sleep_until(self.beat) => {
                self.beat = Instant::now() + BEAT;
                Turn::Beat
            }
        };
        if matches!(turn, Turn::Look(_)) {
            sleep_until(self.next_look).await;
            self.next_look = Instant::now() + PACE;
        }
        turn
    }
}

/// Something that knows the next thing to send.
pub trait Source: Send + 'static {
    /// `None` ends the stream. An empty answer is not sent.
    fn look(&mut self, at_least: u64) -> impl Future<Output = Option<Option<Bytes>>> + Send;
    /// At each beat: whether the caller may still watch.
    fn still_may(&mut self) -> impl Future<Output = bool> + Send;
}

/// The response: the greeting, then whatever the source has, turn by turn.
pub fn respond<S: Source>(live: Live, source: S) -> Response {
    let headers = [
        (header::CONTENT_TYPE, "text/event-stream"),
        (header::CACHE_CONTROL, "no-store"),
        // nginx and its like would otherwise hold events back.
        (header::HeaderName::from_static("x-accel-buffering"), "no"),
    ];
    let frames = Body::from_stream(frames(live, source));
    (Extension(Endless), headers, frames).into_response()
}

fn frames<S: Source>(
    live: Live,
    source: S,
) -> impl Stream<Item = std::result::Result<Bytes, Infallible>> + Send {
    stream::unfold(
        (live, source, true),
        |(mut live, mut source, greet)| async move {
            if greet {
                let hello = Bytes::from_static(HELLO.as_bytes());
                return Some((Ok(hello), (live, source, false)));
            }
            loop {
                // Boxes: what making a frame needs must not lie about in each of ten thousand streams that wait.
                let frame = match live.turn().await {
                    Turn::Beat if Box::pin(source.still_may()).await => Some(PULSE),
                    Turn::Beat | Turn::End => return None,
                    Turn::Look(version) => Box::pin(source.look(version)).await?,
                };
                if let Some(frame) = frame {
                    return Some((Ok(frame), (live, source, false)));
                }
            }
        },
    )
}

/// The version a browser has: from the header of a reconnect, else from the address of the first call.
pub fn last_seen(headers: &HeaderMap, query: Option<i64>) -> i64 {
    headers
        .get("last-event-id")
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.trim().parse().ok())
        .or(query)
        .unwrap_or(0)
}

/// How many streams each caller and each address has open.
#[derive(Clone, Default)]
pub struct Seats(Arc<Mutex<HashMap<String, usize>>>);

/// Streams of one session, token or link.
const PER_CALLER: usize = 6;
/// Streams of one address: a school, a market's network.
const PER_ADDRESS: usize = 2000;

pub struct Seat {
    seats: Seats,
    keys: [String; 2],
}

impl Seats {
    pub fn take(&self, caller: &str, address: &str, lifted: bool) -> Result<Seat> {
        let keys = [format!("caller/{caller}"), format!("address/{address}")];
        let mut open = self
            .0
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        let of = |key: &String| open.get(key).copied().unwrap_or(0);
        if !lifted && (of(&keys[0]) >= PER_CALLER || of(&keys[1]) >= PER_ADDRESS) {
            return Err(Error::TooMany { retry_after: BEAT });
        }
        for key in &keys {
            *open.entry(key.clone()).or_default() += 1;
        }
        drop(open);
        Ok(Seat {
            seats: self.clone(),
            keys,
        })
    }

    /// Keys with an open stream; 0 when all have ended.
    pub fn len(&self) -> usize {
        self.0
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
            .len()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut open = self
            .seats
            .0
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        for key in &self.keys {
            if let Some(count) = open.get_mut(key) {
                *count -= 1;
                if *count == 0 {
                    open.remove(key);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seats_are_counted_and_given_back() {
        let seats = Seats::default();
        let taken: Vec<_> = (0..PER_CALLER)
            .map(|_| seats.take("a", "x", false).unwrap())
            .collect();
        assert!(matches!(
            seats.take("a", "x", false),
            Err(Error::TooMany { .. })
        ));
        assert!(seats.take("a", "x", true).is_ok());
        assert!(seats.take("b", "x", false).is_ok());
        drop(taken);
        assert!(seats.is_empty());
    }

    #[test]
    fn the_header_of_a_reconnect_beats_the_address() {
        let mut headers = HeaderMap::new();
        assert_eq!(last_seen(&headers, None), 0);
        assert_eq!(last_seen(&headers, Some(3)), 3);
        headers.insert("last-event-id", "7".parse().unwrap());
        assert_eq!(last_seen(&headers, Some(3)), 7);
        headers.insert("last-event-id", "x".parse().unwrap());
        assert_eq!(last_seen(&headers, Some(3)), 3);
    }

    /// A stream of one topic, and the hands that move it.
    struct Rig {
        cluster: cluster::Cluster,
        stop: watch::Sender<bool>,
        seats: Seats,
    }

    impl Rig {
        fn new() -> Self {
            Self {
                cluster: cluster::memory(),
                stop: watch::Sender::new(false),
                seats: Seats::default(),
            }
        }

        fn live(&self) -> Live {
            Live::new(
                self.cluster.subscribe("order/1"),
                self.cluster.subscribe("ended/me"),
                self.stop.subscribe(),
                self.seats.take("me", "here", false).unwrap(),
            )
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_stream_looks_first_beats_every_15_s_and_ends_after_half_an_hour() {
        let rig = Rig::new();
        let mut live = rig.live();
        let begun = Instant::now();
        assert!(matches!(live.turn().await, Turn::Look(0)));
        assert_eq!(begun.elapsed(), Duration::ZERO);
        let mut beats = 0;
        while matches!(live.turn().await, Turn::Beat) {
            beats += 1;
            assert_eq!(begun.elapsed(), BEAT * beats);
        }
        // The beat that would fall on the end is the end.
        assert_eq!((beats, begun.elapsed()), (119, AGE));
    }

    #[tokio::test(start_paused = true)]
    async fn a_burst_of_changes_is_one_look_at_the_newest() {
        let rig = Rig::new();
        let mut live = rig.live();
        live.turn().await;
        rig.cluster.publish("order/1", 5);
        assert!(matches!(live.turn().await, Turn::Look(5)));
        let begun = Instant::now();
        rig.cluster.publish("order/1", 6);
        rig.cluster.publish("order/1", 9);
        rig.cluster.publish("order/1", 8);
        assert!(matches!(live.turn().await, Turn::Look(9)));
        assert_eq!(begun.elapsed(), PACE);
        assert!(matches!(live.turn().await, Turn::Beat));
    }

    #[tokio::test(start_paused = true)]
    async fn a_proof_that_ends_and_a_process_that_stops_end_the_stream() {
        let rig = Rig::new();
        let (mut signed_out, mut stopped) = (rig.live(), rig.live());
        signed_out.turn().await;
        stopped.turn().await;
        rig.cluster.bump("ended/me");
        assert!(matches!(signed_out.turn().await, Turn::End));
        let mut late = rig.live();
        rig.stop.send_replace(true);
        // A change comes at the same time: the end goes first.
        rig.cluster.publish("order/1", 2);
        assert!(matches!(stopped.turn().await, Turn::End));
        late.turn().await;
        assert!(matches!(late.turn().await, Turn::End));
        drop((signed_out, stopped, late));
        assert!(rig.seats.is_empty());
        assert_eq!(rig.cluster.topics(), 0);
    }

    /// Says `v<version>` for every odd version, nothing for an even one, and ends at 7.
    struct Odd {
        may: bool,
    }

    impl Source for Odd {
        async fn look(&mut self, at_least: u64) -> Option<Option<Bytes>> {
            match at_least {
                7 => None,
                odd if odd % 2 == 1 => Some(Some(format!("v{odd}").into())),
                _ => Some(None),
            }
        }

        async fn still_may(&mut self) -> bool {
            std::mem::replace(&mut self.may, false)
        }
    }

    async fn next(body: &mut Body) -> Option<String> {
        use http_body_util::BodyExt as _;
        let frame = body.frame().await?.unwrap().into_data().unwrap();
        Some(String::from_utf8(frame.to_vec()).unwrap())
    }

    #[tokio::test(start_paused = true)]
    async fn a_response_is_the_greeting_and_then_what_the_source_has() {
        let rig = Rig::new();
        let response = respond(rig.live(), Odd { may: true });
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        assert_eq!(response.headers()["cache-control"], "no-store");
        assert_eq!(response.headers()["x-accel-buffering"], "no");
        let mut body = response.into_body();
        assert_eq!(next(&mut body).await.as_deref(), Some(HELLO));
        rig.cluster.publish("order/1", 3);
        assert_eq!(next(&mut body).await.as_deref(), Some("v3"));
        // Nothing to say of 4, so the next thing heard is the beat; after the second the right is gone.
        rig.cluster.publish("order/1", 4);
        assert_eq!(
            next(&mut body).await.as_deref(),
            Some("event: beat\ndata:\n\n")
        );
        let begun = Instant::now();
        assert_eq!(next(&mut body).await, None);
        assert_eq!(begun.elapsed(), BEAT);
        drop(body);
        assert!(rig.seats.is_empty());
    }

    #[tokio::test(start_paused = true)]
    async fn a_source_that_cannot_look_ends_its_stream() {
        let rig = Rig::new();
        let mut body = respond(rig.live(), Odd { may: true }).into_body();
        next(&mut body).await;
        rig.cluster.publish("order/1", 7);
        assert_eq!(next(&mut body).await, None);
    }

    /// Needs a lot while it looks.
    struct Wide;

    impl Source for Wide {
        async fn look(&mut self, _: u64) -> Option<Option<Bytes>> {
            let room = [0_u8; 8 * 1024];
            tokio::task::yield_now().await;
            Some(room.first().map(|_| Bytes::new()))
        }

        async fn still_may(&mut self) -> bool {
            self.look(0).await.is_some()
        }
    }

    #[tokio::test]
    async fn a_stream_that_waits_is_small_whatever_its_looks_need() {
        let rig = Rig::new();
        let size = size_of_val(&frames(rig.live(), Wide));
        assert!(size < 2048, "{size}");
    }

    #[test]
    fn an_address_has_many_seats_but_not_all() {
        let seats = Seats::default();
        let taken: Vec<_> = (0..PER_ADDRESS)
            .map(|caller| seats.take(&caller.to_string(), "x", false).unwrap())
            .collect();
        assert_eq!(seats.len(), PER_ADDRESS + 1);
        assert!(seats.take("one more", "x", false).is_err());
        assert!(seats.take("one more", "y", false).is_ok());
        drop(taken);
        assert_eq!(seats.len(), 0);
    }
}
