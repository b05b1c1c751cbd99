//! The subject of a frame without prompts: of what stands out, one thing, as prompts for the network.
//!
//! A pure function of the frame and of the artist's corrections. Among several things the choice is the same in every
//! frame that looks the same: the largest and most central. Frames around it do not help: where the choice is wrong, the
//! subject has grown together with others that stand out, and a mean or median over neighbours smears what moves fast
//! (measured: overlap with the truth lower by 0.05 in parkour, and higher by no more than 0.003 in dance-twirl).

use models::sam::{BoxPrompt, Logits, MASK_STRIDE, PointLabel, PointPrompt, Prompts};

use super::map::{Map, soft_iou};
use crate::track::prompts::from_foreground;

/// A pixel stands out above this (of 0.5, 0.6, 0.7 and 0.8 the one with the least bad frames on the clips measured).
const STANDS_OUT: f32 = 0.6;
/// Points on what is found: with a box, one point does as well as three on the clips measured, and an artist has less to
/// correct.
const POINTS: usize = 1;
/// How much being off the centre counts: the standard deviation of a Gaussian of the distance of a thing's centre from
/// the frame's, in halves of the frame's sides.
const CENTRAL: f32 = 0.6;
/// Things of at least this share of the chosen one's pixels, whose boxes touch its own, are parts of it: a subject
/// behind a pole.
const PART: f32 = 0.1;
/// For that the chosen one's box is wider and higher on each side by this share.
const REACH: f32 = 0.1;
/// Where SAM's mask agrees less with what stands out, the subject is not certain (measured: above 0.8 the mask can be
/// trusted).
pub const UNCERTAIN: f32 = 0.5;

/// The subject of a frame.
#[derive(Clone, Debug)]
pub struct Found {
    /// A box and a point in the network's frame, after them the artist's corrections.
    pub prompts: Prompts,
    /// The subject alone, of all that stands out.
    pub expected: Map,
}

/// Looks for the subject in what stands out; `None` when nothing does.
///
/// `own` are the artist's corrections in the network's frame. Their box replaces the one found, and nothing outside it
/// counts. An include point on a thing chooses this one in place of the largest and most central; elsewhere it widens
/// the box. All their points are added.
pub fn find(salient: &Map, own: &Prompts) -> Option<Found> {
    let inside = own.bounding_box.map(|wanted| within(salient, wanted));
    let candidates = inside.as_ref().unwrap_or(salient);
    let chosen =
        one_thing(candidates, &own.points).and_then(|expected| Some((from_foreground(&expected)?, expected)));
    let Some((mut prompts, expected)) = chosen else {
        // A box of the artist's names a subject that does not stand out.
        return own.bounding_box.map(|_| Found { prompts: own.clone(), expected: candidates.clone() });
    };
    prompts.points.truncate(POINTS);
    match own.bounding_box {
        Some(wanted) => prompts.bounding_box = Some(wanted),
        None => prompts.bounding_box = prompts.bounding_box.map(|found| widened(found, &own.points)),
    }
    prompts.points.extend(&own.points);
    Some(Found { prompts, expected })
}

/// How much the network's mask agrees with what stands out, 0..=1.
pub fn agreement(logits: &Logits, found: &Found) -> f32 {
    soft_iou(&Map::coverage(logits), &found.expected)
}

/// The map with 0 outside a box in the network's frame.
fn within(map: &Map, wanted: BoxPrompt) -> Map {
    let stride = MASK_STRIDE as f32;
    Map::from_fn(map.width, map.height, |x, y| {
        let (cx, cy) = ((x as f32 + 0.5) * stride, (y as f32 + 0.5) * stride);
        let inside = cx >= wanted.x1 && cx <= wanted.x2 && cy >= wanted.y1 && cy <= wanted.y2;
        if inside { map.at(x, y) } else { 0.0 }
    })
}

fn widened(found: BoxPrompt, points: &[PointPrompt]) -> BoxPrompt {
    let include = points.iter().filter(|point| point.label == PointLabel::Include);
    include.fold(found, |b, point| BoxPrompt {
        x1: b.x1.min(point.x),
        y1: b.y1.min(point.y),
        x2: b.x2.max(point.x),
        y2: b.y2.max(point.y),
    })
}

/// A connected thing that stands out.
#[derive(Clone)]
struct Thing {
    pixels: usize,
    /// Sum of its values.
    mass: f32,
    /// Sums of the columns and rows of its pixels.
    place: [f32; 2],
    /// Left, top, right, bottom; end exclusive.
    bounds: [usize; 4],
    /// Whether the artist points at it.
    pointed: bool,
}

impl Thing {
    const NONE: Self = Self {
        pixels: 0,
        mass: 0.0,
        place: [0.0; 2],
        bounds: [usize::MAX, usize::MAX, 0, 0],
        pointed: false,
    };

    fn add(&mut self, x: usize, y: usize, value: f32) {
        let [left, top, right, bottom] = self.bounds;
        self.pixels += 1;
        self.mass += value;
        self.place = [self.place[0] + x as f32 + 0.5, self.place[1] + y as f32 + 0.5];
        self.bounds = [left.min(x), top.min(y), right.max(x + 1), bottom.max(y + 1)];
    }

    /// Large and central things count most.
    fn weight(&self, map: &Map) -> f32 {
        let off = |axis: usize, side: usize| {
            let half = side as f32 / 2.0;
            (self.place[axis] / self.pixels.max(1) as f32 - half) / half
        };
        let (x, y) = (off(0, map.width), off(1, map.height));
        self.mass * (-0.5 * (x * x + y * y) / (CENTRAL * CENTRAL)).exp()
    }

    /// Whether another one's box touches this one's, grown by [`REACH`].
    fn reaches(&self, other: &Self) -> bool {
        let [l, t, r, b] = self.bounds.map(|edge| edge as f32);
        let [ol, ot, or, ob] = other.bounds.map(|edge| edge as f32);
        let (x, y) = (REACH * (r - l), REACH * (b - t));
        ol < r + x && or > l - x && ot < b + y && ob > t - y
    }
}

/// One thing with its parts, and 0 elsewhere; `None` when nothing stands out.
fn one_thing(map: &Map, points: &[PointPrompt]) -> Option<Map> {
    let labels = map.parts_above(STANDS_OUT);
    let mut things: Vec<Thing> = Vec::new();
    for (i, label) in labels.iter().map(|label| *label as usize).enumerate().filter(|(_, l)| *l > 0) {
        if things.len() < label {
            things.resize(label, Thing::NONE);
        }
        things[label - 1].add(i % map.width, i / map.width, map.values[i]);
    }
    for point in points.iter().filter(|point| point.label == PointLabel::Include) {
        let cell = [point.x, point.y].map(|at| (at / MASK_STRIDE as f32).max(0.0) as usize);
        let [x, y] = [cell[0].min(map.width - 1), cell[1].min(map.height - 1)];
        if let Some(thing) = (labels[y * map.width + x] as usize).checked_sub(1) {
            things[thing].pointed = true;
        }
    }
    let better =
        |a: &&Thing, b: &&Thing| a.pointed.cmp(&b.pointed).then(a.weight(map).total_cmp(&b.weight(map)));
    // Of equals the first, from the top: `max_by` would take the last.
    let best = things.iter().rev().max_by(better)?;
    let least = PART * best.pixels as f32;
    let kept: Vec<bool> = things
        .iter()
        .map(|thing| thing.pointed || (thing.pixels as f32 >= least && best.reaches(thing)))
        .collect();
    let values = labels.iter().zip(&map.values).map(|(label, value)| match *label as usize {
        0 => 0.0,
        label if kept[label - 1] => *value,
        _ => 0.0,
    });
    Some(Map { width: map.width, height: map.height, values: values.collect() })
}

#[cfg(test)]
mod tests {
    use super::*;

    const NO_PROMPTS: Prompts = Prompts { points: Vec::new(), bounding_box: None };

    /// A map of 256 x 144 with blocks `[left, top, right, bottom]` that stand out.
    fn blocks(blocks: &[[usize; 4]]) -> Map {
        Map::from_fn(256, 144, |x, y| {
            let inside = |b: &[usize; 4]| x >= b[0] && y >= b[1] && x < b[2] && y < b[3];
            f32::from(blocks.iter().any(inside))
        })
    }

    fn pointing(x: f32, y: f32, label: PointLabel) -> Prompts {
        Prompts { points: vec![PointPrompt { x, y, label }], bounding_box: None }
    }

    /// Left and right of the box found, in mask pixels without the margin.
    fn extent(found: &Found) -> [usize; 2] {
        let [left, _, right, _] = found.expected.bounds_above(0.0).unwrap();
        [left, right]
    }

    #[test]
    fn nothing_is_found_in_nothing() {
        assert!(find(&Map::filled(256, 144, 0.0), &NO_PROMPTS).is_none());
        assert!(find(&Map::filled(256, 144, f32::NAN), &NO_PROMPTS).is_none());
        for (width, height) in [(256, 1), (1, 256), (1, 1)] {
            assert!(find(&Map::filled(width, height, 1.0), &NO_PROMPTS).is_some());
        }
    }

    #[test]
    fn of_several_things_the_large_and_central_one_is_taken() {
        let (left, middle, right) = ([0, 40, 40, 80], [100, 40, 140, 80], [220, 40, 256, 80]);
        assert_eq!(extent(&find(&blocks(&[left, middle, right]), &NO_PROMPTS).unwrap()), [100, 140]);
        let huge = [0, 0, 80, 144];
        assert_eq!(extent(&find(&blocks(&[huge, [120, 60, 140, 70]]), &NO_PROMPTS).unwrap()), [0, 80]);
        let twins = blocks(&[[60, 60, 100, 84], [156, 60, 196, 84]]);
        assert_eq!(extent(&find(&twins, &NO_PROMPTS).unwrap()), [60, 100], "of equals the first");
    }

    #[test]
    fn parts_belong_together_and_specks_do_not() {
        // A subject behind a pole, a speck beside it, and another thing.
        let map = blocks(&[[80, 40, 120, 100], [122, 44, 140, 100], [76, 50, 78, 52], [200, 20, 230, 60]]);
        let found = find(&map, &NO_PROMPTS).unwrap();
        assert_eq!(extent(&found), [80, 140]);
        assert_eq!(found.prompts.points.len(), POINTS);
        assert!(found.prompts.points.iter().all(|p| p.label == PointLabel::Include));
    }

    #[test]
    fn corrections_choose_widen_and_replace() {
        let map = blocks(&[[100, 40, 140, 80], [200, 40, 220, 60]]);
        let other = find(&map, &pointing(840.0, 200.0, PointLabel::Include)).unwrap();
        assert_eq!(extent(&other), [200, 220]);
        assert_eq!(other.prompts.points.len(), POINTS + 1);
        let wide = find(&map, &pointing(20.0, 560.0, PointLabel::Include)).unwrap();
        let b = wide.prompts.bounding_box.unwrap();
        assert_eq!((extent(&wide), b.x1, b.y2), ([100, 140], 20.0, 560.0));
        let less = find(&map, &pointing(440.0, 200.0, PointLabel::Exclude)).unwrap();
        assert_eq!((extent(&less), less.prompts.points.len()), ([100, 140], POINTS + 1));
        let own = BoxPrompt { x1: 780.0, y1: 0.0, x2: 1000.0, y2: 576.0 };
        let boxed = Prompts { points: Vec::new(), bounding_box: Some(own) };
        let replaced = find(&map, &boxed).unwrap();
        assert_eq!((extent(&replaced), replaced.prompts.bounding_box), ([200, 220], Some(own)));
        let empty = BoxPrompt { x1: 0.0, y1: 0.0, x2: 90.0, y2: 90.0 };
        let boxed = Prompts { points: Vec::new(), bounding_box: Some(empty) };
        assert_eq!(find(&map, &boxed).unwrap().prompts, boxed, "what does not stand out has its box alone");
    }
}
