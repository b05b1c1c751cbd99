//! GetClipPreferences: what the output is.

use openfx_sys as sys;

use super::clips::used;
use super::instance::Instance;
use super::settings::Settings;
use super::{Context, layouts, optional};
use crate::ofx::{Effect, Host, PropertySet, Result, Status};
use crate::pipeline::compose::{Alpha, Mode};
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

    // A filter may choose neither its source's components nor its output's, which are the same (OpenFX
    // specification, "Specifying Pixel Components"): where there is no alpha, colour shows the matte.
    let components = offered(host, settings.components);
    if instance.context == Context::General {
        let chosen = layouts::component_name(components);
        optional(out_args.set_string(c"OfxImageClipPropComponents_Output", 0, chosen));
    }
    let state = premultiplication_name(output_state(host, instance, &settings));
    optional(out_args.set_string(sys::kOfxImageEffectPropPreMultiplication, 0, state));
    Ok(Status::OK)
}

/// How colour and alpha of the source relate; `None` where the host does not say (MLT has no such property, and
/// takes no preferences either).
pub fn source_state(host: &Host, instance: &Instance) -> Option<Premultiplication> {
    let source = instance.clips.source.properties(host).ok()?;
    layouts::premultiplication(&source.string(sys::kOfxImageEffectPropPreMultiplication, 0).ok()?)
}

/// How colour and alpha of the output relate.
pub fn output_state(host: &Host, instance: &Instance, settings: &Settings) -> Premultiplication {
    use Premultiplication::{Opaque, PreMultiplied, UnPreMultiplied};
    let source = source_state(host, instance);
    let background = || used(host, &instance.clips.background, settings.inputs.background).is_some();
    match (settings.mode, source) {
        _ if instance.context == Context::General
            && offered(host, settings.components) == Components::Rgb =>
        {
            Opaque
        }
        // Grey with the same alpha is premultiplied white.
        (Mode::Matte, _) => PreMultiplied,
        (Mode::CutOut(Alpha::Premultiplied), _) => PreMultiplied,
        (Mode::CutOut(Alpha::Straight) | Mode::Edges, _) => UnPreMultiplied,
        // Opaque over a colour, and so is the source where Mix shows it.
        (Mode::Composite { .. }, Some(Opaque)) if !background() => Opaque,
        (Mode::Foreground, Some(Opaque)) => Opaque,
        (_, Some(UnPreMultiplied)) => UnPreMultiplied,
        (Mode::Overlay { .. } | Mode::Source, Some(Opaque)) => Opaque,
        _ => PreMultiplied,
    }
}

fn premultiplication_name(state: Premultiplication) -> &'static std::ffi::CStr {
    match state {
        Premultiplication::Opaque => sys::kOfxImageOpaque,
        Premultiplication::PreMultiplied => sys::kOfxImagePreMultiplied,
        Premultiplication::UnPreMultiplied => sys::kOfxImageUnPreMultiplied,
    }
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
