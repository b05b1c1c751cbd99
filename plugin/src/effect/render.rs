//! Render: the one action that computes a frame.

use std::time::Instant;

use models::Error as NetworkError;
use openfx_sys as sys;

use super::frame::{self, Made};
use super::inputs::{Inputs, align};
use super::instance::Instance;
use super::layouts;
use super::parameters as names;
use super::status::LastFrame;
use crate::engine;
use crate::log::chain;
use crate::ofx::{Effect, Error as OfxError, ImageProperties, PropertySet, Status};
use crate::pipeline;
use crate::pipeline::compose::{Look, Scene, compose};
use crate::pipeline::contour::Outline;
use crate::pipeline::geometry::{Geometry, PixelRect};
use crate::pipeline::matte::Matte;
use crate::pipeline::pixels::Premultiplication;
use crate::pipeline::prompts::Notice;

/// Why a frame failed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The host refused something.
    #[error(transparent)]
    Host(#[from] OfxError),
    /// The network cannot be had.
    #[error(transparent)]
    Engine(#[from] engine::Error),
    /// The frame cannot be computed.
    #[error(transparent)]
    Pipeline(#[from] pipeline::Error),
}

impl Error {
    fn status(&self) -> Status {
        match self {
            Error::Host(error) => error.status(),
            Error::Pipeline(pipeline::Error::OutOfMemory)
            | Error::Pipeline(pipeline::Error::Network(NetworkError::OutOfMemory { .. }))
            | Error::Engine(engine::Error::Network(NetworkError::OutOfMemory { .. })) => Status::MEMORY,
            _ => Status::FAILED,
        }
    }
}

/// The arguments of a render.
#[derive(Clone, Copy, Debug)]
pub struct Arguments {
    /// The frame.
    pub time: f64,
    /// What of the output is wanted.
    pub window: PixelRect,
    /// Pixels per canonical unit.
    pub render_scale: [f64; 2],
}

impl Arguments {
    fn read(set: &PropertySet<'_>) -> Result<Self, OfxError> {
        let [x1, y1, x2, y2] = set.ints::<4>(sys::kOfxImageEffectPropRenderWindow)?;
        Ok(Self {
            time: set.double(sys::kOfxPropTime, 0)?,
            window: PixelRect { x1, y1, x2, y2 },
            render_scale: render_scale(set),
        })
    }
}

/// The render scale in an action's arguments; 1 where it is missing or absurd.
pub fn render_scale(set: &PropertySet<'_>) -> [f64; 2] {
    set.doubles::<2>(sys::kOfxImageEffectPropRenderScale)
        .ok()
        .filter(|scale| scale.iter().all(|s| s.is_finite() && *s > 0.0))
        .unwrap_or([1.0; 2])
}

/// Answers Render. What went wrong is on the effect and in the log; the frame is failed, never passed.
pub fn render(effect: &Effect<'_>, instance: &Instance, in_args: &PropertySet<'_>) -> Status {
    let started = Instant::now();
    let mut frame = LastFrame::default();
    match render_frame(effect, instance, in_args, &mut frame) {
        Ok(()) => {
            if let Some(work) = &mut frame.work {
                work.time = started.elapsed();
            }
            instance.report(effect, frame);
            Status::OK
        }
        // The host asked for it: nothing to tell.
        Err(Error::Pipeline(pipeline::Error::Aborted)) => Status::FAILED,
        Err(error) => {
            log::error!("render: {}", chain(&error));
            let status = error.status();
            instance.report(effect, LastFrame { error: Some(error.to_string()), ..frame });
            status
        }
    }
}

fn render_frame(
    effect: &Effect<'_>,
    instance: &Instance,
    in_args: &PropertySet<'_>,
    frame: &mut LastFrame,
) -> Result<(), Error> {
    let host = effect.host();
    let arguments = Arguments::read(in_args)?;
    let settings = instance.settings(host, arguments.time)?;
    let source = match instance.clips.source.image(host, arguments.time)? {
        Some(image) => image.describe()?,
        None => None,
    };
    let output = instance.clips.output.image(host, arguments.time)?;
    let Some(mut output) = output.map(|image| image.describe()).transpose()?.flatten() else {
        // No pixels to write; a host that has none for us has none to show either.
        return Ok(());
    };
    let inputs = Inputs::fetch(instance, host, &settings, arguments.time, &mut frame.notices)?;
    // Where there is no source, the output's grid is the only one.
    let grid = layouts::geometry(&source.as_ref().unwrap_or(&output).properties, arguments.render_scale);
    let guide = align(inputs.guide.as_ref(), &grid, arguments.render_scale)?;
    let garbage = align(inputs.garbage.as_ref(), &grid, arguments.render_scale)?;
    let holdout = align(inputs.holdout.as_ref(), &grid, arguments.render_scale)?;
    let background = align(inputs.background.as_ref(), &grid, arguments.render_scale)?;

    let made = match &source {
        Some(source) => {
            let wanted = frame::Wanted { settings: &settings, geometry: &grid, guide: guide.as_ref() };
            frame::make(effect, instance, source, &wanted, frame)?
        }
        None => {
            frame.notices.push(Notice::NoSource);
            Made::nothing(settings.mode, Matte::empty())
        }
    };
    keep_outline(effect, instance, &made.matte, &grid, arguments.time)?;
    let unstated = match &source {
        Some(source) => unstated_output(&source.properties),
        None => Premultiplication::UnPreMultiplied,
    };
    let source_view = source.as_ref().map(layouts::source_view).transpose()?;
    let mut output_view = layouts::output_view(&mut output, unstated)?;
    let scene = Scene {
        source: source_view.as_ref(),
        matte: &made.matte,
        band: made.band.as_ref(),
        garbage: garbage.as_ref(),
        holdout: holdout.as_ref(),
        background: background.as_ref(),
    };
    let look = Look {
        mode: made.mode,
        source_alpha: settings.source_alpha,
        mix: settings.mix,
        light: made.light,
        crop: frame::crop(&settings, &made, &grid, &mut frame.notices),
    };
    let threads = engine::threads()?;
    let abort = || effect.aborted();
    Ok(compose(&scene, &look, &mut output_view, &arguments.window, &threads, &abort)?)
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

/// A host that does not state the output's premultiplication means the source's.
fn unstated_output(source: &ImageProperties) -> Premultiplication {
    match layouts::premultiplication(&source.premultiplication) {
        Some(Premultiplication::PreMultiplied) => Premultiplication::PreMultiplied,
        _ => Premultiplication::UnPreMultiplied,
    }
}
