//! Outlines of the last rendered mattes, for the viewer. Purely decorative: no frame depends on them.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use crate::pipeline::contour::Outline;

/// How many times are kept: hosts render some frames ahead of the one that they show.
const TIMES: usize = 8;

/// The last outlines of an instance, by time.
#[derive(Default)]
pub struct Outlines {
    /// The newest last.
    kept: Mutex<VecDeque<(f64, Arc<Outline>)>>,
}

impl Outlines {
    /// Keeps the outline of a frame in place of the one of the same time, and forgets the oldest.
    pub fn keep(&self, time: f64, outline: Outline) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.retain(|(other, _)| *other != time);
        if kept.len() >= TIMES {
            kept.pop_front();
        }
        kept.push_back((time, Arc::new(outline)));
    }

    /// The outline of a time, when that was among the last rendered.
    pub fn at(&self, time: f64) -> Option<Arc<Outline>> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.iter().find(|(other, _)| *other == time).map(|(_, outline)| Arc::clone(outline))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_times_are_kept() {
        let outlines = Outlines::default();
        for time in 0..20 {
            outlines.keep(f64::from(time), Outline { segments: vec![[[time as f32; 2]; 2]] });
        }
        assert!(outlines.at(11.0).is_none() && outlines.at(19.5).is_none());
        outlines.keep(15.0, Outline::default());
        assert!(outlines.at(15.0).is_some_and(|outline| outline.segments.is_empty()));
        assert!(outlines.at(12.0).is_some() && outlines.at(19.0).is_some());
    }
}
