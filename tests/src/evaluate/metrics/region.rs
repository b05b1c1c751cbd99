//! J, region similarity: intersection over union of two binary masks.
//!
//! F. Perazzi et al., "A Benchmark Dataset and Evaluation Methodology for Video Object
//! Segmentation", CVPR 2016, section 4: J = |M and G| / |M or G|. Two empty masks agree: J = 1.

use image::GrayImage;

/// J of two masks of one size (set = not 0), 0..1.
#[must_use]
pub fn similarity(mask: &GrayImage, truth: &GrayImage) -> f64 {
    let (mut both, mut either) = (0u64, 0u64);
    for (m, t) in mask.as_raw().iter().zip(truth.as_raw()) {
        both += u64::from(*m != 0 && *t != 0);
        either += u64::from(*m != 0 || *t != 0);
    }
    if either == 0 { 1.0 } else { both as f64 / either as f64 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mask(values: [u8; 4]) -> GrayImage {
        GrayImage::from_raw(4, 1, values.map(|v| v * 255).to_vec()).unwrap()
    }

    #[test]
    fn one_shared_pixel_of_three() {
        assert_eq!(similarity(&mask([1, 1, 0, 0]), &mask([0, 1, 1, 0])), 1.0 / 3.0);
    }

    #[test]
    fn empty_masks() {
        assert_eq!(similarity(&mask([0; 4]), &mask([0; 4])), 1.0);
        assert_eq!(similarity(&mask([0; 4]), &mask([1; 4])), 0.0);
    }
}
