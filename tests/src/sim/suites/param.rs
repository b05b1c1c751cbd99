//! The Parameter suite: definition, handles, edits. Values are in `variadic`, keyframes in `param_keys`.

use std::ffi::c_char;
use std::sync::atomic::Ordering;

use openfx_sys as ofx;

use super::{code, give, param_keys, variadic};
use crate::sim::param_types::ParamType;
use crate::sim::{Change, Status, ViolationKind, handles, plugin};

pub(super) static SUITE: ofx::OfxParameterSuiteV1 = ofx::OfxParameterSuiteV1 {
    paramDefine: Some(define),
    paramGetHandle: Some(get_handle),
    paramSetGetPropertySet: Some(set_property_set),
    paramGetPropertySet: Some(property_set),
    paramGetValue: Some(variadic::sim_shim_param_get_value),
    paramGetValueAtTime: Some(variadic::sim_shim_param_get_value_at_time),
    paramGetDerivative: Some(variadic::sim_shim_param_get_derivative),
    paramGetIntegral: Some(variadic::sim_shim_param_get_integral),
    paramSetValue: Some(variadic::sim_shim_param_set_value),
    paramSetValueAtTime: Some(variadic::sim_shim_param_set_value_at_time),
    paramGetNumKeys: Some(param_keys::count),
    paramGetKeyTime: Some(param_keys::time),
    paramGetKeyIndex: Some(param_keys::index),
    paramDeleteKey: Some(param_keys::delete),
    paramDeleteAllKeys: Some(param_keys::delete_all),
    paramCopy: Some(param_keys::copy),
    paramEditBegin: Some(edit_begin),
    paramEditEnd: Some(edit_end),
};

type Set = ofx::OfxParamSetHandle;
type Param = ofx::OfxParamHandle;
type Properties = ofx::OfxPropertySetHandle;

unsafe extern "C" fn define(
    set: Set,
    kind: *const c_char,
    name: *const c_char,
    properties: *mut Properties,
) -> ofx::OfxStatus {
    // SAFETY: the plugin passes C strings.
    let (kind, name) = unsafe { (plugin::text_of(kind), plugin::text_of(name)) };
    let result = handles::parameter_set(set as usize, "paramDefine").and_then(|effect| {
        let core = &effect.core;
        let object = format!("parameter \"{name}\"");
        let wrong = |kind, message: String| core.violation(kind, &object, None, message);
        if effect.is_instance() || effect.frame().is_none_or(|f| !f.moment.describes()) {
            wrong(ViolationKind::WrongMoment, "parameters are defined while describing".to_owned());
            return Err(Status::FAILED);
        }
        // A type of the specification that no suite of this host serves.
        let unsupported = [ofx::kOfxParamTypeParametric, openfx_sys::newer::kOfxParamTypeBytes];
        if unsupported.iter().any(|t| t.to_str() == Ok(kind.as_str())) {
            return Err(Status::ERR_UNSUPPORTED);
        }
        let Some(param_type) = ParamType::from_ofx(&kind) else {
            wrong(ViolationKind::UnknownType, format!("there is no type \"{kind}\""));
            return Err(Status::ERR_UNKNOWN);
        };
        if param_type == ParamType::StrChoice && !core.profile.string_choices {
            return Err(Status::ERR_UNSUPPORTED);
        }
        if param_type == ParamType::Page && !core.profile.pages {
            return Err(Status::ERR_UNSUPPORTED);
        }
        let vector = matches!(param_type, ParamType::Integer2D | ParamType::Integer3D);
        if vector && !core.profile.integer_vectors {
            wrong(ViolationKind::Habit, format!("{kind} crashes this host"));
            return Err(Status::ERR_UNSUPPORTED);
        }
        if name.is_empty() || effect.param(&name).is_some() {
            wrong(ViolationKind::DuplicateName, "the name is empty or taken".to_owned());
            return Err(Status::ERR_EXISTS);
        }
        let param = effect.add_param(&name, param_type, None);
        if properties.is_null() {
            return Ok(());
        }
        // SAFETY: not null, and the plugin passes a place for the handle.
        unsafe { give(properties, param.properties.handle as Properties, &object, "paramDefine") }
    });
    code(result)
}

unsafe extern "C" fn get_handle(
    set: Set,
    name: *const c_char,
    param: *mut Param,
    properties: *mut Properties,
) -> ofx::OfxStatus {
    // SAFETY: the plugin passes a C string.
    let name = unsafe { plugin::text_of(name) };
    let result = handles::parameter_set(set as usize, "paramGetHandle").and_then(|effect| {
        let object = format!("parameter \"{name}\"");
        if !effect.is_instance() {
            let message = "parameters have handles on instances only";
            effect.core.violation(ViolationKind::WrongMoment, &object, None, message);
            return Err(Status::ERR_BAD_HANDLE);
        }
        let Some(found) = effect.param(&name) else {
            let message = "no parameter of that name was defined";
            effect.core.violation(ViolationKind::UnknownName, &object, None, message);
            return Err(Status::ERR_UNKNOWN);
        };
        // SAFETY: the plugin passes a place for the handle.
        unsafe { give(param, found.handle as Param, &object, "paramGetHandle") }?;
        if properties.is_null() {
            return Ok(());
        }
        // SAFETY: not null, and the plugin passes a place for the handle.
        unsafe { give(properties, found.properties.handle as Properties, &object, "paramGetHandle") }
    });
    code(result)
}

unsafe extern "C" fn set_property_set(set: Set, out: *mut Properties) -> ofx::OfxStatus {
    let found = handles::parameter_set(set as usize, "paramSetGetPropertySet");
    // SAFETY: the plugin passes a place for the handle.
    code(found.and_then(|e| unsafe {
        give(out, e.properties.handle as Properties, &e.properties.object, "paramSetGetPropertySet")
    }))
}

unsafe extern "C" fn property_set(param: Param, out: *mut Properties) -> ofx::OfxStatus {
    let found = handles::parameter(param as usize, "paramGetPropertySet");
    // SAFETY: the plugin passes a place for the handle.
    code(found.and_then(|p| unsafe {
        give(out, p.properties.handle as Properties, &p.properties.object, "paramGetPropertySet")
    }))
}

unsafe extern "C" fn edit_begin(set: Set, name: *const c_char) -> ofx::OfxStatus {
    // SAFETY: the plugin passes a C string.
    let label = unsafe { plugin::text_of(name) };
    edit(set, "paramEditBegin", 1, Change::StepBegins(label))
}

unsafe extern "C" fn edit_end(set: Set) -> ofx::OfxStatus {
    edit(set, "paramEditEnd", -1, Change::StepEnds)
}

fn edit(set: Set, function: &str, step: i32, change: Change) -> ofx::OfxStatus {
    let result = handles::parameter_set(set as usize, function).and_then(|effect| {
        let object = &effect.properties.object;
        variadic::check_may_change(&effect, object, function);
        let frame = effect.frame().ok_or(Status::FAILED)?;
        if frame.edits.fetch_add(step, Ordering::Relaxed) + step < 0 {
            frame.edits.store(0, Ordering::Relaxed);
            let message = "paramEditEnd without paramEditBegin";
            effect.core.violation(ViolationKind::Unbalanced, object, None, message);
        }
        effect.note_change(change);
        Ok(())
    });
    code(result)
}
