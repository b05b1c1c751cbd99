//! Short forms of the C calls that the effect and the tests make.

use std::ffi::{CStr, CString, c_int, c_void};
use std::ptr;

use openfx_sys as ofx;
use tests::sim::{Components, Depth, Status};

use super::plugin::{Call, Image};

type Set = ofx::OfxPropertySetHandle;

// Every call below passes what its C function asks for: handles from the host, C strings, and places for results.
macro_rules! call {
    ($suite:expr, $function:ident($($argument:expr),* $(,)?)) => {
        // SAFETY: see above.
        Status(unsafe { ($suite.$function).unwrap()($($argument),*) })
    };
}
pub(crate) use call;

impl Call<'_> {
    pub fn effect(&self) -> ofx::OfxImageEffectHandle {
        self.handle.cast_mut().cast()
    }

    pub fn effect_properties(&self) -> Set {
        let mut set = ptr::null_mut();
        call!(self.suites.effect, getPropertySet(self.effect(), &raw mut set));
        set
    }

    pub fn parameters(&self) -> ofx::OfxParamSetHandle {
        let mut set = ptr::null_mut();
        call!(self.suites.effect, getParamSet(self.effect(), &raw mut set));
        set
    }

    pub fn set_text(&self, set: Set, name: &CStr, value: &CStr) -> Status {
        call!(self.suites.property, propSetString(set, name.as_ptr(), 0, value.as_ptr()))
    }

    pub fn set_texts(&self, set: Set, name: &CStr, values: &[&CStr]) {
        for (i, value) in values.iter().enumerate() {
            call!(self.suites.property, propSetString(set, name.as_ptr(), i as c_int, value.as_ptr()));
        }
    }

    pub fn set_int(&self, set: Set, name: &CStr, value: c_int) -> Status {
        call!(self.suites.property, propSetInt(set, name.as_ptr(), 0, value))
    }

    pub fn set_doubles(&self, set: Set, name: &CStr, values: &[f64]) -> Status {
        call!(
            self.suites.property,
            propSetDoubleN(set, name.as_ptr(), values.len() as c_int, values.as_ptr())
        )
    }

    pub fn set_pointer(&self, set: Set, name: &CStr, value: *mut c_void) -> Status {
        call!(self.suites.property, propSetPointer(set, name.as_ptr(), 0, value))
    }

    pub fn pointer(&self, set: Set, name: &CStr) -> *mut c_void {
        let mut value = ptr::null_mut();
        call!(self.suites.property, propGetPointer(set, name.as_ptr(), 0, &raw mut value));
        value
    }

    pub fn double(&self, set: Set, name: &CStr) -> f64 {
        let mut value = f64::NAN;
        call!(self.suites.property, propGetDouble(set, name.as_ptr(), 0, &raw mut value));
        value
    }

    pub fn ints<const N: usize>(&self, set: Set, name: &CStr) -> [c_int; N] {
        let mut values = [0; N];
        call!(self.suites.property, propGetIntN(set, name.as_ptr(), N as c_int, values.as_mut_ptr()));
        values
    }

    pub fn text(&self, set: Set, name: &CStr) -> CString {
        let mut value = ptr::null_mut();
        let status = call!(self.suites.property, propGetString(set, name.as_ptr(), 0, &raw mut value));
        if status != Status::OK {
            return CString::default();
        }
        // SAFETY: the host gave a C string.
        unsafe { CStr::from_ptr(value) }.to_owned()
    }

    pub fn define_clip(&self, name: &CStr) -> Set {
        let mut set = ptr::null_mut();
        call!(self.suites.effect, clipDefine(self.effect(), name.as_ptr(), &raw mut set));
        set
    }

    pub fn define_param(&self, kind: &CStr, name: &CStr) -> Set {
        let mut set = ptr::null_mut();
        call!(
            self.suites.parameter,
            paramDefine(self.parameters(), kind.as_ptr(), name.as_ptr(), &raw mut set)
        );
        set
    }

    pub fn param(&self, name: &CStr) -> ofx::OfxParamHandle {
        let mut param = ptr::null_mut();
        let set = self.parameters();
        call!(self.suites.parameter, paramGetHandle(set, name.as_ptr(), &raw mut param, ptr::null_mut()));
        param
    }

    pub fn double_at(&self, name: &CStr, time: f64) -> f64 {
        let mut value = f64::NAN;
        call!(self.suites.parameter, paramGetValueAtTime(self.param(name), time, &raw mut value));
        value
    }

    pub fn int_at(&self, name: &CStr, time: f64) -> c_int {
        let mut value = -1;
        call!(self.suites.parameter, paramGetValueAtTime(self.param(name), time, &raw mut value));
        value
    }

    pub fn clip(&self, name: &CStr) -> ofx::OfxImageClipHandle {
        let mut clip = ptr::null_mut();
        let effect = self.effect();
        call!(self.suites.effect, clipGetHandle(effect, name.as_ptr(), &raw mut clip, ptr::null_mut()));
        clip
    }

    /// Fetches an image; `None` when the host has none.
    pub fn image(&self, clip: &CStr, time: f64) -> Option<Image> {
        let mut handle = ptr::null_mut();
        let clip = self.clip(clip);
        if call!(self.suites.effect, clipGetImage(clip, time, ptr::null(), &raw mut handle)) != Status::OK {
            return None;
        }
        let depth = self.text(handle, ofx::kOfxImageEffectPropPixelDepth);
        let components = self.text(handle, ofx::kOfxImageEffectPropComponents);
        let depth = Depth::from_ofx(depth.to_str().unwrap())?;
        let components = Components::from_ofx(components.to_str().unwrap())?;
        Some(Image {
            handle,
            data: self.pointer(handle, ofx::kOfxImagePropData).cast(),
            bounds: self.ints(handle, ofx::kOfxImagePropBounds),
            row_bytes: self.ints::<1>(handle, ofx::kOfxImagePropRowBytes)[0],
            pixel_bytes: depth.bytes() * components.count(),
            depth,
        })
    }

    pub fn release(&self, image: Set) -> Status {
        call!(self.suites.effect, clipReleaseImage(image))
    }
}
