//! What a caller asks of the tracker and what it gets.

use models::sam::{BoxPrompt, ModelImage, PointLabel, PointPrompt, Prompts};

use super::health::Health;
use super::plan::Direction;
use super::prompts::POINTS;
use crate::pipeline;

/// Why nothing was tracked.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The start has neither a box nor an include point.
    #[error("There is nothing to track: set a box or an include point on this frame.")]
    NoPrompts,
    /// A position or a time is not a finite number, or absurd.
    #[error("A prompt or a time is not a number; please report this.")]
    NotANumber,
    /// There is no picture at the start.
    #[error("The source has no picture at this frame: start on another one.")]
    NoPicture,
    /// The network draws nothing for the prompts.
    #[error("Nothing is found at the prompts of this frame: move them onto the subject.")]
    NothingFound,
    /// The range has more frames than can be counted.
    #[error("The range is too long to track: shorten it.")]
    TooLong,
    /// The frame could not be computed.
    #[error(transparent)]
    Pipeline(#[from] pipeline::Error),
    /// The frame could not be read.
    #[error("A frame cannot be read from the host.")]
    Source(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// A position farther from the image than a million images is a mistake.
const FARTHEST: f64 = 1e6;

/// A point of an artist.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Point {
    /// x and y in shares of the image's width and height, y down, 0..=1 within the image.
    pub position: [f64; 2],
    /// Whether it belongs to the subject.
    pub include: bool,
}

/// The prompts of a frame. All positions are shares of the image's width and height, y down, 0..=1 within the image, so
/// that they hold at any resolution.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct PromptSet {
    /// Left, top, right, bottom.
    pub bounding_box: Option<[f64; 4]>,
    /// Points on the subject and off it.
    pub points: Vec<Point>,
}

impl PromptSet {
    /// The prompts for an image of `size` pixels in the encoder's frame.
    #[must_use]
    pub fn place(&self, size: (u32, u32)) -> Prompts {
        let scale = [f64::from(size.0), f64::from(size.1)];
        let points = self.points.iter().map(|point| PointPrompt {
            x: (point.position[0] * scale[0]) as f32,
            y: (point.position[1] * scale[1]) as f32,
            label: if point.include { PointLabel::Include } else { PointLabel::Exclude },
        });
        let bounding_box = self.bounding_box.map(|[x1, y1, x2, y2]| BoxPrompt {
            x1: (x1 * scale[0]) as f32,
            y1: (y1 * scale[1]) as f32,
            x2: (x2 * scale[0]) as f32,
            y2: (y2 * scale[1]) as f32,
        });
        Prompts { points: points.collect(), bounding_box }
    }

    /// Whether something in it is chosen.
    pub(super) fn chooses(&self) -> bool {
        self.bounding_box.is_some() || self.points.iter().any(|point| point.include)
    }

    /// Whether all positions are numbers that a network can take.
    pub(super) fn is_sound(&self) -> bool {
        let points = self.points.iter().flat_map(|point| point.position);
        self.bounding_box.into_iter().flatten().chain(points).all(|share| share.abs() <= FARTHEST)
    }
}

/// A frame whose prompts an artist set. It is never overwritten.
#[derive(Clone, PartialEq, Debug)]
pub struct Anchor {
    /// When.
    pub time: f64,
    /// What was set.
    pub prompts: PromptSet,
    /// The candidate that is keyed here, 0..=3. `None` leaves the choice to the tracker, which then adds what prompts
    /// are missing too ([`Track::anchors`]).
    pub candidate: Option<u8>,
    /// Whether the artist has looked at the mask and left it so. Frames between two such anchors follow the nearer
    /// one; frames before one that is not confirmed follow the other, and only learn from it.
    pub confirmed: bool,
}

/// What to track.
#[derive(Clone, PartialEq, Debug)]
pub struct Request {
    /// Where to begin. This frame counts as an anchor.
    pub start: Anchor,
    /// The other anchors, in any order; those out of the range do not count.
    pub anchors: Vec<Anchor>,
    /// Which way from the start.
    pub direction: Direction,
    /// The first and the last time to track, in either order. The range of one frame is "track one".
    pub range: [f64; 2],
    /// From a frame to the next, above 0; 1 in OpenFX. Frames lie whole steps from the start.
    pub step: f64,
    /// Whether to end when the subject is lost for some frames on end.
    pub stop_on_loss: bool,
    /// The time of the anchor where tracking of this subject first began. Every pass learns from it too, so that frames
    /// behind a correction still know what the subject looked like then. Whoever tracks again gives the same one, or
    /// frames between other anchors change too. One that is no anchor of this request counts for nothing.
    pub reference: Option<f64>,
}

/// Where the frames come from.
pub trait Frames {
    /// What the network sees of the frame at `time`, made as rendering makes it, so that rendering finds the embedding
    /// in the cache; `None` when there is no picture at that time.
    ///
    /// # Errors
    /// [`Error::Source`] or the pipeline's.
    fn image(&mut self, time: f64) -> Result<Option<ModelImage>, Error>;
}

/// How far tracking is.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Progress {
    /// Frames done, missing ones included.
    pub done: usize,
    /// Frames to do.
    pub total: usize,
    /// The time of the frame that is being tracked.
    pub time: f64,
}

/// The caller's answer to [`Progress`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Next {
    /// Go on.
    Continue,
    /// End now and give what was done.
    Cancel,
}

/// The prompts of one frame, found by the tracker. Decoding the box and the three points as include points, with no
/// mask prompt, and taking the candidate gives the tracker's mask again.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct TrackedFrame {
    /// When.
    pub time: f64,
    /// Left, top, right, bottom in shares of the image's width and height, y down.
    pub bounding_box: [f64; 4],
    /// x and y in the same measure, all on the subject.
    pub points: [[f64; 2]; POINTS],
    /// SAM's candidate, 0..=3.
    pub candidate: u8,
    /// How far the frame can be trusted.
    pub health: Health,
}

impl TrackedFrame {
    /// As a set of prompts.
    #[must_use]
    pub fn prompts(&self) -> PromptSet {
        let points = self.points.map(|position| Point { position, include: true }).to_vec();
        PromptSet { bounding_box: Some(self.bounding_box), points }
    }

    /// Brings prompts of an image of `size` pixels in the encoder's frame to shares of the image.
    pub(super) fn new(time: f64, size: (u32, u32), prompts: &Prompts, candidate: u8, health: Health) -> Self {
        let scale = [f64::from(size.0), f64::from(size.1)];
        let edges = prompts.bounding_box.map_or([0.0; 4], |b| [b.x1, b.y1, b.x2, b.y2]);
        let point = |i: usize| prompts.points.get(i).map_or([0.0; 2], |p| [p.x, p.y]);
        let share = |value: f32, axis: usize| f64::from(value) / scale[axis];
        Self {
            time,
            bounding_box: std::array::from_fn(|i| share(edges[i], i % 2)),
            points: std::array::from_fn(|i| [share(point(i)[0], 0), share(point(i)[1], 1)]),
            candidate,
            health,
        }
    }
}

/// The prompts of an anchor as the tracker used them. What the artist set is first and unchanged; what was added (a box,
/// include points up to three, the candidate) is to be keyed too, so that rendering draws the mask that was tracked. An
/// anchor that comes back with its candidate is not completed again.
#[derive(Clone, PartialEq, Debug)]
pub struct AnchorFrame {
    /// When.
    pub time: f64,
    /// The artist's prompts and the added ones.
    pub prompts: PromptSet,
    /// SAM's candidate, 0..=3.
    pub candidate: u8,
}

impl AnchorFrame {
    /// Adds what `drawn` has more than the artist set, which keeps its own numbers.
    pub(super) fn new(anchor: &Anchor, size: (u32, u32), drawn: &Prompts, candidate: u8) -> Self {
        let scale = [f64::from(size.0), f64::from(size.1)];
        let mut prompts = anchor.prompts.clone();
        prompts.bounding_box = prompts.bounding_box.or(drawn.bounding_box.map(|b| {
            let share = |value: f32, axis: usize| f64::from(value) / scale[axis];
            [share(b.x1, 0), share(b.y1, 1), share(b.x2, 0), share(b.y2, 1)]
        }));
        let added = drawn.points.iter().skip(prompts.points.len());
        prompts.points.extend(added.map(|point| Point {
            position: [f64::from(point.x) / scale[0], f64::from(point.y) / scale[1]],
            include: true,
        }));
        Self { time: anchor.time, prompts, candidate }
    }
}

/// Why tracking ended.
#[derive(Debug)]
pub enum Ended {
    /// All frames are done.
    Done,
    /// The caller cancelled.
    Cancelled,
    /// The picture changes altogether at this time; it and the frames after it in the direction of tracking were not
    /// tracked.
    SceneCut(f64),
    /// The subject is lost from this time on, and the request said to stop.
    Lost(f64),
    /// The frame at this time failed.
    Failed(f64, Error),
}

/// What was tracked.
#[derive(Debug)]
pub struct Track {
    /// The tracked frames by rising time. Anchors and missing frames are not among them.
    pub frames: Vec<TrackedFrame>,
    /// The anchors that took part, by rising time, the start among them.
    pub anchors: Vec<AnchorFrame>,
    /// Times without a picture.
    pub missing: Vec<f64>,
    /// Frames whose picture was the same as that of the frame before. When all are, the host gives no other frames.
    pub repeated: usize,
    /// Why each direction ended; one entry for each pass that ended early, or [`Ended::Done`] alone.
    pub ended: Vec<Ended>,
}
