//! The network's part of a frame: embedding, then prompts to logits, each from memory or computed.

use models::sam::{Candidates, Embedding, Logits, ModelImage, PointLabel, Prompts, Segmenter};
use xxhash_rust::xxh3::Xxh3;

use super::map::{Map, soft_iou};
use super::{Abort, Error, check, choice};
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
    /// Which of the four masks to take; `None`: the one that fits `expected`, else by [`choice::for_prompts`].
    pub candidate: Option<usize>,
    /// Where the subject is expected.
    pub expected: Option<Expected<'a>>,
}

/// Where the subject is expected: its coverage in mask pixels without the padding.
#[derive(Clone, Copy)]
pub enum Expected<'a> {
    /// It stands out there: what the network thinks of its masks counts too.
    Roughly(&'a Map),
    /// It was seen there: the mask that agrees most is the same subject.
    Exactly(&'a Map),
}

/// What the network's own score of a mask counts beside its agreement with where the subject is expected.
const SCORE: f32 = 0.3;
/// What the first candidate is preferred by: it is trained for several prompts.
const FIRST: f32 = 0.15;

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
        let chosen = match (question.candidate, question.expected) {
            (Some(chosen), _) => chosen,
            (None, Some(Expected::Roughly(expected))) => fitting(&candidates, expected),
            (None, Some(Expected::Exactly(expected))) => {
                choice::best(0..4, |index| soft_iou(&Map::coverage(candidates.logits(index)), expected))
            }
            (None, None) => choice::for_prompts(&candidates, question.prompts),
        };
        Ok(candidates.logits(chosen.min(3)).clone())
    })?;
    Ok(Segmentation { logits, embedding: origin, key })
}

/// The candidate with the largest sum of agreement with where the subject is expected, 0.3 times the predicted score,
/// and 0.15 for the first one.
fn fitting(candidates: &Candidates, expected: &Map) -> usize {
    let mut best = (0, f32::NEG_INFINITY);
    for (index, score) in candidates.scores().into_iter().enumerate() {
        let score = if score.is_finite() { score } else { 0.0 };
        let first = if index == 0 { FIRST } else { 0.0 };
        let fit = soft_iou(&Map::coverage(candidates.logits(index)), expected) + SCORE * score + first;
        if fit > best.1 {
            best = (index, fit);
        }
    }
    best.0
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
    if let Some(expected) = question.expected.filter(|_| question.candidate.is_none()) {
        let (kind, map) = match expected {
            Expected::Roughly(map) => (b"s", map),
            Expected::Exactly(map) => (b"x", map),
        };
        hash.update(kind);
        hash.update(bytemuck::cast_slice(&map.values));
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
        let ask = |prompts, prior, candidate| Question { prompts, prior, candidate, expected: None };
        let (here, there) = (Map::filled(256, 128, 0.25), Map::filled(256, 128, 0.5));
        let keys = [
            answer_key(Key(1), &ask(&include, None, None)),
            answer_key(Key(2), &ask(&include, None, None)),
            answer_key(Key(1), &ask(&exclude, None, None)),
            answer_key(Key(1), &ask(&moved, None, None)),
            answer_key(Key(1), &ask(&boxed, None, None)),
            answer_key(Key(1), &ask(&include, Some(&prior), None)),
            answer_key(Key(1), &ask(&include, None, Some(0))),
            answer_key(Key(1), &ask(&include, None, Some(3))),
            answer_key(
                Key(1),
                &Question { expected: Some(Expected::Roughly(&here)), ..ask(&include, None, None) },
            ),
            answer_key(
                Key(1),
                &Question { expected: Some(Expected::Roughly(&there)), ..ask(&include, None, None) },
            ),
            answer_key(
                Key(1),
                &Question { expected: Some(Expected::Exactly(&there)), ..ask(&include, None, None) },
            ),
        ];
        let different: std::collections::HashSet<_> = keys.iter().collect();
        assert_eq!(different.len(), keys.len());
        assert_eq!(keys[0], answer_key(Key(1), &ask(&include, None, None)));
    }

    #[test]
    fn the_mask_where_the_subject_is_expected_is_taken() {
        let half = |left: bool| {
            let side = models::sam::MASK_SIDE;
            let logit = |i: usize| if (i % side < 64) == left { 9.0 } else { -9.0 };
            Logits::from_raw((0..Logits::LEN).map(logit).collect::<Vec<f32>>(), 512, 512).unwrap()
        };
        let masks = [half(true), half(false), half(false), half(true)];
        let expected = Map::from_fn(128, 128, |x, _| f32::from(x >= 64));
        let choose = |scores| fitting(&Candidates::new(masks.clone(), scores), &expected);
        assert_eq!(choose([1.0, 0.7, 0.8, 1.0]), 2);
        assert_eq!(choose([f32::NAN; 4]), 1);
        assert_eq!(fitting(&Candidates::new(masks.clone(), [0.8; 4]), &Map::filled(128, 128, 0.0)), 0);
    }
}
