//! Finding a lost subject again.

use crate::pipeline::map::Map;

/// Where the subject was when it was last seen well, in shares of the image.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LastSeen {
    /// The middle of its box.
    pub centre: [f32; 2],
    /// The longer side of its box in shares of the image's longer side.
    pub side: f32,
}

impl LastSeen {
    /// From the pixels of a mask that are above one half; `None` when there are none.
    pub fn of(mask: &Map) -> Option<Self> {
        let [left, top, right, bottom] = mask.bounds_above(0.5)?.map(|edge| edge as f32);
        let (width, height) = (mask.width as f32, mask.height as f32);
        Some(Self {
            centre: [(left + right) / (2.0 * width), (top + bottom) / (2.0 * height)],
            side: (right - left).max(bottom - top) / width.max(height),
        })
    }
}

/// Frames of a loss in which the place of the last mask still says something.
const COASTING: u32 = 3;
/// How far around the last place the first search looks, in longer sides of the box (standard deviation).
const REACH: f32 = 0.7;
/// How much farther each further frame looks.
const REACH_GROWTH: f32 = 0.25;
/// The likeness that counts as certain is at least this: less is no evidence to scale up.
const LEAST_EVIDENCE: f32 = 0.3;
/// The share of pixels that are below what counts as certain.
const CERTAIN_QUANTILE: f32 = 0.995;
/// Parts with at least this share of the best part's evidence are kept.
const PART: f32 = 0.35;

/// The foreground while the subject is lost: its likeness everywhere, nearer the last place the more, for the first
/// frames together with the last mask. `lost` counts the lost frames before this one, from 1.
pub fn foreground(likeness: &Map, mask: &Map, last: LastSeen, lost: u32) -> Map {
    let (width, height) = (likeness.width as f32, likeness.height as f32);
    let longer = width.max(height);
    let reach = (last.side * longer * (REACH + REACH_GROWTH * lost as f32)).max(1.0);
    let centre = [last.centre[0] * width, last.centre[1] * height];
    let coasting = lost <= COASTING;
    let mut map = Map::from_fn(likeness.width, likeness.height, |x, y| {
        let (dx, dy) = (x as f32 + 0.5 - centre[0], y as f32 + 0.5 - centre[1]);
        let near = likeness.at(x, y) * (-0.5 * (dx * dx + dy * dy) / (reach * reach)).exp();
        if coasting { 0.5 * (near + mask.at(x, y)) } else { near }
    });
    let certain = quantile(&map.values, CERTAIN_QUANTILE).max(LEAST_EVIDENCE);
    map.values.iter_mut().for_each(|value| *value = (*value / certain).min(1.0));
    best_parts(&map)
}

fn quantile(values: &[f32], share: f32) -> f32 {
    let mut values = values.to_vec();
    let place = ((values.len() - 1) as f32 * share) as usize;
    *values.select_nth_unstable_by(place, f32::total_cmp).1
}

/// The parts above one half whose sum is at least [`PART`] of the best.
fn best_parts(map: &Map) -> Map {
    let parts = map.parts_above(0.5);
    let mut sums: Vec<f32> = Vec::new();
    for (part, value) in parts.iter().map(|part| *part as usize).zip(&map.values) {
        if sums.len() <= part {
            sums.resize(part + 1, 0.0);
        }
        sums[part] += value;
    }
    let least = PART * sums.iter().skip(1).copied().fold(0.0, f32::max);
    let values = parts.iter().zip(&map.values).map(|(part, value)| match *part as usize {
        0 => 0.0,
        part if sums[part] < least => 0.0,
        _ => *value,
    });
    Map { width: map.width, height: map.height, values: values.collect() }
}
