//! Labels of cells to maps of foreground.

use image::{ImageBuffer, Luma};
use imageproc::filter::gaussian_blur_f32;

use super::features::{Features, MASK_PIXELS, Patch};
use crate::pipeline::map::Map;

/// The foreground's threshold is lowered to this at most to keep the area of the last mask.
const LOWEST_THRESHOLD: f32 = 0.25;
/// Standard deviation of the smoothing of labels in mask pixels. Mean J&F of four sequences: 0.862 without, 0.868 with
/// 0.8, 0.876 with 1.2.
const SMOOTHING: f32 = 1.2;

/// Two maps pixel by pixel.
pub fn combine(a: &Map, b: &Map, value: impl Fn(f32, f32) -> f32) -> Map {
    let values = a.values.iter().zip(&b.values).map(|(a, b)| value(*a, *b)).collect();
    Map { width: a.width, height: a.height, values }
}

/// `share` of `a` and the rest of `b`.
pub fn mix(a: &[Patch], b: &[Patch], share: f32) -> Vec<Patch> {
    let mixed = |(a, b): (&Patch, &Patch)| std::array::from_fn(|i| share * a[i] + (1.0 - share) * b[i]);
    a.iter().zip(b).map(mixed).collect()
}

/// Bends a foreground so that about as many pixels as `last` has above one half are above one half, when that takes a
/// threshold between [`LOWEST_THRESHOLD`] and one half.
///
/// Cells of 4x4 mask pixels blur: a neck or an arm that is thinner than a cell is above one half nowhere. Without this
/// thin parts are lost from frame to frame.
pub fn keep_area(foreground: &mut Map, last: &Map) {
    let area = last.values.iter().filter(|value| **value > 0.5).count();
    let mut sorted = foreground.values.clone();
    let place = area.min(sorted.len() - 1);
    let (_, threshold, _) = sorted.select_nth_unstable_by(place, |a, b| b.total_cmp(a));
    let threshold = threshold.clamp(LOWEST_THRESHOLD, 0.5);
    // The power that makes one half of the threshold and leaves 0 and 1.
    let power = 0.5_f32.ln() / threshold.ln();
    foreground.values.iter_mut().for_each(|value| *value = value.max(0.0).powf(power));
}

/// The cells to look up: those around the last mask, half its size farther on each side and two cells more; all of them
/// when there is no mask.
pub fn window(last: &Map, features: &Features) -> Vec<usize> {
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

/// Labels of some cells, 0 in all others, on the grid of `like`. They are smoothed: a cell that is asked does not lie on
/// the other frame's cells exactly.
pub fn on_mask(labels: &[Patch], cells: &[usize], features: &Features, like: &Map) -> Map {
    let (width, height) = (features.width * MASK_PIXELS, features.height * MASK_PIXELS);
    let mut map = Map::filled(width, height, 0.0);
    for (cell, label) in cells.iter().zip(labels) {
        let first = cell / features.width * MASK_PIXELS * width + cell % features.width * MASK_PIXELS;
        for (y, row) in label.chunks_exact(MASK_PIXELS).enumerate() {
            map.values[first + y * width..][..MASK_PIXELS].copy_from_slice(row);
        }
    }
    let image = ImageBuffer::<Luma<f32>, Vec<f32>>::from_fn(like.width as u32, like.height as u32, |x, y| {
        Luma([map.at(x as usize, y as usize)])
    });
    Map { width: like.width, height: like.height, values: gaussian_blur_f32(&image, SMOOTHING).into_raw() }
}
