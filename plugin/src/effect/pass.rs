//! One picture of a render, which is a whole frame or a field of it: computed and written.

use super::automatic;
use super::frame::{self, Made};
use super::inputs::{Inputs, align};
use super::instance::Instance;
use super::look::Wanted;
use super::parameters as names;
use super::render::{Arguments, Error};
use super::settings::Settings;
use super::status::LastFrame;
use super::window::Place;
use crate::engine;
use crate::ofx::Effect;
use crate::pipeline::compose::{Look, Mode, Scene, compose};
use crate::pipeline::contour::Outline;
use crate::pipeline::fields::Pass;
use crate::pipeline::geometry::Geometry;
use crate::pipeline::matte::Matte;
use crate::pipeline::pixels::{OutputView, SourceView};
use crate::pipeline::prompts::Notice;

/// What is rendered.
pub struct Picture<'a> {
    /// The action's arguments, with the window in this picture's rows.
    pub arguments: &'a Arguments,
    /// Which part of the frame it is.
    pub pass: Pass,
    /// The parameters at its time.
    pub settings: &'a Settings,
    /// The other inputs.
    pub inputs: &'a Inputs<'a>,
    /// How the whole source lies.
    pub whole: &'a Geometry,
}

/// Computes one picture and writes it; `frame` takes what there is to tell.
///
/// # Errors
/// When it cannot be computed, or the host stops it.
pub fn render(
    effect: &Effect<'_>,
    instance: &Instance,
    picture: &Picture<'_>,
    source: Option<(SourceView<'_>, Geometry)>,
    output: &mut OutputView<'_>,
    frame: &mut LastFrame,
) -> Result<(), Error> {
    let Picture { arguments, pass, settings, inputs, whole } = picture;
    let grid = source.as_ref().map_or(**whole, |(_, geometry)| *geometry);
    let guide = align(inputs.guide.as_ref(), whole, &grid, *pass)?;
    let garbage = align(inputs.garbage.as_ref(), whole, &grid, *pass)?;
    let holdout = align(inputs.holdout.as_ref(), whole, &grid, *pass)?;
    let background = align(inputs.background.as_ref(), whole, &grid, *pass)?;
    let made = match &source {
        Some(_) if arguments.thumbnail => Made::nothing(Mode::Source, Matte::empty()),
        Some((view, geometry)) => {
            let wanted = Wanted { settings, source: view, geometry, guide: guide.as_ref() };
            let place = Place {
                time: arguments.time,
                render_scale: arguments.render_scale,
                pass: *pass,
                whole,
                grid: geometry,
            };
            frame::make(effect, instance, &wanted, &place, frame)?
        }
        None => {
            frame.note([Notice::NoSource]);
            Made::nothing(settings.mode, Matte::empty())
        }
    };
    automatic::keep_found(instance, frame, arguments.time + pass.later);
    keep_outline(effect, instance, &made.matte, &grid, arguments.time + pass.later)?;
    let scene = Scene {
        source: source.as_ref().map(|(view, _)| view),
        matte: &made.matte,
        band: made.band.as_ref(),
        garbage: garbage.as_ref(),
        holdout: holdout.as_ref(),
        background: background.as_ref(),
    };
    let look = Look {
        mode: made.mode,
        source_alpha: settings.source_alpha,
        decontaminate: settings.decontaminate,
        mix: settings.mix,
        light: made.light,
        crop: frame::crop(settings, &made, &grid, frame),
    };
    let threads = engine::threads()?;
    let abort = || effect.aborted();
    Ok(compose(&scene, &look, output, &arguments.window, &threads, &abort)?)
}

/// Keeps the matte's outline for the viewer, where the artist asks for it. The picture does not depend on it.
fn keep_outline(
    effect: &Effect<'_>,
    instance: &Instance,
    matte: &Matte,
    geometry: &Geometry,
    time: f64,
) -> Result<(), Error> {
    if instance.parameters.flag(effect.host(), names::SHOW_OUTLINE, time)? {
        let abort = || effect.aborted();
        let outline = Outline::of(matte, geometry, &*engine::threads()?, &abort)?;
        instance.outlines.keep(time, outline);
    }
    Ok(())
}
