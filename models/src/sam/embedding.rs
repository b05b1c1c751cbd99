//! What the encoder makes of an image.

use std::sync::Arc;

use super::{EMBEDDING_CHANNELS, EMBEDDING_SIDE, INPUT_SIDE};
use crate::Error;

/// SAM's features of one image: f32 `[1, 256, 64, 64]`. Cloning is cheap.
#[derive(Debug, Clone)]
pub struct Embedding {
    data: Arc<[f32]>,
    width: u32,
    height: u32,
}

impl Embedding {
    /// Values in an embedding.
    pub const LEN: usize = EMBEDDING_CHANNELS * EMBEDDING_SIDE * EMBEDDING_SIDE;

    /// Takes the features of an image that had `width` x `height` pixels in the encoder's frame.
    ///
    /// # Errors
    /// [`Error::BadTensor`] when there are not [`Embedding::LEN`] values or the size is not within 1..=1024.
    pub fn from_raw(data: impl Into<Arc<[f32]>>, width: u32, height: u32) -> Result<Self, Error> {
        let data = data.into();
        if data.len() != Self::LEN {
            return Err(Error::BadTensor {
                reason: format!("{} values in place of {}", data.len(), Self::LEN),
            });
        }
        let side = 1..=INPUT_SIDE;
        if !side.contains(&width) || !side.contains(&height) {
            return Err(Error::BadTensor { reason: format!("an image of {width}x{height} pixels") });
        }
        Ok(Self { data, width, height })
    }

    /// The values, channel by channel, rows from the top.
    #[must_use]
    pub fn data(&self) -> &[f32] {
        &self.data
    }

    /// Width and height of the image in the encoder's frame; the rest of the frame is padding.
    #[must_use]
    pub fn size(&self) -> (u32, u32) {
        (self.width, self.height)
    }

    /// Memory that the values take, for a cache's budget.
    #[must_use]
    pub fn byte_len(&self) -> usize {
        size_of_val(&*self.data)
    }
}
