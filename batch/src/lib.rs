//! Keys without a host: follows a subject through a folder of frames as the effect's *Track* buttons do, and writes a
//! keys file for *Import keys*, or animation strings for MLT (Kdenlive, Shotcut, melt), whose effects can neither track
//! nor press buttons.
//!
//! [`Folder`] reads the frames, [`track`] follows, [`mlt::properties`] writes for MLT.

mod folder;
mod job;
pub mod mlt;

use std::path::PathBuf;

pub use folder::Folder;
pub use job::{Job, Start, Tools, track};

/// Why there are no keys.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A folder or a file that cannot be read or written.
    #[error("{}: {source}", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A picture that cannot be read.
    #[error("{}: {source}", path.display())]
    Picture {
        /// Which.
        path: PathBuf,
        /// Why.
        source: image::ImageError,
    },
    /// A folder without pictures.
    #[error("{} holds no PNG or JPEG files", .0.display())]
    NoFrames(PathBuf),
    /// A time that no file stands for.
    #[error("there is no frame {0}")]
    NoFrame(f64),
    /// A keys file that is damaged.
    #[error(transparent)]
    Damaged(#[from] promptmatte::effect::tracking::keyfile::Damaged),
    /// A keys file without a frame to start from.
    #[error(
        "the keys file has no keyed frame to start from: only what an artist keyed counts, not what was tracked"
    )]
    NoKeys,
    /// The tracker's reason.
    #[error(transparent)]
    Track(#[from] promptmatte::track::Error),
    /// What MLT cannot animate.
    #[error(
        "frame {time} switches {what} on or off, which MLT cannot animate: give every keyed frame the same points and box"
    )]
    Switched {
        /// The first frame that differs.
        time: f64,
        /// What differs.
        what: String,
    },
}
