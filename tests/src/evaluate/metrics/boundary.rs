//! F, boundary accuracy: the F-measure of two contours, with a tolerance.
//!
//! F. Perazzi et al., "A Benchmark Dataset and Evaluation Methodology for Video Object
//! Segmentation", CVPR 2016, section 4, as the DAVIS benchmark computes it: the boundary map of a
//! mask marks every pixel that differs from its right, lower or lower right neighbour; a boundary
//! pixel is matched when the other map has one within a disk of radius ceil(0.008 diagonal); F is
//! the harmonic mean of the matched shares of both maps.

use image::{GrayImage, Luma};

use crate::evaluate::distance::distance_to;

/// The tolerance as a fraction of the image's diagonal (DAVIS benchmark).
const BOUND_OF_DIAGONAL: f64 = 0.008;

/// F of two masks of one size (set = not 0), 0..1. Two masks without any boundary agree: F = 1.
#[must_use]
pub fn accuracy(mask: &GrayImage, truth: &GrayImage) -> f64 {
    let (width, height) = mask.dimensions();
    let radius = (BOUND_OF_DIAGONAL * f64::from(width).hypot(f64::from(height))).ceil() as f32;
    let (found, wanted) = (boundary_map(mask), boundary_map(truth));
    let (precision, recall) = match (is_empty(&found), is_empty(&wanted)) {
        (true, true) => (1.0, 1.0),
        (true, false) | (false, true) => return 0.0,
        (false, false) => (matched(&found, &wanted, radius), matched(&wanted, &found, radius)),
    };
    if precision + recall == 0.0 { 0.0 } else { 2.0 * precision * recall / (precision + recall) }
}

/// Marks (255) every pixel of a mask that differs from its right, lower or lower right neighbour.
/// The last row and column have only the neighbours that exist.
#[must_use]
pub fn boundary_map(mask: &GrayImage) -> GrayImage {
    let (width, height) = mask.dimensions();
    let set = |x: u32, y: u32| mask.get_pixel(x.min(width - 1), y.min(height - 1))[0] != 0;
    GrayImage::from_fn(width, height, |x, y| {
        let here = set(x, y);
        let edge = here != set(x + 1, y) || here != set(x, y + 1) || here != set(x + 1, y + 1);
        Luma([if edge { 255 } else { 0 }])
    })
}

/// The share of the set pixels of `map` that have a set pixel of `other` within `radius`: dilating
/// `other` by a disk and intersecting is the same as comparing distances.
fn matched(map: &GrayImage, other: &GrayImage, radius: f32) -> f64 {
    let distance = distance_to(other);
    let (mut near, mut all) = (0u64, 0u64);
    for (pixel, distance) in map.as_raw().iter().zip(distance.as_raw()) {
        if *pixel != 0 {
            all += 1;
            near += u64::from(*distance <= radius);
        }
    }
    near as f64 / all as f64
}

fn is_empty(map: &GrayImage) -> bool {
    map.as_raw().iter().all(|p| *p == 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A 40x30 mask (diagonal 50, tolerance ceil(0.4) = 1 px) set left of column `edge`.
    fn left_of(edge: u32) -> GrayImage {
        GrayImage::from_fn(40, 30, |x, _| Luma([if x < edge { 255 } else { 0 }]))
    }

    #[test]
    fn the_boundary_lies_on_the_last_pixel_before_the_change() {
        let mask = GrayImage::from_raw(3, 3, vec![0, 0, 0, 0, 255, 0, 0, 0, 0]).unwrap();
        assert_eq!(boundary_map(&mask).into_raw(), [255, 255, 0, 255, 255, 0, 0, 0, 0]);
    }

    #[test]
    fn one_pixel_off_is_within_the_tolerance_and_two_are_not() {
        assert_eq!(accuracy(&left_of(20), &left_of(20)), 1.0);
        assert_eq!(accuracy(&left_of(21), &left_of(20)), 1.0);
        assert_eq!(accuracy(&left_of(22), &left_of(20)), 0.0);
    }

    #[test]
    fn a_second_wrong_edge_halves_the_precision() {
        let mut mask = left_of(20);
        for y in 0..30 {
            for x in 30..40 {
                mask.put_pixel(x, y, Luma([255]));
            }
        }
        // Precision 30 / 60, recall 1: F = 2 * 0.5 / 1.5.
        assert!((accuracy(&mask, &left_of(20)) - 2.0 / 3.0).abs() < 1e-12);
    }

    #[test]
    fn masks_without_boundary() {
        let (empty, full) = (left_of(0), left_of(40));
        assert_eq!(accuracy(&empty, &full), 1.0);
        assert_eq!(accuracy(&empty, &left_of(20)), 0.0);
        assert_eq!(accuracy(&left_of(20), &full), 0.0);
    }
}
