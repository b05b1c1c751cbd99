//! The frames of a clip, as the simulated host hands them over.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use crate::sim;

/// How many decoded frames a clip keeps: those of the longest window of a render, and some.
const KEPT: usize = 16;

/// The frames of a clip, read when asked for; the last few are kept, so that the plugin's time is
/// not that of an image decoder.
pub struct Frames {
    files: Vec<PathBuf>,
    linear: bool,
    kept: Mutex<Vec<(usize, Arc<sim::Picture>)>>,
}

impl Frames {
    /// A clip of these files, one a frame. With `linear` the host hands them over in linear light.
    #[must_use]
    pub fn new(files: Vec<PathBuf>, linear: bool) -> Self {
        Self { files, linear, kept: Mutex::default() }
    }

    /// The frame of that index, from the kept ones or from its file; `None` beyond the last.
    ///
    /// # Errors
    /// [`sim::SimError::Image`] when the file cannot be read.
    pub fn load(&self, frame: usize) -> Result<Option<Arc<sim::Picture>>, sim::SimError> {
        let Some(file) = self.files.get(frame) else { return Ok(None) };
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, picture)) = kept.iter().find(|(index, _)| *index == frame) {
            return Ok(Some(Arc::clone(picture)));
        }
        let mut picture = sim::Picture::open(file)?;
        if self.linear {
            for pixel in &mut picture.pixels {
                pixel[..3].iter_mut().for_each(|value| *value = linear_light(*value));
            }
        }
        let picture = Arc::new(picture);
        if kept.len() == KEPT {
            kept.remove(0);
        }
        kept.push((frame, Arc::clone(&picture)));
        Ok(Some(picture))
    }
}

/// The inverse of the sRGB transfer function (IEC 61966-2-1): encoded 0..1 to linear 0..1.
fn linear_light(encoded: f32) -> f32 {
    if encoded <= 0.040_45 { encoded / 12.92 } else { ((encoded + 0.055) / 1.055).powf(2.4) }
}

/// One clip shared by two instances.
impl sim::Source for Arc<Frames> {
    fn frame(&self, time: f64) -> Result<Option<Arc<sim::Picture>>, sim::SimError> {
        if time < 0.0 { Ok(None) } else { self.load(time.floor() as usize) }
    }

    fn range(&self) -> (f64, f64) {
        (0.0, self.files.len().saturating_sub(1) as f64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sim::Source;

    #[test]
    fn linear_light_of_middle_grey() {
        assert!((linear_light(0.4613) - 0.18).abs() < 1e-4);
        assert!((linear_light(0.04045) - 0.04045 / 12.92).abs() < 1e-7);
        assert_eq!(linear_light(1.0), 1.0);
    }

    #[test]
    fn frames_are_read_in_any_order_and_end_with_the_clip() {
        let folder = tempfile::tempdir().unwrap();
        let files: Vec<PathBuf> = (0..20u8)
            .map(|i| {
                let file = folder.path().join(format!("{i}.png"));
                image::RgbImage::from_pixel(1, 1, image::Rgb([i * 10; 3])).save(&file).unwrap();
                file
            })
            .collect();
        let clip = Arc::new(Frames::new(files, false));
        assert_eq!(clip.range(), (0.0, 19.0));
        for index in [0, 19, 11, 3, 3, 7, 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14, 15, 16, 17, 18, 0] {
            let picture = clip.frame(index as f64).unwrap().unwrap();
            assert_eq!(picture.at(0, 0)[0], index as f32 * 10.0 / 255.0);
        }
        assert!(clip.frame(20.0).unwrap().is_none() && clip.frame(-1.0).unwrap().is_none());
    }
}
