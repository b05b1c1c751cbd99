//! Properties that a plugin may try on any object to find out about a host: those of API versions after the
//! host's, and those of certain hosts. Where the host has no such property the answer is ErrUnknown, and no
//! violation.

use openfx_sys as ofx;
use openfx_sys::newer;

/// Names of hosts' own properties.
const VENDORS: &[&str] = &[
    "NatronOfxHostIsNatron",
    "NatronOfxImageEffectPropHostMasking",
    "NatronOfxImageEffectPropHostMixing",
    "NatronOfxPropNativeOverlays",
    "kNatronOfxHostIsNatron",
    "OfxImageEffectPropResolvePage",
    "kOfxImageClipPropThumbnail",
    "OfxImageClipPropThumbnail",
    "uk.co.thefoundry.OfxPropPluginDescription",
    "uk.co.thefoundry.FnOfxHostPropMultiplane",
    "com.eyeonline.OfxImageClipPropThumbnail",
];

/// Whether a name may be tried anywhere.
pub(crate) fn legal(name: &str) -> bool {
    let newer = [
        newer::kOfxImageEffectPropColourManagementStyle,
        newer::kOfxImageEffectPropColourManagementAvailableConfigs,
        newer::kOfxImageEffectPropColourManagementConfig,
        newer::kOfxImageEffectPropOCIOConfig,
        newer::kOfxImageClipPropColourspace,
        newer::kOfxImageClipPropPreferredColourspaces,
        newer::kOfxImageEffectPropDisplayColourspace,
        newer::kOfxImageEffectPropOCIODisplay,
        newer::kOfxImageEffectPropOCIOView,
        newer::kOfxImageEffectPropCPURenderSupported,
        newer::kOfxImageEffectPropNoSpatialAwareness,
        newer::kOfxImageEffectPropThumbnailRender,
        newer::kOfxImageEffectPluginPropObsolete,
        newer::kOfxParamPropChoiceOrder,
        newer::kOfxParamPropChoiceEnum,
        newer::kOfxParamHostPropSupportsStrChoice,
        newer::kOfxParamHostPropSupportsStrChoiceAnimation,
        newer::kOfxImageEffectPropOpenCLImage,
        ofx::kOfxImageEffectPropCudaRenderSupported,
        ofx::kOfxImageEffectPropCudaStreamSupported,
        ofx::kOfxImageEffectPropMetalRenderSupported,
        ofx::kOfxImageEffectPropOpenCLRenderSupported,
        ofx::kOfxImageEffectPluginPropOverlayInteractV2,
        ofx::kOfxInteractPropDrawContext,
    ];
    VENDORS.contains(&name)
        || newer.iter().any(|n| n.to_str() == Ok(name))
        || name.starts_with("OfxImageClipPropPreferredColourspaces_")
}
