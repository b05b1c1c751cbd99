//! Constants of OpenFX 1.5.1 that the headers in the registry crate do not have yet. Nearly all are plain
//! strings; names and values are those of the published 1.5.1 headers, and a test holds them against
//! another crate's bindings of that version.
#![allow(non_upper_case_globals)]

use std::ffi::CStr;

use crate::OfxStatus;

macro_rules! strings {
    ($($(#[$doc:meta])+ $name:ident = $value:literal;)+) => {
        $($(#[$doc])+ pub const $name: &CStr = $value;)+
        /// Every string above, for the test that compares them.
        #[cfg(test)]
        pub(crate) const STRINGS: &[(&str, &CStr)] = &[$((stringify!($name), $name)),+];
    };
}

strings! {
    /// Colour management: the style that effect and host agree on, one of the `kOfxImageEffectColourManagement…` values.
    kOfxImageEffectPropColourManagementStyle = c"OfxImageEffectPropColourManagementStyle";
    /// No colour management.
    kOfxImageEffectColourManagementNone = c"OfxImageEffectColourManagementNone";
    /// Only the basic (broad class) colour space names.
    kOfxImageEffectColourManagementBasic = c"OfxImageEffectColourManagementBasic";
    /// The core colour space names of a named configuration.
    kOfxImageEffectColourManagementCore = c"OfxImageEffectColourManagementCore";
    /// All colour space names of a named configuration.
    kOfxImageEffectColourManagementFull = c"OfxImageEffectColourManagementFull";
    /// Names come from an OpenColorIO configuration file.
    kOfxImageEffectColourManagementOCIO = c"OfxImageEffectColourManagementOCIO";
    /// The native-mode configurations that an effect or host supports.
    kOfxImageEffectPropColourManagementAvailableConfigs = c"OfxImageEffectPropColourManagementAvailableConfigs";
    /// The configuration in force.
    kOfxImageEffectPropColourManagementConfig = c"OfxImageEffectPropColourManagementConfig";
    /// Path of the OpenColorIO configuration in force.
    kOfxImageEffectPropOCIOConfig = c"OfxImageEffectPropOCIOConfig";
    /// The colour space of a clip or image.
    kOfxImageClipPropColourspace = c"OfxImageClipPropColourspace";
    /// The colour spaces that the effect would like a clip in, best first.
    kOfxImageClipPropPreferredColourspaces = c"OfxImageClipPropPreferredColourspaces";
    /// The colour space of the display that the host shows the output on.
    kOfxImageEffectPropDisplayColourspace = c"OfxImageEffectPropDisplayColourspace";
    /// The OpenColorIO display.
    kOfxImageEffectPropOCIODisplay = c"OfxImageEffectPropOCIODisplay";
    /// The OpenColorIO view.
    kOfxImageEffectPropOCIOView = c"OfxImageEffectPropOCIOView";
    /// Action that asks for the output's colour space.
    kOfxImageEffectActionGetOutputColourspace = c"OfxImageEffectActionGetOutputColourspace";
    /// Whether the effect can render on the CPU.
    kOfxImageEffectPropCPURenderSupported = c"OfxImageEffectPropCPURenderSupported";
    /// Render argument and host flag: pixels have no spatial meaning (a colour table is being sampled).
    kOfxImageEffectPropNoSpatialAwareness = c"OfxImageEffectPropNoSpatialAwareness";
    /// Render argument: the render is for a thumbnail.
    kOfxImageEffectPropThumbnailRender = c"OfxImageEffectPropThumbnailRender";
    /// The effect is kept for old projects only.
    kOfxImageEffectPluginPropObsolete = c"OfxImageEffectPluginPropObsolete";
    /// A choice parameter that stores a string.
    kOfxParamTypeStrChoice = c"OfxParamTypeStrChoice";
    /// A parameter that holds bytes.
    kOfxParamTypeBytes = c"OfxParamTypeBytes";
    /// The order in which a host shows the options of a choice.
    kOfxParamPropChoiceOrder = c"OfxParamPropChoiceOrder";
    /// The stored strings of a string choice.
    kOfxParamPropChoiceEnum = c"OfxParamPropChoiceEnum";
    /// Whether the host has string choices.
    kOfxParamHostPropSupportsStrChoice = c"OfxParamHostPropSupportsStrChoice";
    /// Whether the host animates string choices.
    kOfxParamHostPropSupportsStrChoiceAnimation = c"OfxParamHostPropSupportsStrChoiceAnimation";
    /// OpenCL images instead of buffers.
    kOfxImageEffectPropOpenCLImage = c"OfxImageEffectPropOpenCLImage";
}

/// The device ran out of memory; the host may free some and try again.
pub const kOfxStatGPUOutOfMemory: OfxStatus = 1001;
/// A render on the device failed; the host may render on the CPU.
pub const kOfxStatGPURenderFailed: OfxStatus = 1002;
