//! The subject without prompts: found in every frame, or once by a button.

use models::sam::{self, BoxPrompt, Logits, ModelImage};

use super::instance::Instance;
use super::overlay::{Editor, FoundBox};
use super::parameters as names;
use super::render::Error;
use super::status::LastFrame;
use super::{fields, source_colour, tracking};
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
    let size = (image.width(), image.height());
    let (own, notices) = corrections.inside(geometry, size);
    frame.note(notices);
    let salient = saliency::look(&image, &*engine.detector()?, &engine.saliency, abort)?;
    (frame.automatic, frame.found_box) = (true, None);
    Ok(match find(&salient, &own) {
        Some(found) => {
            if own.bounding_box.is_none() {
                frame.found_box = found.prompts.bounding_box.map(|found| corners(found, size, geometry));
            }
            (Subject::Chosen(found.prompts.clone()), Some(Automatic { image, found }))
        }
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

/// Keeps the box of an automatic subject for the viewer. The picture does not depend on it.
pub fn keep_found(instance: &Instance, frame: &LastFrame, time: f64) {
    if frame.automatic {
        let sure = !frame.notices.contains(&Notice::UncertainSubject);
        instance.found.keep(time, frame.found_box.map(|corners| FoundBox { corners, sure }));
    }
}

/// Sets box and points on what stands out in the frame at `time`, in one step of undo; what there is to tell. What the
/// automatic mode shows becomes the artist's, with the corrections in use; else the prompts are new.
///
/// # Errors
/// When the host does not answer.
pub fn find_subject(effect: &Effect<'_>, instance: &Instance, time: f64) -> Result<Option<String>> {
    let found = match find_here(effect, instance, time)? {
        Ok(found) => found,
        Err(sentence) => return Ok(Some(sentence)),
    };
    let corrected = instance.settings(effect.host(), time)?.automatic;
    write(effect, instance, time, &found, corrected)?;
    Ok(Some("The subject was found: correct its box and point where they are wrong.".to_owned()))
}

/// What stands out in a frame, in canonical coordinates.
pub struct FoundHere {
    /// Bottom left and top right of its box.
    pub bounding_box: Option<[[f64; 2]; 2]>,
    /// Include points.
    pub points: Vec<[f64; 2]>,
}

/// What stands out in the frame at `time`; a sentence where nothing does, or nothing can be looked for. Writes nothing.
///
/// # Errors
/// When the host does not answer.
pub fn find_here(
    effect: &Effect<'_>,
    instance: &Instance,
    time: f64,
) -> Result<std::result::Result<FoundHere, String>> {
    let looked = match look(effect, instance, time) {
        Ok(looked) => looked,
        Err(Error::Host(error)) => return Err(error),
        Err(error) => {
            log::error!("find subject: {}", crate::log::chain(&error));
            return Ok(Err(error.to_string()));
        }
    };
    let Some((prompts, geometry)) = looked else {
        return Ok(Err("There is no picture here to look at.".to_owned()));
    };
    let Some((prompts, size)) = prompts else { return Ok(Err(Notice::NothingFound.to_string())) };
    let points = prompts.points.iter().map(|point| to_canonical([point.x, point.y], size, &geometry));
    Ok(Ok(FoundHere {
        bounding_box: prompts.bounding_box.map(|found| corners(found, size, &geometry)),
        points: points.collect(),
    }))
}

/// Prompts in a network's frame of so many pixels.
type Placed = (sam::Prompts, (u32, u32));

/// What stands out at a time beside the corrections in use, and how the frame lies; `None` without a picture.
fn look(
    effect: &Effect<'_>,
    instance: &Instance,
    time: f64,
) -> std::result::Result<Option<(Option<Placed>, Geometry)>, Error> {
    let (host, clip) = (effect.host(), &instance.clips.source);
    let Some(image) = clip.picture(host, time)? else { return Ok(None) };
    let settings = instance.settings(host, time)?;
    let Some((view, geometry)) = fields::first(host, clip, &image, time)? else { return Ok(None) };
    let engine = engine::get()?;
    let threads = engine::threads()?;
    let encoding = source_colour::encoding(effect, instance, &settings, view.layout().depth);
    let abort = || false;
    let eye = encoding.colour.eye(settings.exposure);
    let seen = eye::see(&view, &eye, &geometry, engine.segmenter.input_side(), &threads, &abort)?;
    let salient = saliency::look(&seen, &*engine.detector()?, &engine.saliency, &abort)?;
    let size = (seen.width(), seen.height());
    let own =
        if settings.automatic { settings.prompts.inside(&geometry, size).0 } else { sam::Prompts::default() };
    let found = find(&salient, &own).map(|found| {
        let mut prompts = found.prompts;
        // What is the artist's already comes last.
        prompts.points.truncate(prompts.points.len().saturating_sub(own.points.len()));
        prompts.bounding_box = prompts.bounding_box.filter(|_| own.bounding_box.is_none());
        (prompts, size)
    });
    Ok(Some((found, geometry)))
}

/// Bottom left and top right of a box in the network's frame, canonical.
fn corners(found: BoxPrompt, size: (u32, u32), geometry: &Geometry) -> [[f64; 2]; 2] {
    [[found.x1, found.y2], [found.x2, found.y1]].map(|at| to_canonical(at, size, geometry))
}

/// A place in the network's frame in canonical coordinates.
fn to_canonical(at: [f32; 2], size: (u32, u32), geometry: &Geometry) -> [f64; 2] {
    let frame = [geometry.bounds.width() as f64, geometry.bounds.height() as f64];
    let share = [f64::from(at[0]) / f64::from(size.0), f64::from(at[1]) / f64::from(size.1)];
    geometry.to_canonical([share[0] * frame[0], share[1] * frame[1]])
}

/// Writes the box, as many points as are free, and who says the prompts. What moves elsewhere is keyed. Points that
/// correct nothing (all, unless the artist's prompts are part of what was found: `corrected`) are switched off, unless
/// they have keys: those hold other frames.
fn write(
    effect: &Effect<'_>,
    instance: &Instance,
    time: f64,
    found: &FoundHere,
    corrected: bool,
) -> Result<()> {
    let (host, handles) = (effect.host(), &instance.parameters);
    let editor = Editor { effect, instance, time };
    let box_corners = [handles.get(names::BOX_BOTTOM_LEFT)?, handles.get(names::BOX_TOP_RIGHT)?];
    let keyed = box_corners.iter().any(|corner| corner.key_count(host) > 0) || editor.points_are_keyed(None);
    let place = |position: &Parameter, to: [f64; 2]| {
        if keyed { position.set_double2_at(host, time, to) } else { position.set_double2(host, to) }
    };
    let boxed = handles.get(names::BOX_ENABLE)?;
    Parameters::of(effect)?.edit("Find subject", || {
        if let Some(corners) = found.bounding_box {
            for (corner, at) in box_corners.iter().zip(corners) {
                place(corner, at)?;
            }
            set_int(host, &boxed, time, 1)?;
        }
        if !corrected {
            for (mode, position) in &handles.points {
                let on = mode.int_at(host, time)? != names::POINT_OFF;
                if on && mode.key_count(host) == 0 && position.key_count(host) == 0 {
                    mode.set_int(host, names::POINT_OFF)?;
                }
            }
        }
        for (index, at) in editor.free_points()?.into_iter().zip(&found.points) {
            let Some((mode, position)) = handles.points.get(index) else { continue };
            if !keyed && position.key_count(host) > 0 {
                position.delete_all_keys(host)?;
            }
            place(position, *at)?;
            mode.set_int(host, names::POINT_INCLUDE)?;
        }
        handles.get(names::PROMPTS_FROM)?.set_int(host, names::FROM_ARTIST)?;
        // A tracked frame becomes the artist's.
        tracking::confirm(host, instance, time)
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
