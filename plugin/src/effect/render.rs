//! Render: the one action that computes a frame.

use std::time::Instant;

use models::Error as NetworkError;
use openfx_sys as sys;

use super::instance::Instance;
use super::settings::Settings;
use super::status::{LastFrame, Work};
use super::{host_is_linear, layouts};
use crate::engine;
use crate::log::chain;
use crate::ofx::{Effect, Error as OfxError, Fetched, Host, ImageProperties, PropertySet, Status};
use crate::pipeline::colour::SourceColour;
use crate::pipeline::compose::{Mode, compose};
use crate::pipeline::contour::Outline;
use crate::pipeline::geometry::PixelRect;
use crate::pipeline::matte::{Matte, from_logits};
use crate::pipeline::pixels::{Depth, Premultiplication};
use crate::pipeline::prompts::{Notice, Subject};
use crate::pipeline::{self, eye, segment};

/// Why a frame failed.
#[derive(Debug, thiserror::Error)]
enum Error {
    #[error(transparent)]
    Host(#[from] OfxError),
    #[error(transparent)]
    Engine(#[from] engine::Error),
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
struct Arguments {
    time: f64,
    window: PixelRect,
    render_scale: [f64; 2],
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
    let source = match instance.source.image(host, arguments.time)? {
        Some(image) => image.describe()?,
        None => None,
    };
    let output = instance.output.image(host, arguments.time)?;
    let Some(mut output) = output.map(|image| image.describe()).transpose()?.flatten() else {
        // No pixels to write; a host that has none for us has none to show either.
        return Ok(());
    };

    let abort = || effect.aborted();
    let (mode, matte) = match &source {
        Some(source) => make_matte(effect, instance, source, &settings, &arguments, frame)?,
        None => {
            frame.notices.push(Notice::NoSource);
            (settings.mode, Matte::empty())
        }
    };
    let unstated = match &source {
        Some(source) => unstated_output(&source.properties),
        None => Premultiplication::UnPreMultiplied,
    };
    let threads = engine::threads()?;
    if let Some(source) = &source {
        keep_outline(host, instance, &matte, source, &arguments, &threads, &abort)?;
    }
    let source_view = source.as_ref().map(layouts::source_view).transpose()?;
    let mut output_view = layouts::output_view(&mut output, unstated)?;
    Ok(compose(mode, source_view.as_ref(), &matte, &mut output_view, &arguments.window, &threads, &abort)?)
}

/// Keeps the matte's outline for the viewer, where the artist asks for it. The picture does not depend on it.
fn keep_outline(
    host: &Host,
    instance: &Instance,
    matte: &Matte,
    source: &Fetched<'_>,
    arguments: &Arguments,
    threads: &rayon::ThreadPool,
    abort: pipeline::Abort<'_>,
) -> Result<(), Error> {
    if instance.parameters.show_outline.int_at(host, arguments.time)? != 0 {
        let geometry = layouts::geometry(&source.properties, arguments.render_scale);
        instance.outlines.keep(arguments.time, Outline::of(matte, &geometry, threads, abort)?);
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

/// What to give back, and the matte for it.
fn make_matte(
    effect: &Effect<'_>,
    instance: &Instance,
    source: &Fetched<'_>,
    settings: &Settings,
    arguments: &Arguments,
    frame: &mut LastFrame,
) -> Result<(Mode, Matte), Error> {
    if settings.prompts.choose_nothing() {
        let (_, notices) =
            settings.prompts.place(&layouts::geometry(&source.properties, arguments.render_scale), (1, 1));
        frame.unprompted = true;
        frame.notices = notices;
        return Ok((Mode::Source, Matte::empty()));
    }
    let engine = engine::get()?;
    let threads = engine::threads()?;
    instance.apply_budget(settings.cache_budget);
    let abort = || effect.aborted();
    let geometry = layouts::geometry(&source.properties, arguments.render_scale);
    let input = eye::input_size(&geometry, engine.network.input_side());
    let (subject, notices) = settings.prompts.place(&geometry, input);
    frame.notices = notices;
    let prompts = match subject {
        Subject::Chosen(prompts) => prompts,
        Subject::OutsideFrame => return Ok((settings.mode, Matte::empty())),
        Subject::NotChosen => {
            frame.unprompted = true;
            return Ok((Mode::Source, Matte::empty()));
        }
    };
    let view = layouts::source_view(source)?;
    let colour = source_colour(effect, view.layout().depth);
    let image = eye::see(&view, colour, &geometry, engine.network.input_side(), &threads, &abort)?;
    let segmentation = segment::segment(&image, &prompts, &*engine.network, &engine.embeddings, &abort)?;
    frame.work = Some(Work {
        network: engine.network.id().to_owned(),
        embedding: segmentation.embedding,
        time: std::time::Duration::ZERO,
    });
    pipeline::check(&abort)?;
    Ok((settings.mode, from_logits(&segmentation.logits, geometry.bounds, &threads)?))
}

/// Float images of a host that works in linear light are linear; all else is encoded for a display.
fn source_colour(effect: &Effect<'_>, depth: Depth) -> SourceColour {
    match depth {
        Depth::Half | Depth::Float if host_is_linear(effect.host()) => SourceColour::LinearRec709,
        _ => SourceColour::Display,
    }
}
