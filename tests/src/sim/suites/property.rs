//! The Property suite.

use std::ffi::{c_char, c_int, c_void};

use openfx_sys as ofx;

use super::{code, give, null};
use crate::sim::properties::{Data, Kind, PropertySet};
use crate::sim::{Status, action, handles, plugin};

pub(super) static SUITE: ofx::OfxPropertySuiteV1 = ofx::OfxPropertySuiteV1 {
    propSetPointer: Some(set_pointer),
    propSetString: Some(set_string),
    propSetDouble: Some(set_double),
    propSetInt: Some(set_int),
    propSetPointerN: Some(set_pointer_n),
    propSetStringN: Some(set_string_n),
    propSetDoubleN: Some(set_double_n),
    propSetIntN: Some(set_int_n),
    propGetPointer: Some(get_pointer),
    propGetString: Some(get_string),
    propGetDouble: Some(get_double),
    propGetInt: Some(get_int),
    propGetPointerN: Some(get_pointer_n),
    propGetStringN: Some(get_string_n),
    propGetDoubleN: Some(get_double_n),
    propGetIntN: Some(get_int_n),
    propReset: Some(reset),
    propGetDimension: Some(dimension),
};

type Handle = ofx::OfxPropertySetHandle;
type Name = *const c_char;

/// The set and the property's name.
///
/// # Safety
/// `name` must be null or a C string.
unsafe fn target(
    handle: Handle,
    name: Name,
    function: &str,
) -> Result<(std::sync::Arc<PropertySet>, String), Status> {
    let set = handles::properties(handle as usize, function)?;
    if name.is_null() {
        null(&set.object, function);
        return Err(Status::ERR_UNKNOWN);
    }
    // SAFETY: not null, and a C string by this function's contract.
    Ok((set, unsafe { plugin::text_of(name) }))
}

/// Sets one value.
///
/// # Safety
/// As [`target`].
unsafe fn set(handle: Handle, name: Name, index: c_int, value: Data, function: &str) -> ofx::OfxStatus {
    // SAFETY: passed on.
    code(
        unsafe { target(handle, name, function) }.and_then(|(set, name)| set.plugin_set(&name, index, value)),
    )
}

/// Sets several values; `read` reads the plugin's array at an index.
///
/// # Safety
/// As [`target`].
unsafe fn set_n(
    handle: Handle,
    name: Name,
    count: c_int,
    is_null: bool,
    kind: Kind,
    read: impl Fn(usize) -> Data,
) -> ofx::OfxStatus {
    // SAFETY: passed on.
    let target = unsafe { target(handle, name, "propSetN") };
    code(target.and_then(|(set, name)| {
        if is_null && count > 0 {
            null(&set.object, "propSetN");
            return Err(Status::ERR_VALUE);
        }
        let values = (0..usize::try_from(count).unwrap_or(0)).map(read).collect();
        set.plugin_set_n(&name, values, kind)
    }))
}

unsafe extern "C" fn set_pointer(
    handle: Handle,
    name: Name,
    index: c_int,
    value: *mut c_void,
) -> ofx::OfxStatus {
    // SAFETY: the plugin passes a C string.
    unsafe { set(handle, name, index, Data::Pointer(value as usize), "propSetPointer") }
}

unsafe extern "C" fn set_string(handle: Handle, name: Name, index: c_int, value: Name) -> ofx::OfxStatus {
    if value.is_null() {
        null("a property", "propSetString");
        return Status::ERR_VALUE.0;
    }
    // SAFETY: the plugin passes C strings.
    unsafe { set(handle, name, index, Data::String(plugin::text_of(value)), "propSetString") }
}

unsafe extern "C" fn set_double(handle: Handle, name: Name, index: c_int, value: f64) -> ofx::OfxStatus {
    // SAFETY: the plugin passes a C string.
    unsafe { set(handle, name, index, Data::Double(value), "propSetDouble") }
}

unsafe extern "C" fn set_int(handle: Handle, name: Name, index: c_int, value: c_int) -> ofx::OfxStatus {
    // SAFETY: the plugin passes a C string.
    unsafe { set(handle, name, index, Data::Int(value), "propSetInt") }
}

unsafe extern "C" fn set_pointer_n(
    handle: Handle,
    name: Name,
    count: c_int,
    values: *const *mut c_void,
) -> ofx::OfxStatus {
    // SAFETY: the plugin passes an array of `count` values; it is read within them.
    let read = |i| Data::Pointer(unsafe { *values.add(i) } as usize);
    // SAFETY: the plugin passes a C string.
    unsafe { set_n(handle, name, count, values.is_null(), Kind::Pointer, read) }
}

unsafe extern "C" fn set_string_n(
    handle: Handle,
    name: Name,
    count: c_int,
    values: *const Name,
) -> ofx::OfxStatus {
    // SAFETY: the plugin passes an array of `count` C strings; it is read within them.
    let read = |i| Data::String(unsafe { plugin::text_of(*values.add(i)) });
    // SAFETY: the plugin passes a C string.
    unsafe { set_n(handle, name, count, values.is_null(), Kind::String, read) }
}

unsafe extern "C" fn set_double_n(
    handle: Handle,
    name: Name,
    count: c_int,
    values: *const f64,
) -> ofx::OfxStatus {
    // SAFETY: the plugin passes an array of `count` values; it is read within them.
    let read = |i| Data::Double(unsafe { *values.add(i) });
    // SAFETY: the plugin passes a C string.
    unsafe { set_n(handle, name, count, values.is_null(), Kind::Double, read) }
}

unsafe extern "C" fn set_int_n(
    handle: Handle,
    name: Name,
    count: c_int,
    values: *const c_int,
) -> ofx::OfxStatus {
    // SAFETY: the plugin passes an array of `count` values; it is read within them.
    let read = |i| Data::Int(unsafe { *values.add(i) });
    // SAFETY: the plugin passes a C string.
    unsafe { set_n(handle, name, count, values.is_null(), Kind::Int, read) }
}

/// A value as the plugin gets it.
trait FromData {
    const KIND: Kind;
    fn from_data(data: &Data) -> Self;
}

impl FromData for c_int {
    const KIND: Kind = Kind::Int;
    fn from_data(data: &Data) -> c_int {
        if let Data::Int(v) = data { *v } else { 0 }
    }
}

impl FromData for f64 {
    const KIND: Kind = Kind::Double;
    fn from_data(data: &Data) -> f64 {
        if let Data::Double(v) = data { *v } else { 0.0 }
    }
}

impl FromData for *mut c_void {
    const KIND: Kind = Kind::Pointer;
    fn from_data(data: &Data) -> *mut c_void {
        if let Data::Pointer(v) = data { *v as *mut c_void } else { std::ptr::null_mut() }
    }
}

impl FromData for *mut c_char {
    const KIND: Kind = Kind::String;
    fn from_data(data: &Data) -> *mut c_char {
        let text = if let Data::String(v) = data { v.as_str() } else { "" };
        // Valid while the action runs; outside of one there is nobody to keep it.
        action::current().map_or(std::ptr::null_mut(), |frame| frame.lend(text).cast_mut())
    }
}

/// Reads one value.
///
/// # Safety
/// As [`target`]; `value` must be null or valid for a write.
unsafe fn get<T: FromData>(
    handle: Handle,
    name: Name,
    index: c_int,
    value: *mut T,
    function: &str,
) -> ofx::OfxStatus {
    // SAFETY: passed on.
    let result = unsafe { target(handle, name, function) }.and_then(|(set, name)| {
        let data = set.plugin_get(&name, index, T::KIND)?;
        // SAFETY: by this function's contract.
        unsafe { give(value, T::from_data(&data), &set.object, function) }
    });
    code(result)
}

/// Reads several values.
///
/// # Safety
/// As [`target`]; `values` must be null or valid for writes of `count` values.
unsafe fn get_n<T: FromData>(
    handle: Handle,
    name: Name,
    count: c_int,
    values: *mut T,
    function: &str,
) -> ofx::OfxStatus {
    // SAFETY: passed on.
    let result = unsafe { target(handle, name, function) }.and_then(|(set, name)| {
        let data = set.plugin_get_n(&name, count, T::KIND)?;
        for (i, value) in data.iter().enumerate() {
            // SAFETY: by this function's contract, `i` is below `count`; a null array stays null at 0 only.
            unsafe {
                give(
                    if values.is_null() { values } else { values.add(i) },
                    T::from_data(value),
                    &set.object,
                    function,
                )
            }?;
        }
        Ok(())
    });
    code(result)
}

unsafe extern "C" fn get_pointer(
    handle: Handle,
    name: Name,
    index: c_int,
    value: *mut *mut c_void,
) -> ofx::OfxStatus {
    // SAFETY: the plugin passes a C string and a place for the value.
    unsafe { get(handle, name, index, value, "propGetPointer") }
}

unsafe extern "C" fn get_string(
    handle: Handle,
    name: Name,
    index: c_int,
    value: *mut *mut c_char,
) -> ofx::OfxStatus {
    // SAFETY: as above.
    unsafe { get(handle, name, index, value, "propGetString") }
}

unsafe extern "C" fn get_double(handle: Handle, name: Name, index: c_int, value: *mut f64) -> ofx::OfxStatus {
    // SAFETY: as above.
    unsafe { get(handle, name, index, value, "propGetDouble") }
}

unsafe extern "C" fn get_int(handle: Handle, name: Name, index: c_int, value: *mut c_int) -> ofx::OfxStatus {
    // SAFETY: as above.
    unsafe { get(handle, name, index, value, "propGetInt") }
}

unsafe extern "C" fn get_pointer_n(
    handle: Handle,
    name: Name,
    n: c_int,
    values: *mut *mut c_void,
) -> ofx::OfxStatus {
    // SAFETY: the plugin passes a C string and an array of `n` places.
    unsafe { get_n(handle, name, n, values, "propGetPointerN") }
}

unsafe extern "C" fn get_string_n(
    handle: Handle,
    name: Name,
    n: c_int,
    values: *mut *mut c_char,
) -> ofx::OfxStatus {
    // SAFETY: as above.
    unsafe { get_n(handle, name, n, values, "propGetStringN") }
}

unsafe extern "C" fn get_double_n(handle: Handle, name: Name, n: c_int, values: *mut f64) -> ofx::OfxStatus {
    // SAFETY: as above.
    unsafe { get_n(handle, name, n, values, "propGetDoubleN") }
}

unsafe extern "C" fn get_int_n(handle: Handle, name: Name, n: c_int, values: *mut c_int) -> ofx::OfxStatus {
    // SAFETY: as above.
    unsafe { get_n(handle, name, n, values, "propGetIntN") }
}

unsafe extern "C" fn reset(handle: Handle, name: Name) -> ofx::OfxStatus {
    // SAFETY: the plugin passes a C string.
    code(unsafe { target(handle, name, "propReset") }.and_then(|(set, name)| set.plugin_reset(&name)))
}

unsafe extern "C" fn dimension(handle: Handle, name: Name, count: *mut c_int) -> ofx::OfxStatus {
    // SAFETY: the plugin passes a C string.
    let result = unsafe { target(handle, name, "propGetDimension") }.and_then(|(set, name)| {
        let values = set.plugin_dimension(&name)?;
        // SAFETY: the plugin passes a place for the count.
        unsafe { give(count, values as c_int, &set.object, "propGetDimension") }
    });
    code(result)
}
