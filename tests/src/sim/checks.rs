//! Checks of what the plugin declares, and of what it leaves behind.

use std::ffi::CStr;
use std::sync::Arc;

use openfx_sys as ofx;

use super::core::{Core, lock};
use super::effect::EffectObject;
use super::param_types::ParamType;
use super::plugin::text_of;
use super::properties::Kind;
use super::{Context, Value, ViolationKind};

fn wrong(core: &Core, object: &str, property: Option<&CStr>, message: impl Into<String>) {
    let property = property.map(CStr::to_string_lossy);
    core.violation_in("description", ViolationKind::Description, object, property.as_deref(), message);
}

/// Checks the `OfxPlugin` structure and gives the identifier.
pub(crate) fn plugin_struct(core: &Core, plugin: &ofx::OfxPlugin) -> String {
    // SAFETY: the structure and its strings live as long as the binary, by the API.
    let (api, identifier) = unsafe { (text_of(plugin.pluginApi), text_of(plugin.pluginIdentifier)) };
    let object = "the OfxPlugin structure";
    if ofx::kOfxImageEffectPluginApi.to_str() != Ok(api.as_str()) {
        wrong(core, object, None, format!("pluginApi is \"{api}\""));
    }
    if u32::try_from(plugin.apiVersion) != Ok(ofx::kOfxImageEffectPluginApiVersion) {
        wrong(core, object, None, format!("apiVersion is {}", plugin.apiVersion));
    }
    if identifier.is_empty() || !identifier.chars().all(|c| c.is_ascii_graphic()) {
        wrong(
            core,
            object,
            None,
            format!("the identifier \"{identifier}\" is not plain ASCII without spaces"),
        );
    }
    identifier
}

/// Checks an effect descriptor after Describe.
pub(crate) fn description(core: &Core, descriptor: &EffectObject) {
    let set = &descriptor.properties;
    if set.text(ofx::kOfxPropLabel).is_empty() {
        wrong(core, &set.object, Some(ofx::kOfxPropLabel), "it has no label");
    }
    for name in [ofx::kOfxImageEffectPropSupportedContexts, ofx::kOfxImageEffectPropSupportedPixelDepths] {
        let mut values = set.texts(name);
        if values.is_empty() {
            wrong(core, &set.object, Some(name), "it must be set in Describe");
        }
        let count = values.len();
        values.sort();
        values.dedup();
        if values.len() != count {
            wrong(core, &set.object, Some(name), "a value stands in it twice");
        }
    }
}

/// Checks clips and parameters after DescribeInContext.
pub(crate) fn context(core: &Core, effect: &EffectObject, context: Context) {
    clips(core, effect, context);
    let params = effect.params();
    let limit = core.profile.max_parameters;
    if limit >= 0 && params.len() > limit as usize {
        wrong(
            core,
            &effect.properties.object,
            None,
            format!("{} parameters, the host takes {limit}", params.len()),
        );
    }
    for param in &params {
        check_param(core, effect, &param.name);
    }
    for slave in effect.properties.texts(ofx::kOfxImageEffectPropClipPreferencesSlaveParam) {
        if effect.param(&slave).is_none() {
            let property = Some(ofx::kOfxImageEffectPropClipPreferencesSlaveParam);
            wrong(core, &effect.properties.object, property, format!("there is no parameter \"{slave}\""));
        }
    }
    for page in effect.properties.texts(ofx::kOfxPluginPropParamPageOrder) {
        if effect.param(&page).is_none_or(|p| p.kind != ParamType::Page) {
            let property = Some(ofx::kOfxPluginPropParamPageOrder);
            wrong(core, &effect.properties.object, property, format!("there is no page \"{page}\""));
        }
    }
}

fn clips(core: &Core, effect: &EffectObject, context: Context) {
    let clips = effect.clips();
    let mandatory: &[&CStr] = match context {
        Context::Filter | Context::Retimer => {
            &[ofx::kOfxImageEffectSimpleSourceClipName, ofx::kOfxImageEffectOutputClipName]
        }
        Context::Paint => {
            &[ofx::kOfxImageEffectSimpleSourceClipName, c"Brush", ofx::kOfxImageEffectOutputClipName]
        }
        Context::Transition => &[
            ofx::kOfxImageEffectTransitionSourceFromClipName,
            ofx::kOfxImageEffectTransitionSourceToClipName,
            ofx::kOfxImageEffectOutputClipName,
        ],
        Context::General | Context::Generator => &[ofx::kOfxImageEffectOutputClipName],
    };
    for name in mandatory {
        if effect.clip(&name.to_string_lossy()).is_none() {
            wrong(
                core,
                &effect.properties.object,
                None,
                format!("the context {context:?} needs a clip {name:?}"),
            );
        }
    }
    for clip in clips {
        let set = &clip.properties;
        if set.texts(ofx::kOfxImageEffectPropSupportedComponents).is_empty() {
            wrong(core, &set.object, Some(ofx::kOfxImageEffectPropSupportedComponents), "it must be set");
        }
        let extra = !mandatory.iter().any(|m| m.to_str() == Ok(clip.name.as_str()));
        let optional = set.flag(ofx::kOfxImageClipPropOptional);
        if extra && context != Context::General && !optional {
            let message = format!("beside those of the context {context:?} clips must be optional");
            wrong(core, &set.object, Some(ofx::kOfxImageClipPropOptional), message);
        }
    }
}

fn check_param(core: &Core, effect: &EffectObject, name: &str) {
    let Some(param) = effect.param(name) else { return };
    let set = &param.properties;
    let parent = set.text(ofx::kOfxParamPropParent);
    if !parent.is_empty() && effect.param(&parent).is_none_or(|p| p.kind != ParamType::Group) {
        wrong(core, &set.object, Some(ofx::kOfxParamPropParent), format!("there is no group \"{parent}\""));
    }
    if name.is_empty() || !name.is_ascii() {
        wrong(core, &set.object, None, "a name must be ASCII");
    }
    if param.kind == ParamType::Page {
        for child in set.texts(ofx::kOfxParamPropPageChild) {
            let pseudo = [ofx::kOfxParamPageSkipRow, ofx::kOfxParamPageSkipColumn];
            let found = effect.param(&child);
            let bad = found.is_none_or(|p| matches!(p.kind, ParamType::Group | ParamType::Page));
            if bad && !pseudo.iter().any(|p| p.to_str() == Ok(child.as_str())) {
                let message = format!("\"{child}\" is no parameter that a page can hold");
                wrong(core, &set.object, Some(ofx::kOfxParamPropPageChild), message);
            }
        }
    }
    let animates = param.kind.count() > 0 && set.flag(ofx::kOfxParamPropAnimates);
    if param.kind == ParamType::Custom
        && animates
        && set.pointer(ofx::kOfxParamPropCustomInterpCallbackV1) == 0
    {
        let property = Some(ofx::kOfxParamPropCustomInterpCallbackV1);
        wrong(core, &set.object, property, "a custom parameter that animates needs one");
    }
    check_default(core, &param);
    if core.profile.clamps_without_ranges && param.lacks_ranges() {
        let message = "without a range and a display range this host holds it within -1 and 1, or at 0";
        core.violation_in("description", ViolationKind::Habit, &set.object, None, message);
    }
}

fn check_default(core: &Core, param: &super::params::Param) {
    let set = &param.properties;
    let Some(value) = param.described_default() else { return };
    // A normalised default is not in the units of the range.
    let normalised = param.kind.kind() == Kind::Double
        && set.text(ofx::kOfxParamPropDefaultCoordinateSystem)
            == ofx::kOfxParamCoordinatesNormalised.to_string_lossy();
    if param.kind == ParamType::Choice && set.texts(ofx::kOfxParamPropChoiceOption).is_empty() {
        wrong(core, &set.object, Some(ofx::kOfxParamPropChoiceOption), "a choice needs options");
    } else if param.kind == ParamType::StrChoice {
        let options = set.texts(openfx_sys::newer::kOfxParamPropChoiceEnum);
        if let Value::Text(text) = &value
            && !options.contains(text)
        {
            wrong(
                core,
                &set.object,
                Some(ofx::kOfxParamPropDefault),
                format!("\"{text}\" is none of {options:?}"),
            );
        }
    } else if let (false, Some(why)) = (normalised, param.objection(&value)) {
        wrong(core, &set.object, Some(ofx::kOfxParamPropDefault), format!("{value}: {why}"));
    }
    if matches!(param.kind.kind(), Kind::Int | Kind::Double) {
        for (low, high) in [
            (ofx::kOfxParamPropMin, ofx::kOfxParamPropMax),
            (ofx::kOfxParamPropDisplayMin, ofx::kOfxParamPropDisplayMax),
        ] {
            let bounds =
                |name: &CStr| super::params::from_data(param.kind, set.values(&name.to_string_lossy()));
            let crossed = match (bounds(low), bounds(high)) {
                (Some(Value::Ints(a)), Some(Value::Ints(b))) => a.iter().zip(&b).any(|(a, b)| a > b),
                (Some(Value::Doubles(a)), Some(Value::Doubles(b))) => a.iter().zip(&b).any(|(a, b)| a > b),
                _ => false,
            };
            if crossed {
                wrong(core, &set.object, Some(low), "it is above the maximum");
            }
        }
    }
}

/// Writes down what is left when the plugin was unloaded.
pub(crate) fn leaks(core: &Arc<Core>) {
    let leak = |message: String| {
        core.violation_in("at unload", ViolationKind::Leak, "the plugin", None, message);
    };
    for (_, allocation) in lock(&core.memory).drain() {
        leak(format!("{} bytes from the memory suite, taken in {}", allocation.size(), allocation.action));
    }
    let resources: Vec<(usize, String)> = lock(&core.resources).drain().collect();
    for (handle, what) in resources {
        super::handles::retire(handle);
        leak(what);
    }
}
