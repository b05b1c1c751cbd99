//! The network's part of a frame: embedding, then prompts to logits, each from memory or computed.

use models::sam::{Embedding, Logits, ModelImage, PointLabel, Prompts, Segmenter};
use xxhash_rust::xxh3::Xxh3;

use super::{Abort, Error, check};
use crate::cache::{Key, Memo, Origin};

/// The network and what is remembered of it.
pub struct Network<'a> {
    /// The network.
    pub segmenter: &'a dyn Segmenter,
    /// Embeddings of recent frames.
    pub embeddings: &'a Memo<Embedding>,
    /// Answers to recent questions.
    pub logits: &'a Memo<Logits>,
}

/// Logits of a frame and where the work came from.
pub struct Segmentation {
    /// The chosen candidate.
    pub logits: Logits,
    /// Whether the embedding was in the cache.
    pub embedding: Origin,
    /// What the embedding was made from ([`embedding_key`]).
    pub key: Key,
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
    network: &Network<'_>,
    abort: Abort<'_>,
) -> Result<Segmentation, Error> {
    let key = embedding_key(image, network.segmenter.id());
    let mut origin = Origin::Cache;
    let (logits, _) = network.logits.get_or_compute(&answer_key(key, question), abort, || {
        let (embedding, from) = embed(image, &key, network.segmenter, network.embeddings, abort)?;
        origin = from;
        check(abort)?;
        let candidates = network.segmenter.decode(&embedding, question.prompts, question.prior)?;
        let chosen = question.candidate.unwrap_or_else(|| candidates.sams_choice(question.prompts));
        Ok(candidates.logits(chosen.min(3)).clone())
    })?;
    Ok(Segmentation { logits, embedding: origin, key })
}

/// The embedding of what the network sees of a frame, from the cache or the encoder. `key` is the image's
/// [`embedding_key`].
///
/// # Errors
/// The network's, or [`Error::Aborted`].
pub fn embed(
    image: &ModelImage,
    key: &Key,
    segmenter: &dyn Segmenter,
    embeddings: &Memo<Embedding>,
    abort: Abort<'_>,
) -> Result<(Embedding, Origin), Error> {
    embeddings.get_or_compute(key, abort, || {
        segmenter.encode(image, abort).map_err(|error| match error {
            models::Error::Stopped => Error::Aborted,
            error => error.into(),
        })
    })
}

/// Content of the network's input and the network's id: the same frame has the same key in every host,
/// process and session, whatever the host calls it.
pub fn embedding_key(image: &ModelImage, network: &str) -> Key {
    let mut hash = Xxh3::new();
    hash.update(&image.width().to_le_bytes());
    hash.update(&image.height().to_le_bytes());
    hash.update(network.as_bytes());
    hash.update(bytemuck::cast_slice(image.rgb()));
    Key(hash.digest128())
}

/// All that an answer depends on. Each part begins with its kind, so that no two questions read alike.
fn answer_key(embedding: Key, question: &Question<'_>) -> Key {
    let mut hash = Xxh3::new();
    hash.update(&embedding.0.to_le_bytes());
    for point in &question.prompts.points {
        let kind = match point.label {
            PointLabel::Include => b'i',
            PointLabel::Exclude => b'e',
        };
        hash.update(&[kind]);
        hash.update(bytemuck::bytes_of(&[point.x, point.y]));
    }
    if let Some(b) = question.prompts.bounding_box {
        hash.update(b"b");
        hash.update(bytemuck::bytes_of(&[b.x1, b.y1, b.x2, b.y2]));
    }
    if let Some(prior) = question.prior {
        hash.update(b"g");
        hash.update(bytemuck::cast_slice(prior.data()));
    }
    hash.update(b"c");
    hash.update(&question.candidate.map_or(u64::MAX, |chosen| chosen as u64).to_le_bytes());
    Key(hash.digest128())
}

#[cfg(test)]
mod tests {
    use models::sam::{BoxPrompt, PointPrompt};

    use super::*;

    #[test]
    fn every_part_of_a_question_counts() {
        let point = |x, label| PointPrompt { x, y: 2.0, label };
        let prompts = |points: Vec<PointPrompt>, boxed: bool| Prompts {
            points,
            bounding_box: boxed.then(|| BoxPrompt::new(1.0, 2.0, 3.0, 4.0)),
        };
        let include = prompts(vec![point(1.0, PointLabel::Include)], false);
        let exclude = prompts(vec![point(1.0, PointLabel::Exclude)], false);
        let moved = prompts(vec![point(1.5, PointLabel::Include)], false);
        let boxed = prompts(vec![point(1.0, PointLabel::Include)], true);
        let prior = Logits::from_raw(vec![1.0; Logits::LEN], 1024, 512).unwrap();
        let ask = |prompts, prior, candidate| Question { prompts, prior, candidate };
        let keys = [
            answer_key(Key(1), &ask(&include, None, None)),
            answer_key(Key(2), &ask(&include, None, None)),
            answer_key(Key(1), &ask(&exclude, None, None)),
            answer_key(Key(1), &ask(&moved, None, None)),
            answer_key(Key(1), &ask(&boxed, None, None)),
            answer_key(Key(1), &ask(&include, Some(&prior), None)),
            answer_key(Key(1), &ask(&include, None, Some(0))),
            answer_key(Key(1), &ask(&include, None, Some(3))),
        ];
        let different: std::collections::HashSet<_> = keys.iter().collect();
        assert_eq!(different.len(), keys.len());
        assert_eq!(keys[0], answer_key(Key(1), &ask(&include, None, None)));
    }
}
