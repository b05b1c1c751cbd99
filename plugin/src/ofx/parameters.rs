//! Parameters: defining them on a descriptor, reading and writing them on an instance.

use std::ffi::{CStr, c_char, c_int};
use std::ptr;

use openfx_sys::{OfxParamHandle, OfxParamSetHandle, OfxPropertySetHandle};

use super::properties::c_string;
use super::{Effect, Error, Host, PropertySet, Result};

/// The parameter set of a descriptor.
pub struct ParameterDescriptors<'h> {
    host: &'h Host,
    handle: OfxParamSetHandle,
}

/// The parameter set of an instance.
pub struct Parameters<'h> {
    host: &'h Host,
    handle: OfxParamSetHandle,
}

/// One parameter of an instance. Valid for as long as the instance.
#[derive(Clone, Copy)]
pub struct Parameter {
    handle: OfxParamHandle,
}

// SAFETY: a parameter handle is a name that OpenFX lets every render thread read values with.
unsafe impl Send for Parameter {}
// SAFETY: as above; values live in the host, which synchronises them.
unsafe impl Sync for Parameter {}

fn parameter_set(effect: &Effect<'_>) -> Result<OfxParamSetHandle> {
    let call = effect.host().effect_suite().getParamSet.ok_or(Error::Missing("getParamSet"))?;
    let mut handle: OfxParamSetHandle = ptr::null_mut();
    // SAFETY: the effect handle is valid during the action; `handle` outlives the call.
    Error::check("getParamSet", unsafe { call(effect.handle(), &mut handle) })?;
    Ok(handle)
}

impl<'h> ParameterDescriptors<'h> {
    /// Those of the descriptor being described.
    ///
    /// # Errors
    /// When the host refuses.
    pub fn of(effect: &Effect<'h>) -> Result<Self> {
        Ok(Self { host: effect.host(), handle: parameter_set(effect)? })
    }

    /// Defines a parameter of an OpenFX type and gives its properties.
    ///
    /// # Errors
    /// When the host does not have the type or the name is taken.
    pub fn define(&self, kind: &CStr, name: &CStr) -> Result<PropertySet<'h>> {
        let call = self.host.parameter_suite().paramDefine.ok_or(Error::Missing("paramDefine"))?;
        let mut set: OfxPropertySetHandle = ptr::null_mut();
        // SAFETY: the set is valid during the action, the strings end in a zero, `set` outlives the call.
        let status = unsafe { call(self.handle, kind.as_ptr(), name.as_ptr(), &mut set) };
        Error::check(&format!("paramDefine {}", name.to_string_lossy()), status)?;
        Ok(PropertySet::new(self.host, set))
    }
}

impl<'h> Parameters<'h> {
    /// Those of an instance.
    ///
    /// # Errors
    /// When the host refuses.
    pub fn of(effect: &Effect<'h>) -> Result<Self> {
        Ok(Self { host: effect.host(), handle: parameter_set(effect)? })
    }

    /// A parameter by name.
    ///
    /// # Errors
    /// When there is none.
    pub fn get(&self, name: &CStr) -> Result<Parameter> {
        let call = self.host.parameter_suite().paramGetHandle.ok_or(Error::Missing("paramGetHandle"))?;
        let mut handle: OfxParamHandle = ptr::null_mut();
        // SAFETY: the set is valid during the action, the name ends in a zero; a null property pointer is allowed.
        let status = unsafe { call(self.handle, name.as_ptr(), &mut handle, ptr::null_mut()) };
        Error::check(&format!("paramGetHandle {}", name.to_string_lossy()), status)?;
        Ok(Parameter { handle })
    }

    /// Runs `edit` as one step of the host's undo, named `label`. A host without such steps makes one of each.
    ///
    /// # Errors
    /// Those of `edit`.
    pub fn edit(&self, label: &str, edit: impl FnOnce() -> Result<()>) -> Result<()> {
        let suite = self.host.parameter_suite();
        let label = c_string(label);
        // SAFETY: the set is valid during the action, the label ends in a zero.
        let begun =
            suite.paramEditBegin.is_some_and(|call| unsafe { call(self.handle, label.as_ptr()) } == 0);
        let result = edit();
        if begun && let Some(call) = suite.paramEditEnd {
            // SAFETY: the set is valid during the action.
            unsafe { call(self.handle) };
        }
        result
    }
}

impl Parameter {
    /// An integer, choice or boolean at a time.
    ///
    /// # Errors
    /// When the host refuses.
    pub fn int_at(&self, host: &Host, time: f64) -> Result<i32> {
        let call = host.parameter_suite().paramGetValueAtTime.ok_or(Error::Missing("paramGetValueAtTime"))?;
        let mut value: c_int = 0;
        // SAFETY: the handle is valid while its instance is; these types take one int pointer.
        Error::check("paramGetValueAtTime", unsafe { call(self.handle, time, &mut value as *mut c_int) })?;
        Ok(value)
    }

    /// A 2D double at a time.
    ///
    /// # Errors
    /// When the host refuses.
    pub fn double2_at(&self, host: &Host, time: f64) -> Result<[f64; 2]> {
        let call = host.parameter_suite().paramGetValueAtTime.ok_or(Error::Missing("paramGetValueAtTime"))?;
        let (mut x, mut y) = (0.0_f64, 0.0_f64);
        // SAFETY: the handle is valid while its instance is; a 2D double takes two double pointers.
        let status = unsafe { call(self.handle, time, &mut x as *mut f64, &mut y as *mut f64) };
        Error::check("paramGetValueAtTime", status)?;
        Ok([x, y])
    }

    /// An RGBA colour at a time.
    ///
    /// # Errors
    /// When the host refuses.
    pub fn rgba_at(&self, host: &Host, time: f64) -> Result<[f64; 4]> {
        let call = host.parameter_suite().paramGetValueAtTime.ok_or(Error::Missing("paramGetValueAtTime"))?;
        let [mut r, mut g, mut b, mut a] = [0.0_f64; 4];
        // SAFETY: the handle is valid while its instance is; an RGBA colour takes four double pointers.
        let status = unsafe {
            call(
                self.handle,
                time,
                &mut r as *mut f64,
                &mut g as *mut f64,
                &mut b as *mut f64,
                &mut a as *mut f64,
            )
        };
        Error::check("paramGetValueAtTime", status)?;
        Ok([r, g, b, a])
    }

    /// An RGB colour at a time.
    ///
    /// # Errors
    /// When the host refuses.
    pub fn rgb_at(&self, host: &Host, time: f64) -> Result<[f64; 3]> {
        let call = host.parameter_suite().paramGetValueAtTime.ok_or(Error::Missing("paramGetValueAtTime"))?;
        let [mut r, mut g, mut b] = [0.0_f64; 3];
        // SAFETY: the handle is valid while its instance is; an RGB colour takes three double pointers.
        let status =
            unsafe { call(self.handle, time, &mut r as *mut f64, &mut g as *mut f64, &mut b as *mut f64) };
        Error::check("paramGetValueAtTime", status)?;
        Ok([r, g, b])
    }

    /// A string at a time.
    ///
    /// # Errors
    /// When the host refuses.
    pub fn string_at(&self, host: &Host, time: f64) -> Result<String> {
        let call = host.parameter_suite().paramGetValueAtTime.ok_or(Error::Missing("paramGetValueAtTime"))?;
        let mut value: *const c_char = ptr::null();
        // SAFETY: the handle is valid while its instance is; a string takes one pointer to a pointer.
        let status = unsafe { call(self.handle, time, &mut value as *mut *const c_char) };
        Error::check("paramGetValueAtTime", status)?;
        if value.is_null() {
            return Ok(String::new());
        }
        // SAFETY: the host keeps the text, which ends in a zero, valid until the action ends; it is copied here.
        Ok(unsafe { CStr::from_ptr(value) }.to_string_lossy().into_owned())
    }

    /// Whether it can be keyed in this host.
    pub fn animates(&self, host: &Host) -> bool {
        let set = self.properties(host);
        set.and_then(|set| set.int(openfx_sys::kOfxParamPropAnimates, 0)).is_ok_and(|can| can != 0)
    }

    /// Times of all keys, in the host's order; none where it does not tell.
    pub fn key_times(&self, host: &Host) -> Vec<f64> {
        (0..self.key_count(host)).map_while(|index| self.key_time(host, index)).collect()
    }

    /// Whether there is a key at a time; `false` where the host does not tell.
    pub fn has_key(&self, host: &Host, time: f64) -> bool {
        let mut index: c_int = -1;
        host.parameter_suite().paramGetKeyIndex.is_some_and(|call| {
            // SAFETY: the handle is valid while its instance is; `index` outlives the call. 0 asks for this very time.
            let status = unsafe { call(self.handle, time, 0, &mut index) };
            status == super::Status::OK.0 && index >= 0
        })
    }

    /// Its name.
    ///
    /// # Errors
    /// When the host does not tell.
    pub fn name(&self, host: &Host) -> Result<String> {
        self.properties(host)?.string(openfx_sys::kOfxPropName, 0)
    }

    /// How many keys there are; 0 where the host does not tell.
    pub fn key_count(&self, host: &Host) -> u32 {
        let mut count = 0;
        match host.parameter_suite().paramGetNumKeys {
            // SAFETY: the handle is valid while its instance is; `count` outlives the call.
            Some(call) if unsafe { call(self.handle, &mut count) } == super::Status::OK.0 => count,
            _ => 0,
        }
    }

    /// A double at a time.
    ///
    /// # Errors
    /// When the host refuses.
    pub fn double_at(&self, host: &Host, time: f64) -> Result<f64> {
        let call = host.parameter_suite().paramGetValueAtTime.ok_or(Error::Missing("paramGetValueAtTime"))?;
        let mut value = 0.0_f64;
        // SAFETY: the handle is valid while its instance is; a double takes one double pointer.
        Error::check("paramGetValueAtTime", unsafe { call(self.handle, time, &mut value as *mut f64) })?;
        Ok(value)
    }

    /// Time of a key, by its place in time; `None` where the host does not tell.
    pub fn key_time(&self, host: &Host, index: u32) -> Option<f64> {
        let call = host.parameter_suite().paramGetKeyTime?;
        let mut time = 0.0;
        // SAFETY: the handle is valid while its instance is; `time` outlives the call.
        let status = unsafe { call(self.handle, index, &mut time) };
        (status == super::Status::OK.0).then_some(time)
    }

    /// Removes every key; the value at that moment stays. Only where parameters may be set.
    ///
    /// # Errors
    /// When the host refuses.
    pub fn delete_all_keys(&self, host: &Host) -> Result<()> {
        let call = host.parameter_suite().paramDeleteAllKeys.ok_or(Error::Missing("paramDeleteAllKeys"))?;
        // SAFETY: the handle is valid while its instance is.
        Error::check("paramDeleteAllKeys", unsafe { call(self.handle) })
    }

    /// Removes the key at a time. Only where parameters may be set.
    ///
    /// # Errors
    /// When there is none, or the host refuses.
    pub fn delete_key(&self, host: &Host, time: f64) -> Result<()> {
        let call = host.parameter_suite().paramDeleteKey.ok_or(Error::Missing("paramDeleteKey"))?;
        // SAFETY: the handle is valid while its instance is.
        Error::check("paramDeleteKey", unsafe { call(self.handle, time) })
    }

    // The setters below are for InstanceChanged and interact actions only: hosts forbid them elsewhere.

    /// Sets an integer, choice or boolean; on a keyed parameter the host decides what that means.
    ///
    /// # Errors
    /// When the host refuses.
    pub fn set_int(&self, host: &Host, value: i32) -> Result<()> {
        let call = host.parameter_suite().paramSetValue.ok_or(Error::Missing("paramSetValue"))?;
        // SAFETY: the handle is valid while its instance is; these types take one int.
        Error::check("paramSetValue", unsafe { call(self.handle, c_int::from(value)) })
    }

    /// Sets a key of an integer, choice or boolean.
    ///
    /// # Errors
    /// When the host refuses.
    pub fn set_int_at(&self, host: &Host, time: f64, value: i32) -> Result<()> {
        let call = host.parameter_suite().paramSetValueAtTime.ok_or(Error::Missing("paramSetValueAtTime"))?;
        // SAFETY: the handle is valid while its instance is; these types take one int.
        Error::check("paramSetValueAtTime", unsafe { call(self.handle, time, c_int::from(value)) })
    }

    /// Sets a 2D double; on a keyed parameter the host decides what that means.
    ///
    /// # Errors
    /// When the host refuses.
    pub fn set_double2(&self, host: &Host, [x, y]: [f64; 2]) -> Result<()> {
        let call = host.parameter_suite().paramSetValue.ok_or(Error::Missing("paramSetValue"))?;
        // SAFETY: the handle is valid while its instance is; a 2D double takes two doubles.
        Error::check("paramSetValue", unsafe { call(self.handle, x, y) })
    }

    /// Sets a key of a 2D double.
    ///
    /// # Errors
    /// When the host refuses.
    pub fn set_double2_at(&self, host: &Host, time: f64, [x, y]: [f64; 2]) -> Result<()> {
        let call = host.parameter_suite().paramSetValueAtTime.ok_or(Error::Missing("paramSetValueAtTime"))?;
        // SAFETY: the handle is valid while its instance is; a 2D double takes two doubles.
        Error::check("paramSetValueAtTime", unsafe { call(self.handle, time, x, y) })
    }

    /// Sets a string.
    ///
    /// # Errors
    /// When the host refuses.
    pub fn set_string(&self, host: &Host, text: &str) -> Result<()> {
        let call = host.parameter_suite().paramSetValue.ok_or(Error::Missing("paramSetValue"))?;
        let text = c_string(text);
        let pointer: *const c_char = text.as_ptr();
        // SAFETY: the handle is valid while its instance is; a string takes one pointer, copied by the host.
        Error::check("paramSetValue", unsafe { call(self.handle, pointer) })
    }

    /// The parameter's properties.
    ///
    /// # Errors
    /// When the host refuses.
    pub fn properties<'h>(&self, host: &'h Host) -> Result<PropertySet<'h>> {
        let call = host.parameter_suite().paramGetPropertySet.ok_or(Error::Missing("paramGetPropertySet"))?;
        let mut set: OfxPropertySetHandle = ptr::null_mut();
        // SAFETY: the handle is valid while its instance is; `set` outlives the call.
        Error::check("paramGetPropertySet", unsafe { call(self.handle, &mut set) })?;
        Ok(PropertySet::new(host, set))
    }
}
