//! A network that needs no files: it draws a disc around the first include point (or in the box) and counts
//! its calls. It stands in place of SAM at the `models` boundary.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use models::Error;
use models::refiner::Refiner;
use models::sam::{Candidates, Embedding, Logits, ModelImage, PointLabel, Prompts, Segmenter, Stop};

/// Radius of the disc in pixels of the network's frame, whose long side is [`SIDE`].
pub const RADIUS: f32 = 160.0;
/// Long side of the network's frame.
pub const SIDE: u32 = 1024;
/// Logits per pixel of the network's frame across the disc's edge.
const SLOPE: f32 = 0.5;
/// Pixels of the network's frame per logit.
const CELL: f32 = 4.0;

/// What a failing network says: text that is another one when it is taken for a format ("% o").
pub const FAILURE: &str = "the network was told to fail at 50 % of its work";

/// Draws discs and counts.
pub struct Disc {
    /// Long side of the images it takes; less than [`SIDE`] makes frames cheaper and leaves most of the grid
    /// unused, as SAM's padding is.
    pub side: u32,
    /// Images encoded.
    pub encoded: AtomicUsize,
    /// Prompts decoded.
    pub decoded: AtomicUsize,
    /// Mean of the last image, in thousandths: what the network saw.
    pub brightness: AtomicUsize,
    /// The mask prompt of the last decoding, if it had one.
    pub prior: Mutex<Option<Logits>>,
    /// How long an encoding takes.
    pub delay: Duration,
    /// Whether encoding fails.
    pub fails: bool,
    /// Whether encoding runs out of memory.
    pub exhausted: bool,
    /// Whether encoding panics.
    pub panics: bool,
}

impl Default for Disc {
    fn default() -> Self {
        Self {
            side: SIDE,
            encoded: AtomicUsize::new(0),
            decoded: AtomicUsize::new(0),
            brightness: AtomicUsize::new(0),
            prior: Mutex::new(None),
            delay: Duration::ZERO,
            fails: false,
            exhausted: false,
            panics: false,
        }
    }
}

impl Disc {
    /// Images encoded so far.
    pub fn encoded(&self) -> usize {
        self.encoded.load(Ordering::SeqCst)
    }

    /// The disc's centre in the network's frame.
    fn centre(prompts: &Prompts) -> (f32, f32) {
        let point = prompts.points.iter().find(|point| point.label == PointLabel::Include);
        match (point, prompts.bounding_box) {
            (Some(point), _) => (point.x, point.y),
            (None, Some(b)) => ((b.x1 + b.x2) / 2.0, (b.y1 + b.y2) / 2.0),
            (None, None) => (f32::NAN, f32::NAN),
        }
    }
}

/// Radius of each candidate's disc as a share of [`RADIUS`]: a part, the whole and more, as SAM's differ.
pub const CANDIDATES: [f32; 4] = [1.0, 1.0, 0.5, 1.5];

/// Alpha that the plugin should give at `distance` pixels of the network's frame from the disc's centre.
pub fn expected_alpha(distance: f32) -> f32 {
    let probability = 1.0 / (1.0 + (-(RADIUS - distance) * SLOPE).exp());
    ((probability - 0.01) / 0.98).clamp(0.0, 1.0)
}

impl Segmenter for Disc {
    fn id(&self) -> &str {
        "disc"
    }

    fn input_side(&self) -> u32 {
        self.side
    }

    fn encode(&self, image: &ModelImage, stop: Stop<'_>) -> Result<Embedding, Error> {
        self.encoded.fetch_add(1, Ordering::SeqCst);
        let began = Instant::now();
        while began.elapsed() < self.delay {
            if stop() {
                return Err(Error::Stopped);
            }
            thread::sleep(Duration::from_millis(5).min(self.delay));
        }
        assert!(!self.panics, "the network was told to panic");
        if self.exhausted {
            let source = "the network was told to run out of memory".into();
            return Err(Error::OutOfMemory { doing: "look at the frame", source });
        }
        if self.fails {
            return Err(Error::BadTensor { reason: FAILURE.into() });
        }
        let mean = image.rgb().iter().map(|value| f64::from(*value)).sum::<f64>() / image.rgb().len() as f64;
        self.brightness.store((mean * 1000.0).round() as usize, Ordering::SeqCst);
        Embedding::from_raw(vec![0.0; Embedding::LEN], image.width(), image.height())
    }

    fn decode(
        &self,
        embedding: &Embedding,
        prompts: &Prompts,
        prior: Option<&Logits>,
    ) -> Result<Candidates, Error> {
        self.decoded.fetch_add(1, Ordering::SeqCst);
        *self.prior.lock().unwrap_or_else(PoisonError::into_inner) = prior.cloned();
        let (cx, cy) = Self::centre(prompts);
        let side = (SIDE as f32 / CELL) as usize;
        let (width, height) = embedding.size();
        let disc = |share: f32| {
            let values: Vec<f32> = (0..side * side)
                .map(|i| {
                    let x = ((i % side) as f32 + 0.5) * CELL - cx;
                    let y = ((i / side) as f32 + 0.5) * CELL - cy;
                    (RADIUS * share - x.hypot(y)) * SLOPE
                })
                .collect();
            Logits::from_raw(values, width, height)
        };
        let [a, b, c, d] = CANDIDATES;
        Ok(Candidates::new([disc(a)?, disc(b)?, disc(c)?, disc(d)?], [1.0, 1.0, 0.9, 0.9]))
    }
}

/// Stands in place of the edge network: alpha is three quarters of what the mask says, everywhere, and every run is
/// counted. Less would be taken for an edge that goes on.
#[derive(Default)]
pub struct FainterEdges {
    /// Runs so far.
    pub runs: AtomicUsize,
    /// Whether runs fail.
    pub fails: bool,
}

impl Refiner for FainterEdges {
    fn id(&self) -> &str {
        "fainter"
    }

    fn refine(
        &self,
        width: usize,
        height: usize,
        planes: &[f32],
        _stop: Stop<'_>,
    ) -> Result<Vec<f32>, Error> {
        self.runs.fetch_add(1, Ordering::SeqCst);
        if self.fails {
            return Err(Error::BadImage { reason: FAILURE.into() });
        }
        Ok(planes[3 * width * height..].iter().map(|guidance| guidance * 0.75).collect())
    }
}

/// Stands in place of the edge network: alpha is the picture's red, so that a matte shows what is seen.
pub struct RedEdges;

impl Refiner for RedEdges {
    fn id(&self) -> &str {
        "red"
    }

    fn refine(
        &self,
        width: usize,
        height: usize,
        planes: &[f32],
        _stop: Stop<'_>,
    ) -> Result<Vec<f32>, Error> {
        Ok(planes[..width * height].to_vec())
    }
}
