//! Identity and regions: what a frame needs, and whether it needs work at all.

use std::ffi::{CStr, CString};

use openfx_sys as sys;

use super::clips::used;
use super::instance::Instance;
use super::{clips, layouts, parameters as names, preferences, window};
use crate::ofx::{Clip, Effect, Host, PropertySet, Result, Status};
use crate::pipeline::crop;
use crate::pipeline::pixels::{Components, Premultiplication};

/// Answers IsIdentity: without a prompt, and with nothing of the effect mixed in, the source passes.
///
/// # Errors
/// When the host does not answer.
pub fn is_identity(
    effect: &Effect<'_>,
    instance: &Instance,
    in_args: &PropertySet<'_>,
    out_args: &PropertySet<'_>,
) -> Result<Status> {
    let host = effect.host();
    let time = in_args.double(sys::kOfxPropTime, 0)?;
    let settings = instance.settings(host, time)?;
    let unprompted = settings.names_nothing(|| instance.clips.guided(host, settings.inputs));
    if !unprompted && settings.mix > 0.0 && !is_thumbnail(host, &instance.clips.source, in_args) {
        return Ok(Status::REPLY_DEFAULT);
    }
    // An output that is declared to be multiplied otherwise cannot be the source's own image either.
    let stated = preferences::source_state(host, instance);
    let declared = preferences::output_state(host, instance, &settings);
    if stated.is_some_and(|state| state != Premultiplication::Opaque && state != declared) {
        return Ok(Status::REPLY_DEFAULT);
    }
    // An output of other components cannot be the source's own image; Render converts it.
    let components = |clip: &crate::ofx::Clip| -> Option<Components> {
        layouts::components(&clip.properties(host).ok()?.string(sys::kOfxImageEffectPropComponents, 0).ok()?)
    };
    if components(&instance.clips.source) != components(&instance.clips.output) {
        return Ok(Status::REPLY_DEFAULT);
    }
    out_args.set_string(sys::kOfxPropName, 0, clips::SOURCE)?;
    out_args.set_double(sys::kOfxPropTime, 0, time)?;
    Ok(Status::OK)
}

/// Whether the host renders a thumbnail, as OpenFX 1.5.1 says in the arguments and Resolve on the clip. Resolve
/// calls its small pictures of scale 1, so that no position can be told: the source passes.
pub fn is_thumbnail(host: &Host, source: &Clip, in_args: &PropertySet<'_>) -> bool {
    let told =
        in_args.string(sys::newer::kOfxImageEffectPropThumbnailRender, 0).is_ok_and(|value| value == "true");
    let on_clip = || source.properties(host)?.int(c"kOfxImageClipPropThumbnail", 0);
    told || on_clip().is_ok_and(|value| value == 1)
}

/// Answers GetRegionsOfInterest: the network needs the whole frame, whatever part of it is wanted.
///
/// # Errors
/// When the host does not answer.
pub fn regions_of_interest(
    effect: &Effect<'_>,
    instance: &Instance,
    in_args: &PropertySet<'_>,
    out_args: &PropertySet<'_>,
) -> Result<Status> {
    let host = effect.host();
    let time = in_args.double(sys::kOfxPropTime, 0)?;
    let settings = instance.settings(host, time)?;
    let extra = instance.clips.in_use(host, settings.inputs);
    let mut any = false;
    for (name, clip) in std::iter::once((clips::SOURCE, &instance.clips.source)).chain(extra) {
        // A clip without a picture at this time has no region either.
        if let Ok(region) = clip.region_of_definition(host, time) {
            out_args.set_doubles(&property_of(c"OfxImageClipPropRoI_", name), &region)?;
            any = true;
        }
    }
    Ok(if any { Status::OK } else { Status::REPLY_DEFAULT })
}

/// The name of a clip's property among an action's arguments.
fn property_of(prefix: &CStr, clip: &CStr) -> CString {
    CString::new([prefix.to_bytes(), clip.to_bytes()].concat()).unwrap_or_default()
}

/// Answers GetFramesNeeded: the frames around this one that steady its matte, of the source and, where one of them uses
/// it, of the guide.
///
/// # Errors
/// When the host does not answer.
pub fn frames_needed(
    effect: &Effect<'_>,
    instance: &Instance,
    in_args: &PropertySet<'_>,
    out_args: &PropertySet<'_>,
) -> Result<Status> {
    let host = effect.host();
    let time = in_args.double(sys::kOfxPropTime, 0)?;
    let reach = window::reach(host, instance.settings(host, time)?.stability);
    if reach == 0 || is_thumbnail(host, &instance.clips.source, in_args) {
        return Ok(Status::REPLY_DEFAULT);
    }
    let range = window::span(host, instance, time, reach);
    // Its strength may be 0 here and not there.
    let guided = used(host, &instance.clips.guide, instance.parameters.flag(host, names::USE_GUIDE, time)?);
    let guide = guided.map(|_| clips::GUIDE);
    for clip in std::iter::once(clips::SOURCE).chain(guide) {
        out_args.set_doubles(&property_of(c"OfxImageClipPropFrameRange_", clip), &range)?;
    }
    Ok(Status::OK)
}

/// Answers GetRegionOfDefinition: the source's, unless the output is cropped to the subject.
///
/// # Errors
/// When the host does not answer.
pub fn region_of_definition(
    effect: &Effect<'_>,
    instance: &Instance,
    in_args: &PropertySet<'_>,
    out_args: &PropertySet<'_>,
) -> Result<Status> {
    let host = effect.host();
    let time = in_args.double(sys::kOfxPropTime, 0)?;
    let settings = instance.settings(host, time)?;
    let Some(margin) = settings.crop_margin_of(settings.mode) else { return Ok(Status::REPLY_DEFAULT) };
    // What passes unchanged is not cropped.
    if settings.prompts.choose_nothing() || settings.mix < 1.0 {
        return Ok(Status::REPLY_DEFAULT);
    }
    let Ok(frame) = instance.clips.source.region_of_definition(host, time) else {
        return Ok(Status::REPLY_DEFAULT);
    };
    let Some(region) = crop::region(&settings.prompts, margin, frame) else {
        return Ok(Status::REPLY_DEFAULT);
    };
    out_args.set_doubles(sys::kOfxImageEffectPropRegionOfDefinition, &region)?;
    Ok(Status::OK)
}
