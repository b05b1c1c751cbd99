//! Render: the one action that computes a frame.

use std::time::Instant;

use models::Error as NetworkError;
use openfx_sys as sys;

use super::instance::Instance;
use super::settings::Settings;
use super::status::{LastFrame, Work};
use super::{fields, host_is_linear, layouts, regions};
use crate::engine;
use crate::log::chain;
use crate::ofx::{Effect, Error as OfxError, ImageProperties, PropertySet, Status};
use crate::pipeline::colour::SourceColour;
use crate::pipeline::compose::{Mode, compose};
use crate::pipeline::fields::{Field, Pass};
use crate::pipeline::geometry::{Geometry, PixelRect};
use crate::pipeline::matte::{Matte, from_logits};
use crate::pipeline::pixels::{Depth, OutputView, Premultiplication, SourceView};
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
    field: Option<Field>,
    thumbnail: bool,
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
            thumbnail: regions::is_thumbnail(effect.host(), &instance.source, set),
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
    let source = match instance.source.image(host, arguments.time)? {
        Some(image) => image.describe()?,
        None => None,
    };
    let output = instance.output.image(host, arguments.time)?;
    let Some(mut output) = output.map(|image| image.describe()).transpose()?.flatten() else {
        // No pixels to write; a host that has none for us has none to show either.
        return Ok(());
    };

    let unstated = match &source {
        Some(source) => unstated_output(&source.properties),
        None => Premultiplication::UnPreMultiplied,
    };
    let passes = match &source {
        Some(source) => {
            fields::passes(host, &instance.source, source, &output, arguments.field, arguments.time)
        }
        None => vec![Pass { output_rows: arguments.field, ..Pass::WHOLE }],
    };
    let source = source
        .as_ref()
        .map(|image| -> Result<_, OfxError> {
            let geometry =
                fields::frame_geometry(host, &instance.source, image, arguments.render_scale, arguments.time);
            Ok((layouts::source_view(image)?, geometry))
        })
        .transpose()?;
    let mut output = layouts::output_view(&mut output, unstated)?;
    for pass in passes {
        let source = source.and_then(|(view, geometry)| fields::source(view, geometry, pass));
        fields::output(&mut output, &arguments.window, pass, |output, window| {
            render_pass(
                effect,
                instance,
                source.as_ref(),
                output,
                &Arguments { window, ..arguments },
                pass,
                frame,
            )
        })
        .unwrap_or(Ok(()))?;
    }
    Ok(())
}

/// Computes one picture, a frame or a field of it, and writes it.
fn render_pass(
    effect: &Effect<'_>,
    instance: &Instance,
    source: Option<&(SourceView<'_>, Geometry)>,
    output: &mut OutputView<'_>,
    arguments: &Arguments,
    pass: Pass,
    frame: &mut LastFrame,
) -> Result<(), Error> {
    let settings = instance.settings(effect.host(), arguments.time + pass.later)?;
    let abort = || effect.aborted();
    let (mode, matte) = match source {
        Some(_) if arguments.thumbnail => (Mode::Source, Matte::empty()),
        Some((view, geometry)) => make_matte(effect, instance, view, geometry, &settings, frame)?,
        None => {
            note(frame, Notice::NoSource);
            (settings.mode, Matte::empty())
        }
    };
    let threads = engine::threads()?;
    let view = source.map(|(view, _)| view);
    Ok(compose(mode, view, &matte, output, &arguments.window, &threads, &abort)?)
}

/// Two fields may have the same to say.
fn note(frame: &mut LastFrame, notice: Notice) {
    if !frame.notices.contains(&notice) {
        frame.notices.push(notice);
    }
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
    view: &SourceView<'_>,
    geometry: &Geometry,
    settings: &Settings,
    frame: &mut LastFrame,
) -> Result<(Mode, Matte), Error> {
    if settings.prompts.choose_nothing() {
        let (_, notices) = settings.prompts.place(geometry, (1, 1));
        frame.unprompted = true;
        notices.into_iter().for_each(|notice| note(frame, notice));
        return Ok((Mode::Source, Matte::empty()));
    }
    let engine = engine::get()?;
    let threads = engine::threads()?;
    instance.apply_budget(settings.cache_budget);
    let abort = || effect.aborted();
    let input = eye::input_size(geometry, engine.network.input_side());
    let (subject, notices) = settings.prompts.place(geometry, input);
    notices.into_iter().for_each(|notice| note(frame, notice));
    let prompts = match subject {
        Subject::Chosen(prompts) => prompts,
        Subject::OutsideFrame => return Ok((settings.mode, Matte::empty())),
        Subject::NotChosen => {
            frame.unprompted = true;
            return Ok((Mode::Source, Matte::empty()));
        }
    };
    let colour = source_colour(effect, view.layout().depth);
    let image = eye::see(view, colour, geometry, engine.network.input_side(), &threads, &abort)?;
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
