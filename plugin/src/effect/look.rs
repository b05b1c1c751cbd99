//! What the network says of one picture: its prompts placed, its guide read, its logits found. The same for the frame
//! that is rendered and for those around it.

use std::time::{Duration, Instant};

use models::sam::{ModelImage, Prompts};

use super::automatic::{self, Automatic};
use super::render::Error;
use super::second_look;
use super::settings::Settings;
use super::source_colour::Encoding;
use super::status::{LastFrame, Work};
use crate::cache::Key;
use crate::engine::{Engine, Threads};
use crate::ofx::Effect;
use crate::pipeline::aligned::Aligned;
use crate::pipeline::flow::Pyramid;
use crate::pipeline::geometry::Geometry;
use crate::pipeline::pixels::SourceView;
use crate::pipeline::plane::Plane;
use crate::pipeline::prompts::{Notice, Subject};
use crate::pipeline::segment::{Expected, Question, segment};
use crate::pipeline::stabilise::Seen;
use crate::pipeline::zoom::Detail;
use crate::pipeline::{eye, guide};

/// A picture and what is asked of it.
pub struct Wanted<'a> {
    /// The parameters at its time.
    pub settings: &'a Settings,
    /// The source, a frame or one field of it.
    pub source: &'a SourceView<'a>,
    /// How it lies.
    pub geometry: &'a Geometry,
    /// A rough matte, when one is in use.
    pub guide: Option<&'a Aligned<'a>>,
}

/// What the network says of a picture.
pub struct Answer {
    /// The logits.
    pub logits: Plane,
    /// What the network saw of the whole picture.
    pub image: ModelImage,
    /// What that is remembered by.
    pub key: Key,
}

impl Answer {
    /// As one of a run of frames.
    pub fn seen(&self) -> Seen {
        Seen { logits: self.logits.clone(), picture: Pyramid::new(&self.image), key: self.key }
    }
}

/// What came of looking.
pub enum Looked {
    /// Nothing is chosen here.
    Unprompted,
    /// The prompts have left the frame, and the subject with them.
    OutsideFrame,
    /// The network's answer and the picture as the network sees it.
    Seen(Answer),
}

/// Looks at a picture, whose colours have an `encoding`; `frame` takes what there is to tell.
///
/// # Errors
/// When the network fails, or the host stops the render.
pub fn look(
    effect: &Effect<'_>,
    engine: &Engine,
    threads: &Threads,
    wanted: &Wanted<'_>,
    encoding: &Encoding,
    frame: &mut LastFrame,
) -> Result<Looked, Error> {
    let Wanted { settings, source, geometry, guide } = wanted;
    let abort = || effect.aborted();
    let side = engine.segmenter.input_side();
    let input = eye::input_size(geometry, side);
    let eye = encoding.colour.eye(settings.exposure);
    let see = || eye::see(source, &eye, geometry, side, threads, &abort);
    let (subject, automatic) = if settings.automatic {
        automatic::subject(engine, see()?, &settings.prompts, geometry, frame, &abort)?
    } else {
        let (subject, notices) = settings.prompts.place(geometry, input);
        frame.note(notices);
        (subject, None)
    };
    let guide = match guide {
        Some(aligned) => {
            let read = guide::read(aligned, geometry.bounds, input, settings.guide_strength, threads)?;
            if read.is_none() {
                frame.note([Notice::EmptyGuide]);
            }
            read
        }
        None => None,
    };
    let prompts: Prompts = match (subject, &guide) {
        (Subject::Chosen(prompts), Some(guide)) => guide.with(Some(prompts)),
        (Subject::Chosen(prompts), None) => prompts,
        (_, Some(guide)) => guide.with(None),
        (Subject::OutsideFrame, None) => return Ok(Looked::OutsideFrame),
        (Subject::NotChosen, None) => return Ok(Looked::Unprompted),
    };
    let (image, found) = match automatic {
        Some(Automatic { image, found }) => (image, Some(found)),
        None => (see()?, None),
    };
    let began = Instant::now();
    let prior = guide.as_ref().map(|guide| &guide.prior);
    let expected = found.as_ref().map(|found| Expected::Roughly(&found.expected));
    let question = Question { prompts: &prompts, prior, candidate: settings.candidate, expected };
    let mut segmentation = segment(&image, &question, &engine.network(), &abort)?;
    if let Some(found) = &found {
        automatic::judge(&segmentation.logits, found, &settings.prompts, frame);
    }
    let logits = match settings.detail {
        Detail::Normal => Plane::of(&segmentation.logits),
        Detail::Fine => {
            let (logits, look) =
                second_look::again(engine, threads, wanted, &eye, &mut segmentation, &prompts, &abort)?;
            frame.second_look = Some(look);
            logits
        }
    };
    frame.work = Some(Work {
        network: engine.segmenter.id().to_owned(),
        embedding: segmentation.embedding,
        network_time: began.elapsed(),
        time: Duration::ZERO,
    });
    Ok(Looked::Seen(Answer { logits, image, key: segmentation.key }))
}
