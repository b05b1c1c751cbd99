//! Describe and DescribeInContext: what the effect is and has. No device is probed and no file is read.

use std::ffi::CStr;

use openfx_sys as sys;

use super::parameters::{self, Kind, Spec};
use super::{Context, clips, optional};
use crate::ofx::{Effect, Host, ParameterDescriptors, PropertySet, Result};

/// The effect's identifier.
pub const IDENTIFIER: &CStr = c"org.promptmatte.PromptMatte";
/// Major and minor version. The major one only changes when old projects can no longer be read.
pub const VERSION: [u32; 2] = [1, 0];

const VERSION_LABEL: &CStr = text!(env!("CARGO_PKG_VERSION"));

/// The native-mode configuration whose names of colour spaces are known (OpenFX 1.5, "Colour Management").
const COLOUR_CONFIGURATION: &CStr = c"ofx-native-v1.5_aces-v1.3_ocio-v2.3";

const LABEL: &CStr = c"PromptMatte";
const DESCRIPTION: &CStr =
    c"Turns a click into a matte: put points or a box on a subject, key them, and get \
its matte. Runs on this computer, with Segment Anything (MobileSAM).";

/// Answers Describe.
///
/// # Errors
/// When the host refuses what an effect must say.
pub fn describe(effect: &Effect<'_>) -> Result<()> {
    let set = effect.properties()?;
    for name in [sys::kOfxPropLabel, sys::kOfxPropShortLabel, sys::kOfxPropLongLabel] {
        set.set_string(name, 0, LABEL)?;
    }
    set.set_string(sys::kOfxImageEffectPluginPropGrouping, 0, c"Matte")?;
    let contexts = [sys::kOfxImageEffectContextFilter, sys::kOfxImageEffectContextGeneral];
    for (index, context) in (0..).zip(contexts) {
        set.set_string(sys::kOfxImageEffectPropSupportedContexts, index, context)?;
    }
    let depths =
        [sys::kOfxBitDepthByte, sys::kOfxBitDepthShort, sys::kOfxBitDepthHalf, sys::kOfxBitDepthFloat];
    for (index, depth) in (0..).zip(depths) {
        // Hosts from before half floats refuse them.
        optional(set.set_string(sys::kOfxImageEffectPropSupportedPixelDepths, index, depth));
    }
    set.set_string(sys::kOfxImageEffectPluginRenderThreadSafety, 0, thread_safety(effect.host()))?;
    set.set_int(sys::kOfxImageEffectPluginPropHostFrameThreading, 0, 0)?;
    set.set_int(sys::kOfxImageEffectPropSupportsTiles, 0, 0)?;
    set.set_int(sys::kOfxImageEffectPropSupportsMultiResolution, 0, 1)?;
    // The tracker and smoothing read other frames, where there are any.
    let temporal = effect.host().gives_other_frames();
    set.set_int(sys::kOfxImageEffectPropTemporalClipAccess, 0, temporal.into())?;
    set.set_int(sys::kOfxImageEffectPluginPropFieldRenderTwiceAlways, 0, 0)?;
    set.set_int(sys::kOfxImageEffectPropSupportsMultipleClipDepths, 0, 0)?;
    set.set_int(sys::kOfxImageEffectPropSupportsMultipleClipPARs, 0, 0)?;
    // What hosts of older versions of the API do not know.
    optional(set.set_string(sys::kOfxPropPluginDescription, 0, DESCRIPTION));
    optional(set.set_int(sys::kOfxPropVersion, 0, VERSION[0] as i32));
    optional(set.set_int(sys::kOfxPropVersion, 1, VERSION[1] as i32));
    optional(set.set_string(sys::kOfxPropVersionLabel, 0, VERSION_LABEL));
    optional(set.set_string(sys::newer::kOfxImageEffectPropCPURenderSupported, 0, c"true"));
    optional(set.set_string(sys::newer::kOfxImageEffectPropNoSpatialAwareness, 0, c"false"));
    // Nuke shows an empty panel to effects that set these.
    if !effect.host().is_nuke() {
        let core = sys::newer::kOfxImageEffectColourManagementCore;
        optional(set.set_string(sys::newer::kOfxImageEffectPropColourManagementStyle, 0, core));
        let configurations = sys::newer::kOfxImageEffectPropColourManagementAvailableConfigs;
        optional(set.set_string(configurations, 0, COLOUR_CONFIGURATION));
    }
    Ok(())
}

/// MLT makes an instance for each frame of an effect that is not "unsafe", and loses memory with each;
/// everywhere else any thread may render at any time.
fn thread_safety(host: &Host) -> &'static CStr {
    if host.is_mlt() { sys::kOfxImageEffectRenderUnsafe } else { sys::kOfxImageEffectRenderFullySafe }
}

/// Answers DescribeInContext.
///
/// # Errors
/// When the host refuses a clip or a parameter.
pub fn describe_in_context(effect: &Effect<'_>, context: Context) -> Result<()> {
    clips::define(effect, context)?;
    let descriptors = ParameterDescriptors::of(effect)?;
    for spec in parameters::specs(context) {
        define(&descriptors, spec, effect.host())?;
    }
    let set = effect.properties()?;
    let slaves = [parameters::OUTPUT, parameters::OUTPUT_COMPONENTS, parameters::USE_BACKGROUND];
    let defined = parameters::specs(context).filter(|spec| slaves.contains(&spec.name));
    for (index, spec) in (0..).zip(defined) {
        set.set_string(sys::kOfxImageEffectPropClipPreferencesSlaveParam, index, spec.name)?;
    }
    // Hosts without pages refuse the type. A page lists values only; groups follow their members.
    if let Ok(page) = descriptors.define(sys::kOfxParamTypePage, parameters::PAGE) {
        let values = parameters::specs(context).filter(|spec| !matches!(spec.kind, Kind::Group { .. }));
        for (index, spec) in (0..).zip(values) {
            optional(page.set_string(sys::kOfxParamPropPageChild, index, spec.name));
        }
    }
    Ok(())
}

fn define(descriptors: &ParameterDescriptors<'_>, spec: &Spec, host: &Host) -> Result<()> {
    let set = descriptors.define(open_fx_type(spec.kind), spec.name)?;
    set.set_string(sys::kOfxPropLabel, 0, spec.label)?;
    let said = parameters::said_in(host, spec.name);
    let is_label = matches!(spec.kind, Kind::Label { .. });
    let hint = said.filter(|_| !is_label).unwrap_or(spec.hint);
    optional(set.set_string(sys::kOfxParamPropHint, 0, hint));
    if let Some(parent) = spec.parent {
        set.set_string(sys::kOfxParamPropParent, 0, parent)?;
    }
    match spec.kind {
        Kind::Group { open } => optional(set.set_int(sys::kOfxParamPropGroupOpen, 0, open.into())),
        Kind::Choice { options, default, animates } => {
            for (index, option) in (0..).zip(options) {
                set.set_string(sys::kOfxParamPropChoiceOption, index, option)?;
            }
            set.set_int(sys::kOfxParamPropDefault, 0, default)?;
            set_animates(&set, animates && supports(host, sys::kOfxParamHostPropSupportsChoiceAnimation));
        }
        Kind::Boolean { default } => {
            set.set_int(sys::kOfxParamPropDefault, 0, default.into())?;
            set_animates(&set, supports(host, sys::kOfxParamHostPropSupportsBooleanAnimation));
        }
        Kind::Switch { default, renders } => {
            set.set_int(sys::kOfxParamPropDefault, 0, default.into())?;
            set_animates(&set, false);
            optional(set.set_int(sys::kOfxParamPropEvaluateOnChange, 0, renders.into()));
        }
        Kind::Position { default } => {
            set.set_string(sys::kOfxParamPropDoubleType, 0, sys::kOfxParamDoubleTypeXYAbsolute)?;
            // Resolve does not have it; `settings` then tells an untouched default from a position.
            optional(set.set_string(
                sys::kOfxParamPropDefaultCoordinateSystem,
                0,
                sys::kOfxParamCoordinatesNormalised,
            ));
            set.set_doubles(sys::kOfxParamPropDefault, &default)?;
            limits(&set, [POSITION_MIN; 2], [POSITION_MAX; 2], [0.0; 2], [DISPLAY_MAX; 2]);
            set_animates(&set, true);
            optional(set.set_int(sys::kOfxParamPropUseHostOverlayHandle, 0, 1));
        }
        Kind::UseInput => {
            set.set_int(sys::kOfxParamPropDefault, 0, (!host.is_resolve()).into())?;
            set_animates(&set, false);
        }
        Kind::Integer { default, range } => {
            set.set_int(sys::kOfxParamPropDefault, 0, default)?;
            integer_limits(&set, range, range);
            set_animates(&set, true);
        }
        Kind::Count { default, range } => {
            set.set_int(sys::kOfxParamPropDefault, 0, default)?;
            integer_limits(&set, range, range);
            set_animates(&set, false);
        }
        Kind::Double { default, range, slider } => {
            set.set_string(sys::kOfxParamPropDoubleType, 0, sys::kOfxParamDoubleTypePlain)?;
            set.set_double(sys::kOfxParamPropDefault, 0, default)?;
            limits(&set, [range[0]], [range[1]], [slider[0]], [slider[1]]);
            set_animates(&set, true);
        }
        Kind::Colour { default } => {
            set.set_doubles(sys::kOfxParamPropDefault, &default)?;
            set_animates(&set, true);
        }
        Kind::Rgb { default } => {
            set.set_doubles(sys::kOfxParamPropDefault, &default)?;
            set_animates(&set, true);
        }
        // A button has no value.
        Kind::Button => {}
        Kind::FilePath => {
            set.set_string(sys::kOfxParamPropStringMode, 0, sys::kOfxParamStringIsFilePath)?;
            // The file may yet be written.
            optional(set.set_int(sys::kOfxParamPropStringFilePathExists, 0, 0));
            set_animates(&set, false);
            optional(set.set_int(sys::kOfxParamPropEvaluateOnChange, 0, 0));
        }
        Kind::Data => {
            set.set_string(sys::kOfxParamPropStringMode, 0, sys::kOfxParamStringIsSingleLine)?;
            set_animates(&set, false);
            optional(set.set_int(sys::kOfxParamPropSecret, 0, 1));
            optional(set.set_int(sys::kOfxParamPropEvaluateOnChange, 0, 0));
        }
        Kind::Resource { default, default_in_mlt, range, slider } => {
            let default = if host.is_mlt() { default_in_mlt } else { default };
            set.set_int(sys::kOfxParamPropDefault, 0, default)?;
            integer_limits(&set, range, slider);
            set_animates(&set, false);
            optional(set.set_int(sys::kOfxParamPropEvaluateOnChange, 0, 0));
        }
        Kind::Label { default } => {
            set.set_string(sys::kOfxParamPropStringMode, 0, sys::kOfxParamStringIsLabel)?;
            set.set_string(sys::kOfxParamPropDefault, 0, said.unwrap_or(default))?;
            set_animates(&set, false);
            optional(set.set_int(sys::kOfxParamPropPersistant, 0, 0));
            optional(set.set_int(sys::kOfxParamPropEvaluateOnChange, 0, 0));
            optional(set.set_int(sys::kOfxParamPropCanUndo, 0, 0));
        }
    }
    if parameters::reaches_other_frames(spec) && host.gives_other_frames() {
        optional(set.set_string(sys::kOfxParamPropCacheInvalidation, 0, sys::kOfxParamInvalidateAll));
    }
    Ok(())
}

/// Positions may lie outside the frame; Resolve takes ±1 where no limits are given.
const POSITION_MIN: f64 = -1e6;
const POSITION_MAX: f64 = 1e6;
/// End of a slider for positions, where a host shows one.
const DISPLAY_MAX: f64 = 10_000.0;

fn limits<const N: usize>(
    set: &PropertySet<'_>,
    min: [f64; N],
    max: [f64; N],
    display_min: [f64; N],
    display_max: [f64; N],
) {
    optional(set.set_doubles(sys::kOfxParamPropMin, &min));
    optional(set.set_doubles(sys::kOfxParamPropMax, &max));
    optional(set.set_doubles(sys::kOfxParamPropDisplayMin, &display_min));
    optional(set.set_doubles(sys::kOfxParamPropDisplayMax, &display_max));
}

fn integer_limits(set: &PropertySet<'_>, range: [i32; 2], slider: [i32; 2]) {
    optional(set.set_int(sys::kOfxParamPropMin, 0, range[0]));
    optional(set.set_int(sys::kOfxParamPropMax, 0, range[1]));
    optional(set.set_int(sys::kOfxParamPropDisplayMin, 0, slider[0]));
    optional(set.set_int(sys::kOfxParamPropDisplayMax, 0, slider[1]));
}

fn set_animates(set: &PropertySet<'_>, animates: bool) {
    optional(set.set_int(sys::kOfxParamPropAnimates, 0, animates.into()));
}

fn supports(host: &Host, property: &CStr) -> bool {
    host.properties().int(property, 0).is_ok_and(|supported| supported != 0)
}

fn open_fx_type(kind: Kind) -> &'static CStr {
    match kind {
        Kind::Group { .. } => sys::kOfxParamTypeGroup,
        Kind::Choice { .. } => sys::kOfxParamTypeChoice,
        Kind::Position { .. } => sys::kOfxParamTypeDouble2D,
        Kind::Boolean { .. } | Kind::Switch { .. } | Kind::UseInput => sys::kOfxParamTypeBoolean,
        Kind::Integer { .. } | Kind::Count { .. } | Kind::Resource { .. } => sys::kOfxParamTypeInteger,
        Kind::Double { .. } => sys::kOfxParamTypeDouble,
        Kind::Colour { .. } => sys::kOfxParamTypeRGBA,
        Kind::Rgb { .. } => sys::kOfxParamTypeRGB,
        Kind::Button => sys::kOfxParamTypePushButton,
        Kind::Label { .. } | Kind::FilePath | Kind::Data => sys::kOfxParamTypeString,
    }
}
