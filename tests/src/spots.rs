//! A salient object detector that needs no files: what is red stands out. It stands in place of U^2-Net at the `models`
//! boundary and counts its calls.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use models::Error;
use models::saliency::{Detector, SaliencyMap};
use models::sam::{ModelImage, Stop};

use crate::sim::Picture;

/// What a failing detector says.
pub const FAILURE: &str = "the detector was told to fail";

/// Finds red spots and counts.
#[derive(Default)]
pub struct Spots {
    /// Pictures looked at; a frame takes several looks.
    pub looks: AtomicUsize,
    /// Whether looking fails.
    pub fails: bool,
}

impl Spots {
    /// Puts the detector in the plugin that is linked into this program, and gives it. Only while no other test may use
    /// the plugin.
    pub fn install(self) -> Arc<Spots> {
        let detector = Arc::new(self);
        promptmatte::engine::replace_detector(Some(Arc::<Spots>::clone(&detector)));
        detector
    }

    /// Pictures looked at so far.
    pub fn looks(&self) -> usize {
        self.looks.load(Ordering::SeqCst)
    }
}

impl Detector for Spots {
    fn id(&self) -> &str {
        "spots"
    }

    fn detect(&self, image: &ModelImage, stop: Stop<'_>) -> Result<SaliencyMap, Error> {
        self.looks.fetch_add(1, Ordering::SeqCst);
        if stop() {
            return Err(Error::Stopped);
        }
        if self.fails {
            return Err(Error::BadTensor { reason: FAILURE.into() });
        }
        let red = |pixel: &[f32]| (pixel[0] - pixel[1].max(pixel[2])).clamp(0.0, 1.0);
        SaliencyMap::from_probabilities(&image.rgb().chunks_exact(3).map(red).collect::<Vec<_>>())
    }
}

/// A grey opaque picture with round red spots: centre in pixels from the top left, and radius.
pub fn spotted(size: (u32, u32), spots: &[([f32; 2], f32)]) -> Picture {
    Picture::from_fn(size.0 as usize, size.1 as usize, |x, y| {
        let inside = |(centre, radius): &([f32; 2], f32)| {
            (x as f32 + 0.5 - centre[0]).hypot(y as f32 + 0.5 - centre[1]) < *radius
        };
        if spots.iter().any(inside) { [1.0, 0.0, 0.0, 1.0] } else { [0.4, 0.4, 0.4, 1.0] }
    })
}
