//! Motion within a run of consecutive frames: the flow between each two that follow each other, remembered, and its
//! sums over several frames.

use std::sync::Arc;

use xxhash_rust::xxh3::Xxh3;

use super::flow::{Flow, Pyramid, flow};
use super::map::Map;
use super::{Abort, Error};
use crate::cache::{Key, Memo, Remembered};

/// The motion between two consecutive frames of one size.
#[derive(Clone, Debug)]
pub struct Step {
    /// From each pixel of the earlier frame to where it lies in the later one.
    pub there: Flow,
    /// From each pixel of the later frame to where it lies in the earlier one.
    pub back: Flow,
}

impl Step {
    /// Looks for the motion on two threads.
    pub fn between(earlier: &Pyramid, later: &Pyramid, threads: &rayon::ThreadPool) -> Self {
        let (there, back) = threads.join(|| flow(earlier, later), || flow(later, earlier));
        Self { there, back }
    }
}

impl Remembered for Arc<Step> {
    fn bytes(&self) -> usize {
        size_of_val(&*self.there.vectors) + size_of_val(&*self.back.vectors)
    }
}

/// The motion from a frame to another.
#[derive(Clone, Debug)]
pub struct Motion {
    /// From each pixel of the frame to where it lies in the other.
    pub flow: Flow,
    /// How far each pixel lands from itself after going there and back, in pixels of the flow's grid
    /// ([`Flow::round_trip_error`]).
    pub round_trip: Map,
}

/// The motion between any two of a run of frames.
pub struct Motions {
    steps: Vec<Arc<Step>>,
}

impl Motions {
    /// Of frames in the order of their times, all of one size: each with a key of what its motion depends on, the content
    /// of its picture.
    ///
    /// # Errors
    /// [`Error::Aborted`].
    pub fn of<'a>(
        frames: impl IntoIterator<Item = (&'a Key, &'a Pyramid)>,
        memory: &Memo<Arc<Step>>,
        threads: &rayon::ThreadPool,
        abort: Abort<'_>,
    ) -> Result<Self, Error> {
        let mut frames = frames.into_iter();
        let mut steps = Vec::new();
        let Some(mut earlier) = frames.next() else { return Ok(Self { steps }) };
        for later in frames {
            let compute = || Ok(Arc::new(Step::between(earlier.1, later.1, threads)));
            steps.push(memory.get_or_compute(&step_key(earlier.0, later.0), abort, compute)?.0);
            earlier = later;
        }
        Ok(Self { steps })
    }

    /// The motion from frame `from` to frame `to` of the run; `None` when they are the same frame, or one is none of
    /// the run. Over several frames the steps are added: each is small, and so better found than the whole way at once.
    pub fn between(&self, from: usize, to: usize) -> Option<Motion> {
        let steps = self.steps.get(from.min(to)..from.max(to))?;
        let forward = steps.iter().map(|step| &step.there);
        let backward = steps.iter().rev().map(|step| &step.back);
        let (forward, backward) = (sum(forward)?, sum(backward)?);
        let (flow, back) = if from < to { (forward, backward) } else { (backward, forward) };
        let round_trip = flow.round_trip_error(&back);
        Some(Motion { flow, round_trip })
    }
}

fn sum<'a>(mut flows: impl Iterator<Item = &'a Flow>) -> Option<Flow> {
    let first = flows.next()?.clone();
    Some(flows.fold(first, |way, step| way.then(step)))
}

fn step_key(earlier: &Key, later: &Key) -> Key {
    let mut hash = Xxh3::new();
    hash.update(b"motion");
    hash.update(&earlier.0.to_le_bytes());
    hash.update(&later.0.to_le_bytes());
    Key(hash.digest128())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn constant(x: f32, y: f32) -> Flow {
        let mut flow = Flow::still(6, 4);
        flow.vectors.fill([x, y]);
        flow
    }

    fn run(steps: &[[f32; 2]]) -> Motions {
        let step = |[x, y]: &[f32; 2]| Arc::new(Step { there: constant(*x, *y), back: constant(-x, -y) });
        Motions { steps: steps.iter().map(step).collect() }
    }

    #[test]
    fn steps_add_up_in_both_directions() {
        let motions = run(&[[1.0, 0.0], [0.5, 2.0], [0.0, -1.0]]);
        let motion = motions.between(0, 3).unwrap();
        assert!(motion.flow.vectors.iter().all(|v| *v == [1.5, 1.0]));
        assert!(motion.round_trip.values.iter().all(|e| *e == 0.0));
        assert!(motions.between(2, 0).unwrap().flow.vectors.iter().all(|v| *v == [-1.5, -2.0]));
        assert!(motions.between(1, 1).is_none() && motions.between(2, 4).is_none());
        assert!(run(&[]).between(0, 1).is_none());
    }

    #[test]
    fn a_way_that_does_not_come_back_is_an_error() {
        let step = Step { there: constant(1.0, 0.0), back: constant(0.0, 0.0) };
        let motions = Motions { steps: vec![Arc::new(step)] };
        for (from, to) in [(0, 1), (1, 0)] {
            assert!(motions.between(from, to).unwrap().round_trip.values.iter().all(|e| *e == 1.0));
        }
    }
}
