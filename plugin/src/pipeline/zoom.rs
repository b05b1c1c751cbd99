//! A second, closer look at a small subject: which part of the frame it is taken at, what is asked about it, and how its
//! answer is put into the first.
//!
//! SAM sees a frame at 1024 pixels and draws on a grid of 256, however small the subject is. Seen again by itself it has
//! more pixels and more cells. All functions are pure: the part depends on the first mask and the prompts of the frame,
//! nothing else.

use models::sam::{BoxPrompt, INPUT_SIDE, Logits, MASK_SIDE, MASK_STRIDE, PointLabel, PointPrompt, Prompts};

use super::Error;
use super::cubic::{Taps, resample};
use super::geometry::{Geometry, PixelRect};
use super::map::{Map, hard_iou};
use super::plane::Plane;

/// How much is looked at.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Detail {
    /// The frame, once.
    #[default]
    Normal,
    /// A small subject once more by itself.
    Fine,
}

/// Room on each side of the subject's box, as a share of its longer side: SAM needs to see what is around it.
const MARGIN: f32 = 0.25;
/// The long side of the part is so many of these shares of the frame's: a coarse step, so that a subject that breathes is
/// seen at one size.
const SIZE_STEP: f32 = 1.0 / 16.0;
/// The part begins at a multiple of this share of the frame's long side, so that it holds still under a subject that
/// trembles.
const PLACE_STEP: f32 = 1.0 / 32.0;
/// The smallest part, as a share of the frame's long side: beyond four times, footage has no more to show and SAM no more
/// surroundings.
const LEAST: f32 = 0.25;
/// The largest part: a subject that needs more is large enough in the frame.
const MOST: f32 = 0.625;
/// From the part's border inward over this share of the frame's long side the second look fades in. The subject's box
/// is further inside: at least a quarter of a sixth of the long side, less half a [`PLACE_STEP`].
const FADE: f32 = 1.0 / 64.0;
/// Separate pieces of the mask smaller than this share of the largest do not count for its box.
const LEAST_PIECE: f32 = 0.02;
/// The second look counts when its mask overlaps the first one's by so much (intersection over union).
pub const LEAST_AGREEMENT: f32 = 0.6;
/// What lies beyond the part's last pixel is surely outside: the logit that stands for that in the mask prompt.
const OUTSIDE: f32 = -10.0;

/// A part of the frame that is seen again.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Part {
    /// Its pixels.
    pub pixels: PixelRect,
    /// Left, top, right, bottom in the encoder's frame of the whole picture.
    edges: [f32; 4],
    /// Width and height of the whole picture in the encoder's frame.
    whole: (u32, u32),
}

impl Part {
    /// The part for a first mask, with room for it and the include points; `None` when there is no mask, or it takes more
    /// than `MOST` of the frame.
    pub fn around(first: &Logits, prompts: &Prompts, geometry: &Geometry) -> Option<Self> {
        let whole = first.size();
        let (width, height) = (whole.0 as f32, whole.1 as f32);
        let long = width.max(height);
        let [mut x1, mut y1, mut x2, mut y2] =
            subject(&Map::coverage(first))?.map(|edge| (edge as u32 * MASK_STRIDE) as f32);
        for point in prompts.points.iter().filter(|point| point.label == PointLabel::Include) {
            (x1, y1, x2, y2) = (x1.min(point.x), y1.min(point.y), x2.max(point.x), y2.max(point.y));
        }
        let wanted = (x2 - x1).max(y2 - y1) * (1.0 + 2.0 * MARGIN) / long;
        let share = (wanted.max(LEAST) / SIZE_STEP).ceil() * SIZE_STEP;
        if share.is_nan() || share > MOST {
            return None;
        }
        let axis = |from: f32, to: f32, length: f32| {
            let side = (share * long).min(length);
            let step = PLACE_STEP * long;
            let start = ((0.5 * (from + to - side)) / step).round() * step;
            let start = start.clamp(0.0, length - side);
            [start / length, (start + side) / length]
        };
        let ([left, right], [top, bottom]) = (axis(x1, x2, width), axis(y1, y2, height));
        Self::of_shares([left, top, right, bottom], whole, geometry.bounds)
    }

    /// The pixels that left, top, right and bottom, as shares of the frame, touch.
    fn of_shares([left, top, right, bottom]: [f32; 4], whole: (u32, u32), frame: PixelRect) -> Option<Self> {
        let (width, height) = (frame.width() as f64, frame.height() as f64);
        let first = |share: f32, length: f64| (f64::from(share) * length + ROUNDING).floor() as i32;
        let end = |share: f32, length: f64| (f64::from(share) * length - ROUNDING).ceil() as i32;
        let pixels = PixelRect {
            x1: frame.x1 + first(left, width),
            x2: frame.x1 + end(right, width),
            y1: frame.y2 - end(bottom, height),
            y2: frame.y2 - first(top, height),
        }
        .intersect(&frame);
        let across = |x: i32| (f64::from(x - frame.x1) / width * f64::from(whole.0)) as f32;
        let down = |y: i32| (f64::from(frame.y2 - y) / height * f64::from(whole.1)) as f32;
        let edges = [across(pixels.x1), down(pixels.y2), across(pixels.x2), down(pixels.y1)];
        (!pixels.is_empty()).then_some(Self { pixels, edges, whole })
    }

    /// How many times as large the subject is seen.
    pub fn zoom(&self) -> f32 {
        let [left, top, right, bottom] = self.edges;
        self.whole.0.max(self.whole.1) as f32 / (right - left).max(bottom - top)
    }

    /// Cells of the result along each side of a pixel of the first mask: as many as the second look has, 2 or 4.
    fn fineness(&self) -> usize {
        if self.zoom() > 2.0 { 4 } else { 2 }
    }

    /// The prompts on the part, which is seen with `size` pixels: those inside, the box cut to it. Where there is no box
    /// it is the first mask's.
    pub fn prompts(&self, prompts: &Prompts, first: &Logits, size: (u32, u32)) -> Prompts {
        let [left, top, right, bottom] = self.edges;
        let (width, height) = (size.0 as f32, size.1 as f32);
        let x = |at: f32| (at - left) / (right - left) * width;
        let y = |at: f32| (at - top) / (bottom - top) * height;
        let inside =
            |point: &&PointPrompt| (left..=right).contains(&point.x) && (top..=bottom).contains(&point.y);
        let points = prompts.points.iter().filter(inside);
        let cut = |b: BoxPrompt| BoxPrompt {
            x1: x(b.x1).clamp(0.0, width),
            y1: y(b.y1).clamp(0.0, height),
            x2: x(b.x2).clamp(0.0, width),
            y2: y(b.y2).clamp(0.0, height),
        };
        let own = || {
            let [x1, y1, x2, y2] =
                subject(&Map::coverage(first))?.map(|edge| (edge as u32 * MASK_STRIDE) as f32);
            Some(BoxPrompt { x1, y1, x2, y2 })
        };
        Prompts {
            points: points.map(|p| PointPrompt { x: x(p.x), y: y(p.y), ..*p }).collect(),
            bounding_box: prompts.bounding_box.or_else(own).map(cut),
        }
    }

    /// The first look at the part, as SAM would have drawn it of the part, which is seen with `size` pixels.
    ///
    /// # Errors
    /// The network's refusal of the size.
    pub fn expected(&self, first: &Logits, size: (u32, u32)) -> Result<Logits, Error> {
        let [left, top, right, bottom] = self.edges;
        let first = Plane::of(first);
        let (width, height) = Map::mask_size(size);
        let taps = |cells: usize, length: u32, [from, to]: [f32; 2], count: usize| -> Vec<Taps> {
            let stride = MASK_STRIDE as f32;
            let place = |cell: usize| from + (cell as f32 + 0.5) * stride / length as f32 * (to - from);
            (0..cells).map(|cell| Taps::at(place(cell) / stride - 0.5, count)).collect()
        };
        let columns = taps(width, size.0, [left, right], first.map().width);
        let rows = taps(height, size.1, [top, bottom], first.map().height);
        let part = resample(first.map(), &columns, &rows);
        let mut data = vec![OUTSIDE; Logits::LEN];
        for (line, out) in part.values.chunks_exact(width).zip(data.chunks_exact_mut(MASK_SIDE)) {
            out[..width].copy_from_slice(line);
        }
        Ok(Logits::from_raw(data, size.0.min(INPUT_SIDE), size.1.min(INPUT_SIDE))?)
    }

    /// The first look with the second put in: the second inside the part, faded to the first towards those of its borders
    /// that are not the frame's, on a grid as fine as the second look is.
    pub fn merge(&self, first: &Logits, second: &Logits) -> Plane {
        let fineness = self.fineness();
        let first = Plane::of(first);
        let second = Plane::of(second);
        let mut merged = first.on(fineness);
        let [left, top, right, bottom] = self.edges;
        let fade = FADE * self.whole.0.max(self.whole.1) as f32;
        let columns =
            Axis::new([left, right], self.whole.0, fade, fineness, second.map().width, second.size().0);
        let rows =
            Axis::new([top, bottom], self.whole.1, fade, fineness, second.map().height, second.size().1);
        let part = resample(second.map(), &columns.taps, &rows.taps);
        for (y, line) in part.values.chunks_exact(part.width.max(1)).enumerate() {
            let out = &mut merged.values[(rows.first + y) * merged.width + columns.first..][..part.width];
            for ((out, fine), weight) in out.iter_mut().zip(line).zip(&columns.weights) {
                let changed = *out + weight * rows.weights[y] * (fine - *out);
                // Where the network gave no number the first look stands.
                if changed.is_finite() {
                    *out = changed;
                }
            }
        }
        Plane::new(merged, first.size(), fineness)
    }
}

/// How much the second look agrees with the first, where both are on the part: intersection over union.
pub fn agreement(expected: &Logits, second: &Logits) -> f32 {
    hard_iou(Plane::of(expected).map(), Plane::of(second).map())
}

/// What a share of the frame may be off in pixels for reasons of rounding.
const ROUNDING: f64 = 1e-3;

/// The cells of the merged grid inside the part, on one axis.
struct Axis {
    /// The first of them.
    first: usize,
    /// Where each lies on the second look's grid.
    taps: Vec<Taps>,
    /// How much the second look counts in each, 0..=1.
    weights: Vec<f32>,
}

impl Axis {
    /// For the part `[from, to]` of a side of `length` pixels in the encoder's frame, whose second look has `count` cells
    /// over `seen` pixels.
    fn new([from, to]: [f32; 2], length: u32, fade: f32, fineness: usize, count: usize, seen: u32) -> Self {
        let cell = MASK_STRIDE as f32 / fineness as f32;
        let centre = |index: usize| (index as f32 + 0.5) * cell;
        let cells = (length as usize * fineness).div_ceil(MASK_STRIDE as usize);
        let first = (0..cells).find(|index| centre(*index) >= from).unwrap_or(cells);
        let inside = || (first..cells).map(centre).take_while(|at| *at <= to);
        let stride = MASK_STRIDE as f32;
        let taps = inside().map(|at| Taps::at((at - from) / (to - from) * seen as f32 / stride - 0.5, count));
        let weight = |at: f32| {
            let near = if from > 0.0 { at - from } else { fade };
            let far = if to < length as f32 { to - at } else { fade };
            let t = (near.min(far) / fade).clamp(0.0, 1.0);
            t * t * (3.0 - 2.0 * t)
        };
        Self { first, taps: taps.collect(), weights: inside().map(weight).collect() }
    }
}

/// The box of a mask without its specks, in mask pixels: left, top, right, bottom.
fn subject(coverage: &Map) -> Option<[usize; 4]> {
    let pieces = coverage.parts_above(0.5);
    let mut boxes: Vec<(usize, [usize; 4])> = Vec::new();
    for (i, piece) in pieces.iter().enumerate().filter(|(_, piece)| **piece > 0) {
        let (x, y) = (i % coverage.width, i / coverage.width);
        let index = *piece as usize - 1;
        if boxes.len() <= index {
            boxes.resize(index + 1, (0, [usize::MAX, usize::MAX, 0, 0]));
        }
        let (area, [left, top, right, bottom]) = &mut boxes[index];
        *area += 1;
        (*left, *top) = ((*left).min(x), (*top).min(y));
        (*right, *bottom) = ((*right).max(x + 1), (*bottom).max(y + 1));
    }
    let largest = boxes.iter().map(|(area, _)| *area).max()?;
    let counts = boxes.iter().filter(|(area, _)| *area as f32 >= LEAST_PIECE * largest as f32 && *area > 0);
    counts
        .map(|(_, edges)| *edges)
        .reduce(|a, b| [a[0].min(b[0]), a[1].min(b[1]), a[2].max(b[2]), a[3].max(b[3])])
}

#[cfg(test)]
mod tests;
