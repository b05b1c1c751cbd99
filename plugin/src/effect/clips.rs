//! The clips: what each takes, in every context.

use openfx_sys as sys;

use crate::ofx::{Effect, PropertySet, Result};

/// The picture that the subject is in.
pub const SOURCE: &std::ffi::CStr = sys::kOfxImageEffectSimpleSourceClipName;
/// What is given back.
pub const OUTPUT: &std::ffi::CStr = sys::kOfxImageEffectOutputClipName;

/// Defines the clips of a context.
///
/// # Errors
/// When the host refuses one.
pub fn define(effect: &Effect<'_>, context: super::Context) -> Result<()> {
    let source = effect.define_clip(SOURCE)?;
    source.set_string(sys::kOfxImageEffectPropSupportedComponents, 0, sys::kOfxImageComponentRGBA)?;
    source.set_string(sys::kOfxImageEffectPropSupportedComponents, 1, sys::kOfxImageComponentRGB)?;
    // The network needs the whole frame.
    source.set_int(sys::kOfxImageEffectPropSupportsTiles, 0, 0)?;
    take_whole_frames(&source);

    let output = effect.define_clip(OUTPUT)?;
    output.set_string(sys::kOfxImageEffectPropSupportedComponents, 0, sys::kOfxImageComponentRGBA)?;
    output.set_string(sys::kOfxImageEffectPropSupportedComponents, 1, sys::kOfxImageComponentRGB)?;
    // A filter's output has its source's components.
    if context == super::Context::General {
        output.set_string(sys::kOfxImageEffectPropSupportedComponents, 2, sys::kOfxImageComponentAlpha)?;
    }
    output.set_int(sys::kOfxImageEffectPropSupportsTiles, 0, 0)?;
    take_whole_frames(&output);
    Ok(())
}

/// Frames with both fields, as they are: by default a host would give one field with its lines doubled.
fn take_whole_frames(clip: &PropertySet<'_>) {
    let extraction = sys::kOfxImageClipPropFieldExtraction;
    if let Err(error) = clip.set_string(extraction, 0, sys::kOfxImageFieldBoth) {
        log::debug!("{error}");
    }
}
