//! The prompts that an artist would set on a subject, derived from its true mask.
//!
//! The box is the bounding box of the mask. The first point is the deepest place of the mask; each
//! further one is where the lesser of the depth and 0.7 times the distance to the points chosen
//! already is largest, until that is under 2 pixels.

use std::fmt;
use std::str::FromStr;

use image::GrayImage;

use super::distance::depth_inside;

/// How many points the plugin has parameters for.
pub const MAX_POINTS: usize = 8;
/// How much the distance to the chosen points counts beside the depth.
const SPREAD: f32 = 0.7;
/// A further point with less room than this, in pixels, is not set.
const LEAST_ROOM: f32 = 2.0;

/// Which prompts to derive: a box, some points, or both.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PromptKind {
    /// Whether the box is set.
    pub bounds: bool,
    /// At most how many points are set, 0..=[`MAX_POINTS`].
    pub points: usize,
}

/// A text that names no kind of prompts.
#[derive(Debug, thiserror::Error)]
#[error(
    "{0:?} is no kind of prompts; use box, point, points:K, box+point or box+points:K with K from 1 to 8"
)]
pub struct UnknownPromptKind(String);

impl FromStr for PromptKind {
    type Err = UnknownPromptKind;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let unknown = || UnknownPromptKind(text.to_owned());
        let (bounds, points) = match text.split_once('+') {
            Some(("box", points)) => (true, points),
            Some(_) => return Err(unknown()),
            None if text == "box" => return Ok(Self { bounds: true, points: 0 }),
            None => (false, text),
        };
        let points = match points.split_once(':') {
            None if points == "point" => 1,
            Some(("points", count)) => count.parse().map_err(|_| unknown())?,
            _ => return Err(unknown()),
        };
        if (1..=MAX_POINTS).contains(&points) { Ok(Self { bounds, points }) } else { Err(unknown()) }
    }
}

impl fmt::Display for PromptKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.bounds, self.points) {
            (true, 0) => f.write_str("box"),
            (true, 1) => f.write_str("box+point"),
            (true, n) => write!(f, "box+points:{n}"),
            (false, 1) => f.write_str("point"),
            (false, n) => write!(f, "points:{n}"),
        }
    }
}

/// The edges of a box.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bounds {
    /// The corner with the smallest coordinates.
    pub low: [f64; 2],
    /// The corner with the largest coordinates.
    pub high: [f64; 2],
}

/// The prompts of one frame. [`derive()`] gives pixels from the frame's top left corner, y down, a
/// pixel's centre at half; [`Prompts::canonical`] gives what OpenFX counts in.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Prompts {
    /// The box, if asked for.
    pub bounds: Option<Bounds>,
    /// The points, most important first.
    pub points: Vec<[f64; 2]>,
}

impl Prompts {
    /// The same prompts in canonical coordinates: y up from the lower edge of a frame of `height`
    /// pixels whose lower left corner is the origin, at a pixel aspect ratio of 1.
    #[must_use]
    pub fn canonical(&self, height: u32) -> Self {
        let height = f64::from(height);
        Self {
            bounds: self.bounds.map(|b| Bounds {
                low: [b.low[0], height - b.high[1]],
                high: [b.high[0], height - b.low[1]],
            }),
            points: self.points.iter().map(|[x, y]| [*x, height - y]).collect(),
        }
    }
}

/// The prompts for a true `mask` (set = not 0); `None` when the mask is empty.
#[must_use]
pub fn derive(mask: &GrayImage, kind: PromptKind) -> Option<Prompts> {
    let bounds = bounding_box(mask)?;
    let points = if kind.points == 0 { Vec::new() } else { spread_points(mask, kind.points) };
    Some(Prompts { bounds: kind.bounds.then_some(bounds), points })
}

/// The outer edges of the pixels that are set; `None` when none is.
fn bounding_box(mask: &GrayImage) -> Option<Bounds> {
    let mut bounds: Option<[u32; 4]> = None;
    for (x, y, pixel) in mask.enumerate_pixels() {
        if pixel[0] != 0 {
            let [left, top, right, bottom] = bounds.unwrap_or([x, y, x, y]);
            bounds = Some([left.min(x), top.min(y), right.max(x), bottom.max(y)]);
        }
    }
    let [left, top, right, bottom] = bounds?.map(f64::from);
    Some(Bounds { low: [left, top], high: [right + 1.0, bottom + 1.0] })
}

/// Up to `count` points inside the mask, at centres of pixels.
fn spread_points(mask: &GrayImage, count: usize) -> Vec<[f64; 2]> {
    // What is left of each pixel's room: the depth first, then also 0.7 of the distance to the
    // chosen points.
    let mut room = depth_inside(mask);
    let mut points: Vec<[f64; 2]> = Vec::new();
    while points.len() < count {
        let (mut best, mut most) = ((0, 0), 0.0);
        for (x, y, value) in room.enumerate_pixels() {
            if value[0] > most {
                (best, most) = ((x, y), value[0]);
            }
        }
        if most == 0.0 || (!points.is_empty() && most < LEAST_ROOM) {
            break;
        }
        points.push([f64::from(best.0) + 0.5, f64::from(best.1) + 0.5]);
        for (x, y, value) in room.enumerate_pixels_mut() {
            let distance = (x as f32 - best.0 as f32).hypot(y as f32 - best.1 as f32);
            value[0] = value[0].min(SPREAD * distance);
        }
    }
    points
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::Luma;

    fn kind(text: &str) -> PromptKind {
        text.parse().unwrap()
    }

    /// A 30x20 frame with x 4..=12, y 2..=10 set.
    fn square() -> GrayImage {
        GrayImage::from_fn(30, 20, |x, y| {
            Luma([if (4..=12).contains(&x) && (2..=10).contains(&y) { 255 } else { 0 }])
        })
    }

    #[test]
    fn kinds_are_read_and_written_alike() {
        for text in ["box", "point", "points:3", "box+point", "box+points:8"] {
            assert_eq!(kind(text).to_string(), text);
        }
        for text in ["", "boxes", "points", "points:0", "points:9", "box+", "point+box", "point:2"] {
            assert!(text.parse::<PromptKind>().is_err(), "{text:?}");
        }
    }

    #[test]
    fn the_box_encloses_the_pixels_and_the_point_is_the_deepest_one() {
        let prompts = derive(&square(), kind("box+point")).unwrap();
        assert_eq!(prompts.bounds, Some(Bounds { low: [4.0, 2.0], high: [13.0, 11.0] }));
        assert_eq!(prompts.points, [[8.5, 6.5]]);
    }

    #[test]
    fn canonical_coordinates_count_upward() {
        let prompts = derive(&square(), kind("box+point")).unwrap().canonical(20);
        assert_eq!(prompts.bounds, Some(Bounds { low: [4.0, 9.0], high: [13.0, 18.0] }));
        assert_eq!(prompts.points, [[8.5, 13.5]]);
    }

    #[test]
    fn further_points_keep_their_distance() {
        let points = derive(&square(), kind("points:4")).unwrap().points;
        assert_eq!(points.len(), 4);
        for (i, a) in points.iter().enumerate() {
            for b in &points[..i] {
                assert!((a[0] - b[0]).hypot(a[1] - b[1]) >= LEAST_ROOM.into(), "{points:?}");
            }
        }
        // Along the diagonal from the corner the depth of pixel (4 + k, 2 + k) is k + 1 and its
        // distance to the centre (4 - k) sqrt 2: the lesser of k + 1 and 0.99 (4 - k) is largest,
        // 2, at k = 1. No pixel has more, and (5, 3) is the first of those with as much.
        assert_eq!(points[1], [5.5, 3.5]);
    }

    #[test]
    fn a_tiny_mask_has_one_point_and_an_empty_one_none() {
        let mut mask = GrayImage::new(9, 9);
        assert_eq!(derive(&mask, kind("box+points:3")), None);
        mask.put_pixel(3, 4, Luma([255]));
        assert_eq!(derive(&mask, kind("points:3")).unwrap().points, [[3.5, 4.5]]);
    }
}
