//! Interacts: what a host shows over its picture and sends pen and keys to.

use std::ffi::{c_char, c_int, c_void};
use std::ptr;

use openfx_sys as sys;
use sys::{OfxInteractHandle, OfxPropertySetHandle};

use super::properties::c_string;
use super::{Effect, Error, Host, PropertySet, Result};

/// The entry point of an overlay, as a host calls it.
pub type OverlayEntry = unsafe extern "C" fn(
    *const c_char,
    *const c_void,
    OfxPropertySetHandle,
    OfxPropertySetHandle,
) -> sys::OfxStatus;

/// An interact descriptor or instance, as the host names it.
#[derive(Clone, Copy)]
pub struct Interact<'h> {
    host: &'h Host,
    handle: OfxInteractHandle,
}

/// How the picture stands on the screen during an action.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct View {
    /// The effect's time.
    pub time: f64,
    /// Canonical units of one screen pixel on each axis; finite and above 0.
    pub pixel_scale: [f64; 2],
}

impl Effect<'_> {
    /// Offers an overlay to the host: version 1 draws with OpenGL or with whatever its Draw action brings,
    /// version 2 with the draw suite.
    ///
    /// # Errors
    /// When the host refuses the first; one that has the suite may still not know the second.
    pub fn offer_overlays(&self, version_1: OverlayEntry, version_2: OverlayEntry) -> Result<()> {
        let set = self.properties()?;
        let pointer = |entry: OverlayEntry| entry as *mut c_void;
        if self.host().draws() {
            let result =
                set.set_pointer(sys::kOfxImageEffectPluginPropOverlayInteractV2, 0, pointer(version_2));
            if let Err(error) = result {
                log::debug!("{error}");
            }
        }
        set.set_pointer(sys::kOfxImageEffectPluginPropOverlayInteractV1, 0, pointer(version_1))
    }
}

impl<'h> Interact<'h> {
    /// Takes the handle that came with an action.
    ///
    /// # Safety
    /// `handle` must be the interact handle of the action in progress.
    pub unsafe fn from_raw(host: &'h Host, handle: OfxInteractHandle) -> Self {
        Self { host, handle }
    }

    /// The host that owns it.
    pub fn host(&self) -> &'h Host {
        self.host
    }

    /// Its properties.
    ///
    /// # Errors
    /// When the host does not answer.
    pub fn properties(&self) -> Result<PropertySet<'h>> {
        let suite = self.host.interact_suite().ok_or(Error::Missing("the interact suite"))?;
        let call = suite.interactGetPropertySet.ok_or(Error::Missing("interactGetPropertySet"))?;
        let mut set: OfxPropertySetHandle = ptr::null_mut();
        // SAFETY: the handle is valid during the action, and `set` outlives the call.
        Error::check("interactGetPropertySet", unsafe { call(self.handle, &mut set) })?;
        Ok(PropertySet::new(self.host, set))
    }

    /// The effect that it belongs to: the action's, or the one it was made for.
    ///
    /// # Errors
    /// When the host tells of none.
    pub fn effect(&self, in_args: &PropertySet<'_>) -> Result<Effect<'h>> {
        let told = |set: &PropertySet<'_>| {
            set.pointer(sys::kOfxPropEffectInstance, 0).ok().filter(|handle| !handle.is_null())
        };
        let handle = if in_args.is_null() { None } else { told(in_args) };
        let handle = match handle {
            Some(handle) => handle,
            None => told(&self.properties()?).ok_or(Error::State("an overlay came without its effect"))?,
        };
        // SAFETY: the host names the effect of the action in progress.
        Ok(unsafe { Effect::from_raw(self.host, handle.cast()) })
    }

    /// How the picture stands, by the arguments of a Draw or of a pen's or the focus's action. A scale that is
    /// missing or no scale is taken from the interact itself, then as 1.
    pub fn view(&self, in_args: &PropertySet<'_>) -> View {
        let view = self.key_view(in_args);
        View { pixel_scale: pixel_scale(in_args).unwrap_or(view.pixel_scale), ..view }
    }

    /// How the picture stands, in a key's action, whose arguments have no scale.
    pub fn key_view(&self, in_args: &PropertySet<'_>) -> View {
        View {
            time: in_args.double(sys::kOfxPropTime, 0).unwrap_or(0.0),
            pixel_scale: self.properties().ok().as_ref().and_then(pixel_scale).unwrap_or([1.0; 2]),
        }
    }

    /// Where the pen is, in canonical coordinates.
    ///
    /// # Errors
    /// When the host does not tell.
    pub fn pen(&self, in_args: &PropertySet<'_>) -> Result<[f64; 2]> {
        in_args.doubles(sys::kOfxInteractPropPenPosition)
    }

    /// The key's symbol, of `ofxKeySyms.h`.
    ///
    /// # Errors
    /// When the host does not tell.
    pub fn key(&self, in_args: &PropertySet<'_>) -> Result<c_int> {
        in_args.int(sys::kOfxPropKeySym, 0)
    }

    /// Asks the host to draw it again.
    pub fn redraw(&self) {
        if let Some(call) = self.host.interact_suite().and_then(|suite| suite.interactRedraw) {
            // SAFETY: the handle is valid during the action.
            unsafe { call(self.handle) };
        }
    }

    /// Names the parameters whose change asks for a new drawing.
    ///
    /// # Errors
    /// When the host refuses.
    pub fn follow<'n>(&self, names: impl IntoIterator<Item = &'n str>) -> Result<()> {
        let set = self.properties()?;
        (0..).zip(names).try_for_each(|(index, name)| {
            set.set_string(sys::kOfxInteractPropSlaveToParam, index, &c_string(name))
        })
    }
}

fn pixel_scale(set: &PropertySet<'_>) -> Option<[f64; 2]> {
    let scale = set.doubles::<2>(sys::kOfxInteractPropPixelScale).ok()?;
    scale.iter().all(|s| s.is_finite() && *s > 0.0).then_some(scale)
}
