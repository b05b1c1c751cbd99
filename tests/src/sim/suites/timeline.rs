//! The TimeLine suite.

use std::ffi::c_void;

use openfx_sys as ofx;

use super::{code, give};
use crate::sim::core::lock;
use crate::sim::{Status, ViolationKind, handles};

pub(super) static SUITE: ofx::OfxTimeLineSuiteV1 =
    ofx::OfxTimeLineSuiteV1 { getTime: Some(get), gotoTime: Some(go), getTimeBounds: Some(bounds) };

/// The instance behind a handle.
fn instance(
    handle: *mut c_void,
    function: &str,
) -> Result<std::sync::Arc<crate::sim::effect::EffectObject>, Status> {
    let effect = handles::effect(handle as usize, function)?;
    if effect.is_instance() {
        Ok(effect)
    } else {
        Err(handles::bad(handle as usize, "an effect instance", function))
    }
}

unsafe extern "C" fn get(handle: *mut c_void, time: *mut f64) -> ofx::OfxStatus {
    let result = instance(handle, "getTime").and_then(|effect| {
        let live = effect.live.as_ref().ok_or(Status::ERR_BAD_HANDLE)?;
        // SAFETY: the plugin passes a place for the time.
        unsafe { give(time, *lock(&live.time), "the timeline", "getTime") }
    });
    code(result)
}

unsafe extern "C" fn go(handle: *mut c_void, time: f64) -> ofx::OfxStatus {
    let result = instance(handle, "gotoTime").and_then(|effect| {
        let live = effect.live.as_ref().ok_or(Status::ERR_BAD_HANDLE)?;
        if effect.frame().is_none_or(|f| !f.moment.may_set_values()) {
            let message = "the timeline may be moved in InstanceChanged and interacts only";
            effect.core.violation(ViolationKind::WrongMoment, "the timeline", None, message);
        }
        let (first, last) = live.project.range;
        if !(time >= first && time <= last) {
            return Err(Status::ERR_VALUE);
        }
        *lock(&live.time) = time;
        Ok(())
    });
    code(result)
}

unsafe extern "C" fn bounds(handle: *mut c_void, first: *mut f64, last: *mut f64) -> ofx::OfxStatus {
    let result = instance(handle, "getTimeBounds").and_then(|effect| {
        let live = effect.live.as_ref().ok_or(Status::ERR_BAD_HANDLE)?;
        // SAFETY: the plugin passes places for both times.
        unsafe {
            give(first, live.project.range.0, "the timeline", "getTimeBounds")?;
            give(last, live.project.range.1, "the timeline", "getTimeBounds")
        }
    });
    code(result)
}
