//! What `clipGetImage` gives.

use std::sync::Arc;

use openfx_sys as ofx;

use super::fields::{self, Lines};
use super::{Buffer, Geometry, Image, ImageFacts, prefill, resample};
use crate::sim::action::{Frame, RenderContext};
use crate::sim::clips::{Clip, ClipObject, Mapping};
use crate::sim::core::{Core, lock};
use crate::sim::plugin::PluginInner;
use crate::sim::profile::UnconnectedImage;
use crate::sim::{Components, Depth, Layout, Premultiplication, SimError, Status, ViolationKind};

/// An input image in memory, ready to be handed out.
pub(crate) struct Prepared {
    buffer: Arc<Buffer>,
    checksum: u64,
    region: [i32; 4],
    lines: Lines,
}

/// The pixels that a canonical region covers at a scale.
pub(crate) fn pixel_bounds(region: [f64; 4], scale: (f64, f64), ratio: f64) -> [i32; 4] {
    // A billionth: what rounding leaves over must not add a pixel.
    const CLOSE: f64 = 1e-9;
    let low = |v: f64| (v + CLOSE * v.abs().max(1.0)).floor() as i32;
    let high = |v: f64| (v - CLOSE * v.abs().max(1.0)).ceil() as i32;
    let (sx, sy) = (scale.0 / ratio, scale.1);
    [low(region[0] * sx), low(region[1] * sy), high(region[2] * sx), high(region[3] * sy)]
}

fn intersection(a: [i32; 4], b: [i32; 4]) -> [i32; 4] {
    let low = [a[0].max(b[0]), a[1].max(b[1])];
    [low[0], low[1], a[2].min(b[2]).max(low[0]), a[3].min(b[3]).max(low[1])]
}

/// How an input image is wanted.
#[derive(Clone, Copy)]
pub(crate) struct Wanted {
    pub(crate) time: f64,
    pub(crate) scale: (f64, f64),
    pub(crate) layout: Layout,
    pub(crate) lines: Lines,
    /// The canonical region, when images may be tiles.
    pub(crate) tile: Option<[f64; 4]>,
}

/// Makes the image of a connected clip; `None` where the clip has no frame.
pub(crate) fn prepare(
    content: &Clip,
    mapping: &Mapping,
    wanted: &Wanted,
) -> Result<Option<Prepared>, SimError> {
    let Wanted { time, scale, layout, lines, tile } = *wanted;
    let Some(picture) = content.source.frame(time)? else { return Ok(None) };
    let ratio = content.pixel_aspect_ratio;
    let region = pixel_bounds(content.region(&picture), scale, ratio);
    let bounds = tile.map_or(region, |t| intersection(region, pixel_bounds(t, scale, ratio)));
    let (width, height) = ((region[2] - region[0]) as usize, (region[3] - region[1]) as usize);
    let geometry = Geometry { bounds, depth: mapping.depth, components: mapping.components, layout };
    let mut buffer = Buffer::new(geometry);
    let origin = (region[0], region[1]);
    let doubled = lines.doubled.map(|parity| fields::doubled(&picture, content.origin.1, parity));
    let picture = doubled.as_ref().unwrap_or(&picture);
    if (width, height) == (picture.width, picture.height) {
        prefill(&mut buffer, picture, origin, mapping.premultiplication);
    } else {
        prefill(&mut buffer, &resample(picture, width, height), origin, mapping.premultiplication);
    }
    let checksum = buffer.checksum();
    Ok(Some(Prepared { buffer: Arc::new(buffer), checksum, region, lines }))
}

/// The answer to `clipGetImage`.
pub(crate) fn fetch(
    core: &Arc<Core>,
    frame: &Arc<Frame>,
    clip: &ClipObject,
    time: f64,
    region: Option<[f64; 4]>,
) -> Result<Arc<Image>, Status> {
    let object = format!("the image of clip \"{}\" at {time}", clip.name);
    let image = if clip.is_output() {
        output(core, frame, clip, time, object)?
    } else {
        input(core, frame, clip, time, region, object)?
    };
    frame.fetched(image.clone());
    Ok(image)
}

fn output(
    core: &Arc<Core>,
    frame: &Frame,
    clip: &ClipObject,
    time: f64,
    object: String,
) -> Result<Arc<Image>, Status> {
    let render = frame.render.as_ref();
    let Some((render, buffer)) = render.and_then(|r| Some((r, r.output.clone()?))) else {
        let message = "the output has an image during Render only";
        core.violation(ViolationKind::WrongMoment, &object, None, message);
        return Err(Status::FAILED);
    };
    if time != render.time && !core.profile.ignores_image_time {
        let message = format!("the output was asked at {time} while {} is rendered", render.time);
        core.violation(ViolationKind::WrongMoment, &object, None, message);
        return Err(Status::FAILED);
    }
    let mapping = clip.mapping().ok_or(Status::FAILED)?;
    let facts = ImageFacts {
        premultiplication: mapping.premultiplication,
        pixel_aspect_ratio: mapping.pixel_aspect_ratio,
        scale: render.told_scale,
        lines: render.output_lines,
        region: pixel_bounds(render.region, render.scale, mapping.pixel_aspect_ratio),
        identifier: format!("Output@{}", render.time),
    };
    Ok(Image::hand_out(core, object, buffer, &facts, None))
}

fn input(
    core: &Arc<Core>,
    frame: &Frame,
    clip: &ClipObject,
    time: f64,
    region: Option<[f64; 4]>,
    object: String,
) -> Result<Arc<Image>, Status> {
    if !frame.moment.may_fetch_images() {
        let message = format!("images may not be fetched in {}", frame.action);
        core.violation(ViolationKind::WrongMoment, &object, None, message);
    }
    let Some(content) = clip.content() else {
        return match core.profile.unconnected {
            UnconnectedImage::Failed => Err(Status::FAILED),
            UnconnectedImage::NoData => Ok(Image::empty(core, object)),
            UnconnectedImage::Black => Ok(black(core, frame, object)),
        };
    };
    let mapping = clip.mapping().ok_or(Status::FAILED)?;
    check_time(core, frame, clip, time, &object);
    let time = match &frame.render {
        Some(render) if core.profile.ignores_image_time => render.time,
        _ => time,
    };
    let (scale, told_scale, progressive, layout) = match &frame.render {
        Some(r) => (r.scale, r.told_scale, r.progressive, r.source_layout),
        None => ((1.0, 1.0), (1.0, 1.0), core.profile.field, core.profile.layout),
    };
    let tile = frame.render.as_ref().and_then(|r| tile(r, clip, region));
    let lines = fields::input(clip, &content, core.profile.field_images, time, progressive);
    let wanted = Wanted { time, scale, layout, lines, tile };
    let make = || match prepare(&content, &mapping, &wanted) {
        Ok(Some(prepared)) => Ok(Arc::new(prepared)),
        Ok(None) => Err(Status::FAILED),
        Err(error) => {
            core.log_trouble(&error);
            Err(Status::FAILED)
        }
    };
    let prepared = match &frame.render {
        // A tile may differ from call to call, whole images do not.
        Some(render) if tile.is_none() => {
            let mut prepared = lock(&render.prepared);
            match prepared.get(&(clip.name.clone(), time.to_bits())) {
                Some(found) => found.clone(),
                None => {
                    let made = make()?;
                    prepared.insert((clip.name.clone(), time.to_bits()), made.clone());
                    made
                }
            }
        }
        _ => make()?,
    };
    let identifier = match core.profile.random_identifiers {
        true => format!("{}{}", clip.name, core.random()),
        false => format!("{}@{time}#{:016x}", clip.name, prepared.checksum),
    };
    let facts = ImageFacts {
        premultiplication: mapping.premultiplication,
        pixel_aspect_ratio: content.pixel_aspect_ratio,
        scale: told_scale,
        lines: prepared.lines,
        region: prepared.region,
        identifier,
    };
    Ok(Image::hand_out(core, object, prepared.buffer.clone(), &facts, Some(prepared.checksum)))
}

/// The transparent black image of a clip that is not connected, as large as the output.
fn black(core: &Arc<Core>, frame: &Frame, object: String) -> Arc<Image> {
    let render = frame.render.as_ref();
    let project = frame.effect.as_ref().and_then(|e| e.live.as_ref()).map(|l| l.project);
    let size =
        project.map_or([0.0; 4], |p| [p.offset.0, p.offset.1, p.offset.0 + p.size.0, p.offset.1 + p.size.1]);
    let (scale, told_scale) = render.map_or(((1.0, 1.0), (1.0, 1.0)), |r| (r.scale, r.told_scale));
    let pixel_aspect_ratio = project.map_or(1.0, |p| p.pixel_aspect_ratio);
    let bounds = pixel_bounds(render.map_or(size, |r| r.region), scale, pixel_aspect_ratio);
    let layout = core.profile.layout;
    let mut buffer =
        Buffer::new(Geometry { bounds, depth: Depth::Float, components: Components::Rgba, layout });
    (0..buffer.geometry().height()).for_each(|row| buffer.row_mut(row).fill(0));
    let checksum = buffer.checksum();
    let facts = ImageFacts {
        premultiplication: Premultiplication::Premultiplied,
        pixel_aspect_ratio,
        scale: told_scale,
        lines: Lines::all(core.profile.field),
        region: bounds,
        identifier: "black".to_owned(),
    };
    Image::hand_out(core, object, Arc::new(buffer), &facts, Some(checksum))
}

/// The region to give when images may be tiles: what the call asks, or else the region of interest.
fn tile(render: &RenderContext, clip: &ClipObject, asked: Option<[f64; 4]>) -> Option<[f64; 4]> {
    let interest = render.tiles.as_ref()?.get(&clip.name).copied();
    asked.or(interest)
}

/// Notes a frame that the effect fetches without having said so.
fn check_time(core: &Core, frame: &Frame, clip: &ClipObject, time: f64, object: &str) {
    let Some(render) = &frame.render else { return };
    if time == render.time {
        return;
    }
    let allowed =
        render.frames.get(&clip.name).is_some_and(|r| r.iter().any(|(a, b)| time >= *a && time <= *b));
    let message = if !core.profile.temporal_access {
        "this host gives no frame but that of the render"
    } else if !has_temporal_access(frame, clip) {
        "effect and clip were not both described as having access to other frames"
    } else if !allowed && core.profile.demands_frames_needed {
        "GetFramesNeeded did not name this frame"
    } else {
        return;
    };
    core.violation(ViolationKind::FrameNotNeeded, object, None, message);
}

/// Whether the effect's description and the clip's own both say that other frames may be fetched.
fn has_temporal_access(frame: &Frame, clip: &ClipObject) -> bool {
    let live = frame.effect.as_ref().and_then(|effect| effect.live.as_ref());
    let plugin = live.and_then(|live| live.plugin.upgrade());
    let described = |plugin: Arc<PluginInner>| {
        plugin.descriptor().properties.flag(ofx::kOfxImageEffectPropTemporalClipAccess)
    };
    plugin.is_some_and(described) && clip.properties.flag(ofx::kOfxImageEffectPropTemporalClipAccess)
}
