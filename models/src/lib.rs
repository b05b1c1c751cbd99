//! The networks of PromptMatte: which exist ([`manifest`]), where their files lie ([`store`], [`cache`]), and how
//! they run ([`runtime`], [`sam`], [`saliency`], [`refiner`]) on [`threads`] of their own.
//!
//! ```no_run
//! use models::sam::{ModelImage, PointLabel, PointPrompt, Prompts, Sam, Segmenter};
//! # fn main() -> Result<(), models::Error> {
//! let runtime = models::runtime::Runtime::load(&models::cache::runtime_library())?;
//! let store = models::store::Store::open(&models::cache::models_dir())?;
//! let sam = Sam::load(&runtime, &store, 2)?;
//! let image = ModelImage::new(1024, 576, vec![0.5; 1024 * 576 * 3])?;
//! let embedding = sam.encode(&image, &|| false)?;
//! let prompts = Prompts {
//!     points: vec![PointPrompt { x: 512.0, y: 288.0, label: PointLabel::Include }],
//!     bounding_box: None,
//! };
//! let candidates = sam.decode(&embedding, &prompts, None)?;
//! let mask = candidates.logits(candidates.sams_choice(&prompts));
//! # let _ = mask;
//! # Ok(())
//! # }
//! ```

pub mod cache;
mod error;
#[cfg(feature = "fetch")]
pub mod fetch;
mod hash;
pub mod manifest;
pub mod refiner;
pub mod runtime;
pub mod saliency;
pub mod sam;
mod session;
pub mod store;
pub mod threads;

pub use error::Error;
