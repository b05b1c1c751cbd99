//! MLT, a real OpenFX host, as the tests and the demo use it.
//!
//! [`Install`] puts MLT into the repository's `.cache` and knows its files. Two ways lead from there:
//!
//! - [`drive`] hands raw RGBA frames to the program `mlt_driver`, which runs them through one filter with libmlt
//!   itself and hands the result back, bit for bit;
//! - [`Melt`] runs the `melt` program on video files, which convert colours on their way in and out.
//!
//! MLT shows the source when a filter fails and its programs still end well: look at pixels, never at exit codes.

mod drive;
mod error;
mod install;
mod job;
pub mod library;
mod melt;

pub use drive::drive;
pub use error::MltError;
pub use install::{Install, Kind};
pub use job::{Depth, Job, Render, Report};
pub use melt::Melt;
