//! The suites that the host gives out. Their functions get handles, look them up, check the moment, and answer.

mod draw;
mod effect;
mod interact;
pub(crate) mod memory;
mod message;
mod param;
mod param_keys;
mod progress;
mod property;
pub(crate) mod threads;
mod timeline;
mod variadic;

use std::ffi::{CStr, c_char, c_int, c_void};

use openfx_sys as ofx;

use super::handles;
use super::plugin::text_of;
use super::{Status, ViolationKind};

/// `OfxHost::fetchSuite`.
pub(crate) unsafe extern "C" fn fetch_suite(
    host: ofx::OfxPropertySetHandle,
    name: *const c_char,
    version: c_int,
) -> *const c_void {
    let Some(core) = handles::host_of(host as usize) else { return std::ptr::null() };
    if host as usize != core.properties.handle {
        handles::bad(host as usize, "the host's own property set", "fetchSuite");
        return std::ptr::null();
    }
    // SAFETY: the plugin passes a C string.
    let name = unsafe { text_of(name) };
    if core.profile.withholds(&name, version) {
        return std::ptr::null();
    }
    let is = |suite: &CStr| suite.to_str() == Ok(name.as_str());
    fn at<T>(suite: &'static T) -> *const c_void {
        std::ptr::from_ref(suite).cast()
    }
    match version {
        1 if is(ofx::kOfxPropertySuite) => at(&property::SUITE),
        1 if is(ofx::kOfxImageEffectSuite) => at(&effect::SUITE),
        1 if is(ofx::kOfxParameterSuite) => at(&param::SUITE),
        1 if is(ofx::kOfxMemorySuite) => at(&memory::SUITE),
        1 if is(ofx::kOfxMultiThreadSuite) => at(&threads::SUITE),
        1 if is(ofx::kOfxMessageSuite) => at(&message::SUITE_V1),
        2 if is(ofx::kOfxMessageSuite) => at(&message::SUITE_V2),
        1 if is(ofx::kOfxProgressSuite) => at(&progress::SUITE_V1),
        2 if is(ofx::kOfxProgressSuite) => at(&progress::SUITE_V2),
        1 if is(ofx::kOfxTimeLineSuite) => at(&timeline::SUITE),
        1 if is(ofx::kOfxDrawSuite) => at(&draw::SUITE),
        1 if is(ofx::kOfxInteractSuite) => at(&interact::SUITE),
        _ => std::ptr::null(),
    }
}

/// The status code of a result.
fn code(result: Result<(), Status>) -> ofx::OfxStatus {
    match result {
        Ok(()) => ofx::kOfxStatOK as ofx::OfxStatus,
        Err(status) => status.0,
    }
}

/// Writes to where the plugin wants a result.
///
/// # Safety
/// `place` must be null or valid for a write of `T`.
unsafe fn give<T>(place: *mut T, value: T, object: &str, function: &str) -> Result<(), Status> {
    if place.is_null() {
        null(object, function);
        return Err(Status::ERR_VALUE);
    }
    // SAFETY: not null, and valid by this function's contract.
    unsafe { place.write(value) };
    Ok(())
}

/// Writes down that a pointer is null where a value is due.
fn null(object: &str, function: &str) {
    if let Some(core) = handles::host_of(0) {
        core.violation(ViolationKind::NullPointer, object, None, format!("{function} got a null pointer"));
    }
}
