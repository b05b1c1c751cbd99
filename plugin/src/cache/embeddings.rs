//! Embeddings in memory: a byte budget, and one computation per key in flight.

use std::sync::Arc;
use std::time::Duration;

use models::sam::Embedding;
use quick_cache::sync::{Cache, DefaultLifecycle, GuardResult};
use quick_cache::{DefaultHashBuilder, OptionsBuilder, Weighter};

use crate::pipeline::{Abort, Error, check};

/// What an embedding is of: a hash of the network's input and of the network.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct EmbeddingKey(pub u128);

/// Where a value came from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Origin {
    /// It was there, or another render was just making it.
    Cache,
    /// It was computed by this call.
    Computed,
}

/// How long a waiting render sleeps between two looks at whether the host wants it to stop.
const POLL: Duration = Duration::from_millis(20);

/// What the cache itself needs for an entry, about, in bytes.
const OVERHEAD: u64 = 256;

#[derive(Clone)]
struct Bytes;

impl Weighter<EmbeddingKey, Arc<Embedding>> for Bytes {
    fn weight(&self, _key: &EmbeddingKey, value: &Arc<Embedding>) -> u64 {
        value.byte_len() as u64 + OVERHEAD
    }
}

/// The embeddings of recent frames, shared by all instances of the process.
pub struct Embeddings {
    cache: Cache<EmbeddingKey, Arc<Embedding>, Bytes>,
}

impl Embeddings {
    /// An empty cache of at most `budget` bytes.
    ///
    /// # Errors
    /// When the cache refuses its own options, which is a mistake in this file.
    pub fn new(budget: u64) -> Result<Self, String> {
        // One shard: an embedding is megabytes, and a budget split among shards would not be the artist's.
        let options = OptionsBuilder::new()
            .shards(1)
            .estimated_items_capacity(256)
            .weight_capacity(budget)
            .build()
            .map_err(|error| error.to_string())?;
        let cache =
            Cache::with_options(options, Bytes, DefaultHashBuilder::default(), DefaultLifecycle::default());
        Ok(Self { cache })
    }

    /// Changes the budget in bytes; what does not fit any more is dropped at once.
    pub fn set_budget(&self, bytes: u64) {
        if self.cache.capacity() != bytes {
            self.cache.set_capacity(bytes);
        }
    }

    /// Bytes held.
    pub fn bytes(&self) -> u64 {
        self.cache.weight()
    }

    /// Drops everything.
    pub fn clear(&self) {
        self.cache.clear();
    }

    /// The value of `key`, computed by `compute` when it is not there. While one caller computes, others
    /// that ask for the same key wait; when that computation fails or is given up, one of them takes over.
    ///
    /// # Errors
    /// Those of `compute`, or [`Error::Aborted`] when the host wants a waiting caller to stop.
    pub fn get_or_compute(
        &self,
        key: &EmbeddingKey,
        abort: Abort<'_>,
        compute: impl FnOnce() -> Result<Arc<Embedding>, Error>,
    ) -> Result<(Arc<Embedding>, Origin), Error> {
        loop {
            check(abort)?;
            match self.cache.get_value_or_guard(key, Some(POLL)) {
                GuardResult::Value(value) => return Ok((value, Origin::Cache)),
                GuardResult::Guard(guard) => {
                    let value = compute()?;
                    // Refused only when the cache was cleared meanwhile: the value itself is good.
                    let _ = guard.insert(Arc::clone(&value));
                    return Ok((value, Origin::Computed));
                }
                GuardResult::Timeout => {}
            }
        }
    }
}
