//! The entry points of the overlay.

use std::ffi::{CStr, c_char, c_void};

use openfx_sys as sys;
use sys::{OfxPropertySetHandle, OfxStatus};

use super::guard;
use crate::effect::overlay::{self, Version};
use crate::log as log_file;
use crate::ofx::{Host, Interact, PropertySet, Result, Status};

/// Of an overlay drawn with OpenGL.
///
/// # Safety
/// As a host calls it: the action is a C string, handles belong to the action.
pub(super) unsafe extern "C" fn version_1(
    action: *const c_char,
    handle: *const c_void,
    in_args: OfxPropertySetHandle,
    _out_args: OfxPropertySetHandle,
) -> OfxStatus {
    // SAFETY: passed on from the caller.
    unsafe { guard(action, |action| dispatch(action, handle, in_args, Version::One), |_| ()) }
}

/// Of an overlay drawn with the draw suite.
///
/// # Safety
/// As [`version_1`].
pub(super) unsafe extern "C" fn version_2(
    action: *const c_char,
    handle: *const c_void,
    in_args: OfxPropertySetHandle,
    _out_args: OfxPropertySetHandle,
) -> OfxStatus {
    // SAFETY: passed on from the caller.
    unsafe { guard(action, |action| dispatch(action, handle, in_args, Version::Two), |_| ()) }
}

/// # Safety
/// As [`version_1`].
unsafe fn dispatch(
    action: &CStr,
    handle: *const c_void,
    in_args: OfxPropertySetHandle,
    version: Version,
) -> Status {
    // SAFETY: passed on from the caller.
    match unsafe { answer(action, handle, in_args, version) } {
        Ok(status) => status,
        Err(error) => {
            log::error!("overlay, {}: {}", action.to_string_lossy(), log_file::chain(&error));
            // A host ignores an overlay for good that fails to draw once; one that was not made must fail.
            let made = action != sys::kOfxActionCreateInstance;
            if made { Status::REPLY_DEFAULT } else { Status::FAILED }
        }
    }
}

/// # Safety
/// As [`version_1`].
unsafe fn answer(
    action: &CStr,
    handle: *const c_void,
    in_args: OfxPropertySetHandle,
    version: Version,
) -> Result<Status> {
    let host = Host::current()?;
    // SAFETY: an overlay's action comes with an interact handle, and with arguments that last as long as it
    // (null where it has none).
    unsafe {
        let interact = Interact::from_raw(&host, handle.cast_mut().cast());
        let in_args = PropertySet::from_raw(&host, in_args);
        overlay::answer(action, &interact, &in_args, version)
    }
}
