//! What can go wrong in the demo.

use std::path::{Path, PathBuf};

use crate::mlt::MltError;

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
    #[error("melt wrote {written} of {wanted} frames into {folder}; its messages:\n{messages}")]
    Missing {
        /// Where the frames should be.
        folder: PathBuf,
        /// How many are there.
        written: usize,
        /// How many there should be.
        wanted: usize,
        /// The end of melt's log.
        messages: String,
    },
    /// A video file was not made.
    #[error("melt did not write {file}; its messages:\n{messages}")]
    NoVideo {
        /// The file.
        file: PathBuf,
        /// The end of melt's log.
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
