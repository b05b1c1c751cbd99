//! One pass along a clip: from a keyed frame on, frame by frame.

use std::collections::VecDeque;

use models::sam::{Candidates, Embedding, Prompts};

use super::choose::{self, Choice};
use super::features::{self, Features, Mean};
use super::foreground::{combine, keep_area, mix, on_mask, window};
use super::health::{Health, State, Usual};
use super::prompts;
use super::propagate::{Known, from_anywhere, from_nearby};
use super::search::{self, LastSeen};
use crate::pipeline::map::{Map, soft_iou};

/// A keyed frame: its prompts were set by an artist.
#[derive(Clone)]
pub struct Keyed {
    /// What it looks like.
    pub embedding: Embedding,
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
    /// The subject's coverage.
    pub mask: Map,
    /// The likeness to the subject, 0..=1, around it.
    pub likeness: Map,
}

/// One way to find the subject in a frame.
struct Attempt {
    prompts: Prompts,
    choice: Choice,
    health: Health,
    likeness: Map,
}

impl Attempt {
    /// What speaks for it. A part of the subject agrees with itself and is like the subject, so the area counts too.
    fn evidence(&self) -> f32 {
        let Health { agreement, likeness, area_ratio, .. } = self.health;
        agreement + likeness - AREA_CHANGE * area_ratio.max(f32::MIN_POSITIVE).ln().abs()
    }
}

/// Cells around a cell in which the last frame is asked.
const RADIUS: usize = 6;
/// Good frames from one that is remembered to the next.
const REMEMBER_EVERY: u32 = 5;
/// Good frames that are remembered beside the last one.
const REMEMBERED: usize = 2;
/// The shares in a label of the last frame, which is most alike, of the keyed ones, which are right, and of the
/// remembered ones, which are between. The keyed frames have a share of their own: asked together with the others
/// they would lose to them, and an error that has crept in would confirm itself.
const LAST_SHARE: f32 = 0.5;
const KEYED_SHARE: f32 = 0.3;
const REMEMBERED_SHARE: f32 = 0.2;

/// Good frames from one whose missing parts are asked for to the next: each costs a second decode at most.
const GROW_EVERY: u32 = 3;
/// Below this share of the usual area missing parts are asked for at once.
const SHRUNK: f32 = 0.8;
/// What is missing is asked for when it is this share of the mask.
const LEAST_MISSING: f32 = 0.05;
/// The agreement with the keyed frames must rise by this.
const LEAST_GAIN: f32 = 0.01;
/// What was missing makes the mask larger than it was, or than is usual, by this factor at most.
const MOST_GROWN: f32 = 1.35;

/// What a change of the area by a factor of e counts against a way to find the subject.
const AREA_CHANGE: f32 = 0.3;

/// The state of a pass.
pub struct Pass<'a> {
    threads: &'a rayon::ThreadPool,
    mean: Mean,
    keys: Vec<Known>,
    remembered: VecDeque<Known>,
    last: Known,
    /// The last good mask.
    mask: Map,
    usual: Usual,
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
        let means: Vec<Mean> = all.iter().map(|key| Mean::of(&key.embedding)).collect();
        let mean = Mean::between(&means);
        let known = |key: &Keyed| known(Features::new(&key.embedding, &mean), &key.mask);
        Some(Self {
            threads,
            keys: all.iter().map(|key| known(key)).collect(),
            remembered: VecDeque::new(),
            last: known(start),
            mask: start.mask.clone(),
            usual: Usual::new(area(&start.mask)),
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
        embedding: &Embedding,
        mut decode: impl FnMut(&Prompts) -> Result<Candidates, E>,
    ) -> Result<Tracked, E> {
        let features = Features::new(embedding, &self.mean);
        let size = Map::mask_size(embedding.size());
        let last = self.mask.resized(size.0, size.1);
        let mut attempt = self.attempt(self.propagate(&features, &last), &last, &mut decode)?;
        // One bad frame may be a blur; and where the subject is must be better known than where it was to be worth
        // leaving that place.
        if self.lost > 0 && attempt.health.state == State::Lost {
            let far = self.attempt(self.search(&features, &last), &last, &mut decode)?;
            if far.evidence() > attempt.evidence() {
                attempt = far;
            }
        }
        let due = (self.good + 1).is_multiple_of(GROW_EVERY) || attempt.health.area_ratio < SHRUNK;
        if due
            && attempt.health.state != State::Lost
            && let Some(grown) = self.grow(&features, &attempt, &last, &mut decode)?
        {
            attempt = grown;
        }
        let Attempt { prompts, choice, health, likeness } = attempt;
        self.prompts = prompts.clone();
        let (candidate, mask) = (choice.candidate, choice.mask.clone());
        if health.state == State::Lost {
            self.lost += 1;
        } else {
            self.accept(features, choice, &health);
        }
        Ok(Tracked { prompts, candidate, health, mask, likeness })
    }

    /// Prompts for a foreground and what the network makes of them. Where there is no foreground the last mask is
    /// tried, and then the last prompts: a host's parameters must have some value.
    fn attempt<E>(
        &self,
        (foreground, likeness): (Map, Map),
        last: &Map,
        decode: &mut impl FnMut(&Prompts) -> Result<Candidates, E>,
    ) -> Result<Attempt, E> {
        let mut prompts = prompts::from_foreground(&foreground)
            .or_else(|| prompts::from_foreground(last))
            .unwrap_or_else(|| self.prompts.clone());
        prompts::keep_order(&mut prompts, &self.prompts);
        let choice = choose::for_foreground(&decode(&prompts)?, &foreground, &likeness);
        let health = self.usual.judge(choice.agreement, choice.likeness, area(&choice.mask));
        Ok(Attempt { prompts, choice, health, likeness })
    }

    /// The frame with what the keyed frames miss in `attempt`; `None` when they miss little, or the network does not draw
    /// it.
    ///
    /// Thin parts and ends wear off little by little, and what has gone is background to the last masks: only the keyed
    /// frames still know of it. What is like their subject and touches the mask is asked for again. Something alike that
    /// passes by would add more at once than [`MOST_GROWN`] allows.
    fn grow<E>(
        &self,
        features: &Features,
        attempt: &Attempt,
        last: &Map,
        decode: &mut impl FnMut(&Prompts) -> Result<Candidates, E>,
    ) -> Result<Option<Attempt>, E> {
        let mask = &attempt.choice.mask;
        let cells = window(mask, features);
        let keyed = from_anywhere(features, &cells, &self.keys.iter().collect::<Vec<_>>(), self.threads);
        let keyed = on_mask(&keyed, &cells, features, mask);
        let foreground = prompts::parts_touching(&combine(&keyed, mask, f32::max), mask);
        let expected = combine(&keyed, &foreground, |keyed, part| if part > 0.0 { keyed } else { 0.0 });
        let missing =
            expected.values.iter().zip(&mask.values).filter(|(e, m)| **e > 0.5 && **m <= 0.5).count();
        if (missing as f32) < LEAST_MISSING * mask.sum() {
            return Ok(None);
        }
        let grown = self.attempt((foreground, attempt.likeness.clone()), last, decode)?;
        let better = soft_iou(&grown.choice.mask, &expected) > soft_iou(mask, &expected) + LEAST_GAIN;
        let small = grown.health.area_ratio < MOST_GROWN * attempt.health.area_ratio.max(1.0);
        Ok((better && small && grown.health.state != State::Lost).then_some(grown))
    }

    /// Foreground and likeness around the last mask.
    fn propagate(&self, features: &Features, last: &Map) -> (Map, Map) {
        let cells = window(last, features);
        let near = from_nearby(features, &cells, &self.last, RADIUS, self.threads);
        let keyed = from_anywhere(features, &cells, &self.keys.iter().collect::<Vec<_>>(), self.threads);
        let likeness = if self.remembered.is_empty() {
            keyed
        } else {
            let remembered: Vec<&Known> = self.remembered.iter().collect();
            let remembered = from_anywhere(features, &cells, &remembered, self.threads);
            let share = KEYED_SHARE / (KEYED_SHARE + REMEMBERED_SHARE);
            mix(&keyed, &remembered, share)
        };
        let labels = mix(&near, &likeness, LAST_SHARE);
        let mut foreground = on_mask(&labels, &cells, features, last);
        keep_area(&mut foreground, last);
        (foreground, on_mask(&likeness, &cells, features, last))
    }

    /// Foreground and likeness in the whole image.
    fn search(&self, features: &Features, last: &Map) -> (Map, Map) {
        let cells: Vec<usize> = (0..features.width * features.height).collect();
        let far = from_anywhere(features, &cells, &self.all_known(), self.threads);
        let likeness = on_mask(&far, &cells, features, last);
        let foreground = match self.seen {
            Some(seen) => search::foreground(&likeness, last, seen, self.lost),
            None => likeness.clone(),
        };
        (foreground, likeness)
    }

    fn all_known(&self) -> Vec<&Known> {
        self.keys.iter().chain(&self.remembered).collect()
    }

    fn accept(&mut self, features: Features, choice: Choice, health: &Health) {
        self.usual.add(health, area(&choice.mask));
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

/// Where the subject of `reference` is expected in another frame by its look alone: likeness 0..=1 on its mask's grid.
pub fn expected(reference: &Keyed, embedding: &Embedding, threads: &rayon::ThreadPool) -> Map {
    let mean = Mean::between(&[Mean::of(&reference.embedding), Mean::of(embedding)]);
    let known = known(Features::new(&reference.embedding, &mean), &reference.mask);
    let features = Features::new(embedding, &mean);
    let cells: Vec<usize> = (0..features.width * features.height).collect();
    let labels = from_anywhere(&features, &cells, &[&known], threads);
    let (width, height) = Map::mask_size(embedding.size());
    on_mask(&labels, &cells, &features, &Map::filled(width, height, 0.0))
}

fn known(features: Features, mask: &Map) -> Known {
    Known { features, labels: features::labels(mask) }
}

fn area(mask: &Map) -> f32 {
    mask.sum() / mask.values.len() as f32
}
