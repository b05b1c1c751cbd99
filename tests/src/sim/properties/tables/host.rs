//! The host descriptor.

use std::sync::LazyLock;

use openfx_sys as ofx;
use openfx_sys::newer;

use super::super::spec::{Table, double, int, pointer, string};
use super::super::{Data, PropertySet};
use crate::sim::Profile;

/// The properties of the host descriptor; the plugin only reads them.
pub(crate) fn table() -> &'static Table {
    static TABLE: LazyLock<Table> = LazyLock::new(|| {
        Table::new(vec![
            string(ofx::kOfxPropType).text(ofx::kOfxTypeImageEffectHost),
            string(ofx::kOfxPropName),
            string(ofx::kOfxPropLabel),
            int(ofx::kOfxPropVersion).any(),
            string(ofx::kOfxPropVersionLabel),
            int(ofx::kOfxPropAPIVersion).any(),
            pointer(ofx::kOfxPropHostOSHandle),
            int(ofx::kOfxImageEffectHostPropIsBackground),
            string(ofx::kOfxImageEffectHostPropNativeOrigin).text(ofx::kOfxHostNativeOriginBottomLeft),
            int(ofx::kOfxImageEffectPropSupportsOverlays),
            int(ofx::kOfxImageEffectPropSupportsMultiResolution),
            int(ofx::kOfxImageEffectPropSupportsTiles),
            int(ofx::kOfxImageEffectPropTemporalClipAccess),
            string(ofx::kOfxImageEffectPropSupportedComponents).any(),
            string(ofx::kOfxImageEffectPropSupportedContexts).any(),
            string(ofx::kOfxImageEffectPropSupportedPixelDepths).any(),
            int(ofx::kOfxImageEffectPropSupportsMultipleClipDepths),
            int(ofx::kOfxImageEffectPropSupportsMultipleClipPARs),
            int(ofx::kOfxImageEffectPropSetableFrameRate),
            int(ofx::kOfxImageEffectPropSetableFielding),
            int(ofx::kOfxImageEffectInstancePropSequentialRender),
            int(ofx::kOfxImageEffectPropRenderQualityDraft),
            string(ofx::kOfxImageEffectPropOpenGLRenderSupported).text(c"false"),
            string(ofx::kOfxImageEffectPropCudaRenderSupported).text(c"false"),
            string(ofx::kOfxImageEffectPropCudaStreamSupported).text(c"false"),
            string(ofx::kOfxImageEffectPropMetalRenderSupported).text(c"false"),
            string(ofx::kOfxImageEffectPropOpenCLRenderSupported).text(c"false"),
            string(c"OfxImageEffectPropOpenCLSupported").text(c"false"),
            string(newer::kOfxImageEffectPropCPURenderSupported).text(c"true"),
            string(newer::kOfxImageEffectPropNoSpatialAwareness).text(c"false"),
            string(newer::kOfxImageEffectPropColourManagementStyle)
                .text(newer::kOfxImageEffectColourManagementNone),
            string(newer::kOfxImageEffectPropColourManagementAvailableConfigs).any(),
            int(ofx::kOfxParamHostPropSupportsCustomInteract),
            int(ofx::kOfxParamHostPropSupportsStringAnimation),
            int(ofx::kOfxParamHostPropSupportsChoiceAnimation),
            int(ofx::kOfxParamHostPropSupportsBooleanAnimation),
            int(ofx::kOfxParamHostPropSupportsCustomAnimation),
            int(ofx::kOfxParamHostPropSupportsParametricAnimation),
            int(newer::kOfxParamHostPropSupportsStrChoice),
            int(newer::kOfxParamHostPropSupportsStrChoiceAnimation),
            int(ofx::kOfxParamHostPropMaxParameters),
            int(ofx::kOfxParamHostPropMaxPages),
            int(ofx::kOfxParamHostPropPageRowColumnCount).dim(2),
            double(ofx::kOfxImageEffectPropFrameRate),
        ])
    });
    &TABLE
}

/// Sets them from the profile.
pub(crate) fn fill(set: &PropertySet, profile: &Profile) {
    set.put_text(ofx::kOfxPropName, &profile.name);
    set.put_text(ofx::kOfxPropLabel, &profile.label);
    set.put_ints(ofx::kOfxPropVersion, &profile.version);
    let version = profile.version.iter().map(i32::to_string).collect::<Vec<_>>().join(".");
    set.put_text(ofx::kOfxPropVersionLabel, &version);
    set.put_ints(ofx::kOfxPropAPIVersion, &profile.api_version);
    for (name, flag) in [
        (ofx::kOfxImageEffectHostPropIsBackground, profile.background),
        (ofx::kOfxImageEffectPropSupportsOverlays, profile.overlays),
        (ofx::kOfxImageEffectPropSupportsMultiResolution, profile.multi_resolution),
        (ofx::kOfxImageEffectPropSupportsTiles, profile.tiles),
        (ofx::kOfxImageEffectPropTemporalClipAccess, profile.temporal_access),
        (ofx::kOfxImageEffectPropSupportsMultipleClipDepths, profile.multiple_depths),
        (ofx::kOfxImageEffectPropSupportsMultipleClipPARs, profile.multiple_pixel_aspect_ratios),
        (ofx::kOfxParamHostPropSupportsStringAnimation, profile.animates.strings),
        (ofx::kOfxParamHostPropSupportsChoiceAnimation, profile.animates.choices),
        (ofx::kOfxParamHostPropSupportsBooleanAnimation, profile.animates.booleans),
        (ofx::kOfxParamHostPropSupportsCustomAnimation, profile.animates.customs),
    ] {
        set.put_ints(name, &[i32::from(flag)]);
    }
    set.put_ints(ofx::kOfxParamHostPropMaxParameters, &[profile.max_parameters]);
    set.put_ints(ofx::kOfxParamHostPropMaxPages, &[profile.max_pages]);
    let strings = |values: Vec<&'static str>| values.into_iter().map(|v| Data::String(v.into())).collect();
    let name = |n: &std::ffi::CStr| n.to_string_lossy().into_owned();
    set.store(
        &name(ofx::kOfxImageEffectPropSupportedContexts),
        strings(profile.contexts.iter().map(|c| c.as_str()).collect()),
    );
    set.store(
        &name(ofx::kOfxImageEffectPropSupportedComponents),
        strings(profile.components.iter().map(|c| c.as_str()).collect()),
    );
    set.store(
        &name(ofx::kOfxImageEffectPropSupportedPixelDepths),
        strings(profile.depths.iter().map(|d| d.as_str()).collect()),
    );
}
