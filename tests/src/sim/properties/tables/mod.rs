//! The properties of each kind of object, as the specification's headers describe them: type, dimension,
//! default, allowed values, and who may write.

pub(crate) mod arguments;
pub(crate) mod clip;
pub(crate) mod effect;
pub(crate) mod host;
pub(crate) mod image;
pub(crate) mod interact;
pub(crate) mod param;

use std::ffi::CStr;

use openfx_sys as ofx;

pub(crate) const CONTEXTS: &[&CStr] = &[
    ofx::kOfxImageEffectContextFilter,
    ofx::kOfxImageEffectContextGeneral,
    ofx::kOfxImageEffectContextGenerator,
    ofx::kOfxImageEffectContextTransition,
    ofx::kOfxImageEffectContextPaint,
    ofx::kOfxImageEffectContextRetimer,
];
pub(crate) const DEPTHS: &[&CStr] = &[
    ofx::kOfxBitDepthNone,
    ofx::kOfxBitDepthByte,
    ofx::kOfxBitDepthShort,
    ofx::kOfxBitDepthHalf,
    ofx::kOfxBitDepthFloat,
];
pub(crate) const COMPONENTS: &[&CStr] = &[
    ofx::kOfxImageComponentNone,
    ofx::kOfxImageComponentRGBA,
    ofx::kOfxImageComponentRGB,
    ofx::kOfxImageComponentAlpha,
];
pub(crate) const PREMULTIPLICATIONS: &[&CStr] =
    &[ofx::kOfxImageOpaque, ofx::kOfxImagePreMultiplied, ofx::kOfxImageUnPreMultiplied];
pub(crate) const FIELDS: &[&CStr] =
    &[ofx::kOfxImageFieldNone, ofx::kOfxImageFieldBoth, ofx::kOfxImageFieldLower, ofx::kOfxImageFieldUpper];
pub(crate) const FIELD_ORDERS: &[&CStr] =
    &[ofx::kOfxImageFieldNone, ofx::kOfxImageFieldLower, ofx::kOfxImageFieldUpper];
pub(crate) const BOOLEANS: &[&CStr] = &[c"false", c"true"];
/// For what a plugin may also require.
pub(crate) const SUPPORT: &[&CStr] = &[c"false", c"true", c"needed"];
