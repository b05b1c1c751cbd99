//! The two kinds of planes that the evaluator compares: soft mattes and binary masks. Both have
//! their top row first.

use std::path::Path;

use image::{GrayImage, ImageBuffer, Luma, RgbImage};

use super::EvaluateError;

/// A matte: one `f32` per pixel, 0 transparent to 1 opaque, top row first.
pub type Alpha = ImageBuffer<Luma<f32>, Vec<f32>>;

/// Alpha above this belongs to the subject where a binary mask is asked for.
pub const THRESHOLD: f32 = 0.5;

/// The binary mask of a matte: 255 where alpha is above [`THRESHOLD`], else 0.
#[must_use]
pub fn binary(alpha: &Alpha) -> GrayImage {
    mask_where(alpha, |a| a > THRESHOLD)
}

/// The mask (255 and 0) of the pixels whose alpha fulfils `test`.
#[must_use]
pub fn mask_where(alpha: &Alpha, test: impl Fn(f32) -> bool) -> GrayImage {
    GrayImage::from_fn(alpha.width(), alpha.height(), |x, y| {
        Luma([if test(alpha.get_pixel(x, y)[0]) { 255 } else { 0 }])
    })
}

/// Reads a frame as 8-bit RGB.
///
/// # Errors
/// [`EvaluateError::Image`] when the file is missing or no PNG or JPEG.
pub fn load_source(path: &Path) -> Result<RgbImage, EvaluateError> {
    Ok(open(path)?.into_rgb8())
}

/// Reads a truth of 8 or 16 bits as a matte: its luma, with the largest value as 1.
///
/// # Errors
/// [`EvaluateError::Image`] when the file is missing or no PNG or JPEG; [`EvaluateError::Size`]
/// when it does not have the `size` of its frame.
pub fn load_truth(path: &Path, size: (u32, u32)) -> Result<Alpha, EvaluateError> {
    let alpha = open(path)?.to_luma32f();
    if alpha.dimensions() != size {
        return Err(EvaluateError::Size { path: path.to_owned(), found: alpha.dimensions(), expected: size });
    }
    Ok(alpha)
}

fn open(path: &Path) -> Result<image::DynamicImage, EvaluateError> {
    image::open(path).map_err(|source| EvaluateError::Image { path: path.to_owned(), source })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_threshold_itself_is_background() {
        let alpha = Alpha::from_raw(3, 1, vec![0.5, 128.0 / 255.0, 0.0]).unwrap();
        assert_eq!(binary(&alpha).into_raw(), [0, 255, 0]);
    }

    #[test]
    fn a_truth_of_another_size_than_its_frame_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("truth.png");
        GrayImage::from_raw(2, 1, vec![0, 51]).unwrap().save(&path).unwrap();
        assert_eq!(load_truth(&path, (2, 1)).unwrap().into_raw(), [0.0, 0.2]);
        assert!(matches!(load_truth(&path, (1, 2)), Err(EvaluateError::Size { .. })));
    }
}
