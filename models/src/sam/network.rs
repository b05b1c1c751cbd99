//! The two networks together, and the interface that stands for them.

use super::{Candidates, Decoder, Embedding, Encoder, INPUT_SIDE, Logits, ModelImage, Prompts, Stop};
use crate::Error;
use crate::manifest::Role;
use crate::runtime::Runtime;
use crate::store::Store;

/// Anything that turns prompts on an image into masks. Tests of the effect put a counter in place of the networks.
///
/// Results depend on the arguments only. Any thread may call, several at once.
pub trait Segmenter: Send + Sync {
    /// Names the networks and their contents; part of the keys under which results are cached.
    fn id(&self) -> &str;

    /// The length in pixels that an image's long side must have for [`Segmenter::encode`].
    fn input_side(&self) -> u32;

    /// Computes the features of an image: slow, once per image. Gives up soon after `stop` says so.
    ///
    /// # Errors
    /// [`Error::BadImage`] when the long side is not [`Segmenter::input_side`], [`Error::OutOfMemory`],
    /// [`Error::Inference`], [`Error::Stopped`].
    fn encode(&self, image: &ModelImage, stop: Stop<'_>) -> Result<Embedding, Error>;

    /// Computes the masks for prompts; `prior` is a mask of the same image or the frame before it, to be corrected.
    ///
    /// # Errors
    /// [`Error::NoPrompts`], [`Error::BadPrompts`], [`Error::OutOfMemory`], [`Error::Inference`].
    fn decode(
        &self,
        embedding: &Embedding,
        prompts: &Prompts,
        prior: Option<&Logits>,
    ) -> Result<Candidates, Error>;
}

/// A Segment Anything network on ONNX Runtime.
#[derive(Debug)]
pub struct Sam {
    id: String,
    encoder: Encoder,
    decoder: Decoder,
}

impl Sam {
    /// Opens the encoder and the decoder of a store, with `threads` threads each (at least 1; the calling thread is one
    /// of them).
    ///
    /// # Errors
    /// Those of [`Store::entry`] and [`Store::verified_path`]; [`Error::ModelUnloadable`] and [`Error::ModelContract`]
    /// when a file is no network or not the promised one; [`Error::OutOfMemory`].
    pub fn load(runtime: &Runtime, store: &Store, threads: usize) -> Result<Self, Error> {
        let encoder_entry = store.entry(Role::Encoder)?;
        let decoder_entry = store.entry(Role::Decoder)?;
        let encoder = Encoder::load(runtime, store, encoder_entry, threads)?;
        let decoder = Decoder::load(runtime, store, decoder_entry, threads)?;
        Ok(Self {
            id: format!("{}+{}", encoder_entry.short_name(), decoder_entry.short_name()),
            encoder,
            decoder,
        })
    }
}

impl Segmenter for Sam {
    fn id(&self) -> &str {
        &self.id
    }

    fn input_side(&self) -> u32 {
        INPUT_SIDE
    }

    fn encode(&self, image: &ModelImage, stop: Stop<'_>) -> Result<Embedding, Error> {
        self.encoder.encode(image, stop)
    }

    fn decode(
        &self,
        embedding: &Embedding,
        prompts: &Prompts,
        prior: Option<&Logits>,
    ) -> Result<Candidates, Error> {
        self.decoder.decode(embedding, prompts, prior)
    }
}
