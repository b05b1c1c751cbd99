//! A progress bar that the artist can cancel.

use std::ffi::CStr;

use openfx_sys as sys;

use super::properties::c_string;
use super::{Effect, Status};

/// A bar on the screen, until it is dropped. Only in InstanceChanged and in interact actions: it is modal.
pub struct Progress<'h> {
    effect: Effect<'h>,
    update: unsafe extern "C" fn(*mut std::ffi::c_void, f64) -> sys::OfxStatus,
    end: Option<unsafe extern "C" fn(*mut std::ffi::c_void) -> sys::OfxStatus>,
}

impl<'h> Progress<'h> {
    /// Shows a bar with a sentence. `identifier` names the sentence for hosts that translate it. `None` where the host
    /// has no bars, or shows none now.
    pub fn start(effect: &Effect<'h>, text: &str, identifier: &CStr) -> Option<Self> {
        let text = c_string(text);
        let handle = effect.handle().cast();
        let (status, update, end) = if let Some(suite) = effect.host().progress_suite() {
            let start = suite.progressStart?;
            // SAFETY: the handle is valid during the action and both strings end in a zero.
            let status = unsafe { start(handle, text.as_ptr(), identifier.as_ptr()) };
            (status, suite.progressUpdate, suite.progressEnd)
        } else {
            let suite = effect.host().first_progress_suite()?;
            let start = suite.progressStart?;
            // SAFETY: as above.
            let status = unsafe { start(handle, text.as_ptr()) };
            (status, suite.progressUpdate, suite.progressEnd)
        };
        (status == Status::OK.0).then_some(Self { effect: *effect, update: update?, end })
    }

    /// Moves the bar to a share of the work, 0..=1; whether to go on. Only a clear "no" of the artist stops the work.
    pub fn update(&self, share: f64) -> bool {
        let share = if share.is_nan() { 0.0 } else { share.clamp(0.0, 1.0) };
        // SAFETY: the handle is valid during the action, which this value does not outlive.
        let status = unsafe { (self.update)(self.effect.handle().cast(), share) };
        status != sys::kOfxStatReplyNo as sys::OfxStatus
    }
}

impl Drop for Progress<'_> {
    fn drop(&mut self) {
        if let Some(end) = self.end {
            // SAFETY: as for an update; the bar was started and is ended once, here.
            unsafe { end(self.effect.handle().cast()) };
        }
    }
}
