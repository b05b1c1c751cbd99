//! What the C shim defines and what it calls: values of parameters, read and written by variadic functions.

use std::ffi::{CStr, c_char, c_int, c_void};
use std::sync::Arc;

use openfx_sys as ofx;

use super::{code, give};
use crate::sim::effect::EffectObject;
use crate::sim::params::Param;
use crate::sim::properties::Kind;
use crate::sim::{Change, Status, Value, ViolationKind, handles, instance};

unsafe extern "C" {
    pub(super) fn sim_shim_param_get_value(param: ofx::OfxParamHandle, ...) -> ofx::OfxStatus;
    pub(super) fn sim_shim_param_get_value_at_time(
        param: ofx::OfxParamHandle,
        time: f64,
        ...
    ) -> ofx::OfxStatus;
    pub(super) fn sim_shim_param_get_derivative(param: ofx::OfxParamHandle, time: f64, ...)
    -> ofx::OfxStatus;
    pub(super) fn sim_shim_param_get_integral(
        param: ofx::OfxParamHandle,
        t1: f64,
        t2: f64,
        ...
    ) -> ofx::OfxStatus;
    pub(super) fn sim_shim_param_set_value(param: ofx::OfxParamHandle, ...) -> ofx::OfxStatus;
    pub(super) fn sim_shim_param_set_value_at_time(
        param: ofx::OfxParamHandle,
        time: f64,
        ...
    ) -> ofx::OfxStatus;
    pub(super) fn sim_shim_message(
        handle: *mut c_void,
        message_type: *const c_char,
        id: *const c_char,
        format: *const c_char,
        ...
    ) -> ofx::OfxStatus;
    pub(super) fn sim_shim_set_persistent_message(
        handle: *mut c_void,
        message_type: *const c_char,
        id: *const c_char,
        format: *const c_char,
        ...
    ) -> ofx::OfxStatus;
}

/// An argument of paramSetValue; the shim's `SimArgument`.
#[repr(C)]
#[derive(Clone, Copy)]
union Argument {
    int: c_int,
    double: f64,
    text: *const c_char,
}

/// The functions that read, numbered as in the shim.
const GET_VALUE: c_int = 0;
const GET_VALUE_AT_TIME: c_int = 1;
const GET_DERIVATIVE: c_int = 2;

/// Tells the shim what a parameter's arguments are: 0 none, 1 int, 2 double, 3 string.
///
/// # Safety
/// `count` must be valid for a write.
#[unsafe(no_mangle)]
unsafe extern "C" fn sim_param_arguments(param: ofx::OfxParamHandle, count: *mut c_int) -> c_int {
    let Some(handles::Object::Parameter(param)) = handles::find(param as usize) else { return 0 };
    // SAFETY: by this function's contract.
    unsafe { count.write(param.kind.count() as c_int) };
    match param.kind.kind() {
        Kind::Int => 1,
        Kind::Double => 2,
        Kind::String => 3,
        Kind::Pointer => 0,
    }
}

/// The effect of a parameter.
pub(super) fn effect_of(param: &Param) -> Result<Arc<EffectObject>, Status> {
    param.effect.upgrade().ok_or(Status::ERR_BAD_HANDLE)
}

/// Reads a value for the shim.
///
/// # Safety
/// `values` must hold `count` pointers, each null or valid for a write of the parameter's type.
#[unsafe(no_mangle)]
unsafe extern "C" fn sim_param_get(
    param: ofx::OfxParamHandle,
    function: c_int,
    time1: f64,
    time2: f64,
    values: *const *mut c_void,
    count: c_int,
) -> ofx::OfxStatus {
    let result = handles::parameter(param as usize, "paramGetValue").and_then(|param| {
        let effect = effect_of(&param)?;
        let frame = effect.frame();
        let object = &param.properties.object;
        let wrong = |message: &str| effect.core.violation(ViolationKind::WrongMoment, object, None, message);
        let Some(frame) = frame else {
            wrong("a value was read while no action runs");
            return Err(Status::FAILED);
        };
        if param.kind.count() == 0 {
            effect.core.violation(ViolationKind::UnknownType, object, None, "it has no value to read");
            return Err(Status::ERR_UNSUPPORTED);
        }
        if function == GET_VALUE && !frame.moment.may_get_values_without_time() {
            wrong("in a render action values are read with paramGetValueAtTime");
        }
        let now = frame.render.as_ref().map(|r| r.time);
        let user = effect.live.as_ref().map_or(0.0, |l| *crate::sim::core::lock(&l.time));
        let value = match function {
            GET_VALUE => param.value_at(now.unwrap_or(user)),
            // A host without keyframes has only the value at the frame that it renders.
            GET_VALUE_AT_TIME if effect.core.profile.hides_keys => param.value_at(now.unwrap_or(user)),
            GET_VALUE_AT_TIME => param.value_at(time1),
            GET_DERIVATIVE => derivative(&param, time1)?,
            _ => integral(&param, time1, time2)?,
        };
        // SAFETY: passed on.
        unsafe { hand_over(&value, values, count, &frame, object) }
    });
    code(result)
}

/// Writes a value to the plugin's places.
///
/// # Safety
/// As [`sim_param_get`].
unsafe fn hand_over(
    value: &Value,
    places: *const *mut c_void,
    count: c_int,
    frame: &crate::sim::action::Frame,
    object: &str,
) -> Result<(), Status> {
    // SAFETY: `count` pointers by this function's contract.
    let places = unsafe { std::slice::from_raw_parts(places, usize::try_from(count).unwrap_or(0)) };
    for (i, place) in places.iter().enumerate() {
        // SAFETY: each place is null or fits the parameter's type, by this function's contract.
        unsafe {
            match value {
                Value::Ints(v) => {
                    give(place.cast::<c_int>(), v.get(i).copied().unwrap_or(0), object, "paramGetValue")
                }
                Value::Doubles(v) => {
                    give(place.cast::<f64>(), v.get(i).copied().unwrap_or(0.0), object, "paramGetValue")
                }
                Value::Text(v) => give(place.cast::<*const c_char>(), frame.lend(v), object, "paramGetValue"),
            }
        }?;
    }
    Ok(())
}

/// The slope at a time, from values a thousandth of a frame to both sides.
fn derivative(param: &Param, time: f64) -> Result<Value, Status> {
    const STEP: f64 = 1e-3;
    match (param.value_at(time - STEP), param.value_at(time + STEP)) {
        (Value::Doubles(a), Value::Doubles(b)) => {
            Ok(Value::Doubles(a.iter().zip(&b).map(|(a, b)| (b - a) / (2.0 * STEP)).collect()))
        }
        _ => Err(not_double(param)),
    }
}

/// The integral over a time: exact, since values go straight between keyframes.
fn integral(param: &Param, from: f64, to: f64) -> Result<Value, Status> {
    let mut times: Vec<f64> = param.key_times().into_iter().filter(|t| *t > from && *t < to).collect();
    times.insert(0, from);
    times.push(to);
    let mut sum = vec![0.0; param.kind.count()];
    for pair in times.windows(2) {
        let (Value::Doubles(a), Value::Doubles(b)) = (param.value_at(pair[0]), param.value_at(pair[1]))
        else {
            return Err(not_double(param));
        };
        for ((sum, a), b) in sum.iter_mut().zip(a).zip(b) {
            *sum += (a + b) / 2.0 * (pair[1] - pair[0]);
        }
    }
    Ok(Value::Doubles(sum))
}

fn not_double(param: &Param) -> Status {
    if let Ok(effect) = effect_of(param) {
        let message = "only double and colour parameters have derivatives and integrals";
        effect.core.violation(ViolationKind::UnknownType, &param.properties.object, None, message);
    }
    Status::ERR_UNSUPPORTED
}

/// Writes down a change of values at a moment when there must be none.
pub(super) fn check_may_change(effect: &EffectObject, object: &str, what: &str) {
    let Some(frame) = effect.frame() else {
        let message = format!("{what} while no action runs");
        return effect.core.violation(ViolationKind::WrongMoment, object, None, message);
    };
    let create =
        frame.moment == crate::sim::moments::Moment::Create && effect.core.profile.values_settable_at_create;
    if !frame.moment.may_set_values() && !create {
        let message = format!("{what} in {}: only InstanceChanged and interact actions may", frame.action);
        effect.core.violation(ViolationKind::WrongMoment, object, None, message);
    }
}

/// Sets a value for the shim.
///
/// # Safety
/// `values` must hold `count` arguments of the parameter's type.
#[unsafe(no_mangle)]
unsafe extern "C" fn sim_param_set(
    param: ofx::OfxParamHandle,
    at_time: c_int,
    time: f64,
    values: *const Argument,
    count: c_int,
) -> ofx::OfxStatus {
    let result = handles::parameter(param as usize, "paramSetValue").and_then(|param| {
        let effect = effect_of(&param)?;
        let object = &param.properties.object;
        if param.kind.count() == 0 {
            effect.core.violation(ViolationKind::UnknownType, object, None, "it has no value to set");
            return Err(Status::ERR_UNSUPPORTED);
        }
        check_may_change(&effect, object, "a value was set");
        // SAFETY: `count` arguments of the parameter's type by this function's contract.
        let value =
            unsafe { read(&param, std::slice::from_raw_parts(values, usize::try_from(count).unwrap_or(0))) };
        let Some(value) = value else {
            super::null(object, "paramSetValue");
            return Err(Status::ERR_VALUE);
        };
        if let Some(objection) = param.objection(&value) {
            let message = format!("{value}: {objection}");
            effect.core.violation(ViolationKind::ParameterValue, object, None, message);
            return Err(Status::ERR_VALUE);
        }
        let animates = param.properties.flag(ofx::kOfxParamPropAnimates);
        if at_time != 0 && !animates {
            let message = "a keyframe was set on a parameter that does not animate";
            effect.core.violation(ViolationKind::WrongMoment, object, None, message);
        }
        effect.note_change(Change::Value {
            param: param.name.clone(),
            value: value.clone(),
            key: (at_time != 0).then_some(time),
        });
        let keyed = !param.key_times().is_empty();
        if at_time != 0 && animates && !effect.core.profile.hides_keys {
            param.set_key(time, value);
        } else if keyed {
            // As hosts do: the value at the user's time changes, the animation stays.
            let now = effect.live.as_ref().map_or(0.0, |l| *crate::sim::core::lock(&l.time));
            param.set_key(now, value);
        } else {
            param.set(value);
        }
        instance::plugin_edited(&effect, &param.name);
        Ok(())
    });
    code(result)
}

/// The arguments as a value; `None` for a null string.
///
/// # Safety
/// The arguments must be of the parameter's type.
unsafe fn read(param: &Param, values: &[Argument]) -> Option<Value> {
    match param.kind.kind() {
        // SAFETY: by this function's contract.
        Kind::Int => Some(Value::Ints(values.iter().map(|v| unsafe { v.int }).collect())),
        // SAFETY: by this function's contract.
        Kind::Double => Some(Value::Doubles(values.iter().map(|v| unsafe { v.double }).collect())),
        Kind::String => {
            // SAFETY: by this function's contract.
            let text = unsafe { values.first()?.text };
            // SAFETY: not null, and the plugin passes a C string.
            (!text.is_null())
                .then(|| Value::Text(unsafe { CStr::from_ptr(text) }.to_string_lossy().into_owned()))
        }
        Kind::Pointer => None,
    }
}
