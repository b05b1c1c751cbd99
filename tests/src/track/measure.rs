//! Tracks a clip and compares the masks with the truth.

use std::cell::RefCell;
use std::sync::Arc;
use std::time::{Duration, Instant};

use models::sam::{Embedding, Segmenter};
use promptmatte::cache::Memo;
use promptmatte::pipeline::geometry::PixelRect;
use promptmatte::pipeline::matte::from_plane;
use promptmatte::pipeline::motion::Step;
use promptmatte::pipeline::plane::Plane;
use promptmatte::pipeline::segment::{self, Segmentation};
use promptmatte::pipeline::stabilise::{Seen, Stability, stabilise};
use promptmatte::track::{
    Anchor, Direction, Error, Frames, Key, Next, PromptSet, Request, TOLERANCE, Track, TrackedFrame,
    reduce_keys, track,
};

use super::disk::Timed;
use super::footage::{picture, see};
use crate::evaluate::footage::Clip;
use crate::evaluate::metrics::{boundary, flicker, region};
use crate::evaluate::pixels::{Alpha, binary, load_source, load_truth};
use crate::evaluate::prompts::{self, PromptKind};

/// Bytes of motion that are remembered: that between some 30 frames.
const MOTION: u64 = 32 << 20;

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
    /// The frame to start at, both ways, in place of the first or the last.
    pub start: Option<usize>,
    /// A frame that is keyed too.
    pub correct: Option<usize>,
    /// How much the frames around each frame count.
    pub stability: Stability,
    /// Whether the keys are reduced and interpolated as a host does.
    pub reduce: bool,
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
    /// Flicker against the frame before; 0 on the first frame.
    pub dtssd: f64,
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
        let (start, direction) = match setting.start {
            Some(start) => (start, Direction::Both),
            None if setting.backward => (last, Direction::Backward),
            None => (0, Direction::Forward),
        };
        let anchor = |frame: usize| -> Result<Anchor, AnyError> {
            let prompts = self.prompts(clip, frame, setting.kind)?;
            Ok(Anchor { time: frame as f64, prompts, candidate: None, confirmed: true })
        };
        let request = Request {
            start: anchor(start)?,
            anchors: setting.correct.map(anchor).into_iter().collect::<Result<_, _>>()?,
            direction,
            range: [0.0, last as f64],
            step: 1.0,
            stop_on_loss: false,
            reference: Some(start as f64),
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
        let frames = if setting.reduce { interpolated(&track) } else { track.frames.clone() };
        let mut drawn = Vec::new();
        for frame in 0..=last {
            let tracked = frames.iter().find(|tracked| tracked.time == frame as f64);
            let anchor = track.anchors.iter().find(|anchor| anchor.time == frame as f64);
            let prompts = match (anchor, tracked) {
                (Some(anchor), _) => Some((anchor.prompts.clone(), anchor.candidate)),
                (None, Some(tracked)) => Some((tracked.prompts(), tracked.candidate)),
                (None, None) => None,
            };
            drawn.push(self.draw(clip, frame, prompts)?);
        }
        let motion = Memo::new(MOTION)?;
        let mut measured = Vec::new();
        let mut masks: Vec<Alpha> = Vec::new();
        let mut truths: Vec<Alpha> = Vec::new();
        for (frame, pair) in clip.frames.iter().enumerate() {
            let size = load_source(&pair.source)?.dimensions();
            let mask = match self.smooth(&drawn, frame, setting.stability, &motion)? {
                Some(logits) => self.scale(&logits, size)?,
                None => Alpha::new(size.0, size.1),
            };
            let truth = load_truth(&pair.truth, size)?;
            let (found, wanted) = (binary(&mask), binary(&truth));
            let (j, f) = (region::similarity(&found, &wanted), boundary::accuracy(&found, &wanted));
            let before = masks.last().zip(truths.last());
            let dtssd = before.map_or(0.0, |before| flicker::between(before, (&mask, &truth)));
            if frame != start {
                let tracked = track.frames.iter().find(|tracked| tracked.time == frame as f64).copied();
                measured.push(Measured { frame, j, f, dtssd, tracked });
            }
            masks.push(mask);
            truths.push(truth);
        }
        let encoding = self.network.take_encoding().iter().sum();
        Ok(Outcome { frames: measured, track, tracking, encoding, masks })
    }

    /// How well the prompts of the truth are drawn on keyed frames: every `every`-th frame is an anchor in turn, beside
    /// the first one. Gives the frames and their J.
    ///
    /// # Errors
    /// Footage that cannot be read, or a tracker that fails.
    pub fn keyed(&self, clip: &Clip, kind: PromptKind, every: usize) -> Result<Vec<(usize, f64)>, AnyError> {
        let anchor = |frame: usize| -> Result<Anchor, AnyError> {
            let prompts = self.prompts(clip, frame, kind)?;
            Ok(Anchor { time: frame as f64, prompts, candidate: None, confirmed: true })
        };
        let mut measured = Vec::new();
        for frame in (0..clip.frames.len()).step_by(every.max(1)) {
            // An anchor is drawn when frames follow it: the one before it.
            let request = Request {
                start: anchor(0)?,
                anchors: vec![anchor(frame)?],
                direction: Direction::Forward,
                range: [0.0, frame as f64],
                step: (frame as f64 / 2.0).ceil().max(1.0),
                stop_on_loss: false,
                reference: Some(0.0),
            };
            let reading = RefCell::default();
            let mut frames = ClipFrames {
                clip,
                input_side: self.network.input_side(),
                threads: &self.threads,
                reading: &reading,
            };
            let track =
                track(&request, &mut frames, &self.network, &self.embeddings, &self.threads, &|_| {
                    Next::Continue
                })?;
            let Some(anchor) = track.anchors.iter().find(|anchor| anchor.time == frame as f64) else {
                continue;
            };
            let prompts = Some((anchor.prompts.clone(), anchor.candidate));
            let Some(Seen { logits, .. }) = self.draw(clip, frame, prompts)? else { continue };
            let pair = &clip.frames[frame];
            let size = load_source(&pair.source)?.dimensions();
            let truth = load_truth(&pair.truth, size)?;
            let j = region::similarity(&binary(&self.scale(&logits, size)?), &binary(&truth));
            measured.push((frame, j));
        }
        Ok(measured)
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

    /// What is seen of a frame with its prompts alone.
    fn draw(
        &self,
        clip: &Clip,
        frame: usize,
        prompts: Option<(PromptSet, u8)>,
    ) -> Result<Option<Seen>, AnyError> {
        let Some((prompts, candidate)) = prompts else { return Ok(None) };
        let picture = picture(clip, frame as f64)?.ok_or("there is no such frame")?;
        let image = see(&picture, self.network.input_side(), &self.threads)?;
        let key = segment::embedding_key(&image, self.network.id());
        let (features, embedding) = segment::embed(&image, &key, &self.network, &self.embeddings, &|| false)?;
        let candidates = self.network.decode(&features, &prompts.place(features.size()), None)?;
        let logits = candidates.logits(candidate.into()).clone();
        Ok(Some(Seen::new(&Segmentation { logits, embedding, key }, &image)))
    }

    /// The logits of a frame, steadied by those of its neighbours. The window ends where a frame has no prompts.
    fn smooth(
        &self,
        drawn: &[Option<Seen>],
        frame: usize,
        stability: Stability,
        motion: &Memo<Arc<Step>>,
    ) -> Result<Option<Plane>, AnyError> {
        let Some(centre) = &drawn[frame] else { return Ok(None) };
        let reach = stability.reach();
        let before = drawn[..frame].iter().rev().map_while(Option::as_ref).take(reach);
        let after = drawn[frame + 1..].iter().map_while(Option::as_ref).take(reach);
        let mut window: Vec<Seen> = before.cloned().collect();
        window.reverse();
        let at = window.len();
        window.push(centre.clone());
        window.extend(after.cloned());
        Ok(Some(stabilise(&window, at, stability, motion, &self.threads, &|| false)?))
    }

    fn scale(&self, logits: &Plane, (width, height): (u32, u32)) -> Result<Alpha, AnyError> {
        let bounds = PixelRect { x1: 0, y1: 0, x2: width as i32, y2: height as i32 };
        let matte = from_plane(logits, bounds, &self.threads)?;
        let mut alpha = Alpha::new(width, height);
        for (from_top, row) in alpha.chunks_exact_mut(width as usize).enumerate() {
            matte.read_row(height as i32 - 1 - from_top as i32, 0, row);
        }
        Ok(alpha)
    }
}

/// The track as a host shows it after key reduction: positions on straight lines between the keys.
fn interpolated(track: &Track) -> Vec<TrackedFrame> {
    let keys = reduce_keys(track, 1.0, TOLERANCE);
    // The keys around frame i among those that `keyed` marks, and the share of the way between them.
    let around = |i: usize, keyed: fn(&Key) -> bool| {
        let before = keys[..=i].iter().rfind(|key| keyed(key)).unwrap_or(&keys[i]);
        let after = keys[i..].iter().find(|key| keyed(key)).unwrap_or(&keys[i]);
        let span = after.frame.time - before.frame.time;
        let share = if span > 0.0 { (keys[i].frame.time - before.frame.time) / span } else { 0.0 };
        (before.frame, after.frame, share)
    };
    let between = |i: usize| {
        let mix = |a: f64, b: f64, share: f64| a + share * (b - a);
        let (a, b, share) = around(i, |key| key.bounding_box);
        let edge = |e: usize| mix(a.bounding_box[e], b.bounding_box[e], share);
        let (c, d, way) = around(i, |key| key.points);
        let point = |p: usize| std::array::from_fn(|axis| mix(c.points[p][axis], d.points[p][axis], way));
        TrackedFrame {
            bounding_box: std::array::from_fn(edge),
            points: std::array::from_fn(point),
            ..keys[i].frame
        }
    };
    (0..keys.len()).map(between).collect()
}
