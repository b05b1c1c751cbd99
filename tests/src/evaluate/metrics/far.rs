//! Error far from the edge: what a refiner spoils where the mask was right.
//!
//! The mean absolute difference over the pixels further than [`DISTANCE`] pixels from the true edge where the network's
//! own mask is on the truth's side. The edge is the truth's 0.5 contour and every pixel whose true alpha is neither
//! nearly 0 nor nearly 1.

use image::{GrayImage, Luma};

use super::band;
use super::difference::absolute;
use crate::evaluate::distance::distance_to;
use crate::evaluate::pixels::{Alpha, THRESHOLD, binary, mask_where};

/// From here on a pixel is far from the edge.
pub const DISTANCE: f32 = 6.0;

/// Where errors are far: 255 there, 0 elsewhere. `sam` is the network's own soft matte.
#[must_use]
pub fn region(sam: &Alpha, truth: &Alpha) -> GrayImage {
    let to_inside = distance_to(&binary(truth));
    let to_outside = distance_to(&mask_where(truth, |alpha| alpha <= THRESHOLD));
    let to_soft = distance_to(&mask_where(truth, |alpha| band::SOFT.contains(&alpha)));
    GrayImage::from_fn(truth.width(), truth.height(), |x, y| {
        let at = |plane: &Alpha| plane.get_pixel(x, y)[0];
        let far = at(&to_inside).max(at(&to_outside)) > DISTANCE && at(&to_soft) > DISTANCE;
        let right = (at(sam) > THRESHOLD) == (at(truth) > THRESHOLD);
        Luma([if far && right { 255 } else { 0 }])
    })
}

/// The mean absolute difference of a matte from its truth in that region; `None` when it is empty.
#[must_use]
pub fn error(matte: &Alpha, truth: &Alpha, region: &GrayImage) -> Option<f64> {
    band::mean(&absolute(matte, truth), region)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_was_right_and_far_counts() {
        let mut truth = Alpha::from_fn(60, 1, |x, _| Luma([f32::from(u8::from(x < 20))]));
        truth.put_pixel(50, 0, Luma([0.3]));
        let sam = Alpha::from_fn(60, 1, |x, _| Luma([if (3..30).contains(&x) { 0.9 } else { 0.1 }]));
        let region = region(&sam, &truth);
        let far: Vec<u32> = (0..60).filter(|x| region.get_pixel(*x, 0)[0] != 0).collect();
        // SAM is wrong on 0..3 and 20..30; the contour is at 20, the soft pixel at 50.
        assert_eq!(far, (3..14).chain(30..44).chain(57..60).collect::<Vec<_>>());
        assert!((error(&sam, &truth, &region).unwrap() - 0.1).abs() < 1e-6);
        assert_eq!(error(&sam, &truth, &GrayImage::new(60, 1)), None);
    }
}
