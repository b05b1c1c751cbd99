//! GetClipPreferences: what the output is.

use openfx_sys as sys;

use super::instance::Instance;
use super::{Context, layouts};
use crate::ofx::{Effect, Host, PropertySet, Result, Status};
use crate::pipeline::compose::Mode;
use crate::pipeline::pixels::{Components, Premultiplication};

/// Answers GetClipPreferences. Parameters that it depends on are not animated, so their value at time 0
/// is their value.
///
/// # Errors
/// When the host does not answer.
pub fn clip_preferences(
    effect: &Effect<'_>,
    instance: &Instance,
    out_args: &PropertySet<'_>,
) -> Result<Status> {
    let host = effect.host();
    let settings = instance.settings(host, 0.0)?;
    let source = instance.source.properties(host)?;
    // MLT has no such properties, and takes no preferences either.
    let source_state = source
        .string(sys::kOfxImageEffectPropPreMultiplication, 0)
        .ok()
        .and_then(|name| layouts::premultiplication(&name));

    // A filter may choose neither its source's components nor its output's, which are the same (OpenFX
    // specification, "Specifying Pixel Components"): where there is no alpha, colour shows the matte.
    let components = offered(host, settings.components);
    if instance.context == Context::General {
        let chosen = layouts::component_name(components);
        optional(out_args.set_string(c"OfxImageClipPropComponents_Output", 0, chosen));
    }
    let state = match (settings.mode, source_state) {
        (_, _) if components == Components::Rgb => sys::kOfxImageOpaque,
        // Grey with the same alpha is premultiplied white.
        (Mode::Matte, _) => sys::kOfxImagePreMultiplied,
        (_, Some(Premultiplication::UnPreMultiplied)) => sys::kOfxImageUnPreMultiplied,
        (Mode::Overlay { .. } | Mode::Source, Some(Premultiplication::Opaque)) => sys::kOfxImageOpaque,
        _ => sys::kOfxImagePreMultiplied,
    };
    optional(out_args.set_string(sys::kOfxImageEffectPropPreMultiplication, 0, state));
    Ok(Status::OK)
}

/// The components that were chosen, or RGBA where the host lacks them (Resolve has no RGB).
fn offered(host: &Host, chosen: Components) -> Components {
    let name = sys::kOfxImageEffectPropSupportedComponents;
    // A host that names none is not asked for its reasons.
    let count = host.properties().dimension(name).unwrap_or(0);
    let known: Vec<_> = (0..count).filter_map(|index| host.properties().string(name, index).ok()).collect();
    let named = |components| known.iter().any(|name| layouts::components(name) == Some(components));
    if known.is_empty() || named(chosen) { chosen } else { Components::Rgba }
}

/// Some hosts lack a preference; the images themselves say what they are.
fn optional(result: Result<()>) {
    if let Err(error) = result {
        log::debug!("{error}");
    }
}
