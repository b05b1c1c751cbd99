//! The network's part of a frame: embedding (from the cache or the encoder), then prompts to logits.

use models::sam::{Logits, ModelImage, Prompts, Segmenter};
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

/// What the network is asked about a frame.
pub struct Question<'a> {
    /// Points and box in the network's frame.
    pub prompts: &'a Prompts,
    /// A guide as mask prompt.
    pub prior: Option<&'a Logits>,
    /// Which of the four masks to take; `None`: by SAM's own rule.
    pub candidate: Option<usize>,
}

/// Runs the network on what it sees of a frame.
///
/// # Errors
/// The network's, or [`Error::Aborted`].
pub fn segment(
    image: &ModelImage,
    question: &Question<'_>,
    network: &dyn Segmenter,
    embeddings: &Embeddings,
    abort: Abort<'_>,
) -> Result<Segmentation, Error> {
    let key = key(image, network.id());
    let (embedding, origin) = embeddings.get_or_compute(&key, abort, || {
        network.encode(image, abort).map_err(|error| match error {
            models::Error::Stopped => Error::Aborted,
            error => error.into(),
        })
    })?;
    check(abort)?;
    let candidates = network.decode(&embedding, question.prompts, question.prior)?;
    let chosen = question.candidate.unwrap_or_else(|| candidates.sams_choice(question.prompts));
    let logits = candidates.logits(chosen.min(3)).clone();
    Ok(Segmentation { logits, embedding: origin })
}

/// Content of the network's input and the network's id: the same frame has the same key in every host,
/// process and session, whatever the host calls it.
fn key(image: &ModelImage, network: &str) -> EmbeddingKey {
    let mut hash = Xxh3::new();
    hash.update(&image.width().to_le_bytes());
    hash.update(&image.height().to_le_bytes());
    hash.update(network.as_bytes());
    hash.update(bytemuck::cast_slice(image.rgb()));
    EmbeddingKey(hash.digest128())
}
