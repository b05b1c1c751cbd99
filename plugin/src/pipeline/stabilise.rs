//! Mattes that do not flicker: what neighbouring frames say about this one, where they can be trusted.
//!
//! Pure functions of a small window of frames. Each frame's logits come from its own picture and prompts.

use std::sync::Arc;

use models::sam::ModelImage;
use rayon::prelude::*;

use super::flow::{Flow, Pyramid};
use super::map::{Map, hard_iou};
#[cfg(doc)]
use super::motion::Motion;
use super::motion::{Motions, Step};
use super::plane::Plane;
use super::segment::Segmentation;
use super::{Abort, Error, check};
use crate::cache::{Key, Memo};

/// Most frames on each side that can be fused.
pub const MOST_SMOOTHING: usize = 3;
/// How many fused frames on each side an edge's place is taken from when its chatter is reduced.
const CHATTER_REACH: usize = 2;
/// Neighbours whose masks, brought along the motion, overlap less than this with the frame's say nothing.
const LEAST_OVERLAP: f32 = 0.4;
/// From the least overlap to that and this much more the weight grows to its full value.
const FULL_OVERLAP: f32 = 0.2;
/// How far a weight may be down before the work is not worth it.
const NEGLIGIBLE: f32 = 1e-3;
/// Logits count up to here: the matte is certain from 4.6 on, and who is surer than certain must not have more votes.
const SURE: f32 = 5.0;

/// How much the frames around a frame count.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct Stability {
    /// Frames on each side that are fused, 0..=[`MOST_SMOOTHING`].
    pub smoothing: usize,
    /// The largest jump of coverage that counts as chatter, 0..=1.
    pub chatter: f32,
}

impl Stability {
    /// Frames on each side that a frame depends on; 0 when each stands for itself.
    #[must_use]
    pub fn reach(&self) -> usize {
        self.smoothing + if self.chatter > 0.0 { CHATTER_REACH } else { 0 }
    }
}

/// What is known of one frame of a window.
#[derive(Clone, Debug)]
pub struct Seen {
    /// Its own logits.
    pub logits: Plane,
    /// Its picture, for the motion.
    pub picture: Pyramid,
    /// What its motion depends on: a hash of the picture.
    pub key: Key,
}

impl Seen {
    /// Of what the network said of a picture.
    pub fn new(segmentation: &Segmentation, image: &ModelImage) -> Self {
        let logits = Plane::of(&segmentation.logits);
        Self { logits, picture: Pyramid::new(image), key: segmentation.key }
    }
}

/// Steadies the logits of frame `at` of a run of frames, which are in the order of their times, one frame apart.
///
/// First each frame is fused with its neighbours ([`Stability::smoothing`] to each side): the mean of the logits, which
/// count up to ±5. The frame itself weighs 1, a neighbour, however far it is, [`Motion::trust`] at each pixel times
/// `clamp((IoU - 0.4) / 0.2, 0, 1)`: IoU is the overlap of its mask, brought along the motion, with the frame's own. So
/// what the motion does not explain, an occlusion or a neighbour that shows something else, is never smeared in. Then,
/// when chatter is to be reduced, coverage is moved towards the same mean over the fused frames, two to each side, by
/// [`Stability::chatter`] at most: the neighbours have to be fused too, or their own jumps would come in.
///
/// Frames of another size than frame `at`, and those behind them, count for nothing. Without neighbours of weight the
/// logits come back as they are. All happens on the grid of frame `at`: coarser and finer neighbours are brought to it.
///
/// # Errors
/// [`Error::Aborted`].
///
/// # Panics
/// When there is no frame `at`.
pub fn stabilise(
    frames: &[Seen],
    at: usize,
    stability: Stability,
    memory: &Memo<Arc<Step>>,
    threads: &rayon::ThreadPool,
    abort: Abort<'_>,
) -> Result<Plane, Error> {
    let logits = &frames[at].logits;
    let mask_size = Map::mask_size(logits.size());
    let alike =
        |frame: &&Seen| frame.logits.size() == logits.size() && frame.picture.mask_size() == mask_size;
    if !alike(&&frames[at]) {
        return Ok(logits.clone());
    }
    let before = frames[..at].iter().rev().take_while(alike).take(stability.reach()).count();
    let after = frames[at + 1..].iter().take_while(alike).take(stability.reach()).count();
    let (frames, at) = (&frames[at - before..=at + after], before);
    let run = frames.iter().map(|frame| (&frame.key, &frame.picture));
    let motions = Motions::of(run, memory, threads, abort)?;
    let fineness = logits.fineness();
    let planes: Vec<Map> = frames.iter().map(|frame| frame.logits.on(fineness)).collect();
    let greys: Vec<Map> = frames.iter().map(|frame| frame.picture.grey()).collect();
    let bring = |from: usize, to: usize| {
        let motion = motions.between(from, to)?;
        let trust = motion.trust(&greys[from], &greys[to]);
        let (width, height) = (planes[to].width, planes[to].height);
        Some((motion.flow.refined(fineness, width, height), trust.refined(fineness, width, height)))
    };
    // Only the frames that the last step looks at.
    let reach = if stability.chatter > 0.0 { CHATTER_REACH } else { 0 };
    let near = at.saturating_sub(reach)..(at + reach + 1).min(frames.len());
    check(abort)?;
    let fuse = |centre| mean(&planes, centre, stability.smoothing, &bring);
    let fused: Vec<Map> = threads.install(|| near.clone().into_par_iter().map(fuse).collect());
    check(abort)?;
    let centre = at - near.start;
    let mut result = fused[centre].clone();
    if stability.chatter > 0.0 {
        let near = |from: usize, to: usize| bring(near.start + from, near.start + to);
        let steady = mean(&fused, centre, CHATTER_REACH, &near);
        reduce_chatter(&mut result, &steady, stability.chatter);
    }
    Ok(logits.with(result))
}

/// The flow from one frame of a run to another, and its trust.
type Bring<'a> = &'a (dyn Fn(usize, usize) -> Option<(Flow, Map)> + Sync);

/// The weighted mean of one plane of a run with those of up to `reach` frames to each side.
fn mean(planes: &[Map], at: usize, reach: usize, bring: Bring<'_>) -> Map {
    let centre = &planes[at];
    // How far the neighbours want each logit moved: nothing, where none has a say.
    let (mut sum, mut weights) = (vec![0.0_f32; centre.values.len()], vec![1.0_f32; centre.values.len()]);
    let sure = |logit: f32| logit.clamp(-SURE, SURE);
    let window = at.saturating_sub(reach)..(at + reach + 1).min(planes.len());
    for (other, plane) in (window.start..).zip(&planes[window]) {
        let Some((flow, trust)) = bring(at, other) else { continue };
        let moved = flow.warp(plane);
        let gate = ((hard_iou(centre, &moved) - LEAST_OVERLAP) / FULL_OVERLAP).clamp(0.0, 1.0);
        // Also what is not a number.
        if gate.is_nan() || gate < NEGLIGIBLE {
            continue;
        }
        for (i, trust) in trust.values.iter().enumerate() {
            let weight = gate * trust;
            let change = weight * (sure(moved.values[i]) - sure(centre.values[i]));
            if change.is_finite() {
                sum[i] += change;
                weights[i] += weight;
            }
        }
    }
    let changes = sum.iter().zip(&weights).map(|(sum, weight)| sum / weight);
    let values = centre.values.iter().zip(changes).map(|(logit, change)| logit + change).collect();
    Map { width: centre.width, height: centre.height, values }
}

/// Moves the coverage `1 / (1 + exp(-logit))` of each logit towards that of `steady`, by `amount` at most (0..=1). Logits
/// that need not move keep their bits.
fn reduce_chatter(logits: &mut Map, steady: &Map, amount: f32) {
    let coverage = |logit: f32| 1.0 / (1.0 + (-logit).exp());
    for (logit, steady) in logits.values.iter_mut().zip(&steady.values) {
        let (here, wanted) = (coverage(*logit), coverage(*steady));
        if (wanted - here).abs() <= amount {
            *logit = *steady;
        } else if amount > 0.0 && !here.is_nan() && !wanted.is_nan() {
            // Between the two, so neither 0 nor 1 and within their logits.
            let moved = here + amount.copysign(wanted - here);
            *logit = (moved / (1.0 - moved)).ln();
        }
    }
}

#[cfg(test)]
mod tests;
