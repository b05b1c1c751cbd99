//! What can go wrong in the demo.

use std::path::{Path, PathBuf};

use crate::mlt::MltError;
use crate::sim::{SimError, Status};

/// Why the demo stopped.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    /// The file of prompts is not in its form.
    #[error("prompts.toml: {0}")]
    Prompts(#[from] toml::de::Error),
    /// MLT could not be set up or started.
    #[error(transparent)]
    Mlt(#[from] MltError),
    /// `melt` ended early or left frames out.
    #[error("melt wrote {written} of {wanted} frames into {folder} and ended with {messages}")]
    Missing {
        /// Where the frames should be.
        folder: PathBuf,
        /// How many are there.
        written: usize,
        /// How many there should be.
        wanted: usize,
        /// How melt ended and the end of its log.
        messages: String,
    },
    /// A video file was not made.
    #[error("melt did not write {file} and ended with {messages}")]
    NoVideo {
        /// The file.
        file: PathBuf,
        /// How melt ended and the end of its log.
        messages: String,
    },
    /// Python could not read or write video files.
    #[error("{doing} failed: {messages}")]
    Video {
        /// What it did.
        doing: &'static str,
        /// What it said.
        messages: String,
    },
    /// The simulator could not load or run the bundle.
    #[error("the bundle in the host simulator: {0}")]
    Simulator(#[from] SimError),
    /// The plugin failed on a frame in the simulator.
    #[error("frame {frame}: the plugin answered {status:?}: {messages}")]
    Render {
        /// The frame, from 0.
        frame: usize,
        /// The plugin's status.
        status: Status,
        /// What the plugin told its user.
        messages: String,
    },
    /// A frame came back without a matte.
    #[error(
        "frame {frame} has no matte: its alpha is {alpha} everywhere. The plugin failed, and its host showed \
         the source or nothing instead. The log may tell more: {log}"
    )]
    NoMatte {
        /// The frame, from 0.
        frame: usize,
        /// The one value of its alpha.
        alpha: u8,
        /// Where the host's messages are.
        log: PathBuf,
    },
    /// An image cannot be read or written.
    #[error("{path}: {source}")]
    Image {
        /// The file.
        path: PathBuf,
        /// The reason.
        source: image::ImageError,
    },
    /// A file or folder cannot be read or written.
    #[error("{path}: {source}")]
    File {
        /// The file or folder.
        path: PathBuf,
        /// The system's reason.
        source: std::io::Error,
    },
}

impl DemoError {
    /// Names the file that an input or output error is about, for `map_err`.
    pub(super) fn file(path: &Path) -> impl FnOnce(std::io::Error) -> Self + use<> {
        let path = path.to_owned();
        move |source| Self::File { path, source }
    }

    /// Names the file that an image error is about, for `map_err`.
    pub(super) fn image(path: &Path) -> impl FnOnce(image::ImageError) -> Self + use<> {
        let path = path.to_owned();
        move |source| Self::Image { path, source }
    }
}
