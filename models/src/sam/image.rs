//! The image as a network takes it.

use crate::Error;

/// A picture scaled for the encoder: display-referred sRGB in 0..=1, interleaved red, green, blue, rows from the top.
#[derive(Debug, Clone)]
pub struct ModelImage {
    width: u32,
    height: u32,
    rgb: Vec<f32>,
}

impl ModelImage {
    /// Takes a picture of `width` x `height` pixels, 3 values per pixel. The long side must be the encoder's side for
    /// [`super::Segmenter::encode`] to accept it.
    ///
    /// # Errors
    /// [`Error::BadImage`] when a side is 0, the number of values is not `width * height * 3`, or a value is not
    /// finite.
    pub fn new(width: u32, height: u32, rgb: Vec<f32>) -> Result<Self, Error> {
        let bad = |reason: String| Err(Error::BadImage { reason });
        let expected = u64::from(width) * u64::from(height) * 3;
        if expected == 0 {
            return bad(format!("its size is {width}x{height}"));
        }
        if rgb.len() as u64 != expected {
            return bad(format!("{width}x{height} pixels need {expected} values, there are {}", rgb.len()));
        }
        if !rgb.iter().all(|value| value.is_finite()) {
            return bad("it has values that are not numbers or infinite".to_owned());
        }
        Ok(Self { width, height, rgb })
    }

    /// The size that a picture of `width` x `height` pixels is scaled to so that its long side is `side`.
    ///
    /// SAM's own rounding, `int(x * scale + 0.5)` (`ResizeLongestSide.get_preprocess_shape`), and at least 1.
    #[must_use]
    pub fn scaled_size(width: u32, height: u32, side: u32) -> (u32, u32) {
        let scale = f64::from(side) / f64::from(width.max(height).max(1));
        // The value is at most `side`, so the conversion loses nothing but the fraction.
        let round = |length: u32| ((f64::from(length) * scale + 0.5) as u32).max(1);
        (round(width), round(height))
    }

    /// Width in pixels.
    #[must_use]
    pub fn width(&self) -> u32 {
        self.width
    }

    /// Height in pixels.
    #[must_use]
    pub fn height(&self) -> u32 {
        self.height
    }

    /// The values: interleaved red, green, blue, rows from the top.
    #[must_use]
    pub fn rgb(&self) -> &[f32] {
        &self.rgb
    }
}

#[cfg(test)]
mod tests {
    use super::ModelImage;

    #[test]
    fn sizes_are_rounded_as_sam_does() {
        assert_eq!(ModelImage::scaled_size(1920, 1080, 1024), (1024, 576));
        assert_eq!(ModelImage::scaled_size(451, 300, 1024), (1024, 681));
        assert_eq!(ModelImage::scaled_size(300, 451, 1024), (681, 1024));
        assert_eq!(ModelImage::scaled_size(1, 1, 1024), (1024, 1024));
        assert_eq!(ModelImage::scaled_size(16384, 1, 1024), (1024, 1));
        assert_eq!(ModelImage::scaled_size(0, 0, 1024), (1, 1));
    }

    #[test]
    fn bad_images_are_refused() {
        assert!(ModelImage::new(0, 4, vec![]).is_err());
        assert!(ModelImage::new(2, 1, vec![0.0; 5]).is_err());
        assert!(ModelImage::new(1, 1, vec![0.0, f32::NAN, 0.0]).is_err());
        assert!(ModelImage::new(1, 1, vec![0.0, f32::INFINITY, 0.0]).is_err());
        assert!(ModelImage::new(u32::MAX, u32::MAX, vec![]).is_err());
        assert!(ModelImage::new(2, 1, vec![0.0; 6]).is_ok());
    }
}
