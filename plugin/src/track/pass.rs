//! One pass along a clip: from a keyed frame on, frame by frame.

use std::collections::VecDeque;
use std::sync::Arc;

use models::sam::{Candidates, Embedding, Prompts};

use super::choose::{self, Choice};
use super::features::{self, Features, MASK_PIXELS, Mean};
use super::health::{Areas, Health, State};
use super::propagate::{Known, from_anywhere, from_nearby};
use super::search::{self, LastSeen};
use super::{dev::tune, prompts};
use crate::pipeline::flow::{Pyramid, flow};
use crate::pipeline::map::Map;

/// What a pass sees of a frame.
pub struct Seen {
    /// The network's features.
    pub embedding: Embedding,
    /// The picture for the motion.
    pub pyramid: Arc<Pyramid>,
}

/// A keyed frame: its prompts were set by an artist.
pub struct Keyed {
    /// What it looks like.
    pub seen: Seen,
    /// The subject's coverage.
    pub mask: Map,
}

/// A tracked frame before its numbers are brought to shares of the image.
pub struct Tracked {
    /// A box and three points in the encoder's frame.
    pub prompts: Prompts,
    /// The candidate's number.
    pub candidate: usize,
    /// How far it can be trusted.
    pub health: Health,
}

/// One way to find the subject in a frame.
struct Attempt {
    prompts: Prompts,
    choice: Choice,
    health: Health,
}

impl Attempt {
    /// What speaks for it.
    fn together(&self) -> f32 {
        self.choice.agreement + self.choice.likeness
    }
}

/// Cells around a cell in which the last frame is asked.
const RADIUS: usize = 6;
/// Good frames from one that is remembered to the next.
const REMEMBER_EVERY: u32 = 5;
/// Good frames that are remembered beside the last one.
const REMEMBERED: usize = 2;
/// The share of the last frame in a label; the rest is that of the keyed and remembered frames.
const LAST_SHARE: f32 = 0.7;
/// Cells are looked up around mask pixels above this.
const WINDOW: f32 = 0.3;

/// The state of a pass.
pub struct Pass<'a> {
    threads: &'a rayon::ThreadPool,
    mean: Mean,
    keys: Vec<Known>,
    remembered: VecDeque<Known>,
    last: Known,
    /// The last mask, moved along while the subject is lost.
    mask: Map,
    pyramid: Arc<Pyramid>,
    areas: Areas,
    seen: Option<LastSeen>,
    prompts: Prompts,
    good: u32,
    lost: u32,
}

impl<'a> Pass<'a> {
    /// Starts at `start`; `others` are further keyed frames that show the subject. `None` when the mask of `start` is
    /// empty: there is nothing to follow.
    pub fn new(start: &Keyed, others: &[&Keyed], threads: &'a rayon::ThreadPool) -> Option<Self> {
        let prompts = prompts::from_foreground(&start.mask)?;
        let all: Vec<&Keyed> = [start].into_iter().chain(others.iter().copied()).collect();
        let means: Vec<Mean> = all.iter().map(|key| Mean::of(&key.seen.embedding)).collect();
        let mean = Mean::between(&means);
        let known = |key: &Keyed| known(Features::new(&key.seen.embedding, &mean), &key.mask);
        let mut areas = Areas::default();
        areas.add(area(&start.mask));
        Some(Self {
            threads,
            keys: all.iter().map(|key| known(key)).collect(),
            remembered: VecDeque::new(),
            last: known(start),
            mask: start.mask.clone(),
            pyramid: Arc::clone(&start.seen.pyramid),
            areas,
            seen: LastSeen::of(&start.mask),
            prompts,
            good: 0,
            lost: 0,
            mean,
        })
    }

    /// Tracks the next frame. `decode` runs the network.
    ///
    /// # Errors
    /// Those of `decode`.
    pub fn step<E>(
        &mut self,
        frame: &Seen,
        mut decode: impl FnMut(&Prompts) -> Result<Candidates, E>,
    ) -> Result<Tracked, E> {
        let features = Features::new(&frame.embedding, &self.mean);
        let size = Map::mask_size(frame.embedding.size());
        let (moved, trip) = self.move_mask(&frame.pyramid, size);
        let mut local = self.propagate(&features, &moved, &trip);
        let keep = tune("AREA", 0.0);
        if keep > 0.0 {
            // the foreground keeps the area of the last mask
            let want = moved.values.iter().filter(|v| **v > 0.5).count().max(1);
            let mut v = local.0.values.clone();
            v.sort_by(|a, b| b.total_cmp(a));
            let t = v[want.min(v.len() - 1)].clamp(keep, 0.5);
            // a curve through (0,0), (t, 0.5), (1,1)
            let gamma = 0.5f32.ln() / t.ln();
            local.0.values.iter_mut().for_each(|p| *p = p.max(0.0).powf(gamma));
        }
        let mut attempt = self.attempt(local, &moved, &mut decode)?;
        if self.lost >= tune("PATIENCE", 1.0) as u32 && attempt.health.state == State::Lost {
            let far = self.attempt(self.search(&features, &moved), &moved, &mut decode)?;
            if far.together() > attempt.together() {
                attempt = far;
            }
        }
        let Attempt { prompts, choice, health } = attempt;
        self.pyramid = Arc::clone(&frame.pyramid);
        self.prompts = prompts.clone();
        let candidate = choice.candidate;
        if health.state == State::Lost {
            self.lost += 1;
            self.mask = moved;
        } else {
            self.accept(features, choice);
        }
        Ok(Tracked { prompts, candidate, health })
    }

    /// Prompts for a foreground and what the network makes of them. Where there is no foreground the moved last mask
    /// is tried, and then the last prompts: a host's parameters must have some value.
    fn attempt<E>(
        &self,
        (foreground, likeness): (Map, Map),
        moved: &Map,
        decode: &mut impl FnMut(&Prompts) -> Result<Candidates, E>,
    ) -> Result<Attempt, E> {
        let prompts = prompts::from_foreground(&foreground)
            .or_else(|| prompts::from_foreground(moved))
            .unwrap_or_else(|| self.prompts.clone());
        let choice = choose::for_foreground(&decode(&prompts)?, &foreground, &likeness);
        let health = self.areas.judge(choice.agreement, choice.likeness, area(&choice.mask));
        Ok(Attempt { prompts, choice, health })
    }

    /// The last mask where it should be now, and how far that can be trusted (pixels of round-trip error).
    fn move_mask(&self, to: &Pyramid, (width, height): (usize, usize)) -> (Map, Map) {
        let same = (self.mask.width, self.mask.height) == (width, height);
        if !same || tune("FLOW", 1.0) == 0.0 {
            return (self.mask.resized(width, height), Map::filled(width, height, f32::INFINITY));
        }
        let (back, there) = self.threads.join(|| flow(to, &self.pyramid), || flow(&self.pyramid, to));
        (back.warp(&self.mask), back.round_trip_error(&there))
    }

    fn propagate(&self, features: &Features, moved: &Map, trip: &Map) -> (Map, Map) {
        let cells = window(moved, features);
        let near = from_nearby(features, &cells, &self.last, RADIUS, self.threads);
        let far = if tune("SPLIT", 0.0) > 0.0 {
            let keys: Vec<&Known> = self.keys.iter().collect();
            let ring: Vec<&Known> = self.remembered.iter().collect();
            let keys = from_anywhere(features, &cells, &keys, self.threads);
            if ring.is_empty() {
                keys
            } else {
                let ring = from_anywhere(features, &cells, &ring, self.threads);
                let w = tune("SPLIT", 0.0);
                keys.iter().zip(&ring).map(|(k, r)| w * k + (1.0 - w) * r).collect()
            }
        } else {
            from_anywhere(features, &cells, &self.all_known(), self.threads)
        };
        let share = tune("LAST_SHARE", LAST_SHARE);
        let labels: Vec<f32> =
            near.iter().zip(&far).map(|(near, far)| share * near + (1.0 - share) * far).collect();
        let labels = on_mask(&labels, &cells, features, moved);
        let likeness = on_mask(&far, &cells, features, moved);
        let foreground = Map {
            values: (moved.values.iter().zip(&labels.values).zip(&trip.values))
                .map(|((moved, label), trip)| {
                    let lo = tune("WA", 0.5);
                    let share = lo + (1.0 - lo) * ((trip - 1.0) / 3.0).clamp(0.0, 1.0);
                    (1.0 - share) * moved + share * label
                })
                .collect(),
            ..*moved
        };
        (foreground, likeness)
    }

    fn search(&self, features: &Features, moved: &Map) -> (Map, Map) {
        let cells: Vec<usize> = (0..features.width * features.height).collect();
        let far = from_anywhere(features, &cells, &self.all_known(), self.threads);
        let likeness = on_mask(&far, &cells, features, moved);
        let foreground = match self.seen {
            Some(seen) => search::foreground(&likeness, moved, seen, self.lost),
            None => likeness.clone(),
        };
        (foreground, likeness)
    }

    fn all_known(&self) -> Vec<&Known> {
        self.keys.iter().chain(&self.remembered).collect()
    }

    fn accept(&mut self, features: Features, choice: Choice) {
        self.areas.add(area(&choice.mask));
        self.seen = LastSeen::of(&choice.mask).or(self.seen);
        self.last = known(features, &choice.mask);
        self.mask = choice.mask;
        self.lost = 0;
        self.good += 1;
        if self.good.is_multiple_of(REMEMBER_EVERY) {
            if self.remembered.len() == REMEMBERED {
                self.remembered.pop_front();
            }
            self.remembered.push_back(self.last.clone());
        }
    }
}

fn known(features: Features, mask: &Map) -> Known {
    Known { features, labels: features::labels(mask) }
}

fn area(mask: &Map) -> f32 {
    mask.sum() / mask.values.len() as f32
}

/// The cells to look up: those around the moved mask, half its size farther on each side and two cells more; all of
/// them when there is no mask.
fn window(moved: &Map, features: &Features) -> Vec<usize> {
    let (width, height) = (features.width, features.height);
    let [left, top, right, bottom] = match moved.bounds_above(WINDOW) {
        None => [0, 0, width, height],
        Some([left, top, right, bottom]) => {
            let grow = |low: usize, high: usize, from: usize, to: usize| {
                let scale = to as f32 / from as f32;
                let more = (high - low) as f32 * scale / 2.0 + 2.0;
                let low = (low as f32 * scale - more).max(0.0) as usize;
                let high = (high as f32 * scale + more).ceil() as usize;
                (low, high.min(to))
            };
            let (left, right) = grow(left, right, moved.width, width);
            let (top, bottom) = grow(top, bottom, moved.height, height);
            [left, top, right, bottom]
        }
    };
    (top..bottom).flat_map(|y| (left..right).map(move |x| y * width + x)).collect()
}

/// Labels of some cells, 0 in all others, on the grid of `like`.
fn on_mask(labels: &[f32], cells: &[usize], features: &Features, like: &Map) -> Map {
    let mut map = Map::filled(features.width, features.height, 0.0);
    for (cell, label) in cells.iter().zip(labels) {
        map.values[*cell] = *label;
    }
    Map::from_fn(like.width, like.height, |x, y| {
        map.sample((x as f32 + 0.5) / MASK_PIXELS as f32, (y as f32 + 0.5) / MASK_PIXELS as f32)
    })
}
