//! Clip descriptors and instances.

use std::sync::LazyLock;

use openfx_sys as ofx;
use openfx_sys::newer;

use super::super::Spec;
use super::super::spec::{Table, double, int, string};
use super::COMPONENTS;

/// DaVinci Resolve's own property of clips: 1 while a thumbnail is rendered. Other hosts lack it.
pub(crate) const THUMBNAIL: &str = "kOfxImageClipPropThumbnail";

fn common() -> Vec<Spec> {
    vec![
        string(ofx::kOfxPropType).text(ofx::kOfxTypeClip),
        string(ofx::kOfxPropName),
        string(ofx::kOfxPropLabel).described(),
        string(ofx::kOfxPropShortLabel).described(),
        string(ofx::kOfxPropLongLabel).described(),
        string(ofx::kOfxImageEffectPropSupportedComponents).any().described().one_of(COMPONENTS),
        int(ofx::kOfxImageEffectPropTemporalClipAccess).described().flag(),
        int(ofx::kOfxImageClipPropOptional).described().flag(),
        int(ofx::kOfxImageClipPropIsMask).described().flag(),
        string(ofx::kOfxImageClipPropFieldExtraction).text(ofx::kOfxImageFieldDoubled).described().one_of(&[
            ofx::kOfxImageFieldBoth,
            ofx::kOfxImageFieldSingle,
            ofx::kOfxImageFieldDoubled,
        ]),
        int(ofx::kOfxImageEffectPropSupportsTiles).ints(&[1]).described().flag(),
    ]
}

/// Clip descriptor.
pub(crate) fn descriptor() -> &'static Table {
    static TABLE: LazyLock<Table> = LazyLock::new(|| Table::new(common()));
    &TABLE
}

/// Clip instance.
pub(crate) fn instance() -> &'static Table {
    static TABLE: LazyLock<Table> = LazyLock::new(|| {
        let mut specs = common();
        specs.extend([
            string(ofx::kOfxImageEffectPropPixelDepth).text(ofx::kOfxBitDepthNone),
            string(ofx::kOfxImageEffectPropComponents).text(ofx::kOfxImageComponentNone),
            string(ofx::kOfxImageClipPropUnmappedPixelDepth).text(ofx::kOfxBitDepthNone),
            string(ofx::kOfxImageClipPropUnmappedComponents).text(ofx::kOfxImageComponentNone),
            string(ofx::kOfxImageEffectPropPreMultiplication).text(ofx::kOfxImageOpaque),
            double(ofx::kOfxImagePropPixelAspectRatio).doubles(&[1.0]),
            double(ofx::kOfxImageEffectPropFrameRate),
            double(ofx::kOfxImageEffectPropFrameRange).dim(2),
            string(ofx::kOfxImageClipPropFieldOrder).text(ofx::kOfxImageFieldNone),
            int(ofx::kOfxImageClipPropConnected),
            double(ofx::kOfxImageEffectPropUnmappedFrameRange).dim(2),
            double(ofx::kOfxImageEffectPropUnmappedFrameRate),
            int(ofx::kOfxImageClipPropContinuousSamples),
            int(c"kOfxImageClipPropThumbnail"),
            string(newer::kOfxImageClipPropColourspace),
            string(newer::kOfxImageClipPropPreferredColourspaces).any(),
        ]);
        Table::new(specs)
    });
    &TABLE
}
