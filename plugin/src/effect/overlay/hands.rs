//! What an overlay remembers between two actions.

use std::ffi::c_void;
use std::sync::{Mutex, PoisonError};

use openfx_sys as sys;

use super::drag::Drag;
use super::keys::Modifiers;
use crate::ofx::{Error, Interact, Result};

/// What an overlay keeps: what the artist's hands are doing in its view.
#[derive(Clone, Copy, Default)]
pub struct Hands {
    /// What the pen holds.
    pub drag: Drag,
    /// Where the pen was last seen.
    pub pen: Option<[f64; 2]>,
    /// Which keys are down.
    pub modifiers: Modifiers,
}

/// An overlay of one view.
#[derive(Default)]
pub struct Overlay {
    hands: Mutex<Hands>,
}

impl Overlay {
    /// Makes it and leaves it with the host.
    ///
    /// # Errors
    /// When the host does not take it.
    pub fn create(interact: &Interact<'_>) -> Result<()> {
        let properties = interact.properties()?;
        let pointer = Box::into_raw(Box::<Overlay>::default());
        properties.set_pointer(sys::kOfxPropInstanceData, 0, pointer.cast::<c_void>()).inspect_err(|_| {
            // SAFETY: the pointer came from the box above and the host did not take it.
            drop(unsafe { Box::from_raw(pointer) });
        })
    }

    /// The overlay that `create` left with the host.
    ///
    /// # Errors
    /// [`Error::State`] when there is none.
    ///
    /// # Safety
    /// The result must not be used after the action in progress.
    pub unsafe fn of<'a>(interact: &Interact<'_>) -> Result<&'a Self> {
        let pointer = interact.properties()?.pointer(sys::kOfxPropInstanceData, 0)?.cast::<Self>();
        // SAFETY: only `create` sets this property, and `destroy` clears it.
        unsafe { pointer.as_ref() }.ok_or(Error::State("an action came for an overlay that was never made"))
    }

    /// Ends the overlay.
    ///
    /// # Errors
    /// When the host does not answer.
    ///
    /// # Safety
    /// No other action of the overlay may be in progress.
    pub unsafe fn destroy(interact: &Interact<'_>) -> Result<()> {
        let properties = interact.properties()?;
        let pointer = properties.pointer(sys::kOfxPropInstanceData, 0)?.cast::<Self>();
        properties.set_pointer(sys::kOfxPropInstanceData, 0, std::ptr::null_mut())?;
        if !pointer.is_null() {
            // SAFETY: the pointer came from `create`'s box, and clearing the property above makes this the
            // only time it is taken back.
            drop(unsafe { Box::from_raw(pointer) });
        }
        Ok(())
    }

    /// What the hands are doing, copied: nothing is locked while a host is called.
    pub fn hands(&self) -> Hands {
        *self.hands.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Remembers what the hands are doing.
    pub fn set_hands(&self, hands: Hands) {
        *self.hands.lock().unwrap_or_else(PoisonError::into_inner) = hands;
    }
}
