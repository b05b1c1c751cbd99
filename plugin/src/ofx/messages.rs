//! Messages to the artist.

use std::ffi::{CStr, c_char, c_int, c_void};

use openfx_sys as sys;

use super::properties::c_string;
use super::{Effect, Error, Result};

/// How a message is meant.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum MessageKind {
    /// Something failed.
    Error,
    /// Something was ignored or assumed.
    Warning,
    /// Something to know.
    Message,
}

impl MessageKind {
    fn name(self) -> &'static CStr {
        match self {
            MessageKind::Error => sys::kOfxMessageError,
            MessageKind::Warning => sys::kOfxMessageWarning,
            MessageKind::Message => sys::kOfxMessageMessage,
        }
    }
}

/// `message` and `setPersistentMessage`: handle, type, identifier, format and what it consumes.
type Post = unsafe extern "C" fn(*mut c_void, *const c_char, *const c_char, *const c_char, ...) -> c_int;

impl Effect<'_> {
    /// Shows a sentence on the effect until it is cleared or replaced. Hosts that only have momentary
    /// messages get one of those for errors, and nothing for the rest, which would be a dialogue a frame.
    ///
    /// # Errors
    /// When the host refuses, or has no messages.
    pub fn set_persistent_message(&self, kind: MessageKind, text: &str) -> Result<()> {
        let text = c_string(text);
        let post = |call: Post| {
            // SAFETY: the handle is valid during the action, all strings end in a zero, and the format
            // consumes exactly the one string that follows it.
            unsafe {
                call(self.handle().cast(), kind.name().as_ptr(), c"".as_ptr(), c"%s".as_ptr(), text.as_ptr())
            }
        };
        // Resolve 14 has the second version of the suite with empty functions.
        if let Some(call) = self.host().persistent_message_suite().and_then(|s| s.setPersistentMessage) {
            return Error::check("setPersistentMessage", post(call));
        }
        let Some(call) = self.host().message_suite().and_then(|s| s.message) else {
            return Err(Error::Missing("a message suite"));
        };
        if kind == MessageKind::Error {
            // The reply (OK, or an answer to a question) does not matter.
            post(call);
        }
        Ok(())
    }

    /// Takes the persistent message away.
    ///
    /// # Errors
    /// When the host refuses. A host without persistent messages has none to clear.
    pub fn clear_persistent_message(&self) -> Result<()> {
        match self.host().persistent_message_suite().and_then(|s| s.clearPersistentMessage) {
            // SAFETY: the handle is valid during the action.
            Some(call) => Error::check("clearPersistentMessage", unsafe { call(self.handle().cast()) }),
            None => Ok(()),
        }
    }
}
