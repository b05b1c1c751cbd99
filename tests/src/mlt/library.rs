//! The calls of libmlt that send frames through a filter, loaded at run time from MLT's own folder.
//!
//! Only the program `mlt_driver` uses this: it must run under MLT's loader (see [`super::Install::command`]).
//! All functions and their C signatures are in MLT's headers `mlt_factory.h`, `mlt_profile.h`, `mlt_filter.h`,
//! `mlt_frame.h`, `mlt_image.h`, `mlt_properties.h` and `mlt_pool.h`, version 7.

use std::ffi::{CString, c_char, c_int, c_void};
use std::marker::PhantomData;
use std::path::Path;
use std::ptr::{NonNull, null};

use libloading::os::unix::{Library, RTLD_GLOBAL, RTLD_NOW};

use super::{Depth, MltError};

/// Any of MLT's objects; each of them starts with a `mlt_properties`.
type Object = *mut c_void;

/// Declares [`Functions`]: one field per C function of libmlt, filled by name.
macro_rules! functions {
    ($($name:ident: fn($($argument:ty),*) $(-> $result:ty)?;)*) => {
        struct Functions { $($name: unsafe extern "C" fn($($argument),*) $(-> $result)?,)* }

        impl Functions {
            fn find(library: &Library) -> Result<Self, MltError> {
                Ok(Self {
                    // SAFETY: libmlt 7 exports a function of this name and C signature (see its headers).
                    $($name: *unsafe { library.get(stringify!($name)) }?,)*
                })
            }
        }
    };
}

functions! {
    mlt_factory_init: fn(*const c_char) -> Object;
    mlt_factory_close: fn();
    mlt_factory_filter: fn(Object, *const c_char, *const c_void) -> Object;
    mlt_filter_close: fn(Object);
    mlt_filter_process: fn(Object, Object) -> Object;
    mlt_frame_init: fn(Object) -> Object;
    mlt_frame_set_position: fn(Object, c_int) -> c_int;
    mlt_frame_set_image: fn(Object, *mut u8, c_int, unsafe extern "C" fn(*mut c_void)) -> c_int;
    mlt_frame_get_image: fn(Object, *mut *mut u8, *mut c_int, *mut c_int, *mut c_int, c_int) -> c_int;
    mlt_frame_close: fn(Object);
    mlt_image_format_id: fn(*const c_char) -> c_int;
    mlt_pool_alloc: fn(c_int) -> *mut c_void;
    mlt_pool_release: fn(*mut c_void);
    mlt_profile_load_properties: fn(Object) -> Object;
    mlt_profile_close: fn(Object);
    mlt_properties_new: fn() -> Object;
    mlt_properties_close: fn(Object);
    mlt_properties_set: fn(Object, *const c_char, *const c_char) -> c_int;
    mlt_properties_set_int: fn(Object, *const c_char, c_int) -> c_int;
}

/// libmlt, loaded and initialised with the modules of one folder.
pub struct Mlt {
    functions: Functions,
    // MLT's modules stay loaded until the process ends, so libmlt must too; it is never unloaded.
    _library: std::mem::ManuallyDrop<Library>,
}

impl Mlt {
    /// Loads `libmlt-7.so.7` by the loader's search path and registers the modules found in `modules`.
    ///
    /// # Errors
    /// When libmlt cannot be loaded, or finds no modules.
    pub fn load(modules: &Path) -> Result<Self, MltError> {
        // Modules link against libmlt, so its symbols are made global, as in a program that links it.
        // SAFETY: libmlt's initialisers have no conditions beyond being loaded once, which the loader sees to.
        let library = unsafe { Library::open(Some("libmlt-7.so.7"), RTLD_NOW | RTLD_GLOBAL) }?;
        let functions = Functions::find(&library)?;
        let folder = c_string(&modules.to_string_lossy())?;
        // SAFETY: the string lives through the call.
        let repository = unsafe { (functions.mlt_factory_init)(folder.as_ptr()) };
        if repository.is_null() {
            return Err(MltError::Call(format!("no modules in {}", modules.display())));
        }
        Ok(Self { functions, _library: std::mem::ManuallyDrop::new(library) })
    }

    /// A profile for frames of this size in pixels, 25 frames a second, square pixels.
    ///
    /// # Errors
    /// When MLT makes none.
    pub fn profile(&self, width: usize, height: usize) -> Result<Profile<'_>, MltError> {
        let f = &self.functions;
        // SAFETY: no arguments.
        let properties = non_null(unsafe { (f.mlt_properties_new)() }, "mlt_properties_new")?;
        let values = [
            ("width", c_number(width)?),
            ("height", c_number(height)?),
            ("frame_rate_num", 25),
            ("frame_rate_den", 1),
            ("progressive", 1),
            ("sample_aspect_num", 1),
            ("sample_aspect_den", 1),
            ("display_aspect_num", c_number(width)?),
            ("display_aspect_den", c_number(height)?),
            ("colorspace", 709),
        ];
        for (name, value) in values {
            let name = c_string(name)?;
            // SAFETY: `properties` is alive until closed below; MLT copies the name.
            unsafe { (f.mlt_properties_set_int)(properties.as_ptr(), name.as_ptr(), value) };
        }
        // SAFETY: as above; the profile copies what it needs.
        let profile = unsafe { (f.mlt_profile_load_properties)(properties.as_ptr()) };
        // SAFETY: made above and not used again.
        unsafe { (f.mlt_properties_close)(properties.as_ptr()) };
        Ok(Profile { mlt: self, object: non_null(profile, "mlt_profile_load_properties")? })
    }
}

impl Drop for Mlt {
    fn drop(&mut self) {
        // SAFETY: every object that borrows this one is gone.
        unsafe { (self.functions.mlt_factory_close)() };
    }
}

/// A frame size and rate that filters are made for.
pub struct Profile<'a> {
    mlt: &'a Mlt,
    object: NonNull<c_void>,
}

impl<'a> Profile<'a> {
    /// A filter by its name in MLT, such as `openfx.org.promptmatte.PromptMatte`.
    ///
    /// # Errors
    /// When no module offers it: for an OpenFX plugin, when MLT did not find or did not accept the bundle.
    pub fn filter<'p>(&'p self, name: &str) -> Result<Filter<'p>, MltError>
    where
        'a: 'p,
    {
        let c_name = c_string(name)?;
        // SAFETY: the profile outlives the filter by the lifetime of the result; no argument for the filter.
        let object =
            unsafe { (self.mlt.functions.mlt_factory_filter)(self.object.as_ptr(), c_name.as_ptr(), null()) };
        let object =
            NonNull::new(object).ok_or_else(|| MltError::Call(format!("there is no filter {name}")))?;
        Ok(Filter { mlt: self.mlt, object, profile: PhantomData })
    }
}

impl Drop for Profile<'_> {
    fn drop(&mut self) {
        // SAFETY: made by MLT, closed once, and no filter made for it is alive.
        unsafe { (self.mlt.functions.mlt_profile_close)(self.object.as_ptr()) };
    }
}

/// A filter and its properties.
pub struct Filter<'a> {
    mlt: &'a Mlt,
    object: NonNull<c_void>,
    profile: PhantomData<&'a Profile<'a>>,
}

impl Filter<'_> {
    /// Sets a property in MLT's notation, animation included.
    ///
    /// # Errors
    /// When MLT refuses it.
    pub fn set(&self, name: &str, value: &str) -> Result<(), MltError> {
        let (c_name, c_value) = (c_string(name)?, c_string(value)?);
        // SAFETY: a filter starts with its properties; MLT copies both strings.
        let refused = unsafe {
            (self.mlt.functions.mlt_properties_set)(self.object.as_ptr(), c_name.as_ptr(), c_value.as_ptr())
        };
        if refused == 0 { Ok(()) } else { Err(MltError::Call(format!("{name}={value} was refused"))) }
    }

    /// Sends one RGBA frame (top row first, no padding) through the filter at `position`, and returns the result
    /// in the same layout.
    ///
    /// # Errors
    /// When MLT gives no image, or one of another format or size.
    pub fn render(
        &self,
        position: i32,
        pixels: &[u8],
        size: (usize, usize),
        depth: Depth,
    ) -> Result<Vec<u8>, MltError> {
        let f = &self.mlt.functions;
        if pixels.len() != size.0 * size.1 * depth.bytes_per_pixel() {
            return Err(MltError::Job("a source frame has another length than its size says".to_owned()));
        }
        let bytes = c_number(pixels.len())?;
        let (width, height) = (c_number(size.0)?, c_number(size.1)?);
        let name = c_string(depth.mlt_name())?;
        // SAFETY: the string lives through the call.
        let format = unsafe { (f.mlt_image_format_id)(name.as_ptr()) };
        // SAFETY: the filter is alive; a frame keeps no reference to it beyond its processing.
        let object = non_null(unsafe { (f.mlt_frame_init)(self.object.as_ptr()) }, "mlt_frame_init")?;
        let frame = Frame { mlt: self.mlt, object };
        // SAFETY: any size may be asked for.
        let buffer = non_null(unsafe { (f.mlt_pool_alloc)(bytes) }, "mlt_pool_alloc")?.cast::<u8>();
        // SAFETY: the buffer was made with `pixels.len()` bytes just now and nobody else has it.
        unsafe { buffer.as_ptr().copy_from_nonoverlapping(pixels.as_ptr(), pixels.len()) };
        // SAFETY: the frame takes the buffer and gives it back to the pool it came from.
        unsafe { (f.mlt_frame_set_image)(frame.object.as_ptr(), buffer.as_ptr(), bytes, f.mlt_pool_release) };
        for (name, value) in [("width", width), ("height", height), ("format", format)] {
            let name = c_string(name)?;
            // SAFETY: a frame starts with its properties; MLT copies the name.
            unsafe { (f.mlt_properties_set_int)(frame.object.as_ptr(), name.as_ptr(), value) };
        }
        // SAFETY: both objects are alive.
        unsafe { (f.mlt_frame_set_position)(frame.object.as_ptr(), position) };
        // SAFETY: both objects are alive, and stay so until the image has been read below.
        unsafe { (f.mlt_filter_process)(self.object.as_ptr(), frame.object.as_ptr()) };
        let mut image: *mut u8 = std::ptr::null_mut();
        let (mut got_format, mut got_width, mut got_height) = (format, width, height);
        // SAFETY: all five pointers are to variables of the declared types; the frame owns the image.
        let failed = unsafe {
            (f.mlt_frame_get_image)(
                frame.object.as_ptr(),
                &raw mut image,
                &raw mut got_format,
                &raw mut got_width,
                &raw mut got_height,
                1,
            )
        };
        if failed != 0 || image.is_null() {
            return Err(MltError::Call(format!("no image at position {position} (code {failed})")));
        }
        if (got_format, got_width, got_height) != (format, width, height) {
            return Err(MltError::Call(format!(
                "the image has format {got_format} and {got_width}x{got_height} pixels, \
                 but {format} and {width}x{height} were asked for"
            )));
        }
        // SAFETY: MLT says that the image has this format and size, and the frame that owns it is alive.
        Ok(unsafe { std::slice::from_raw_parts(image, pixels.len()) }.to_vec())
    }
}

impl Drop for Filter<'_> {
    fn drop(&mut self) {
        // SAFETY: made by MLT and closed once.
        unsafe { (self.mlt.functions.mlt_filter_close)(self.object.as_ptr()) };
    }
}

/// A frame on its way; closing it frees its images.
struct Frame<'a> {
    mlt: &'a Mlt,
    object: NonNull<c_void>,
}

impl Drop for Frame<'_> {
    fn drop(&mut self) {
        // SAFETY: made by MLT and closed once.
        unsafe { (self.mlt.functions.mlt_frame_close)(self.object.as_ptr()) };
    }
}

fn non_null(object: Object, call: &str) -> Result<NonNull<c_void>, MltError> {
    NonNull::new(object).ok_or_else(|| MltError::Call(format!("{call} returned nothing")))
}

fn c_string(text: &str) -> Result<CString, MltError> {
    CString::new(text).map_err(|_| MltError::Job(format!("{text:?} has a zero byte in it")))
}

fn c_number(number: usize) -> Result<c_int, MltError> {
    c_int::try_from(number).map_err(|_| MltError::Job(format!("{number} is more than MLT can count")))
}
