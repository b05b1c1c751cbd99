//! Motion within a run of consecutive frames: the flow between each two that follow each other, remembered, and its
//! sums over several frames.

use std::sync::Arc;

use xxhash_rust::xxh3::Xxh3;

use super::flow::{Flow, Pyramid, flow};
use super::map::Map;
use super::{Abort, Error};
use crate::cache::{Key, Memo, Remembered};

/// Round-trip errors of the motion, in pixels of a mask, count as those of a normal distribution of this deviation.
const TRIP: f32 = 1.5;
/// The same of differences in grey, 0..1, between a place and where the motion takes it.
const UNLIKE: f32 = 0.06;

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

impl Motion {
    /// How far the motion of each pixel can be trusted, 0..=1: `exp(-(fb / 1.5)^2 / 2 - (d / 0.06)^2 / 2)`, where fb is the
    /// round-trip error and d the difference in grey between the place and where it goes, each pixel's being the mean of
    /// 3x3. A motion may come back and be wrong, where two places look alike in outline only; and single pixels with a
    /// trust of their own would leave holes and specks. `here` and `there` are the grey pictures at the flow's size.
    #[must_use]
    pub fn trust(&self, here: &Map, there: &Map) -> Map {
        let moved = self.flow.warp(there);
        let unlike = Map::from_fn(moved.width, moved.height, |x, y| (here.at(x, y) - moved.at(x, y)).abs());
        let unlike = local_mean(&unlike);
        local_mean(&Map::from_fn(moved.width, moved.height, |x, y| {
            let (trip, unlike) = (self.round_trip.at(x, y) / TRIP, unlike.at(x, y) / UNLIKE);
            (-0.5 * (trip * trip + unlike * unlike)).exp()
        }))
    }
}

/// The mean of each pixel and those around it.
fn local_mean(map: &Map) -> Map {
    let along = |length: usize, at: usize| at.saturating_sub(1)..(at + 2).min(length);
    let mean = |values: &mut dyn Iterator<Item = f32>| {
        let (sum, count) = values.fold((0.0, 0.0), |(sum, count), value| (sum + value, count + 1.0));
        sum / count
    };
    let rows =
        Map::from_fn(map.width, map.height, |x, y| mean(&mut along(map.width, x).map(|x| map.at(x, y))));
    Map::from_fn(map.width, map.height, |x, y| mean(&mut along(map.height, y).map(|y| rows.at(x, y))))
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
    fn what_comes_back_and_looks_alike_is_trusted() {
        let motion = run(&[[1.0, 0.0]]).between(0, 1).unwrap();
        let grey = |shift: f32| Map::from_fn(6, 4, |x, _| 0.1 * (x as f32 - shift).clamp(0.0, 4.0));
        let trust = |there: &Map| motion.trust(&grey(0.0), there);
        assert!(trust(&grey(1.0)).values.iter().all(|trust| *trust > 0.99));
        // Half a pixel off is a difference of 0.05; another picture altogether is none to be trusted.
        let near = trust(&grey(1.5)).at(2, 2);
        assert!((near - (-0.5_f32 * (0.05 / UNLIKE).powi(2)).exp()).abs() < 0.1, "{near}");
        assert!(trust(&Map::filled(6, 4, 1.0)).values.iter().all(|trust| *trust < 1e-6));
        let lost = Motion { round_trip: Map::filled(6, 4, 6.0), ..motion.clone() };
        assert!(lost.trust(&grey(0.0), &grey(1.0)).values.iter().all(|trust| *trust < 1e-3));
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
