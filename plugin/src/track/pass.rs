//! One pass along a clip: from a keyed frame on, frame by frame.

use std::collections::VecDeque;

use models::sam::{Candidates, Embedding, Prompts};

use super::choose::{self, Choice};
use super::features::{self, Features, MASK_PIXELS, Mean, Patch};
use super::health::{Health, State, Usual};
use super::prompts;
use super::propagate::{Known, from_anywhere, from_nearby};
use super::search::{self, LastSeen};
use crate::pipeline::map::{Map, soft_iou};

/// A keyed frame: its prompts were set by an artist.
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
/// The foreground's threshold is lowered to this at most to keep the area of the last mask.
const LOWEST_THRESHOLD: f32 = 0.25;

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
        if lab("GROW", 0.0) > 0.0
            && attempt.health.state != State::Lost
            && (self.good + 1).is_multiple_of(lab("EVERY", 5.0) as u32)
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

    /// The frame with what the keyed frames say is missing from `attempt`; `None` when nothing is, or the network does
    /// not draw it.
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
        let either = Map { values: keyed.values.iter().zip(&mask.values).map(|(a, b)| a.max(*b)).collect(), ..*mask };
        let either = prompts::parts_touching(&either, mask);
        let wanted = Map { values: keyed.values.iter().zip(&either.values).map(|(a, b)| if *b > 0.0 { *a } else { 0.0 }).collect(), ..*mask };
        let missing: f32 = wanted.values.iter().zip(&mask.values).map(|(w, m)| if *w > 0.5 && *m < 0.5 { 1.0 } else { 0.0 }).sum();
        if missing < lab("MISS", 0.05) * mask.sum() {
            return Ok(None);
        }
        let grown = self.attempt((either, attempt.likeness.clone()), last, decode)?;
        let fit = |attempt: &Attempt| soft_iou(&attempt.choice.mask, &wanted);
        let change = area(&grown.choice.mask) / area(mask);
        if std::env::var("CORE_KEYS").is_ok() {
            eprintln!("grow: missing {:.3} change {change:.3} fit {:.3} -> {:.3} state {:?}", missing / mask.sum(), fit(attempt), fit(&grown), grown.health.state);
        }
        let better = fit(&grown) > fit(attempt) + lab("BETTER", 0.0) && change < lab("CHANGE", 1.35) && grown.health.state != State::Lost;
        Ok(better.then_some(grown))
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
            let share = lab("K", KEYED_SHARE) / (lab("K", KEYED_SHARE) + lab("R", REMEMBERED_SHARE));
            mix(&keyed, &remembered, share)
        };
        let labels = mix(&near, &likeness, lab("L", LAST_SHARE));
        let mut foreground = on_mask(&labels, &cells, features, last);
        keep_area(&mut foreground, last);
        if let Ok(dir) = std::env::var("CORE_DUMP") {
            use std::sync::atomic::{AtomicUsize, Ordering};
            static N: AtomicUsize = AtomicUsize::new(0);
            let n = N.fetch_add(1, Ordering::SeqCst);
            let maps = [on_mask(&near, &cells, features, last), on_mask(&likeness, &cells, features, last), foreground.clone(), last.clone()];
            let (w, h) = (last.width, last.height);
            let mut img = image::GrayImage::new((w * 4) as u32, h as u32);
            for (i, m) in maps.iter().enumerate() { for y in 0..h { for x in 0..w {
                img.put_pixel((i * w + x) as u32, y as u32, image::Luma([(m.at(x, y).clamp(0.0, 1.0) * 255.0) as u8]));
            }}}
            img.save(format!("{dir}/{n:03}.png")).ok();
        }
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

/// `share` of `a` and the rest of `b`.
fn mix(a: &[Patch], b: &[Patch], share: f32) -> Vec<Patch> {
    let mixed = |(a, b): (&Patch, &Patch)| std::array::from_fn(|i| share * a[i] + (1.0 - share) * b[i]);
    a.iter().zip(b).map(mixed).collect()
}

/// Bends a foreground so that about as many pixels as `last` has above one half are above one half, when that takes a
/// threshold between [`LOWEST_THRESHOLD`] and one half.
///
/// Cells of 4x4 mask pixels blur: a neck or an arm that is thinner than a cell is above one half nowhere. Without this
/// thin parts are lost from frame to frame.
fn keep_area(foreground: &mut Map, last: &Map) {
    let area = last.values.iter().filter(|value| **value > 0.5).count();
    let mut sorted = foreground.values.clone();
    let place = area.min(sorted.len() - 1);
    let (_, threshold, _) = sorted.select_nth_unstable_by(place, |a, b| b.total_cmp(a));
    let threshold = threshold.clamp(lab("LOW", LOWEST_THRESHOLD), lab("HIGH", 0.5));
    // The power that makes one half of the threshold and leaves 0 and 1.
    let power = 0.5_f32.ln() / threshold.ln();
    foreground.values.iter_mut().for_each(|value| *value = value.max(0.0).powf(power));
}

/// The cells to look up: those around the last mask, half its size farther on each side and two cells more; all of them
/// when there is no mask.
fn window(last: &Map, features: &Features) -> Vec<usize> {
    let (width, height) = (features.width, features.height);
    let [left, top, right, bottom] = match last.bounds_above(0.5) {
        None => [0, 0, width, height],
        Some([left, top, right, bottom]) => {
            let grow = |low: usize, high: usize, from: usize, to: usize| {
                let scale = to as f32 / from as f32;
                let more = (high - low) as f32 * scale / 2.0 + 2.0;
                let low = (low as f32 * scale - more).max(0.0) as usize;
                let high = (high as f32 * scale + more).ceil() as usize;
                (low, high.min(to))
            };
            let (left, right) = grow(left, right, last.width, width);
            let (top, bottom) = grow(top, bottom, last.height, height);
            [left, top, right, bottom]
        }
    };
    (top..bottom).flat_map(|y| (left..right).map(move |x| y * width + x)).collect()
}

/// Labels of some cells, 0 in all others, on the grid of `like`.
fn on_mask(labels: &[Patch], cells: &[usize], features: &Features, like: &Map) -> Map {
    let (width, height) = (features.width * MASK_PIXELS, features.height * MASK_PIXELS);
    let mut map = Map::filled(width, height, 0.0);
    for (cell, label) in cells.iter().zip(labels) {
        let first = cell / features.width * MASK_PIXELS * width + cell % features.width * MASK_PIXELS;
        for (y, row) in label.chunks_exact(MASK_PIXELS).enumerate() {
            map.values[first + y * width..][..MASK_PIXELS].copy_from_slice(row);
        }
    }
    let blur = lab("BLUR", 0.0);
    let mut out = Map::from_fn(like.width, like.height, |x, y| map.at(x, y));
    if blur > 0.0 {
        let img = image::ImageBuffer::<image::Luma<f32>, Vec<f32>>::from_raw(like.width as u32, like.height as u32, out.values).unwrap();
        out = Map { values: imageproc::filter::gaussian_blur_f32(&img, blur).into_raw(), width: like.width, height: like.height };
    }
    out
}

/// Lab.
pub fn lab(name: &str, default: f32) -> f32 {
    std::env::var(format!("CORE_{name}")).ok().and_then(|v| v.parse().ok()).unwrap_or(default)
}
