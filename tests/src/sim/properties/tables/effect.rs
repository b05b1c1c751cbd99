//! Effect descriptors and instances, with those of their parameter sets, which share the handle.

use std::sync::LazyLock;

use openfx_sys as ofx;
use openfx_sys::newer;

use super::super::spec::{Allowed, Table, double, int, pointer, string};
use super::{BOOLEANS, CONTEXTS, DEPTHS, SUPPORT};

/// Effect descriptor.
pub(crate) fn descriptor() -> &'static Table {
    static TABLE: LazyLock<Table> = LazyLock::new(|| {
        Table::new(vec![
            string(ofx::kOfxPropType).text(ofx::kOfxTypeImageEffect),
            string(ofx::kOfxPropLabel).rw(),
            string(ofx::kOfxPropShortLabel).rw(),
            string(ofx::kOfxPropLongLabel).rw(),
            int(ofx::kOfxPropVersion).any().ints(&[0]).rw().allow(Allowed::Ints(0, i32::MAX)),
            string(ofx::kOfxPropVersionLabel).rw(),
            string(ofx::kOfxPropPluginDescription).rw(),
            string(ofx::kOfxPropIcon).dim(2).rw(),
            string(ofx::kOfxImageEffectPropSupportedContexts).any().rw().one_of(CONTEXTS),
            string(ofx::kOfxImageEffectPluginPropGrouping).rw(),
            int(ofx::kOfxImageEffectPluginPropSingleInstance).rw().flag(),
            string(ofx::kOfxImageEffectPluginRenderThreadSafety)
                .text(ofx::kOfxImageEffectRenderInstanceSafe)
                .rw()
                .one_of(&[
                    ofx::kOfxImageEffectRenderUnsafe,
                    ofx::kOfxImageEffectRenderInstanceSafe,
                    ofx::kOfxImageEffectRenderFullySafe,
                ]),
            int(ofx::kOfxImageEffectPluginPropHostFrameThreading).ints(&[1]).rw().flag(),
            pointer(ofx::kOfxImageEffectPluginPropOverlayInteractV1).rw(),
            pointer(ofx::kOfxImageEffectPluginPropOverlayInteractV2).rw(),
            int(ofx::kOfxImageEffectPropSupportsMultiResolution).ints(&[1]).rw().flag(),
            int(ofx::kOfxImageEffectPropSupportsTiles).ints(&[1]).rw().flag(),
            int(ofx::kOfxImageEffectPropTemporalClipAccess).rw().flag(),
            string(ofx::kOfxImageEffectPropSupportedPixelDepths).any().rw().one_of(DEPTHS),
            int(ofx::kOfxImageEffectPluginPropFieldRenderTwiceAlways).ints(&[1]).rw().flag(),
            int(ofx::kOfxImageEffectPropSupportsMultipleClipDepths).rw().flag(),
            int(ofx::kOfxImageEffectPropSupportsMultipleClipPARs).rw().flag(),
            string(ofx::kOfxImageEffectPropClipPreferencesSlaveParam).any().rw(),
            int(ofx::kOfxImageEffectInstancePropSequentialRender).rw().allow(Allowed::Ints(0, 2)),
            string(ofx::kOfxPluginPropFilePath),
            string(ofx::kOfxImageEffectPropOpenGLRenderSupported).text(c"false").rw().one_of(SUPPORT),
            string(ofx::kOfxOpenGLPropPixelDepth).any().rw().one_of(DEPTHS),
            string(ofx::kOfxImageEffectPropCudaRenderSupported).text(c"false").rw().one_of(SUPPORT),
            string(ofx::kOfxImageEffectPropCudaStreamSupported).text(c"false").rw().one_of(SUPPORT),
            string(ofx::kOfxImageEffectPropMetalRenderSupported).text(c"false").rw().one_of(SUPPORT),
            string(ofx::kOfxImageEffectPropOpenCLRenderSupported).text(c"false").rw().one_of(SUPPORT),
            string(c"OfxImageEffectPropOpenCLSupported").text(c"false").rw().one_of(SUPPORT),
            string(newer::kOfxImageEffectPropCPURenderSupported).text(c"true").rw().one_of(BOOLEANS),
            string(newer::kOfxImageEffectPropNoSpatialAwareness).text(c"false").rw().one_of(BOOLEANS),
            string(newer::kOfxImageEffectPropColourManagementStyle)
                .text(newer::kOfxImageEffectColourManagementNone)
                .rw()
                .one_of(&[
                    newer::kOfxImageEffectColourManagementNone,
                    newer::kOfxImageEffectColourManagementBasic,
                    newer::kOfxImageEffectColourManagementCore,
                    newer::kOfxImageEffectColourManagementFull,
                    newer::kOfxImageEffectColourManagementOCIO,
                ]),
            string(newer::kOfxImageEffectPropColourManagementAvailableConfigs).any().rw(),
            int(newer::kOfxImageEffectPluginPropObsolete).rw().flag(),
            // Of the parameter set.
            string(ofx::kOfxPluginPropParamPageOrder).any().rw(),
        ])
    });
    &TABLE
}

/// Effect instance.
pub(crate) fn instance() -> &'static Table {
    static TABLE: LazyLock<Table> = LazyLock::new(|| {
        Table::new(vec![
            string(ofx::kOfxPropType).text(ofx::kOfxTypeImageEffectInstance),
            string(ofx::kOfxImageEffectPropContext),
            pointer(ofx::kOfxPropInstanceData).rw(),
            pointer(ofx::kOfxImageEffectPropPluginHandle),
            string(ofx::kOfxPropPluginDescription),
            double(ofx::kOfxImageEffectPropProjectSize).dim(2),
            double(ofx::kOfxImageEffectPropProjectOffset).dim(2),
            double(ofx::kOfxImageEffectPropProjectExtent).dim(2),
            double(ofx::kOfxImageEffectPropProjectPixelAspectRatio),
            double(ofx::kOfxImageEffectInstancePropEffectDuration),
            int(ofx::kOfxImageEffectInstancePropSequentialRender).rw().allow(Allowed::Ints(0, 2)),
            int(ofx::kOfxImageEffectPropSupportsTiles).ints(&[1]).rw().flag(),
            double(ofx::kOfxImageEffectPropFrameRate),
            int(ofx::kOfxPropIsInteractive),
            string(ofx::kOfxImageEffectPropOpenGLRenderSupported).text(c"false").rw().one_of(SUPPORT),
            string(ofx::kOfxImageEffectPropCudaRenderSupported).text(c"false").rw().one_of(SUPPORT),
            string(ofx::kOfxImageEffectPropCudaStreamSupported).text(c"false").rw().one_of(SUPPORT),
            string(ofx::kOfxImageEffectPropMetalRenderSupported).text(c"false").rw().one_of(SUPPORT),
            string(ofx::kOfxImageEffectPropOpenCLRenderSupported).text(c"false").rw().one_of(SUPPORT),
            string(newer::kOfxImageEffectPropCPURenderSupported).text(c"true").rw().one_of(BOOLEANS),
            string(newer::kOfxImageEffectPropColourManagementStyle)
                .text(newer::kOfxImageEffectColourManagementNone),
            string(newer::kOfxImageEffectPropColourManagementConfig),
            string(newer::kOfxImageEffectPropOCIOConfig),
            string(newer::kOfxImageEffectPropOCIODisplay),
            string(newer::kOfxImageEffectPropOCIOView),
            string(newer::kOfxImageEffectPropDisplayColourspace),
            // Of the parameter set.
            int(ofx::kOfxPropParamSetNeedsSyncing).rw().flag(),
            string(ofx::kOfxPluginPropParamPageOrder).any(),
        ])
    });
    &TABLE
}
