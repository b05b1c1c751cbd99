//! The arguments of actions.

use std::sync::LazyLock;

use openfx_sys as ofx;
use openfx_sys::newer;

use super::super::spec::{Allowed, Table, double, int, pointer, string};
use super::{BOOLEANS, FIELD_ORDERS, FIELDS, PREMULTIPLICATIONS};

/// `inArgs` of every action there is: all read only, so one table holds them; what an action does not have, its
/// set does not show (see `shown` of the callers).
pub(crate) fn input() -> &'static Table {
    static TABLE: LazyLock<Table> = LazyLock::new(|| Table::new(Vec::new()));
    &TABLE
}

/// The description of an input argument.
pub(crate) fn input_specs(names: &[&std::ffi::CStr]) -> Vec<super::super::Spec> {
    names.iter().filter_map(|n| all_inputs().get(&n.to_string_lossy()).cloned()).collect()
}

fn all_inputs() -> &'static Table {
    static TABLE: LazyLock<Table> = LazyLock::new(|| {
        Table::new(vec![
            string(ofx::kOfxPropType),
            string(ofx::kOfxPropName),
            string(ofx::kOfxPropChangeReason),
            double(ofx::kOfxPropTime),
            int(ofx::kOfxPropIsInteractive),
            string(ofx::kOfxImageEffectPropContext),
            double(ofx::kOfxImageEffectPropRenderScale).dim(2),
            int(ofx::kOfxImageEffectPropRenderWindow).dim(4),
            double(ofx::kOfxImageEffectPropRegionOfInterest).dim(4),
            string(ofx::kOfxImageEffectPropFieldToRender).one_of(FIELDS),
            double(ofx::kOfxImageEffectPropFrameRange).dim(2),
            double(ofx::kOfxImageEffectPropFrameStep).doubles(&[1.0]),
            int(ofx::kOfxImageEffectPropSequentialRenderStatus),
            int(ofx::kOfxImageEffectPropInteractiveRenderStatus),
            int(ofx::kOfxImageEffectPropRenderQualityDraft),
            int(ofx::kOfxImageEffectPropOpenGLEnabled),
            int(ofx::kOfxImageEffectPropOpenGLTextureIndex),
            int(ofx::kOfxImageEffectPropOpenGLTextureTarget),
            int(ofx::kOfxImageEffectPropCudaEnabled),
            pointer(ofx::kOfxImageEffectPropCudaStream),
            int(ofx::kOfxImageEffectPropMetalEnabled),
            pointer(ofx::kOfxImageEffectPropMetalCommandQueue),
            int(ofx::kOfxImageEffectPropOpenCLEnabled),
            pointer(ofx::kOfxImageEffectPropOpenCLCommandQueue),
            string(newer::kOfxImageEffectPropNoSpatialAwareness).text(c"false").one_of(BOOLEANS),
            string(newer::kOfxImageEffectPropThumbnailRender).text(c"false").one_of(BOOLEANS),
            string(newer::kOfxImageClipPropPreferredColourspaces).any(),
            pointer(ofx::kOfxPropEffectInstance),
            double(ofx::kOfxInteractPropPixelScale).dim(2),
            double(ofx::kOfxInteractPropBackgroundColour).dim(3),
            double(ofx::kOfxInteractPropPenPosition).dim(2),
            int(ofx::kOfxInteractPropPenViewportPosition).dim(2),
            double(ofx::kOfxInteractPropPenPressure),
            int(ofx::kOfxPropKeySym),
            string(ofx::kOfxPropKeyString),
            pointer(ofx::kOfxInteractPropDrawContext),
        ])
    });
    &TABLE
}

/// `outArgs` of GetClipPreferences, without those named after clips.
pub(crate) fn clip_preferences() -> &'static Table {
    static TABLE: LazyLock<Table> = LazyLock::new(|| {
        Table::new(vec![
            double(ofx::kOfxImageEffectPropFrameRate).rw().allow(Allowed::Positive),
            string(ofx::kOfxImageClipPropFieldOrder).text(ofx::kOfxImageFieldNone).rw().one_of(FIELD_ORDERS),
            string(ofx::kOfxImageEffectPropPreMultiplication).rw().one_of(PREMULTIPLICATIONS),
            int(ofx::kOfxImageClipPropContinuousSamples).rw().flag(),
            int(ofx::kOfxImageEffectFrameVarying).rw().flag(),
        ])
    });
    &TABLE
}

/// `outArgs` of IsIdentity.
pub(crate) fn identity() -> &'static Table {
    static TABLE: LazyLock<Table> = LazyLock::new(|| {
        Table::new(vec![
            string(ofx::kOfxPropName).rw(),
            double(ofx::kOfxPropTime).rw().allow(Allowed::Finite),
        ])
    });
    &TABLE
}

/// `outArgs` of GetRegionOfDefinition.
pub(crate) fn region() -> &'static Table {
    static TABLE: LazyLock<Table> = LazyLock::new(|| {
        Table::new(vec![
            double(ofx::kOfxImageEffectPropRegionOfDefinition).dim(4).rw().allow(Allowed::Finite),
        ])
    });
    &TABLE
}

/// `outArgs` of GetTimeDomain.
pub(crate) fn time_domain() -> &'static Table {
    static TABLE: LazyLock<Table> =
        LazyLock::new(|| Table::new(vec![double(ofx::kOfxImageEffectPropFrameRange).dim(2).rw()]));
    &TABLE
}

/// For arguments that are all named after clips.
pub(crate) fn none() -> &'static Table {
    input()
}
