//! The keyframe functions of the Parameter suite.

use std::ffi::{c_int, c_uint};
use std::sync::Arc;

use openfx_sys as ofx;

use super::variadic::{check_may_change, effect_of};
use super::{code, give};
use crate::sim::params::Param;
use crate::sim::{Status, ViolationKind, handles, instance};

type Handle = ofx::OfxParamHandle;

/// Two times nearer than this are the same keyframe.
const CLOSE: f64 = 1e-6;

/// A parameter's keyframe times as this host shows them.
fn keys(handle: Handle, function: &str) -> Result<(Arc<Param>, Vec<f64>), Status> {
    let param = handles::parameter(handle as usize, function)?;
    let hidden = effect_of(&param)?.core.profile.hides_keys;
    let times = if hidden { Vec::new() } else { param.key_times() };
    Ok((param, times))
}

pub(super) unsafe extern "C" fn count(handle: Handle, out: *mut c_uint) -> ofx::OfxStatus {
    let result = keys(handle, "paramGetNumKeys").and_then(|(param, times)| {
        // SAFETY: the plugin passes a place for the number.
        unsafe { give(out, times.len() as c_uint, &param.properties.object, "paramGetNumKeys") }
    });
    code(result)
}

pub(super) unsafe extern "C" fn time(handle: Handle, index: c_uint, out: *mut f64) -> ofx::OfxStatus {
    let result = keys(handle, "paramGetKeyTime").and_then(|(param, times)| {
        let time = times.get(index as usize).copied().ok_or(Status::ERR_BAD_INDEX)?;
        // SAFETY: the plugin passes a place for the time.
        unsafe { give(out, time, &param.properties.object, "paramGetKeyTime") }
    });
    code(result)
}

pub(super) unsafe extern "C" fn index(
    handle: Handle,
    time: f64,
    direction: c_int,
    out: *mut c_int,
) -> ofx::OfxStatus {
    let result = keys(handle, "paramGetKeyIndex").and_then(|(param, times)| {
        let found = match direction {
            0 => times.iter().position(|t| (t - time).abs() < CLOSE),
            1.. => times.iter().position(|t| *t > time + CLOSE),
            _ => times.iter().rposition(|t| *t < time - CLOSE),
        };
        let value = found.map_or(-1, |i| i as c_int);
        // SAFETY: the plugin passes a place for the index.
        unsafe { give(out, value, &param.properties.object, "paramGetKeyIndex") }?;
        if found.is_some() { Ok(()) } else { Err(Status::FAILED) }
    });
    code(result)
}

pub(super) unsafe extern "C" fn delete(handle: Handle, time: f64) -> ofx::OfxStatus {
    let result = keys(handle, "paramDeleteKey").and_then(|(param, _)| {
        let effect = effect_of(&param)?;
        check_may_change(&effect, &param.properties.object, "a keyframe was deleted");
        if !param.delete_key(time) {
            return Err(Status::ERR_BAD_INDEX);
        }
        instance::plugin_edited(&effect, &param.name);
        Ok(())
    });
    code(result)
}

pub(super) unsafe extern "C" fn delete_all(handle: Handle) -> ofx::OfxStatus {
    let result = keys(handle, "paramDeleteAllKeys").and_then(|(param, _)| {
        let effect = effect_of(&param)?;
        check_may_change(&effect, &param.properties.object, "keyframes were deleted");
        let now = effect.live.as_ref().map_or(0.0, |l| *crate::sim::core::lock(&l.time));
        param.set(param.value_at(now));
        instance::plugin_edited(&effect, &param.name);
        Ok(())
    });
    code(result)
}

pub(super) unsafe extern "C" fn copy(
    to: Handle,
    from: Handle,
    offset: f64,
    range: *const ofx::OfxRangeD,
) -> ofx::OfxStatus {
    let result = keys(to, "paramCopy").and_then(|(to, _)| {
        let (from, _) = keys(from, "paramCopy")?;
        let effect = effect_of(&to)?;
        let object = &to.properties.object;
        check_may_change(&effect, object, "a value was copied");
        if to.kind != from.kind {
            let message = format!("{:?} was copied from {:?}", to.kind, from.kind);
            effect.core.violation(ViolationKind::ParameterValue, object, None, message);
            return Err(Status::ERR_VALUE);
        }
        // SAFETY: the plugin passes null or a range.
        let range = (!range.is_null()).then(|| unsafe { *range }).map(|r| (r.min, r.max));
        if !effect.core.profile.copies_parameters {
            return Ok(());
        }
        // By the specification [0, 0] means all.
        to.copy_from(&from, offset, range.filter(|r| *r != (0.0, 0.0)));
        instance::plugin_edited(&effect, &to.name);
        Ok(())
    });
    code(result)
}
