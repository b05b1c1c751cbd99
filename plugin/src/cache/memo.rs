//! Values in memory: a byte budget, and one computation per key in flight.

use std::time::Duration;

use models::sam::{Embedding, Logits};
use quick_cache::sync::{Cache, DefaultLifecycle, GuardResult};
use quick_cache::{DefaultHashBuilder, OptionsBuilder, Weighter};

use crate::pipeline::map::Map;
use crate::pipeline::{Abort, Error, check};

/// What a value was computed from: a hash of all that it depends on.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Key(pub u128);

/// Where a value came from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Origin {
    /// It was there, or another render was just making it.
    Cache,
    /// It was computed by this call.
    Computed,
}

/// What can be remembered.
pub trait Remembered: Clone {
    /// Bytes that the value takes.
    fn bytes(&self) -> usize;
}

impl Remembered for Embedding {
    fn bytes(&self) -> usize {
        self.byte_len()
    }
}

impl Remembered for Logits {
    fn bytes(&self) -> usize {
        self.byte_len()
    }
}

impl Remembered for Map {
    fn bytes(&self) -> usize {
        size_of_val(self.values.as_slice())
    }
}

/// How long a waiting render sleeps between two looks at whether the host wants it to stop.
const POLL: Duration = Duration::from_millis(20);

/// What the cache itself needs for an entry, about, in bytes.
const OVERHEAD: u64 = 256;

#[derive(Clone)]
struct Bytes;

impl<V: Remembered> Weighter<Key, V> for Bytes {
    fn weight(&self, _key: &Key, value: &V) -> u64 {
        value.bytes() as u64 + OVERHEAD
    }
}

/// Recent values, shared by all instances of the process.
pub struct Memo<V: Remembered> {
    cache: Cache<Key, V, Bytes>,
}

impl<V: Remembered> Memo<V> {
    /// An empty cache of at most `budget` bytes.
    ///
    /// # Errors
    /// When the cache refuses its own options, which is a mistake in this file.
    pub fn new(budget: u64) -> Result<Self, String> {
        // One shard: a value is large, and a budget split among shards would not be the artist's.
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
        key: &Key,
        abort: Abort<'_>,
        compute: impl FnOnce() -> Result<V, Error>,
    ) -> Result<(V, Origin), Error> {
        loop {
            check(abort)?;
            match self.cache.get_value_or_guard(key, Some(POLL)) {
                GuardResult::Value(value) => return Ok((value, Origin::Cache)),
                GuardResult::Guard(guard) => {
                    let value = compute()?;
                    // Refused only when the cache was cleared meanwhile: the value itself is good.
                    let _ = guard.insert(value.clone());
                    return Ok((value, Origin::Computed));
                }
                GuardResult::Timeout => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

    use super::*;

    fn embedding() -> Result<Embedding, Error> {
        Ok(Embedding::from_raw(vec![0.0; Embedding::LEN], 1024, 512)?)
    }

    fn entry() -> u64 {
        embedding().unwrap().byte_len() as u64 + OVERHEAD
    }

    fn fill(cache: &Memo<Embedding>, keys: std::ops::Range<u128>) {
        for key in keys {
            cache.get_or_compute(&Key(key), &|| false, embedding).unwrap();
        }
    }

    #[test]
    fn the_budget_is_honoured_and_can_change() {
        let cache = Memo::new(3 * entry()).unwrap();
        fill(&cache, 0..10);
        assert!(cache.bytes() <= 3 * entry() && cache.bytes() >= 2 * entry(), "{}", cache.bytes());
        cache.set_budget(entry());
        assert!(cache.bytes() <= entry());
        cache.set_budget(0);
        fill(&cache, 0..2);
        assert_eq!(cache.bytes(), 0, "a budget of nothing keeps nothing, and still computes");
    }

    #[test]
    fn one_computation_per_key_is_in_flight() {
        let cache = Memo::new(1 << 30).unwrap();
        let computed = AtomicUsize::new(0);
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    let compute = || {
                        computed.fetch_add(1, Ordering::SeqCst);
                        std::thread::sleep(Duration::from_millis(60));
                        embedding()
                    };
                    cache.get_or_compute(&Key(7), &|| false, compute).unwrap();
                });
            }
        });
        assert_eq!(computed.load(Ordering::SeqCst), 1);
    }

    #[test]
    fn a_waiting_caller_stops_when_the_host_says_so_and_takes_over_when_the_first_fails() {
        let cache = Memo::new(1 << 30).unwrap();
        let (entered, release) = (AtomicBool::new(false), AtomicBool::new(false));
        let key = Key(7);
        std::thread::scope(|scope| {
            let first = scope.spawn(|| {
                cache.get_or_compute(&key, &|| false, || {
                    entered.store(true, Ordering::SeqCst);
                    while !release.load(Ordering::SeqCst) {
                        std::thread::yield_now();
                    }
                    Err(Error::OutOfMemory)
                })
            });
            while !entered.load(Ordering::SeqCst) {
                std::thread::yield_now();
            }
            // Not stopped at the first look, but while it waits.
            let looks = AtomicUsize::new(0);
            let stop = || looks.fetch_add(1, Ordering::SeqCst) > 0;
            assert!(matches!(cache.get_or_compute(&key, &stop, embedding), Err(Error::Aborted)));
            let second = scope.spawn(|| cache.get_or_compute(&key, &|| false, embedding));
            release.store(true, Ordering::SeqCst);
            assert!(matches!(first.join().unwrap(), Err(Error::OutOfMemory)));
            assert_eq!(second.join().unwrap().unwrap().1, Origin::Computed);
        });
    }
}
