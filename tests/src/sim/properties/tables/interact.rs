//! Interacts.

use std::sync::LazyLock;

use openfx_sys as ofx;

use super::super::spec::{Table, double, int, pointer, string};

/// Interact descriptor and instance.
pub(crate) fn table() -> &'static Table {
    static TABLE: LazyLock<Table> = LazyLock::new(|| {
        Table::new(vec![
            int(ofx::kOfxInteractPropBitDepth).ints(&[8]),
            int(ofx::kOfxInteractPropHasAlpha),
            pointer(ofx::kOfxPropEffectInstance),
            pointer(ofx::kOfxPropInstanceData).rw(),
            double(ofx::kOfxInteractPropPixelScale).dim(2),
            double(ofx::kOfxInteractPropBackgroundColour).dim(3),
            double(ofx::kOfxInteractPropSuggestedColour).doubles(&[1.0, 1.0, 1.0]),
            string(ofx::kOfxInteractPropSlaveToParam).any().rw(),
        ])
    });
    &TABLE
}
