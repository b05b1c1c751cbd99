//! What the last rendered frames showed, for the viewer. Purely decorative: no frame depends on it.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

/// How many times are kept: hosts render some frames ahead of the one that they show.
const TIMES: usize = 8;

/// Something of the last frames of an instance, by time.
pub struct Recent<T> {
    /// The newest last.
    kept: Mutex<VecDeque<(f64, Arc<T>)>>,
}

impl<T> Default for Recent<T> {
    fn default() -> Self {
        Self { kept: Mutex::default() }
    }
}

impl<T> Recent<T> {
    /// Keeps what a frame showed in place of what was kept of the same time, and forgets the oldest.
    pub fn keep(&self, time: f64, shown: T) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.retain(|(other, _)| *other != time);
        if kept.len() >= TIMES {
            kept.pop_front();
        }
        kept.push_back((time, Arc::new(shown)));
    }

    /// What a time showed, when that was among the last rendered.
    pub fn at(&self, time: f64) -> Option<Arc<T>> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.iter().find(|(other, _)| *other == time).map(|(_, shown)| Arc::clone(shown))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_times_are_kept() {
        let recent = Recent::default();
        for time in 0..20 {
            recent.keep(f64::from(time), time);
        }
        assert!(recent.at(11.0).is_none() && recent.at(19.5).is_none());
        recent.keep(15.0, 100);
        assert_eq!(recent.at(15.0).as_deref(), Some(&100));
        assert!(recent.at(12.0).is_some() && recent.at(19.0).is_some());
    }
}
