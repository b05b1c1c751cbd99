//! The second look at a small subject, when the artist wants fine detail.

use models::sam::Prompts;

use super::look::Wanted;
use super::render::Error;
use crate::cache::Origin;
use crate::engine::{Engine, Threads};
use crate::pipeline::colour::Eye;
use crate::pipeline::geometry::Geometry;
use crate::pipeline::map::Map;
use crate::pipeline::plane::Plane;
use crate::pipeline::segment::{Expected, Question, Segmentation, segment};
use crate::pipeline::zoom::{LEAST_AGREEMENT, Part, agreement};
use crate::pipeline::{Abort, check, eye};

/// What became of the wish for fine detail.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum SecondLook {
    /// The subject was seen again, so many times as large.
    Closer(f32),
    /// The subject is large enough in the frame, or there is none.
    NotNeeded,
    /// The two looks show different things: the first is kept.
    Disagreed,
}

impl std::fmt::Display for SecondLook {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            SecondLook::Closer(zoom) => {
                write!(f, "Fine detail: the subject was seen again {zoom:.1} times as large.")
            }
            SecondLook::NotNeeded => write!(f, "Fine detail: the subject is large enough as it is."),
            SecondLook::Disagreed => {
                write!(
                    f,
                    "Fine detail: a closer look shows something else here and is not used; add a point or a box."
                )
            }
        }
    }
}

/// The logits of a first look with those of a second put in where the subject is, and what became of it.
///
/// # Errors
/// When the network fails, or the host stops the render.
pub fn again(
    engine: &Engine,
    threads: &Threads,
    wanted: &Wanted<'_>,
    eye: &Eye,
    first: &mut Segmentation,
    prompts: &Prompts,
    abort: Abort<'_>,
) -> Result<(Plane, SecondLook), Error> {
    let kept = |first: &Segmentation, look| Ok((Plane::of(&first.logits), look));
    check(abort)?;
    let Some(part) = Part::around(&first.logits, prompts, wanted.geometry) else {
        return kept(first, SecondLook::NotNeeded);
    };
    let Some(source) = wanted.source.part(&part.pixels) else { return kept(first, SecondLook::NotNeeded) };
    let geometry = Geometry { bounds: part.pixels, ..*wanted.geometry };
    let image = eye::see(&source, eye, &geometry, engine.segmenter.input_side(), threads, abort)?;
    let size = (image.width(), image.height());
    let expected = part.expected(&first.logits, size)?;
    let question = Question {
        prompts: &part.prompts(prompts, &first.logits, size),
        prior: Some(&expected),
        candidate: None,
        expected: Some(Expected::Exactly(&Map::coverage(&expected))),
    };
    let second = segment(&image, &question, &engine.network(), abort)?;
    if second.embedding == Origin::Computed {
        first.embedding = Origin::Computed;
    }
    if agreement(&expected, &second.logits) < LEAST_AGREEMENT {
        return kept(first, SecondLook::Disagreed);
    }
    Ok((part.merge(&first.logits, &second.logits), SecondLook::Closer(part.zoom())))
}
