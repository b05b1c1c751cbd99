//! From source and settings to the matte of one frame: the sum of the pipeline's public steps.

use std::time::{Duration, Instant};

use models::sam::Prompts;

use super::automatic::{self, Automatic};
use super::instance::Instance;
use super::render::Error;
use super::settings::Settings;
use super::source_colour;
use super::status::{LastFrame, Work};
use crate::engine;
use crate::ofx::Effect;
use crate::pipeline::aligned::Aligned;
use crate::pipeline::colour::SourceColour;
use crate::pipeline::compose::Mode;
use crate::pipeline::geometry::{Geometry, PixelRect};
use crate::pipeline::matte::{Matte, from_logits};
use crate::pipeline::pixels::SourceView;
use crate::pipeline::prompts::{Notice, Subject};
use crate::pipeline::segment::{Question, segment};
use crate::pipeline::{self, crop as cropping, edges, eye, guide};

/// What a frame is made from beside its pixels.
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

/// A frame's matte and what to do with it.
pub struct Made {
    /// What to give back.
    pub mode: Mode,
    /// The matte.
    pub matte: Matte,
    /// Where its edge is, when that is to be shown.
    pub band: Option<Matte>,
    /// The source's encoding, where it is known.
    pub light: Option<SourceColour>,
}

impl Made {
    /// A matte without more.
    pub fn nothing(mode: Mode, matte: Matte) -> Self {
        Self { mode, matte, band: None, light: None }
    }
}

/// Makes the matte of a source; `frame` takes what there is to tell.
///
/// # Errors
/// When the frame cannot be computed, or the host stops it.
pub fn make(
    effect: &Effect<'_>,
    instance: &Instance,
    wanted: &Wanted<'_>,
    frame: &mut LastFrame,
) -> Result<Made, Error> {
    let Wanted { settings, source, geometry, guide } = wanted;
    if settings.mix == 0.0 {
        return Ok(Made::nothing(Mode::Source, Matte::empty()));
    }
    // What needs no network does not load one.
    if !settings.automatic && settings.prompts.choose_nothing() && guide.is_none() {
        frame.note(settings.prompts.place(geometry, (1, 1)).1);
        frame.unprompted = true;
        return Ok(Made::nothing(Mode::Source, Matte::empty()));
    }
    let engine = engine::get()?;
    let threads = engine::threads()?;
    instance.apply_budget(settings.cache_budget);
    let abort = || effect.aborted();
    let side = engine.segmenter.input_side();
    let input = eye::input_size(geometry, side);
    let encoding = source_colour::encoding(effect, instance, settings, source.layout().depth);
    let see = || eye::see(source, &encoding.colour.eye(settings.exposure), geometry, side, &threads, &abort);
    let (subject, automatic) = if settings.automatic {
        automatic::subject(&engine, see()?, &settings.prompts, geometry, frame, &abort)?
    } else {
        let (subject, notices) = settings.prompts.place(geometry, input);
        frame.note(notices);
        (subject, None)
    };
    let guide = match guide {
        Some(aligned) => {
            let read = guide::read(aligned, geometry.bounds, input, settings.guide_strength, &threads)?;
            if read.is_none() {
                frame.note([Notice::EmptyGuide]);
            }
            read
        }
        None => None,
    };
    let prompts: Option<Prompts> = match (subject, &guide) {
        (Subject::Chosen(prompts), Some(guide)) => Some(guide.with(Some(prompts))),
        (Subject::Chosen(prompts), None) => Some(prompts),
        (_, Some(guide)) => Some(guide.with(None)),
        (Subject::OutsideFrame, None) => None,
        (Subject::NotChosen, None) => {
            frame.unprompted = true;
            return Ok(Made::nothing(Mode::Source, Matte::empty()));
        }
    };
    frame.assumed = Some(encoding.to_string());
    let mut matte = match prompts {
        Some(prompts) => {
            let (image, found) = match automatic {
                Some(Automatic { image, found }) => (image, Some(found)),
                None => (see()?, None),
            };
            let began = Instant::now();
            let prior = guide.as_ref().map(|guide| &guide.prior);
            let expected = found.as_ref().map(|found| &found.expected);
            let question = Question { prompts: &prompts, prior, candidate: settings.candidate, expected };
            let segmentation = segment(&image, &question, &engine.network(), &abort)?;
            if let Some(found) = &found {
                automatic::judge(&segmentation.logits, found, &settings.prompts, frame);
            }
            frame.work = Some(Work {
                network: engine.segmenter.id().to_owned(),
                embedding: segmentation.embedding,
                network_time: began.elapsed(),
                time: Duration::ZERO,
            });
            pipeline::check(&abort)?;
            from_logits(&segmentation.logits, geometry.bounds, &threads)?
        }
        None => Matte::filled(geometry.bounds, 0.0)?,
    };
    settings.tools.apply(&mut matte, geometry.pixels_per_unit(), &threads, &abort)?;
    let band = match settings.mode {
        Mode::Edges => {
            let margin = geometry.pixels_per_unit().map(|pixels| pixels * edges::MARGIN);
            Some(edges::band(&matte, margin, &threads)?)
        }
        _ => None,
    };
    Ok(Made { mode: settings.mode, matte, band, light: encoding.known() })
}

/// The pixels that a cropped output is limited to.
pub fn crop(
    settings: &Settings,
    made: &Made,
    geometry: &Geometry,
    frame: &mut LastFrame,
) -> Option<PixelRect> {
    let margin = settings.crop_margin_of(made.mode)?;
    match cropping::region(&settings.prompts, margin, geometry.canonical_frame()) {
        Some(region) => Some(cropping::pixels(region, geometry)),
        None => {
            if made.mode != Mode::Source {
                frame.note([Notice::NothingToCropTo]);
            }
            None
        }
    }
}
