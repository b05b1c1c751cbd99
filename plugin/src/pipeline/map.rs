//! Maps over an image: masks, foreground and labels, one f32 a pixel.

use image::{GrayImage, Luma};
use imageproc::region_labelling::{Connectivity, connected_components};
use models::sam::{Logits, MASK_STRIDE};

/// A grid of values over an image, rows from the top. Pixel (0, 0) has its centre at (0.5, 0.5).
#[derive(Clone, Debug, PartialEq)]
pub struct Map {
    /// Columns, at least 1.
    pub width: usize,
    /// Rows, at least 1.
    pub height: usize,
    /// `width * height` values.
    pub values: Vec<f32>,
}

impl Map {
    /// The same value everywhere.
    pub fn filled(width: usize, height: usize, value: f32) -> Self {
        Self { width, height, values: vec![value; width * height] }
    }

    /// The subject's coverage in a mask without its padding: `1 / (1 + exp(-logit))` on `ceil(size / 4)` pixels,
    /// 0 where the network gave no number.
    pub fn coverage(logits: &Logits) -> Self {
        let (content_width, content_height) = logits.content();
        let (width, height) = (content_width.ceil() as usize, content_height.ceil() as usize);
        let rows = logits.data().chunks_exact(logits.side()).take(height);
        let values = rows
            .flat_map(|row| &row[..width])
            .map(|logit| if logit.is_nan() { 0.0 } else { 1.0 / (1.0 + (-logit).exp()) })
            .collect();
        Self { width, height, values }
    }

    /// The size of a mask without its padding, for an image of `size` pixels in the encoder's frame.
    pub fn mask_size(size: (u32, u32)) -> (usize, usize) {
        (size.0.div_ceil(MASK_STRIDE) as usize, size.1.div_ceil(MASK_STRIDE) as usize)
    }

    /// The value of the pixel in column `x`, row `y`.
    pub fn at(&self, x: usize, y: usize) -> f32 {
        self.values[y * self.width + x]
    }

    /// Bilinear interpolation at a continuous position; the edge pixels go on outside.
    pub fn sample(&self, x: f32, y: f32) -> f32 {
        let axis = |position: f32, length: usize| {
            // `max` first: it makes 0 of what is not a number.
            let position = (position - 0.5).max(0.0).min((length - 1) as f32);
            let low = position as usize;
            (low, (low + 1).min(length - 1), position - low as f32)
        };
        let ((x0, x1, fx), (y0, y1, fy)) = (axis(x, self.width), axis(y, self.height));
        let top = self.at(x0, y0) * (1.0 - fx) + self.at(x1, y0) * fx;
        let bottom = self.at(x0, y1) * (1.0 - fx) + self.at(x1, y1) * fx;
        top * (1.0 - fy) + bottom * fy
    }

    /// The map on another grid over the same image, by bilinear interpolation.
    pub fn resized(&self, width: usize, height: usize) -> Self {
        if (width, height) == (self.width, self.height) {
            return self.clone();
        }
        let scale = [self.width as f32 / width as f32, self.height as f32 / height as f32];
        Self::from_fn(width, height, |x, y| {
            self.sample((x as f32 + 0.5) * scale[0], (y as f32 + 0.5) * scale[1])
        })
    }

    /// The map on a grid with `fineness` cells along each side of a cell, of which `width` x `height` count.
    pub fn refined(self, fineness: usize, width: usize, height: usize) -> Self {
        if fineness == 1 {
            return self;
        }
        let scale = 1.0 / fineness as f32;
        Self::from_fn(width, height, |x, y| self.sample((x as f32 + 0.5) * scale, (y as f32 + 0.5) * scale))
    }

    /// A map of `value(column, row)`.
    pub fn from_fn(width: usize, height: usize, value: impl Fn(usize, usize) -> f32) -> Self {
        let values = (0..width * height).map(|i| value(i % width, i / width)).collect();
        Self { width, height, values }
    }

    /// First and one past the last column and row of the values above `threshold`: left, top, right, bottom.
    pub fn bounds_above(&self, threshold: f32) -> Option<[usize; 4]> {
        let mut bounds: Option<[usize; 4]> = None;
        for (y, row) in self.values.chunks_exact(self.width).enumerate() {
            let above = |value: &f32| *value > threshold;
            let (Some(first), Some(last)) = (row.iter().position(above), row.iter().rposition(above)) else {
                continue;
            };
            let [left, top, right, _] = bounds.unwrap_or([first, y, last + 1, y]);
            bounds = Some([left.min(first), top, right.max(last + 1), y + 1]);
        }
        bounds
    }

    /// The connected parts of the values above `threshold`, as numbers from 1 on for each pixel, and 0 elsewhere. Pixels
    /// that share a side or a corner are connected; what is no number is above nothing.
    pub fn parts_above(&self, threshold: f32) -> Vec<u32> {
        // A row more than the map: for a single pixel imageproc counts past the end of its own list.
        let mask = GrayImage::from_fn(self.width as u32, self.height as u32 + 1, |x, y| {
            let (x, y) = (x as usize, y as usize);
            Luma([u8::from(y < self.height && self.at(x, y) > threshold)])
        });
        let mut parts = connected_components(&mask, Connectivity::Eight, Luma([0])).into_raw();
        parts.truncate(self.values.len());
        parts
    }

    /// The sum of all values.
    pub fn sum(&self) -> f32 {
        self.values.iter().sum()
    }
}

/// How much two maps of values in 0..=1 agree: the sum of the lesser values over the sum of the greater (the
/// intersection over union of fuzzy sets). Two empty maps do not agree: there is nothing to agree on.
pub fn soft_iou(a: &Map, b: &Map) -> f32 {
    let (mut both, mut either) = (0.0, 0.0);
    for (a, b) in a.values.iter().zip(&b.values) {
        both += a.min(*b);
        either += a.max(*b);
    }
    if either > 0.0 { both / either } else { 0.0 }
}

/// Intersection over union of the values above 0 of two maps of one size; 0 when there are none.
pub fn hard_iou(a: &Map, b: &Map) -> f32 {
    let (mut both, mut either) = (0u32, 0u32);
    for (a, b) in a.values.iter().zip(&b.values) {
        both += u32::from(*a > 0.0 && *b > 0.0);
        either += u32::from(*a > 0.0 || *b > 0.0);
    }
    if either == 0 { 0.0 } else { both as f32 / either as f32 }
}

/// The mean of `map` over a soft mask; 0 over an empty one.
pub fn mean_within(map: &Map, mask: &Map) -> f32 {
    let (mut sum, mut weight) = (0.0, 0.0);
    for (value, mask) in map.values.iter().zip(&mask.values) {
        sum += value * mask;
        weight += mask;
    }
    if weight > 0.0 { sum / weight } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_resized_map_keeps_a_slope() {
        let slope = Map::from_fn(16, 9, |x, _| x as f32 + 0.5);
        let fine = slope.resized(32, 18);
        assert!((fine.at(10, 5) - 5.25).abs() < 1e-5);
        assert_eq!(slope.sample(f32::NAN, 3.0), 0.5);
        assert_eq!(slope.sample(1e9, f32::NEG_INFINITY), 15.5);
    }

    #[test]
    fn bounds_are_those_of_the_values_above() {
        let mut map = Map::filled(8, 6, 0.0);
        assert_eq!(map.bounds_above(0.5), None);
        map.values[2 * 8 + 3] = 1.0;
        map.values[4 * 8 + 1] = 0.6;
        assert_eq!(map.bounds_above(0.5), Some([1, 2, 4, 5]));
        assert_eq!(map.bounds_above(0.7), Some([3, 2, 4, 3]));
    }

    #[test]
    fn parts_are_numbered_and_a_single_pixel_is_one() {
        let map = Map { width: 4, height: 2, values: vec![1.0, 0.2, 1.0, f32::NAN, 0.0, 1.0, 0.0, 0.5] };
        assert_eq!(map.parts_above(0.5), [1, 0, 1, 0, 0, 1, 0, 0]);
        assert_eq!(map.parts_above(0.4), [1, 0, 1, 0, 0, 1, 0, 1]);
        let apart = Map { width: 4, height: 1, values: vec![1.0, 0.0, 0.0, f32::INFINITY] };
        assert_eq!(apart.parts_above(0.5), [1, 0, 0, 2]);
        for (value, part) in [(1.0, 1), (0.0, 0), (f32::NAN, 0)] {
            assert_eq!(Map::filled(1, 1, value).parts_above(0.5), [part]);
        }
    }

    #[test]
    fn agreement_of_halves() {
        let left = Map::from_fn(4, 1, |x, _| if x < 2 { 1.0 } else { 0.0 });
        let middle = Map::from_fn(4, 1, |x, _| if (1..3).contains(&x) { 1.0 } else { 0.0 });
        assert!((soft_iou(&left, &middle) - 1.0 / 3.0).abs() < 1e-6);
        assert_eq!(mean_within(&left, &middle), 0.5);
        let empty = Map::filled(4, 1, 0.0);
        assert_eq!((soft_iou(&empty, &empty), mean_within(&left, &empty)), (0.0, 0.0));
    }

    #[test]
    fn coverage_leaves_out_the_padding_and_what_is_no_number() {
        let mut data = vec![100.0; Logits::LEN];
        data[1] = f32::NAN;
        data[2] = 0.0;
        let map = Map::coverage(&Logits::from_raw(data, 1024, 3).unwrap());
        assert_eq!((map.width, map.height), (256, 1));
        assert_eq!(map.values[..4], [1.0, 0.0, 0.5, 1.0]);
    }
}
