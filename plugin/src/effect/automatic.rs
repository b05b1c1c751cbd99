//! The subject without prompts: found in every frame, or once by a button.

use models::sam::{self, Logits, ModelImage, PointLabel};

use super::instance::Instance;
use super::overlay::Editor;
use super::parameters as names;
use super::render::Error;
use super::status::LastFrame;
use super::{fields, layouts, source_colour};
use crate::engine::{self, Engine};
use crate::ofx::{Effect, Host, Parameter, Parameters, Result};
use crate::pipeline::geometry::Geometry;
use crate::pipeline::prompts::{Notice, Prompts, Subject};
use crate::pipeline::subject::{Found, UNCERTAIN, agreement, find};
use crate::pipeline::{Abort, eye, saliency};

/// What is known of a frame's automatic subject before the network is asked.
pub struct Automatic {
    /// What the networks see of the frame.
    pub image: ModelImage,
    /// The subject.
    pub found: Found,
}

/// The subject of a frame, with the artist's prompts as corrections.
///
/// # Errors
/// When the detector cannot be had or fails, or the host stops it.
pub fn subject(
    engine: &Engine,
    image: ModelImage,
    corrections: &Prompts,
    geometry: &Geometry,
    frame: &mut LastFrame,
    abort: Abort<'_>,
) -> std::result::Result<(Subject, Option<Automatic>), Error> {
    let (own, notices) = corrections.inside(geometry, (image.width(), image.height()));
    frame.note(notices);
    let salient = saliency::look(&image, &*engine.detector()?, &engine.saliency, abort)?;
    frame.automatic = true;
    Ok(match find(&salient, &own) {
        Some(found) => (Subject::Chosen(found.prompts.clone()), Some(Automatic { image, found })),
        None => {
            frame.note([Notice::NothingFound]);
            (Subject::OutsideFrame, None)
        }
    })
}

/// Notes how much the mask agrees with what stands out. A subject that the artist named is not doubted.
pub fn judge(logits: &Logits, found: &Found, corrections: &Prompts, frame: &mut LastFrame) {
    let agreement = agreement(logits, found);
    frame.agreement = Some(agreement);
    if agreement < UNCERTAIN && corrections.choose_nothing() {
        frame.note([Notice::UncertainSubject]);
    }
}

/// Sets box and points on what stands out in the frame at `time`, in one step of undo; what there is to tell.
///
/// # Errors
/// When the host does not answer.
pub fn find_subject(effect: &Effect<'_>, instance: &Instance, time: f64) -> Result<Option<String>> {
    let (prompts, geometry) = match look(effect, instance, time) {
        Ok(Some(found)) => found,
        Ok(None) => return Ok(Some("There is no picture here to look at.".to_owned())),
        Err(Error::Host(error)) => return Err(error),
        Err(error) => {
            log::error!("find subject: {}", crate::log::chain(&error));
            return Ok(Some(error.to_string()));
        }
    };
    let Some((prompts, size)) = prompts else { return Ok(Some(Notice::NothingFound.to_string())) };
    write(effect, instance, time, &prompts, &|at| to_canonical(at, size, &geometry))?;
    Ok(Some("The subject was found: correct its box and points where they are wrong.".to_owned()))
}

/// What stands out in a frame, in canonical coordinates.
pub struct FoundHere {
    /// Bottom left and top right of its box.
    pub bounding_box: Option<[[f64; 2]; 2]>,
    /// Include points.
    pub points: Vec<[f64; 2]>,
}

/// What stands out in the frame at `time`; a sentence where nothing does. Writes nothing.
///
/// # Errors
/// When the detector cannot be had or fails, or the host does not answer.
pub fn find_here(
    effect: &Effect<'_>,
    instance: &Instance,
    time: f64,
) -> std::result::Result<std::result::Result<FoundHere, String>, Error> {
    let Some((prompts, geometry)) = look(effect, instance, time)? else {
        return Ok(Err("There is no picture here to look at.".to_owned()));
    };
    let Some((prompts, size)) = prompts else { return Ok(Err(Notice::NothingFound.to_string())) };
    let place = |x, y| to_canonical([x, y], size, &geometry);
    let include = prompts.points.iter().filter(|point| point.label == PointLabel::Include);
    Ok(Ok(FoundHere {
        bounding_box: prompts.bounding_box.map(|b| [place(b.x1, b.y2), place(b.x2, b.y1)]),
        points: include.map(|point| place(point.x, point.y)).collect(),
    }))
}

/// Prompts in a network's frame of so many pixels.
type Placed = (sam::Prompts, (u32, u32));

/// What stands out at a time, and how the frame lies; `None` without a picture.
fn look(
    effect: &Effect<'_>,
    instance: &Instance,
    time: f64,
) -> std::result::Result<Option<(Option<Placed>, Geometry)>, Error> {
    let (host, clip) = (effect.host(), &instance.clips.source);
    let Some(image) = clip.picture(host, time)? else { return Ok(None) };
    let settings = instance.settings(host, time)?;
    let whole = fields::frame_geometry(host, clip, &image, [1.0; 2], time);
    // Of interlaced material the earlier field, whose prompts are those of the frame's time.
    let passes = fields::passes(host, clip, &image, &image, None, time);
    let Some(pass) = passes.first() else { return Ok(None) };
    let Some((view, geometry)) = fields::source(layouts::source_view(&image)?, whole, *pass) else {
        return Ok(None);
    };
    let engine = engine::get()?;
    let threads = engine::threads()?;
    let encoding = source_colour::encoding(effect, instance, &settings, view.layout().depth);
    let abort = || false;
    let eye = encoding.colour.eye(settings.exposure);
    let seen = eye::see(&view, &eye, &geometry, engine.segmenter.input_side(), &threads, &abort)?;
    let salient = saliency::look(&seen, &*engine.detector()?, &engine.saliency, &abort)?;
    let found = find(&salient, &sam::Prompts::default());
    Ok(Some((found.map(|found| (found.prompts, (seen.width(), seen.height()))), geometry)))
}

/// A place in the network's frame in canonical coordinates.
fn to_canonical(at: [f32; 2], size: (u32, u32), geometry: &Geometry) -> [f64; 2] {
    let frame = [geometry.bounds.width() as f64, geometry.bounds.height() as f64];
    let share = [f64::from(at[0]) / f64::from(size.0), f64::from(at[1]) / f64::from(size.1)];
    geometry.to_canonical([share[0] * frame[0], share[1] * frame[1]])
}

/// Writes the box, as many points as are free, and who says the prompts. What moves elsewhere is keyed.
fn write(
    effect: &Effect<'_>,
    instance: &Instance,
    time: f64,
    prompts: &sam::Prompts,
    canonical: &dyn Fn([f32; 2]) -> [f64; 2],
) -> Result<()> {
    let (host, handles) = (effect.host(), &instance.parameters);
    let editor = Editor { effect, instance, time };
    let free = editor.free_points()?;
    let corners = [handles.get(names::BOX_BOTTOM_LEFT)?, handles.get(names::BOX_TOP_RIGHT)?];
    let keyed = corners.iter().any(|corner| corner.key_count(host) > 0) || editor.points_are_keyed(None);
    let place = |position: &Parameter, to: [f64; 2]| {
        if keyed { position.set_double2_at(host, time, to) } else { position.set_double2(host, to) }
    };
    let include = prompts.points.iter().filter(|point| point.label == PointLabel::Include);
    Parameters::of(effect)?.edit("Find subject", || {
        if let Some(found) = prompts.bounding_box {
            place(&corners[0], canonical([found.x1, found.y2]))?;
            place(&corners[1], canonical([found.x2, found.y1]))?;
            set_int(host, &handles.get(names::BOX_ENABLE)?, time, 1)?;
        }
        for (index, point) in free.iter().zip(include) {
            let Some((mode, position)) = handles.points.get(*index) else { continue };
            if !keyed && position.key_count(host) > 0 {
                position.delete_all_keys(host)?;
            }
            place(position, canonical([point.x, point.y]))?;
            mode.set_int(host, names::POINT_INCLUDE)?;
        }
        handles.get(names::PROMPTS_FROM)?.set_int(host, names::FROM_ARTIST)
    })
}

/// Sets a key where there are keys, else the value.
fn set_int(host: &Host, parameter: &Parameter, time: f64, value: i32) -> Result<()> {
    if parameter.key_count(host) > 0 {
        parameter.set_int_at(host, time, value)
    } else {
        parameter.set_int(host, value)
    }
}
