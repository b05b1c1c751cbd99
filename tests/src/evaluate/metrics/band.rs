//! The edge band: where a matte is hard to get right.
//!
//! All pixels within [`HALF_WIDTH`] pixels of the truth's 0.5 contour, and all whose true alpha is
//! neither nearly 0 nor nearly 1. Outside it almost any matte is right, so a mean over the whole
//! image mostly tells how large the subject is.

use image::{GrayImage, Luma};

use crate::evaluate::distance::distance_to;
use crate::evaluate::pixels::{Alpha, binary, mask_where};

/// How far the band reaches to either side of the contour, in pixels.
pub const HALF_WIDTH: f32 = 8.0;
/// True alpha between these belongs to the band wherever it lies.
pub const SOFT: std::ops::RangeInclusive<f32> = 0.02..=0.98;

/// The band of a truth: 255 inside, 0 outside. The contour runs between pixels of different sides,
/// so exactly [`HALF_WIDTH`] pixels on either side of a straight edge belong to it.
#[must_use]
pub fn edge_band(truth: &Alpha) -> GrayImage {
    let inside = binary(truth);
    let outside = mask_where(truth, |a| a <= super::super::pixels::THRESHOLD);
    let (to_inside, to_outside) = rayon::join(|| distance_to(&inside), || distance_to(&outside));
    GrayImage::from_fn(truth.width(), truth.height(), |x, y| {
        // One of the two distances is 0: the pixel's own side. The other is to the contour's far side.
        let to_other_side = to_inside.get_pixel(x, y)[0].max(to_outside.get_pixel(x, y)[0]);
        let band = to_other_side <= HALF_WIDTH || SOFT.contains(&truth.get_pixel(x, y)[0]);
        Luma([if band { 255 } else { 0 }])
    })
}

/// The mean of a plane over the band; `None` when the band is empty.
#[must_use]
pub fn mean(plane: &Alpha, band: &GrayImage) -> Option<f64> {
    let (mut sum, mut count) = (0.0, 0u64);
    for (value, inside) in plane.as_raw().iter().zip(band.as_raw()) {
        if *inside != 0 {
            sum += f64::from(*value);
            count += 1;
        }
    }
    (count > 0).then(|| sum / count as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn eight_pixels_on_either_side_and_every_soft_one() {
        let mut truth = Alpha::from_fn(40, 3, |x, _| Luma([if x < 20 { 1.0 } else { 0.0 }]));
        truth.put_pixel(35, 1, Luma([0.02]));
        truth.put_pixel(36, 1, Luma([0.01]));
        let band = edge_band(&truth);
        let row: Vec<u32> = (0..40).filter(|x| band.get_pixel(*x, 1)[0] != 0).collect();
        assert_eq!(row, (12..28).chain([35]).collect::<Vec<_>>());
    }

    #[test]
    fn no_edge_no_band() {
        let truth = Alpha::new(4, 4);
        assert_eq!(mean(&truth, &edge_band(&truth)), None);
    }

    #[test]
    fn the_mean_counts_the_band_only() {
        let plane = Alpha::from_raw(3, 1, vec![1.0, 0.5, 8.0]).unwrap();
        let band = GrayImage::from_raw(3, 1, vec![255, 255, 0]).unwrap();
        assert_eq!(mean(&plane, &band), Some(0.75));
    }
}
