//! Property sets: typed values by name and index.

use std::ffi::{CStr, CString, c_char, c_int, c_void};
use std::ptr;

use openfx_sys::OfxPropertySetHandle;

use super::{Error, Host, Result};

/// A set of properties that the host holds, valid for the action or object it came from.
#[derive(Clone, Copy)]
pub struct PropertySet<'h> {
    host: &'h Host,
    handle: OfxPropertySetHandle,
}

/// Makes a getter and a setter around one pair of suite functions.
macro_rules! accessors {
    ($get:ident, $set:ident, $type:ty, $zero:expr, $get_call:ident, $set_call:ident) => {
        #[doc = concat!("Reads with `", stringify!($get_call), "`.")]
        ///
        /// # Errors
        /// When the set has no such property or value.
        pub fn $get(&self, name: &CStr, index: c_int) -> Result<$type> {
            let call = self.host.property_suite().$get_call.ok_or(Error::Missing(stringify!($get_call)))?;
            let mut value: $type = $zero;
            // SAFETY: the handle is valid while `self` is, the name ends in a zero, `value` outlives the call.
            self.check(name, unsafe { call(self.handle, name.as_ptr(), index, &mut value) })?;
            Ok(value)
        }

        #[doc = concat!("Writes with `", stringify!($set_call), "`.")]
        ///
        /// # Errors
        /// When the set has no such property or does not take the value.
        #[allow(clippy::not_unsafe_ptr_arg_deref, reason = "a host keeps a pointer, it does not follow it")]
        pub fn $set(&self, name: &CStr, index: c_int, value: $type) -> Result<()> {
            let call = self.host.property_suite().$set_call.ok_or(Error::Missing(stringify!($set_call)))?;
            // SAFETY: the handle is valid while `self` is, and the name ends in a zero.
            self.check(name, unsafe { call(self.handle, name.as_ptr(), index, value) })
        }
    };
}

impl<'h> PropertySet<'h> {
    pub(super) fn new(host: &'h Host, handle: OfxPropertySetHandle) -> Self {
        Self { host, handle }
    }

    /// Takes the handle that came with an action (its arguments).
    ///
    /// # Safety
    /// `handle` must be null or valid for as long as the result is used.
    pub unsafe fn from_raw(host: &'h Host, handle: OfxPropertySetHandle) -> Self {
        Self::new(host, handle)
    }

    /// Whether there is no set at all; reading such a one fails.
    pub fn is_null(&self) -> bool {
        self.handle.is_null()
    }

    accessors!(int, set_int, c_int, 0, propGetInt, propSetInt);
    accessors!(double, set_double, f64, 0.0, propGetDouble, propSetDouble);
    accessors!(pointer, set_pointer, *mut c_void, ptr::null_mut(), propGetPointer, propSetPointer);

    /// Reads a string, copied at once because hosts reuse its memory.
    ///
    /// # Errors
    /// When the set has no such property or value. Bytes that are not UTF-8 are replaced.
    pub fn string(&self, name: &CStr, index: c_int) -> Result<String> {
        let call = self.host.property_suite().propGetString.ok_or(Error::Missing("propGetString"))?;
        let mut value: *mut c_char = ptr::null_mut();
        // SAFETY: the handle is valid while `self` is, the name ends in a zero, `value` outlives the call.
        self.check(name, unsafe { call(self.handle, name.as_ptr(), index, &mut value) })?;
        if value.is_null() {
            return Ok(String::new());
        }
        // SAFETY: the host gave a C string that lives at least until its next call, and it is copied here.
        Ok(unsafe { CStr::from_ptr(value) }.to_string_lossy().into_owned())
    }

    /// How many values a property has.
    ///
    /// # Errors
    /// When the set has no such property.
    pub fn dimension(&self, name: &CStr) -> Result<c_int> {
        let call = self.host.property_suite().propGetDimension.ok_or(Error::Missing("propGetDimension"))?;
        let mut count: c_int = 0;
        // SAFETY: the handle is valid while `self` is, the name ends in a zero, `count` outlives the call.
        self.check(name, unsafe { call(self.handle, name.as_ptr(), &mut count) })?;
        Ok(count)
    }

    /// Writes a string.
    ///
    /// # Errors
    /// When the set has no such property or does not take the value.
    pub fn set_string(&self, name: &CStr, index: c_int, value: &CStr) -> Result<()> {
        let call = self.host.property_suite().propSetString.ok_or(Error::Missing("propSetString"))?;
        // SAFETY: the handle is valid while `self` is, and both strings end in a zero.
        self.check(name, unsafe { call(self.handle, name.as_ptr(), index, value.as_ptr()) })
    }

    /// Reads `N` doubles.
    ///
    /// # Errors
    /// When one is missing.
    pub fn doubles<const N: usize>(&self, name: &CStr) -> Result<[f64; N]> {
        let mut values = [0.0; N];
        for (index, value) in (0..).zip(&mut values) {
            *value = self.double(name, index)?;
        }
        Ok(values)
    }

    /// Reads `N` integers.
    ///
    /// # Errors
    /// When one is missing.
    pub fn ints<const N: usize>(&self, name: &CStr) -> Result<[c_int; N]> {
        let mut values = [0; N];
        for (index, value) in (0..).zip(&mut values) {
            *value = self.int(name, index)?;
        }
        Ok(values)
    }

    /// Writes doubles from index 0 on.
    ///
    /// # Errors
    /// When the host refuses one.
    pub fn set_doubles(&self, name: &CStr, values: &[f64]) -> Result<()> {
        (0..).zip(values).try_for_each(|(index, value)| self.set_double(name, index, *value))
    }

    fn check(&self, name: &CStr, status: c_int) -> Result<()> {
        // The name is formatted only on failure: properties are read by the dozen on every frame.
        if status == 0 { Ok(()) } else { Error::check(&name.to_string_lossy(), status) }
    }
}

/// A Rust string for a host: everything from an inner zero on is dropped.
pub(super) fn c_string(text: &str) -> CString {
    let end = text.find('\0').unwrap_or(text.len());
    CString::new(&text[..end]).unwrap_or_default()
}
