//! Frame in, matte out. Nothing here knows of OpenFX: images are typed views, prompts are numbers.
//!
//! The way of a frame: [`pixels`] reads and writes any layout, [`eye`] makes the network's input,
//! [`prompts`] moves canonical positions to it, [`segment`] gets logits, [`zoom`] has a small subject seen again,
//! [`matte`] brings them to the frame's size or [`refine`] finds their edge in the picture, [`tools`] shape it as the artist
//! asks, [`coverage`] is the alpha that the output carries, [`foreground`] the subject's own colour in its soft parts,
//! [`compose`] writes the output. [`aligned`] brings other inputs
//! onto the source's grid, [`guide`] makes one of them a prompt. [`saliency`] and [`subject`] find a subject without
//! prompts. [`fields`] takes interlaced frames apart.

pub mod aligned;
pub mod blend;
pub mod choice;
pub mod colour;
pub mod compose;
pub mod contour;
pub mod coverage;
pub mod crop;
pub mod cubic;
pub mod edges;
pub mod eye;
pub mod fields;
pub mod flow;
pub mod foreground;
pub mod geometry;
pub mod guide;
pub mod map;
pub mod matte;
pub mod motion;
pub mod pixels;
pub mod plane;
pub mod premultiply;
pub mod prompts;
pub mod refine;
pub mod saliency;
pub mod segment;
pub mod stabilise;
pub mod subject;
pub mod tools;
pub mod zoom;

use pixels::PixelError;

/// Why a frame could not be computed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The network, its files or its runtime failed.
    #[error(transparent)]
    Network(#[from] models::Error),
    /// An image cannot be read or written.
    #[error(transparent)]
    Pixels(#[from] PixelError),
    /// The frame cannot be scaled to the network's input.
    #[error("The frame cannot be scaled for the network ({0}); please report this.")]
    Scaling(String),
    /// Not enough memory for this frame.
    #[error("Not enough memory for this frame: close other programs or work at a lower resolution.")]
    OutOfMemory,
    /// The edge network answers what cannot be used.
    #[error("The edge network cannot be used: {0}. Set Refine to Fast.")]
    EdgeNetwork(&'static str),
    /// The host asked to stop; nothing is wrong.
    #[error("the host stopped the render")]
    Aborted,
}

/// Asks whether the host wants the render to stop; polled between stages and between bands of rows.
pub type Abort<'a> = &'a dyn Fn() -> bool;

/// [`Error::Aborted`] when the host wants the render to stop.
///
/// # Errors
/// That one.
pub fn check(abort: Abort<'_>) -> Result<(), Error> {
    if abort() { Err(Error::Aborted) } else { Ok(()) }
}

/// A vector of `len` zeros, or [`Error::OutOfMemory`] instead of the end of the host.
///
/// # Errors
/// [`Error::OutOfMemory`].
pub fn zeros(len: usize) -> Result<Vec<f32>, Error> {
    let mut values = Vec::new();
    values.try_reserve_exact(len).map_err(|_| Error::OutOfMemory)?;
    values.resize(len, 0.0);
    Ok(values)
}
