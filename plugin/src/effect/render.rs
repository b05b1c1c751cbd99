//! Render: the one action that computes a frame.

use std::time::Instant;

use models::Error as NetworkError;
use openfx_sys as sys;

use super::inputs::Inputs;
use super::instance::Instance;
use super::pass::{self, Picture};
use super::status::LastFrame;
use super::{fields, layouts, regions};
use crate::engine;
use crate::log::chain;
use crate::ofx::{Effect, Error as OfxError, ImageProperties, PropertySet, Status};
use crate::pipeline;
use crate::pipeline::fields::{Field, Pass};
use crate::pipeline::geometry::PixelRect;
use crate::pipeline::pixels::Premultiplication;

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
            | Error::Engine(
                engine::Error::Network(NetworkError::OutOfMemory { .. })
                | engine::Error::Detector(NetworkError::OutOfMemory { .. }),
            ) => Status::MEMORY,
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
    /// The field to render; `None` for the whole frame.
    pub field: Option<Field>,
    /// The host renders a thumbnail.
    pub thumbnail: bool,
}

impl Arguments {
    fn read(effect: &Effect<'_>, instance: &Instance, set: &PropertySet<'_>) -> Result<Self, OfxError> {
        let [x1, y1, x2, y2] = set.ints::<4>(sys::kOfxImageEffectPropRenderWindow)?;
        Ok(Self {
            time: set.double(sys::kOfxPropTime, 0)?,
            window: PixelRect { x1, y1, x2, y2 },
            render_scale: render_scale(set),
            field: set
                .string(sys::kOfxImageEffectPropFieldToRender, 0)
                .ok()
                .and_then(|name| layouts::field(&name)),
            thumbnail: regions::is_thumbnail(effect.host(), &instance.clips.source, set),
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
    let arguments = Arguments::read(effect, instance, in_args)?;
    let clip = &instance.clips.source;
    let source = clip.picture(host, arguments.time)?;
    let Some(mut output) = instance.clips.output.picture(host, arguments.time)? else {
        // No pixels to write; a host that has none for us has none to show either.
        return Ok(());
    };
    let settings = instance.settings(host, arguments.time)?;
    let inputs = Inputs::fetch(instance, host, &settings, arguments.time, frame)?;
    let unstated = match &source {
        Some(source) => unstated_output(&source.properties),
        None => Premultiplication::UnPreMultiplied,
    };
    let passes = match &source {
        Some(source) => fields::passes(host, clip, source, &output, arguments.field, arguments.time),
        None => vec![Pass { output_rows: arguments.field, ..Pass::WHOLE }],
    };
    // Where there is no source, the output's grid is the only one.
    let whole = match &source {
        Some(image) => fields::frame_geometry(host, clip, image, arguments.render_scale, arguments.time),
        None => layouts::geometry(&output.properties, arguments.render_scale),
    };
    let source = source.as_ref().map(layouts::source_view).transpose()?;
    let mut output = layouts::output_view(&mut output, unstated)?;
    for pass in passes {
        // The later field of a frame was taken half a frame later.
        let later = match pass.later {
            0.0 => None,
            by => Some(instance.settings(host, arguments.time + by)?),
        };
        let part = source.and_then(|view| fields::source(view, whole, pass));
        fields::output(&mut output, &arguments.window, pass, |output, window| {
            let arguments = Arguments { window, ..arguments };
            let picture = Picture {
                arguments: &arguments,
                pass,
                settings: later.as_ref().unwrap_or(&settings),
                inputs: &inputs,
                whole: &whole,
            };
            pass::render(effect, instance, &picture, part, output, frame)
        })
        .unwrap_or(Ok(()))?;
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
