//! Tracks a clip and compares the masks with the truth.

use std::cell::RefCell;
use std::time::{Duration, Instant};

use models::sam::{Embedding, Logits, Segmenter};
use promptmatte::cache::Memo;
use promptmatte::pipeline::geometry::PixelRect;
use promptmatte::pipeline::matte::from_logits;
use promptmatte::pipeline::segment;
use promptmatte::track::{
    Anchor, Direction, Error, Frames, Next, PromptSet, Request, Track, TrackedFrame, track,
};

use super::disk::Timed;
use super::footage::{picture, see};
use crate::evaluate::footage::Clip;
use crate::evaluate::metrics::{boundary, region};
use crate::evaluate::pixels::{Alpha, binary, load_truth};
use crate::evaluate::prompts::{self, PromptKind};

type AnyError = Box<dyn std::error::Error + Send + Sync>;

/// What to measure with: opened once for all clips.
pub struct Bench<N> {
    /// The network.
    pub network: Timed<N>,
    /// What tracking leaves for rendering.
    pub embeddings: Memo<Embedding>,
    /// Threads for everything but the network.
    pub threads: rayon::ThreadPool,
}

/// How a clip is tracked.
#[derive(Clone, Copy, Debug)]
pub struct Setting {
    /// The truth's prompts on the keyed frames.
    pub kind: PromptKind,
    /// From the last frame to the first.
    pub backward: bool,
    /// A frame that is keyed too.
    pub correct: Option<usize>,
}

/// The measures of one frame.
#[derive(Clone, Copy, Debug)]
pub struct Measured {
    /// The frame's number.
    pub frame: usize,
    /// Region similarity.
    pub j: f64,
    /// Boundary accuracy.
    pub f: f64,
    /// What the tracker says; `None` on keyed frames.
    pub tracked: Option<TrackedFrame>,
}

/// A tracked clip.
pub struct Outcome {
    /// All frames but the start.
    pub frames: Vec<Measured>,
    /// What the tracker gave.
    pub track: Track,
    /// The whole time of tracking, reading the files not included.
    pub tracking: Duration,
    /// The encoder's part of it.
    pub encoding: Duration,
    /// The masks of all frames in order, the start included.
    pub masks: Vec<Alpha>,
}

struct ClipFrames<'a> {
    clip: &'a Clip,
    input_side: u32,
    threads: &'a rayon::ThreadPool,
    reading: &'a RefCell<Duration>,
}

impl Frames for ClipFrames<'_> {
    fn image(&mut self, time: f64) -> Result<Option<models::sam::ModelImage>, Error> {
        let began = Instant::now();
        let picture = picture(self.clip, time).map_err(|error| Error::Source(error.into()))?;
        *self.reading.borrow_mut() += began.elapsed();
        let Some(picture) = picture else { return Ok(None) };
        Ok(Some(see(&picture, self.input_side, self.threads)?))
    }
}

impl<N: Segmenter> Bench<N> {
    /// Tracks a clip from its first (or last) frame and measures the masks that rendering would make.
    ///
    /// # Errors
    /// Footage that cannot be read, or a tracker that fails.
    pub fn measure(&self, clip: &Clip, setting: Setting) -> Result<Outcome, AnyError> {
        let last = clip.frames.len() - 1;
        let start = if setting.backward { last } else { 0 };
        let anchor = |frame: usize| -> Result<Anchor, AnyError> {
            let prompts = self.prompts(clip, frame, setting.kind)?;
            Ok(Anchor { time: frame as f64, prompts, candidate: None, confirmed: true })
        };
        let request = Request {
            start: anchor(start)?,
            anchors: setting.correct.map(anchor).into_iter().collect::<Result<_, _>>()?,
            direction: if setting.backward { Direction::Backward } else { Direction::Forward },
            range: [0.0, last as f64],
            step: 1.0,
            stop_on_loss: false,
        };
        let reading = RefCell::new(Duration::ZERO);
        let mut frames = ClipFrames {
            clip,
            input_side: self.network.input_side(),
            threads: &self.threads,
            reading: &reading,
        };
        self.network.take_encoding();
        let began = Instant::now();
        let track = track(&request, &mut frames, &self.network, &self.embeddings, &self.threads, &|_| {
            Next::Continue
        })?;
        let tracking = began.elapsed() - *reading.borrow();
        let mut measured = Vec::new();
        let mut masks = Vec::new();
        for frame in 0..=last {
            let tracked = track.frames.iter().find(|tracked| tracked.time == frame as f64).copied();
            let anchor = track.anchors.iter().find(|anchor| anchor.time == frame as f64);
            let prompts = match (anchor, &tracked) {
                (Some(anchor), _) => Some((anchor.prompts.clone(), anchor.candidate)),
                (None, Some(tracked)) => Some((tracked.prompts(), tracked.candidate)),
                (None, None) => None,
            };
            let (mask, j, f) = self.render(clip, frame, prompts)?;
            masks.push(mask);
            if frame != start {
                measured.push(Measured { frame, j, f, tracked });
            }
        }
        let encoding = self.network.take_encoding().iter().sum();
        Ok(Outcome { frames: measured, track, tracking, encoding, masks })
    }

    /// The prompts of a frame's truth.
    fn prompts(&self, clip: &Clip, frame: usize, kind: PromptKind) -> Result<PromptSet, AnyError> {
        let picture = picture(clip, frame as f64)?.ok_or("there is no such frame")?;
        let (width, height) = picture.dimensions();
        let truth = binary(&load_truth(&clip.frames[frame].truth, (width, height))?);
        let prompts = prompts::derive(&truth, kind).ok_or("the truth of a keyed frame is empty")?;
        let share = |[x, y]: [f64; 2]| [x / f64::from(width), y / f64::from(height)];
        Ok(PromptSet {
            bounding_box: prompts.bounds.map(|b| {
                let ([x1, y1], [x2, y2]) = (share(b.low), share(b.high));
                [x1, y1, x2, y2]
            }),
            points: (prompts.points.iter())
                .map(|point| promptmatte::track::Point { position: share(*point), include: true })
                .collect(),
        })
    }

    /// The mask of a frame from its prompts alone, with J and F. No prompts give an empty mask.
    fn render(
        &self,
        clip: &Clip,
        frame: usize,
        prompts: Option<(PromptSet, u8)>,
    ) -> Result<(Alpha, f64, f64), AnyError> {
        let picture = picture(clip, frame as f64)?.ok_or("there is no such frame")?;
        let size = picture.dimensions();
        let mut mask = Alpha::new(size.0, size.1);
        if let Some((prompts, candidate)) = prompts {
            let image = see(&picture, self.network.input_side(), &self.threads)?;
            let key = segment::embedding_key(&image, self.network.id());
            let (embedding, _) = segment::embed(&image, &key, &self.network, &self.embeddings, &|| false)?;
            let prompts = prompts.place(embedding.size());
            let candidates = self.network.decode(&embedding, &prompts, None)?;
            mask = self.scale(candidates.logits(candidate.into()), size)?;
        }
        let truth = binary(&load_truth(&clip.frames[frame].truth, size)?);
        let found = binary(&mask);
        Ok((mask, region::similarity(&found, &truth), boundary::accuracy(&found, &truth)))
    }

    fn scale(&self, logits: &Logits, (width, height): (u32, u32)) -> Result<Alpha, AnyError> {
        let bounds = PixelRect { x1: 0, y1: 0, x2: width as i32, y2: height as i32 };
        let matte = from_logits(logits, bounds, &self.threads)?;
        let mut alpha = Alpha::new(width, height);
        for (from_top, row) in alpha.chunks_exact_mut(width as usize).enumerate() {
            matte.read_row(height as i32 - 1 - from_top as i32, 0, row);
        }
        Ok(alpha)
    }
}
