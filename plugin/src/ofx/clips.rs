//! Clips: an effect's inputs and its output.

use std::ffi::CStr;
use std::ptr;

use openfx_sys as sys;
use sys::{OfxImageClipHandle, OfxPropertySetHandle, OfxRectD};

use super::{Effect, Error, Fetched, Host, Image, PropertySet, Result};

/// A clip of an effect instance. Valid for as long as the instance.
#[derive(Clone, Copy)]
pub struct Clip {
    handle: OfxImageClipHandle,
}

// SAFETY: a clip handle is a name that OpenFX lets every render thread use.
unsafe impl Send for Clip {}
// SAFETY: as above; there is nothing to mutate.
unsafe impl Sync for Clip {}

impl<'h> Effect<'h> {
    /// Adds a clip to a descriptor and gives its properties.
    ///
    /// # Errors
    /// When the host refuses.
    pub fn define_clip(&self, name: &CStr) -> Result<PropertySet<'h>> {
        let call = self.host().effect_suite().clipDefine.ok_or(Error::Missing("clipDefine"))?;
        let mut set: OfxPropertySetHandle = ptr::null_mut();
        // SAFETY: the handle is valid during the action, the name ends in a zero, `set` outlives the call.
        Error::check("clipDefine", unsafe { call(self.handle(), name.as_ptr(), &mut set) })?;
        Ok(PropertySet::new(self.host(), set))
    }

    /// A clip of an instance, by name.
    ///
    /// # Errors
    /// When there is none.
    pub fn clip(&self, name: &CStr) -> Result<Clip> {
        let call = self.host().effect_suite().clipGetHandle.ok_or(Error::Missing("clipGetHandle"))?;
        let mut handle: OfxImageClipHandle = ptr::null_mut();
        // SAFETY: the effect handle is valid during the action; both out pointers may be used or null.
        Error::check("clipGetHandle", unsafe {
            call(self.handle(), name.as_ptr(), &mut handle, ptr::null_mut())
        })?;
        // MLT answers OK with a null handle for a clip it does not have.
        if handle.is_null() { Err(Error::State("the host has no such clip")) } else { Ok(Clip { handle }) }
    }
}

impl Clip {
    /// The clip's properties.
    ///
    /// # Errors
    /// When the host refuses.
    pub fn properties<'h>(&self, host: &'h Host) -> Result<PropertySet<'h>> {
        let call = host.effect_suite().clipGetPropertySet.ok_or(Error::Missing("clipGetPropertySet"))?;
        let mut set: OfxPropertySetHandle = ptr::null_mut();
        // SAFETY: the clip handle is valid while its instance is; `set` outlives the call.
        Error::check("clipGetPropertySet", unsafe { call(self.handle, &mut set) })?;
        Ok(PropertySet::new(host, set))
    }

    /// Whether something is connected; in Resolve everything seems to be. A host that does not say has given a
    /// clip that is.
    pub fn is_connected(&self, host: &Host) -> bool {
        self.properties(host)
            .and_then(|set| set.int(sys::kOfxImageClipPropConnected, 0))
            .map_or(true, |c| c != 0)
    }

    /// The clip's picture at a time; `None` when the host has none (an unconnected input, a time outside
    /// the clip), which OpenFX asks to be taken as transparent black.
    ///
    /// # Errors
    /// [`Error::Image`] when the image describes itself in a way that cannot be read safely.
    fn image<'h>(&self, host: &'h Host, time: f64) -> Result<Option<Image<'h>>> {
        let call = host.effect_suite().clipGetImage.ok_or(Error::Missing("clipGetImage"))?;
        let mut set: OfxPropertySetHandle = ptr::null_mut();
        // SAFETY: the clip handle is valid while its instance is; a null region asks for the whole image.
        let status = unsafe { call(self.handle, time, ptr::null::<OfxRectD>(), &mut set) };
        if status == super::Status::MEMORY.0 {
            Error::check("clipGetImage", status)?;
        }
        if status != super::Status::OK.0 || set.is_null() {
            return Ok(None);
        }
        Ok(Some(Image::new(host, set)))
    }

    /// The clip's picture at a time with its description; `None` also for one without pixels.
    ///
    /// # Errors
    /// When the host has no memory for it, or describes it in a way that cannot be read.
    pub fn picture<'h>(&self, host: &'h Host, time: f64) -> Result<Option<Fetched<'h>>> {
        Ok(self.image(host, time)?.map(Image::describe).transpose()?.flatten())
    }

    /// First and last frame of the clip; `None` where the host does not say.
    pub fn frame_range(&self, host: &Host) -> Option<[f64; 2]> {
        let range = self.properties(host).ok()?.doubles::<2>(sys::kOfxImageEffectPropFrameRange).ok()?;
        (range[0] <= range[1]).then_some(range)
    }

    /// The clip's region of definition at a time, in canonical coordinates `[x1, y1, x2, y2]`.
    ///
    /// # Errors
    /// When the host refuses.
    pub fn region_of_definition(&self, host: &Host, time: f64) -> Result<[f64; 4]> {
        let call = host
            .effect_suite()
            .clipGetRegionOfDefinition
            .ok_or(Error::Missing("clipGetRegionOfDefinition"))?;
        let mut rect = OfxRectD { x1: 0.0, y1: 0.0, x2: 0.0, y2: 0.0 };
        // SAFETY: the clip handle is valid while its instance is; `rect` outlives the call.
        Error::check("clipGetRegionOfDefinition", unsafe { call(self.handle, time, &mut rect) })?;
        Ok([rect.x1, rect.y1, rect.x2, rect.y2])
    }
}
