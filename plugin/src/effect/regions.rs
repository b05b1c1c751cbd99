//! Identity and regions: what a frame needs, and whether it needs work at all.

use openfx_sys as sys;

use super::instance::Instance;
use super::{clips, layouts};
use crate::ofx::{Clip, Effect, Host, PropertySet, Result, Status};
use crate::pipeline::pixels::Components;

/// Answers IsIdentity: without a prompt the source passes.
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
    if !settings.prompts.choose_nothing() && !is_thumbnail(host, &instance.source, in_args) {
        return Ok(Status::REPLY_DEFAULT);
    }
    // An output of other components cannot be the source's own image; Render converts it.
    let components = |clip: &crate::ofx::Clip| -> Option<Components> {
        layouts::components(&clip.properties(host).ok()?.string(sys::kOfxImageEffectPropComponents, 0).ok()?)
    };
    if components(&instance.source) != components(&instance.output) {
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
    let time = in_args.double(sys::kOfxPropTime, 0)?;
    // A source without a picture at this time has no region either.
    let Ok(region) = instance.source.region_of_definition(effect.host(), time) else {
        return Ok(Status::REPLY_DEFAULT);
    };
    out_args.set_doubles(c"OfxImageClipPropRoI_Source", &region)?;
    Ok(Status::OK)
}
