//! The Interact suite.

use openfx_sys as ofx;

use super::{code, give};
use crate::sim::Status;
use crate::sim::handles::{self, Object};
use crate::sim::interact::InteractObject;

pub(super) static SUITE: ofx::OfxInteractSuiteV1 = ofx::OfxInteractSuiteV1 {
    interactSwapBuffers: Some(swap),
    interactRedraw: Some(redraw),
    interactGetPropertySet: Some(property_set),
};

fn interact(
    handle: ofx::OfxInteractHandle,
    function: &str,
) -> Result<std::sync::Arc<InteractObject>, Status> {
    match handles::find(handle as usize) {
        Some(Object::Interact(interact)) => Ok(interact),
        _ => Err(handles::bad(handle as usize, "an interact", function)),
    }
}

unsafe extern "C" fn swap(handle: ofx::OfxInteractHandle) -> ofx::OfxStatus {
    code(interact(handle, "interactSwapBuffers").map(|_| ()))
}

unsafe extern "C" fn redraw(handle: ofx::OfxInteractHandle) -> ofx::OfxStatus {
    code(interact(handle, "interactRedraw").map(|i| i.ask_redraw()))
}

unsafe extern "C" fn property_set(
    handle: ofx::OfxInteractHandle,
    out: *mut ofx::OfxPropertySetHandle,
) -> ofx::OfxStatus {
    let found = interact(handle, "interactGetPropertySet");
    // SAFETY: the plugin passes a place for the handle.
    code(found.and_then(|i| unsafe {
        give(
            out,
            i.properties.handle as ofx::OfxPropertySetHandle,
            &i.properties.object,
            "interactGetPropertySet",
        )
    }))
}
