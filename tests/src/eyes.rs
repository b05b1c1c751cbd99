//! A network that sees, without files: it segments by colour, so that a subject can be followed. It stands in place of
//! SAM at the `models` boundary and counts its calls.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use models::Error;
use models::sam::{
    Candidates, EMBEDDING_SIDE, Embedding, Logits, MASK_SIDE, MASK_STRIDE, ModelImage, Prompts, Segmenter,
    Stop,
};

/// Long side of the images it takes, in pixels: small, so that frames are cheap.
pub const SIDE: u32 = 320;
/// Pixels of a mask in a cell of the embedding, each way.
const CELL: usize = MASK_SIDE / EMBEDDING_SIDE;
/// Values in a channel of an embedding.
const PLANE: usize = EMBEDDING_SIDE * EMBEDDING_SIDE;
/// Colours that differ by more in one component are different.
const SAME: f32 = 0.3;
/// Logits inside and outside.
const SURE: f32 = 8.0;

/// Stores the colour of each of a mask's pixels in the embedding. A mask is what has the colour of the first include
/// point, or of the box's middle, within the box: in the candidates 0 and 1 all of it, in 2 its left half, in 3 with a
/// border of two of the mask's pixels.
#[derive(Default)]
pub struct Eyes {
    /// Images encoded.
    pub encoded: AtomicUsize,
    /// Prompts decoded.
    pub decoded: AtomicUsize,
    /// How long an encoding takes.
    pub delay: Duration,
    /// Encodings after which it fails; 0: never.
    pub fails_after: usize,
}

impl Eyes {
    /// Images encoded so far.
    pub fn encoded(&self) -> usize {
        self.encoded.load(Ordering::SeqCst)
    }
}

fn colour(embedding: &Embedding, x: usize, y: usize) -> [f32; 3] {
    let cell = y / CELL * EMBEDDING_SIDE + x / CELL;
    let first = (y % CELL * CELL + x % CELL) * 3;
    std::array::from_fn(|c| embedding.data()[(first + c) * PLANE + cell])
}

impl Segmenter for Eyes {
    fn id(&self) -> &str {
        "eyes"
    }

    fn input_side(&self) -> u32 {
        SIDE
    }

    fn encode(&self, image: &ModelImage, stop: Stop<'_>) -> Result<Embedding, Error> {
        let before = self.encoded.fetch_add(1, Ordering::SeqCst);
        let began = Instant::now();
        while began.elapsed() < self.delay {
            if stop() {
                return Err(Error::Stopped);
            }
            std::thread::sleep(Duration::from_millis(1));
        }
        if stop() {
            return Err(Error::Stopped);
        }
        if self.fails_after > 0 && before >= self.fails_after {
            return Err(Error::BadTensor { reason: "the network was told to fail".into() });
        }
        let mut data = vec![0.0; Embedding::LEN];
        let (width, height) = (image.width() as usize, image.height() as usize);
        let stride = MASK_STRIDE as usize;
        for y in 0..height.div_ceil(stride) {
            for x in 0..width.div_ceil(stride) {
                let middle = |at: usize, end: usize| (stride * at + stride / 2).min(end - 1);
                let pixel = middle(y, height) * width + middle(x, width);
                let cell = y / CELL * EMBEDDING_SIDE + x / CELL;
                for c in 0..3 {
                    let channel = (y % CELL * CELL + x % CELL) * 3 + c;
                    data[channel * PLANE + cell] = image.rgb()[3 * pixel + c];
                }
            }
        }
        Embedding::from_raw(data, image.width(), image.height())
    }

    fn decode(
        &self,
        embedding: &Embedding,
        prompts: &Prompts,
        _prior: Option<&Logits>,
    ) -> Result<Candidates, Error> {
        self.decoded.fetch_add(1, Ordering::SeqCst);
        let stride = MASK_STRIDE as f32;
        let include = prompts.points.iter().find(|point| point.label == models::sam::PointLabel::Include);
        let (x, y) = match (include, prompts.bounding_box) {
            (Some(point), _) => (point.x, point.y),
            (None, Some(b)) => ((b.x1 + b.x2) / 2.0, (b.y1 + b.y2) / 2.0),
            (None, None) => return Err(Error::NoPrompts),
        };
        let place = |at: f32| ((at / stride).max(0.0) as usize).min(MASK_SIDE - 1);
        let wanted = colour(embedding, place(x), place(y));
        let (width, height) = embedding.size();
        let (columns, rows) = (width.div_ceil(MASK_STRIDE) as usize, height.div_ceil(MASK_STRIDE) as usize);
        let inside = |x: usize, y: usize| {
            let at = [x, y].map(|pixel| stride * (pixel as f32 + 0.5));
            let outside = prompts
                .bounding_box
                .is_some_and(|b| at[0] < b.x1 || at[0] > b.x2 || at[1] < b.y1 || at[1] > b.y2);
            let here = colour(embedding, x, y);
            x < columns && y < rows && !outside && (0..3).all(|c| (here[c] - wanted[c]).abs() <= SAME)
        };
        let whole: Vec<bool> = (0..Logits::LEN).map(|i| inside(i % MASK_SIDE, i / MASK_SIDE)).collect();
        let (mut sum, mut count) = (0, 0);
        for (i, _) in whole.iter().enumerate().filter(|(_, inside)| **inside) {
            (sum, count) = (sum + i % MASK_SIDE, count + 1);
        }
        let middle = sum / count.max(1);
        let near = |i: usize| {
            let (x, y) = (i % MASK_SIDE, i / MASK_SIDE);
            let range = |at: usize| at.saturating_sub(2)..(at + 3).min(MASK_SIDE);
            range(y).any(|y| range(x).any(|x| whole[y * MASK_SIDE + x]))
        };
        let logits = |is: &dyn Fn(usize) -> bool| {
            let values: Vec<f32> = (0..Logits::LEN).map(|i| if is(i) { SURE } else { -SURE }).collect();
            Logits::from_raw(values, width, height)
        };
        let mask = logits(&|i| whole[i])?;
        let half = logits(&|i| whole[i] && i % MASK_SIDE <= middle)?;
        Ok(Candidates::new([mask.clone(), mask, half, logits(&near)?], [0.9, 0.9, 0.5, 0.4]))
    }
}
