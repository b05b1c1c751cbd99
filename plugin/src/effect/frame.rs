//! From source and settings to the matte of one frame: the sum of the pipeline's public steps.

use super::edge::{self, Masked};
use super::instance::Instance;
use super::look::{Looked, Wanted, look};
use super::render::Error;
use super::settings::Settings;
use super::source_colour;
use super::status::LastFrame;
use super::window::{self, Place, Window};
use crate::engine;
use crate::ofx::Effect;
use crate::pipeline::colour::SourceColour;
use crate::pipeline::compose::Mode;
use crate::pipeline::geometry::{Geometry, PixelRect};
use crate::pipeline::matte::Matte;
use crate::pipeline::prompts::Notice;
use crate::pipeline::refine::{Denoised, Picture};
use crate::pipeline::{self, crop as cropping, edges};

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

/// Makes the matte of a source, which is at `place` in time; `frame` takes what there is to tell.
///
/// # Errors
/// When the frame cannot be computed, or the host stops it.
pub fn make(
    effect: &Effect<'_>,
    instance: &Instance,
    wanted: &Wanted<'_>,
    place: &Place<'_>,
    frame: &mut LastFrame,
) -> Result<Made, Error> {
    let Wanted { settings, source, geometry, guide } = wanted;
    if settings.mix == 0.0 {
        return Ok(Made::nothing(Mode::Source, Matte::empty()));
    }
    // What needs no network does not load one.
    if settings.names_nothing(|| guide.is_some()) {
        frame.note(settings.prompts.place(geometry, (1, 1)).1);
        frame.unprompted = true;
        return Ok(Made::nothing(Mode::Source, Matte::empty()));
    }
    let engine = engine::get()?;
    let threads = engine::threads()?;
    instance.apply_budget(settings.cache_budget);
    let abort = || effect.aborted();
    let encoding = source_colour::encoding(effect, instance, settings, source.layout().depth);
    frame.assumed = Some(encoding.to_string());
    let looked = look(effect, &engine, &threads, wanted, &encoding, frame)?;
    let mut matte = match looked {
        Looked::Unprompted => {
            frame.unprompted = true;
            return Ok(Made::nothing(Mode::Source, Matte::empty()));
        }
        Looked::OutsideFrame => Matte::filled(geometry.bounds, 0.0)?,
        Looked::Seen(answer) => {
            let stability = settings.stability;
            let eye = encoding.colour.eye(settings.exposure);
            let picture = Picture::new(source, &eye);
            let mut denoised = None;
            let logits = if window::reach(effect.host(), stability) > 0 {
                if stability.smoothing > 0 && settings.refine.asks_network(settings.edge) {
                    denoised = Some(Denoised::of(picture, &answer.logits, &threads)?);
                }
                let window = Window { effect, instance, engine: &engine, threads: &threads, place };
                window.stabilise(&answer, stability, denoised.as_mut(), frame)?
            } else {
                if stability.reach() > 0 {
                    frame.note([Notice::NoOtherFrames]);
                }
                answer.logits
            };
            pipeline::check(&abort)?;
            let masked = Masked {
                picture: denoised.as_ref().map_or(picture, Denoised::picture),
                plane: &logits,
                seen: answer.key,
                bounds: geometry.bounds,
            };
            edge::matte(&engine, &threads, &masked, (settings.refine, settings.edge), frame, &abort)?
        }
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
