//! Rendered parts of tracking pages: made once per order, version, language and audience, shared by all who watch.
use std::sync::Arc;

use bytes::Bytes;
use moka::future::Cache;

use super::model::seen::Audience;
use crate::{error::Error, kernel::ids::OrderId, words::Lang};

/// At most this many bytes of frames; a frame nobody asks for is the first to go.
const ROOM: u64 = 16 * 1024 * 1024;

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Key {
    pub order: OrderId,
    pub version: i64,
    pub lang: Lang,
    pub audience: Audience,
    /// The market's local date: "today" is another word tomorrow.
    pub date: String,
}

#[derive(Clone)]
pub struct Frames(Cache<Key, Bytes>);

impl Default for Frames {
    fn default() -> Self {
        let weigh = |_: &Key, frame: &Bytes| u32::try_from(frame.len() + 256).unwrap_or(u32::MAX);
        Self(Cache::builder().max_capacity(ROOM).weigher(weigh).build())
    }
}

impl Frames {
    /// The frame, made by `make` if nobody has made it; whoever asks meanwhile waits for that one.
    pub async fn get(
        &self,
        key: Key,
        make: impl Future<Output = Result<Bytes, Error>>,
    ) -> Result<Bytes, Arc<Error>> {
        self.0.try_get_with(key, make).await
    }
}
