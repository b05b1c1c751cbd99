//! What can go wrong in an evaluation.

use std::path::PathBuf;

/// Why an evaluation stopped. Every sentence names the file or the setting to look at.
#[derive(Debug, thiserror::Error)]
pub enum EvaluateError {
    /// A folder has neither of the two known layouts, and none of its subfolders has.
    #[error(
        "{0}: no footage here; a folder needs frames/ and truth/, or NAME.jpg beside NAME.alpha.png, \
         or subfolders like that"
    )]
    NoFootage(PathBuf),
    /// A folder cannot be listed.
    #[error("{path}: the folder cannot be read: {source}")]
    Folder {
        /// The folder.
        path: PathBuf,
        /// The system's reason.
        source: std::io::Error,
    },
    /// A frame has no truth of the same stem.
    #[error("{frame}: there is no truth for this frame; {truth} is missing")]
    NoTruth {
        /// The frame.
        frame: PathBuf,
        /// Where its truth was looked for.
        truth: PathBuf,
    },
    /// There is no folder for frames that are made up.
    #[error("no temporary folder can be made: {0}")]
    Scratch(std::io::Error),
    /// An image cannot be decoded or written.
    #[error("{path}: {source}")]
    Image {
        /// The image.
        path: PathBuf,
        /// The decoder's or encoder's reason.
        source: image::ImageError,
    },
    /// Two images of one clip, or a frame and its truth, differ in size.
    #[error("{path}: the image is {found:?} pixels, but {expected:?} were expected")]
    Size {
        /// The image.
        path: PathBuf,
        /// Its width and height.
        found: (u32, u32),
        /// The width and height it should have.
        expected: (u32, u32),
    },
    /// The truth is empty on every frame that would carry a key.
    #[error(
        "{0}: the truth is empty on every key frame, so there is nothing to prompt for; use another --every"
    )]
    NothingToPrompt(String),
    /// A corrected frame lies outside the clip or shows no subject.
    #[error("{clip}: frame {frame} cannot be corrected: it is not in the clip, or its truth is empty")]
    NothingToCorrect {
        /// The clip.
        clip: String,
        /// The frame.
        frame: usize,
    },
    /// The host simulator could not load or run the bundle.
    #[error("{clip}: {message}")]
    Host {
        /// The clip being rendered, or the bundle being loaded.
        clip: String,
        /// The simulator's or the plugin's sentence.
        message: String,
    },
    /// The host simulator saw the plugin break the OpenFX specification.
    #[error("{clip}: the plugin broke the OpenFX rules:\n  {}", violations.join("\n  "))]
    Violations {
        /// The clip being rendered.
        clip: String,
        /// One sentence for each violation.
        violations: Vec<String>,
    },
    /// pymatting cannot be had or fails.
    #[error("pymatting cannot be used: {reason}")]
    NoMatting {
        /// What is wrong.
        reason: String,
    },
    /// The JSON report cannot be written.
    #[error("{path}: the report cannot be written: {source}")]
    Report {
        /// The report.
        path: PathBuf,
        /// The system's reason.
        source: std::io::Error,
    },
}
