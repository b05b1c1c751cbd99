//! Safe wrappers over the OpenFX C suites. No plugin logic: nothing here knows what a matte is.
//!
//! Handles and pointers that a host gives are valid for as long as the specification says; each wrapper
//! borrows from the value that keeps it valid, and each `unsafe` block names that promise.

mod clips;
mod draw;
mod error;
mod gl;
mod host;
mod images;
mod interact;
mod messages;
mod parameters;
mod progress;
mod properties;
mod timeline;

pub use clips::Clip;
pub use draw::{DrawContext, Primitive};
pub use error::{Error, Result, Status};
pub use gl::{Gl, GlFrame};
pub use host::{Host, set_host};
pub use images::{Fetched, Image, ImageProperties};
pub use interact::{Interact, OverlayEntry, View};
pub use messages::MessageKind;
pub use parameters::{Parameter, ParameterDescriptors, Parameters};
pub use progress::Progress;
pub use properties::PropertySet;
pub use timeline::Timeline;

use openfx_sys::{OfxImageEffectHandle, OfxPropertySetHandle};

/// An effect descriptor or effect instance, as the host names it.
#[derive(Clone, Copy)]
pub struct Effect<'h> {
    host: &'h Host,
    handle: OfxImageEffectHandle,
}

impl<'h> Effect<'h> {
    /// Takes the handle that came with an action.
    ///
    /// # Safety
    /// `handle` must be the effect handle of the action in progress.
    pub unsafe fn from_raw(host: &'h Host, handle: OfxImageEffectHandle) -> Self {
        Self { host, handle }
    }

    /// A number that tells this effect from every other that lives.
    pub fn id(&self) -> usize {
        self.handle as usize
    }

    /// The handle itself, for calls of the suites.
    pub(crate) fn handle(&self) -> OfxImageEffectHandle {
        self.handle
    }

    /// The host that owns the effect.
    pub fn host(&self) -> &'h Host {
        self.host
    }

    /// The effect's own properties.
    ///
    /// # Errors
    /// When the host does not answer.
    pub fn properties(&self) -> Result<PropertySet<'h>> {
        let call = self.host.effect_suite().getPropertySet.ok_or(Error::Missing("getPropertySet"))?;
        let mut set: OfxPropertySetHandle = std::ptr::null_mut();
        // SAFETY: `handle` is valid during the action, and `set` outlives the call.
        Error::check("getPropertySet", unsafe { call(self.handle, &mut set) })?;
        Ok(PropertySet::new(self.host, set))
    }

    /// Whether the host wants the current render to stop. A host without the call never does.
    pub fn aborted(&self) -> bool {
        // SAFETY: `handle` is valid during the action.
        self.host.effect_suite().abort.is_some_and(|call| unsafe { call(self.handle) } != 0)
    }
}
