//! The network's part of a frame: embedding (from the cache or the encoder), then prompts to logits.

use models::sam::{Embedding, Logits, ModelImage, Prompts, Segmenter};
use xxhash_rust::xxh3::Xxh3;

use super::{Abort, Error, check};
use crate::cache::{EmbeddingKey, Embeddings, Origin};

/// Logits of a frame and where the work came from.
pub struct Segmentation {
    /// The chosen candidate.
    pub logits: Logits,
    /// Whether the embedding was in the cache.
    pub embedding: Origin,
}

/// Runs the network on what it sees of a frame.
///
/// # Errors
/// The network's, or [`Error::Aborted`].
pub fn segment(
    image: &ModelImage,
    prompts: &Prompts,
    network: &dyn Segmenter,
    embeddings: &Embeddings,
    abort: Abort<'_>,
) -> Result<Segmentation, Error> {
    let key = key(image, network.id());
    let (embedding, origin) = embed(image, &key, network, embeddings, abort)?;
    check(abort)?;
    let candidates = network.decode(&embedding, prompts, None)?;
    let logits = candidates.logits(candidates.sams_choice(prompts)).clone();
    Ok(Segmentation { logits, embedding: origin })
}

/// The embedding of what the network sees of a frame, from the cache or the encoder.
///
/// # Errors
/// The network's, or [`Error::Aborted`].
pub fn embed(
    image: &ModelImage,
    key: &EmbeddingKey,
    network: &dyn Segmenter,
    embeddings: &Embeddings,
    abort: Abort<'_>,
) -> Result<(Embedding, Origin), Error> {
    embeddings.get_or_compute(key, abort, || {
        network.encode(image, abort).map_err(|error| match error {
            models::Error::Stopped => Error::Aborted,
            error => error.into(),
        })
    })
}

/// Content of the network's input and the network's id: the same frame has the same key in every host,
/// process and session, whatever the host calls it.
pub fn key(image: &ModelImage, network: &str) -> EmbeddingKey {
    let mut hash = Xxh3::new();
    hash.update(&image.width().to_le_bytes());
    hash.update(&image.height().to_le_bytes());
    hash.update(network.as_bytes());
    hash.update(bytemuck::cast_slice(image.rgb()));
    EmbeddingKey(hash.digest128())
}
