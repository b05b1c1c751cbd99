//! What the driver program is asked to do and what it answers, as JSON between the two processes.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

/// Bits per channel of the RGBA frames given to MLT and taken from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Depth {
    /// MLT's `rgba`: 8 bits.
    Byte,
    /// MLT's `rgba64`: 16 bits, native byte order.
    Short,
}

impl Depth {
    /// MLT's name of the image format.
    #[must_use]
    pub fn mlt_name(self) -> &'static str {
        match self {
            Self::Byte => "rgba",
            Self::Short => "rgba64",
        }
    }

    /// Bytes in one RGBA pixel.
    #[must_use]
    pub fn bytes_per_pixel(self) -> usize {
        match self {
            Self::Byte => 4,
            Self::Short => 8,
        }
    }
}

/// One frame to render.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Render {
    /// The frame's position in MLT's time, from 0: the time at which animated properties are read.
    pub position: i32,
    /// Which of the job's source frames it shows, from 0.
    pub source: usize,
}

/// Frames to send through one filter.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Job {
    /// The filter's name in MLT, such as `openfx.org.promptmatte.PromptMatte`.
    pub filter: String,
    /// The filter's properties in MLT's own notation: `("point1", "0=320 200;10=400 220")`. A choice is set by
    /// its label, a boolean by 0 or 1; `mlt_origin=1` asks for frames with the top row first.
    pub properties: Vec<(String, String)>,
    /// Width of every frame, in pixels.
    pub width: usize,
    /// Height of every frame, in pixels.
    pub height: usize,
    /// Bits per channel in and out.
    pub depth: Depth,
    /// A file of raw source frames, one after the other, top row first, without padding.
    pub sources: PathBuf,
    /// The file that gets the rendered frames in the same layout, in the order of `renders`.
    pub results: PathBuf,
    /// The frames to render, in this order.
    pub renders: Vec<Render>,
}

impl Job {
    /// Bytes in one frame.
    #[must_use]
    pub fn frame_bytes(&self) -> usize {
        self.width * self.height * self.depth.bytes_per_pixel()
    }
}

/// What the driver saw while it did a job.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Report {
    /// The process's resident memory in bytes after each rendered frame.
    pub resident_bytes: Vec<u64>,
}
