//! Segment Anything: an image is encoded once, then any prompts are decoded to masks in a fraction of the time.
//!
//! The contract is that of the published SAM (Kirillov et al. 2023) and of its relatives that keep the interface, such
//! as MobileSAM: a 1024x1024 frame that the image fills from the top left, a 256x64x64 embedding, four candidate masks
//! of 256x256.

mod candidates;
mod decoder;
mod embedding;
mod encoder;
mod image;
mod network;
mod prompts;

pub use candidates::{Candidates, Logits};
pub use decoder::Decoder;
pub use embedding::Embedding;
pub use encoder::Encoder;
pub use image::ModelImage;
pub use network::{Sam, Segmenter};
pub use prompts::{BoxPrompt, PointLabel, PointPrompt, Prompts};

/// Asks whether the caller still wants the result; looked at on the caller's own thread.
pub type Stop<'a> = &'a dyn Fn() -> bool;

/// Width and height of the encoder's frame in pixels.
pub const INPUT_SIDE: u32 = 1024;

/// Width and height of a mask in pixels; one covers 4x4 pixels of the encoder's frame.
pub const MASK_SIDE: usize = 256;

/// Pixels of the encoder's frame per pixel of a mask.
pub const MASK_STRIDE: u32 = 4;

/// Width and height of the embedding; one cell covers 16x16 pixels of the encoder's frame.
pub const EMBEDDING_SIDE: usize = 64;

/// Numbers per cell of the embedding.
pub const EMBEDDING_CHANNELS: usize = 256;
