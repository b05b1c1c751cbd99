//! Images.

use std::sync::LazyLock;

use openfx_sys as ofx;

use super::super::spec::{Table, double, int, pointer, string};

/// An image; the plugin only reads it.
pub(crate) fn table() -> &'static Table {
    static TABLE: LazyLock<Table> = LazyLock::new(|| {
        Table::new(vec![
            string(ofx::kOfxPropType).text(ofx::kOfxTypeImage),
            string(ofx::kOfxImageEffectPropPixelDepth),
            string(ofx::kOfxImageEffectPropComponents),
            string(ofx::kOfxImageEffectPropPreMultiplication),
            double(ofx::kOfxImageEffectPropRenderScale).dim(2),
            double(ofx::kOfxImagePropPixelAspectRatio),
            pointer(ofx::kOfxImagePropData),
            int(ofx::kOfxImagePropBounds).dim(4),
            int(ofx::kOfxImagePropRegionOfDefinition).dim(4),
            int(ofx::kOfxImagePropRowBytes),
            string(ofx::kOfxImagePropField),
            string(ofx::kOfxImagePropUniqueIdentifier),
        ])
    });
    &TABLE
}
