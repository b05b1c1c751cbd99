//! Refined edges against what they must be, and the cost of them.

use std::sync::atomic::{AtomicUsize, Ordering};

use models::refiner::{ALIGNMENT, PLANES};
use models::sam::Stop;

use super::super::colour::SourceColour;
use super::super::map::Map;
use super::super::pixels::SourceView;
use super::cover::Limits;
use super::*;

mod bad_input;
mod goes_on;
mod noise;
mod ramps;
mod seams;
mod times;

/// An opaque picture in memory, rows from the top.
pub(super) struct Still {
    rgb: Vec<u8>,
    size: [usize; 2],
}

impl Still {
    /// From a function of column and row.
    pub fn new(size: [usize; 2], colour: impl Fn(usize, usize) -> [u8; 3]) -> Self {
        let rgb = (0..size[0] * size[1]).flat_map(|i| colour(i % size[0], i / size[0])).collect();
        Self { rgb, size }
    }

    /// Colours that differ from pixel to pixel.
    pub fn noise(size: [usize; 2]) -> Self {
        Self::new(size, |x, y| [0, 1, 2].map(|c| noise(x, y, c)))
    }

    pub fn view(&self) -> SourceView<'_> {
        SourceView::of_rgb(&self.rgb, self.size[0] as u32, self.size[1] as u32).unwrap()
    }
}

pub(super) fn noise(x: usize, y: usize, c: usize) -> u8 {
    let mut hash = (x as u32).wrapping_mul(0x9e37_79b9) ^ (y as u32).wrapping_mul(0x85eb_ca6b) ^ c as u32;
    hash = (hash ^ hash >> 15).wrapping_mul(0x2c1b_3c6d);
    hash = (hash ^ hash >> 12).wrapping_mul(0x297a_2d39);
    (hash >> 24) as u8
}

/// A mask over a picture of a size, from a function of the place in its pixels: a logit.
pub(super) fn mask(size: [usize; 2], logit: impl Fn(f32, f32) -> f32) -> Plane {
    let long = size[0].max(size[1]) as f32;
    let seen = size.map(|side| ((side as f32 * 1024.0 / long).round() as u32).max(1));
    let (width, height) = Plane::grid((seen[0], seen[1]), 1);
    let cell = long / 256.0;
    let map = Map::from_fn(width, height, |x, y| logit((x as f32 + 0.5) * cell, (y as f32 + 0.5) * cell));
    Plane::new(map, (seen[0], seen[1]), 1)
}

/// A disc of that radius in the middle, whose logits fall by `slope` a cell.
pub(super) fn disc(size: [usize; 2], radius: f32, slope: f32) -> Plane {
    let [cx, cy] = size.map(|side| side as f32 / 2.0);
    let cell = size[0].max(size[1]) as f32 / 256.0;
    mask(size, |x, y| (radius - (x - cx).hypot(y - cy)) / cell * slope)
}

pub(super) fn pool(threads: usize) -> rayon::ThreadPool {
    rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap()
}

/// Refines and paints.
pub(super) fn matte_of(still: &Still, plane: &Plane, edge: Edge, network: Option<&dyn Refiner>) -> Vec<f32> {
    let threads = pool(2);
    let (edges, bounds) = edges_of(still, plane, edge, network, &threads);
    let matte = edges.matte(plane, bounds, &threads).unwrap();
    assert!(matte.alpha().iter().all(|alpha| (0.0..=1.0).contains(alpha)));
    matte.alpha().to_vec()
}

pub(super) fn edges_of(
    still: &Still,
    plane: &Plane,
    edge: Edge,
    network: Option<&dyn Refiner>,
    threads: &rayon::ThreadPool,
) -> (Edges, PixelRect) {
    let source = still.view();
    let eye = SourceColour::Srgb.eye(0.0);
    let frame = Frame { picture: Picture::new(&source, &eye), plane };
    let edges = refine(&frame, edge, network, threads, &|| false).unwrap();
    (edges, source.layout().bounds)
}

/// Stands in place of the edge network: each alpha is on the guidance's side and made of everything within its receptive field,
/// exactly, so that one pixel too few of surroundings shows.
#[derive(Default)]
pub(super) struct Fake {
    runs: AtomicUsize,
    pixels: AtomicUsize,
    broken: bool,
}

impl Refiner for Fake {
    fn id(&self) -> &str {
        "fake"
    }

    fn refine(
        &self,
        width: usize,
        height: usize,
        planes: &[f32],
        _: Stop<'_>,
    ) -> Result<Vec<f32>, models::Error> {
        assert!(width.is_multiple_of(ALIGNMENT) && height.is_multiple_of(ALIGNMENT));
        assert_eq!(planes.len(), PLANES * width * height);
        assert!(width * height <= MOST_PIXELS);
        assert!(planes.iter().all(|value| (0.0..=1.0).contains(value)));
        self.runs.fetch_add(1, Ordering::SeqCst);
        self.pixels.fetch_add(width * height, Ordering::SeqCst);
        if self.broken {
            return Ok(vec![f32::NAN; width * height]);
        }
        // Whole numbers, whose sums do not depend on their order.
        let whole = |i: usize| -> u64 {
            (0..PLANES)
                .map(|plane| (planes[plane * width * height + i] * 65536.0) as u64 * (plane as u64 + 1))
                .sum()
        };
        let mut sums = vec![0_u64; (width + 1) * (height + 1)];
        for y in 0..height {
            for x in 0..width {
                sums[(y + 1) * (width + 1) + x + 1] =
                    whole(y * width + x) + sums[y * (width + 1) + x + 1] + sums[(y + 1) * (width + 1) + x]
                        - sums[y * (width + 1) + x];
            }
        }
        let reach = RECEPTIVE_FIELD;
        let alpha = |i: usize| {
            let (x, y) = (i % width, i / width);
            let (x1, x2) = (x.saturating_sub(reach), (x + reach + 1).min(width));
            let (y1, y2) = (y.saturating_sub(reach), (y + reach + 1).min(height));
            let at = |x: usize, y: usize| sums[y * (width + 1) + x];
            let sum = at(x2, y2) + at(x1, y1) - at(x2, y1) - at(x1, y2);
            // The last bits differ from pixel to pixel.
            let part = (sum % 9973) as f32 / 9973.0 * 0.5;
            if planes[GUIDANCE * width * height + i] > 0.5 { 1.0 - part } else { part }
        };
        Ok((0..width * height).map(alpha).collect())
    }
}

/// Stands in place of the edge network: alpha is one of the planes that it sees, which takes no time.
pub(super) struct Shown(usize);

/// The plane of red, and that of the mask's probability.
pub(super) const RED: usize = 0;
pub(super) const GUIDANCE: usize = 3;

impl Refiner for Shown {
    fn id(&self) -> &str {
        "shown"
    }

    fn refine(
        &self,
        width: usize,
        height: usize,
        planes: &[f32],
        _: Stop<'_>,
    ) -> Result<Vec<f32>, models::Error> {
        Ok(planes[self.0 * width * height..][..width * height].to_vec())
    }
}

#[test]
fn outside_the_band_alpha_is_the_side_and_inside_it_follows_the_picture() {
    // The mask is up to half a cell off a disc that the picture shows sharply.
    const SIZE: [usize; 2] = [960, 540];
    let inside = |x: f32, y: f32, radius: f32| (x - 480.0).hypot(y - 270.0) < radius;
    let still = Still::new(SIZE, |x, y| {
        if inside(x as f32 + 0.5, y as f32 + 0.5, 150.0) { [200, 90, 60] } else { [40, 70, 120] }
    });
    for radius in [148.0, 150.0, 152.0] {
        let plane = disc(SIZE, radius, 3.0);
        let alpha = matte_of(&still, &plane, Edge::default(), None);
        let is_inside = |i: usize| inside((i % 960) as f32 + 0.5, (i / 960) as f32 + 0.5, 150.0);
        let wrong = |alpha: &[f32]| (0..alpha.len()).filter(|i| (alpha[*i] > 0.5) != is_inside(*i)).count();
        let mut far = 0;
        for (i, alpha) in alpha.iter().enumerate() {
            let (x, y) = ((i % 960) as f32 + 0.5, (i / 960) as f32 + 0.5);
            let distance = (x - 480.0).hypot(y - 270.0) - radius;
            if distance.abs() > 14.0 * 3.75 {
                far += 1;
                assert_eq!(*alpha, f32::from(distance < 0.0));
            }
        }
        assert!(far > 300_000);
        // Along a contour of 942 pixels.
        let (before, after) = (wrong(&from_mask(&plane, SIZE)), wrong(&alpha));
        assert!(after <= before / 2 + 100, "{radius}: {after} of {before}");
    }
}

fn from_mask(plane: &Plane, [width, height]: [usize; 2]) -> Vec<f32> {
    let bounds = PixelRect { x1: 0, y1: 0, x2: width as i32, y2: height as i32 };
    super::super::matte::from_plane(plane, bounds, &pool(1)).unwrap().alpha().to_vec()
}

#[test]
fn detail_goes_from_the_filter_to_the_network() {
    const SIZE: [usize; 2] = [320, 200];
    let (still, plane) = (Still::noise(SIZE), disc(SIZE, 60.0, 2.0));
    let fake = Fake::default();
    let at = |detail: f32| matte_of(&still, &plane, Edge { detail, ..Edge::default() }, Some(&fake));
    let filter = matte_of(&still, &plane, Edge::default(), None);
    assert_eq!(at(0.0), filter);
    assert_eq!(fake.runs.load(Ordering::SeqCst), 0, "nothing is run that has no say");
    assert_eq!(at(f32::NAN), filter);
    let (half, whole) = (at(0.5), at(1.0));
    assert_eq!(at(7.0), whole);
    let mut between = 0;
    for ((a, b), c) in filter.iter().zip(&half).zip(&whole) {
        // Where nothing was cut off.
        if [a, b, c].iter().all(|alpha| (0.01..0.99).contains(*alpha)) {
            assert!((b - 0.5 * (a + c)).abs() < 1e-5);
            between += 1;
        }
    }
    assert!(between > 1000, "{between}");
}

#[test]
fn threads_change_no_bit() {
    const SIZE: [usize; 2] = [2300, 700];
    let (still, plane, fake) = (Still::noise(SIZE), disc(SIZE, 250.0, 1.0), Fake::default());
    for network in [None, Some(&fake as &dyn Refiner)] {
        let edge = Edge { detail: 0.7, ..Edge::default() };
        let made = |threads: usize| {
            let threads = pool(threads);
            let (edges, bounds) = edges_of(&still, &plane, edge, network, &threads);
            edges.matte(&plane, bounds, &threads).unwrap().alpha().to_vec()
        };
        assert_eq!(made(1), made(3));
    }
}

#[test]
fn a_key_tells_all_apart_that_counts() {
    const SIZE: [usize; 2] = [64, 36];
    let still = Still::noise(SIZE);
    let source = still.view();
    let eye = SourceColour::Srgb.eye(0.0);
    let (one, other) = (disc(SIZE, 10.0, 1.0), disc(SIZE, 11.0, 1.0));
    let fake = Fake::default();
    let key = |plane, seen, width, detail, network: bool| {
        let frame = Frame { picture: Picture::new(&source, &eye), plane };
        frame.key(Key(seen), Edge { width, detail }, network.then_some(&fake as &dyn Refiner))
    };
    let keys = [
        key(&one, 1, 0.0, 1.0, true),
        key(&other, 1, 0.0, 1.0, true),
        key(&one, 2, 0.0, 1.0, true),
        key(&one, 1, 9.0, 1.0, true),
        key(&one, 1, 0.0, 0.5, true),
        key(&one, 1, 0.0, 1.0, false),
    ];
    let different: std::collections::HashSet<_> = keys.iter().collect();
    assert_eq!(different.len(), keys.len());
    assert_eq!(key(&one, 1, 0.0, 1.0, false), key(&one, 1, 0.0, 0.5, false), "detail is the network's");
}
