//! Foreground to prompts: a box and three points that make SAM draw the subject.

use image::{GrayImage, Luma};
use imageproc::distance_transform::euclidean_squared_distance_transform;
use models::sam::{BoxPrompt, MASK_STRIDE, PointLabel, PointPrompt, Prompts};

use crate::pipeline::map::Map;

/// Points of a tracked frame. The parameters of a host are fixed, so there are always as many.
pub const POINTS: usize = 3;
/// A pixel is taken for the subject above this.
const SUBJECT: f32 = 0.5;
/// Where points go first: pixels that are certain.
const CERTAIN: f32 = 0.9;
/// Parts of less than this share of the largest one do not widen the box.
const SMALL_PART: f32 = 0.1;
/// The box is wider and higher than the foreground by this share: cells of 16 pixels do not know an edge exactly.
const MARGIN: f32 = 0.05;
/// How much the distance to the chosen points counts beside the depth.
const SPREAD: f32 = 0.7;
/// A further point with less room than this, in mask pixels, is not chosen.
const LEAST_ROOM: f32 = 2.0;

/// The prompts for a foreground map, in the encoder's frame; `None` when nothing in it is foreground.
///
/// The box surrounds what is above one half, small parts aside. The first point is the deepest place of what is
/// certain; each further one is where the lesser of the depth and 0.7 times the distance to the chosen points is
/// largest. Where there is no room for three, the last one is repeated.
pub fn from_foreground(map: &Map) -> Option<Prompts> {
    let parts = main_parts(map, SUBJECT);
    let [left, top, right, bottom] = parts.bounds_above(0.0)?.map(|edge| edge as f32);
    let (wider, higher) = (MARGIN / 2.0 * (right - left), MARGIN / 2.0 * (bottom - top));
    let stride = MASK_STRIDE as f32;
    let (most_x, most_y) = (map.width as f32 * stride, map.height as f32 * stride);
    let bounding_box = BoxPrompt {
        x1: ((left - wider) * stride).max(0.0),
        y1: ((top - higher) * stride).max(0.0),
        x2: ((right + wider) * stride).min(most_x),
        y2: ((bottom + higher) * stride).min(most_y),
    };
    let certain =
        Map { values: parts.values.iter().map(|v| if *v > CERTAIN { *v } else { 0.0 }).collect(), ..parts };
    let mut points = spread(&certain);
    if points.len() < POINTS {
        points = spread(&parts);
    }
    let last = *points.last()?;
    points.resize(POINTS, last);
    let points = points
        .into_iter()
        .map(|[x, y]| PointPrompt {
            x: (x as f32 + 0.5) * stride,
            y: (y as f32 + 0.5) * stride,
            label: PointLabel::Include,
        })
        .collect();
    Some(Prompts { points, bounding_box: Some(bounding_box) })
}

/// Puts the points of `prompts` in the order in which they lie nearest to those of `before`, so that each moves as
/// little as it can: the order says nothing to the network, but curves through points that change places jump.
pub fn keep_order(prompts: &mut Prompts, before: &Prompts) {
    const ORDERS: [[usize; POINTS]; 6] = [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]];
    let (Ok(points), Ok(wanted)) = (
        <[PointPrompt; POINTS]>::try_from(prompts.points.as_slice()),
        <[PointPrompt; POINTS]>::try_from(before.points.as_slice()),
    ) else {
        return;
    };
    let distance = |order: &[usize; POINTS]| -> f32 {
        order
            .iter()
            .zip(&wanted)
            .map(|(i, b)| (points[*i].x - b.x).powi(2) + (points[*i].y - b.y).powi(2))
            .sum()
    };
    if let Some(order) = ORDERS.iter().min_by(|a, b| distance(a).total_cmp(&distance(b))) {
        prompts.points = order.map(|i| points[i]).to_vec();
    }
}

/// The map with 0 at and below `threshold` and in parts of less than [`SMALL_PART`] of the largest part's pixels.
pub fn main_parts(map: &Map, threshold: f32) -> Map {
    let parts = map.parts_above(threshold);
    let mut sizes: Vec<usize> = Vec::new();
    for part in parts.iter().map(|part| *part as usize).filter(|part| *part > 0) {
        if sizes.len() < part {
            sizes.resize(part, 0);
        }
        sizes[part - 1] += 1;
    }
    let least = SMALL_PART * sizes.iter().copied().max().unwrap_or(0) as f32;
    let values = parts.iter().zip(&map.values).map(|(part, value)| match *part as usize {
        0 => 0.0,
        part if (sizes[part - 1] as f32) < least => 0.0,
        _ => *value,
    });
    Map { width: map.width, height: map.height, values: values.collect() }
}

/// The map with 0 at and below one half and in parts that do not touch what `mask` has above one half.
pub fn parts_touching(map: &Map, mask: &Map) -> Map {
    let parts = map.parts_above(SUBJECT);
    let mut touches: Vec<bool> = Vec::new();
    for (part, value) in parts.iter().map(|part| *part as usize).zip(&mask.values) {
        if touches.len() <= part {
            touches.resize(part + 1, false);
        }
        touches[part] |= part > 0 && *value > SUBJECT;
    }
    let kept =
        parts.iter().zip(&map.values).map(|(part, value)| if touches[*part as usize] { *value } else { 0.0 });
    Map { width: map.width, height: map.height, values: kept.collect() }
}

/// Up to [`POINTS`] pixels among those above 0, far from the edges of the area and from each other. The frame's edge
/// is an edge too: a subject cut by it is deepest well inside the frame.
fn spread(map: &Map) -> Vec<[usize; 2]> {
    let (width, height) = (map.width, map.height);
    let outside = GrayImage::from_fn(width as u32 + 2, height as u32 + 2, |x, y| {
        let (x, y) = ((x as usize).wrapping_sub(1), (y as usize).wrapping_sub(1));
        let inside = x < width && y < height && map.at(x, y) > 0.0;
        Luma([u8::from(!inside)])
    });
    let squared = euclidean_squared_distance_transform(&outside);
    let mut room =
        Map::from_fn(width, height, |x, y| squared.get_pixel(x as u32 + 1, y as u32 + 1)[0].sqrt() as f32);
    let mut points: Vec<[usize; 2]> = Vec::new();
    while points.len() < POINTS {
        let (mut best, mut most) = (0, 0.0);
        for (i, value) in room.values.iter().enumerate() {
            if *value > most {
                (best, most) = (i, *value);
            }
        }
        if most == 0.0 || (!points.is_empty() && most < LEAST_ROOM) {
            break;
        }
        let [x, y] = [best % width, best / width];
        points.push([x, y]);
        for (i, value) in room.values.iter_mut().enumerate() {
            let (dx, dy) = ((i % width) as f32 - x as f32, (i / width) as f32 - y as f32);
            *value = value.min(SPREAD * dx.hypot(dy));
        }
    }
    points
}

#[cfg(test)]
mod tests {
    use super::*;

    fn block(x: std::ops::Range<usize>, y: std::ops::Range<usize>) -> Map {
        Map::from_fn(64, 40, |px, py| if x.contains(&px) && y.contains(&py) { 1.0 } else { 0.0 })
    }

    #[test]
    fn a_block_gives_a_box_with_a_margin_and_points_inside() {
        let prompts = from_foreground(&block(10..30, 8..28)).unwrap();
        let b = prompts.bounding_box.unwrap();
        assert_eq!([b.x1, b.y1, b.x2, b.y2], [38.0, 30.0, 122.0, 114.0]);
        assert_eq!(prompts.points.len(), POINTS);
        for (i, point) in prompts.points.iter().enumerate() {
            assert!((40.0..120.0).contains(&point.x) && (32.0..112.0).contains(&point.y));
            let apart =
                |other: &PointPrompt| (point.x - other.x).hypot(point.y - other.y) >= LEAST_ROOM * 4.0;
            assert!(prompts.points[..i].iter().all(apart));
        }
    }

    #[test]
    fn small_parts_do_not_widen_the_box() {
        let mut map = block(10..30, 8..28);
        map.values[39 * 64 + 63] = 1.0;
        assert_eq!(from_foreground(&map), from_foreground(&block(10..30, 8..28)));
    }

    #[test]
    fn the_box_stays_within_the_frame_and_few_pixels_repeat_a_point() {
        let b = from_foreground(&Map::filled(64, 40, 1.0)).unwrap().bounding_box.unwrap();
        assert_eq!([b.x1, b.y1, b.x2, b.y2], [0.0, 0.0, 256.0, 160.0]);
        let tiny = from_foreground(&block(5..6, 5..6)).unwrap();
        assert!(tiny.points.iter().all(|point| (point.x, point.y) == (22.0, 22.0)));
        assert_eq!(from_foreground(&Map::filled(64, 40, 0.5)), None);
        assert_eq!(from_foreground(&Map::filled(64, 40, f32::NAN)), None);
    }

    #[test]
    fn parts_that_touch_a_mask_are_kept() {
        let (near, far) = (block(10..30, 8..28), block(40..50, 8..28));
        let both = Map::from_fn(64, 40, |x, y| near.at(x, y).max(far.at(x, y)));
        assert_eq!(parts_touching(&both, &block(28..32, 20..24)), near);
        assert_eq!(parts_touching(&both, &block(32..36, 20..24)), Map::filled(64, 40, 0.0));
    }

    #[test]
    fn points_keep_their_places() {
        let point = |x: f32, label| PointPrompt { x, y: 1.0, label };
        let set = |xs: [f32; 3]| Prompts {
            points: xs.map(|x| point(x, PointLabel::Include)).to_vec(),
            bounding_box: None,
        };
        let mut moved = set([31.0, 12.0, 19.0]);
        keep_order(&mut moved, &set([10.0, 20.0, 30.0]));
        assert_eq!(moved, set([12.0, 19.0, 31.0]));
        keep_order(&mut moved, &Prompts::default());
        assert_eq!(moved, set([12.0, 19.0, 31.0]));
    }

    #[test]
    fn points_go_where_the_subject_is_certain() {
        let certain = block(30..40, 20..30);
        let unsure = block(0..60, 5..35);
        let map = Map::from_fn(64, 40, |x, y| certain.at(x, y).max(0.6 * unsure.at(x, y)));
        let prompts = from_foreground(&map).unwrap();
        assert!(prompts.points.iter().all(|p| (120.0..160.0).contains(&p.x) && (80.0..120.0).contains(&p.y)));
        assert_eq!(prompts.bounding_box.unwrap().x1, 0.0);
    }
}
