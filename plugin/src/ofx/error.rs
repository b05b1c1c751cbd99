//! What a host can answer, and what goes wrong between it and us.

use std::ffi::c_int;

use openfx_sys as sys;

/// An OpenFX status code.
#[must_use]
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Status(pub c_int);

macro_rules! statuses {
    ($($(#[$doc:meta])+ $name:ident = $code:ident;)+) => {
        impl Status {
            $($(#[$doc])+ pub const $name: Status = Status(sys::$code as c_int);)+
        }
    };
}

statuses! {
    /// Done.
    OK = kOfxStatOK;
    /// Failed, for a reason of this call only.
    FAILED = kOfxStatFailed;
    /// The effect cannot go on.
    FATAL = kOfxStatErrFatal;
    /// The host lacks what the effect needs.
    MISSING_HOST_FEATURE = kOfxStatErrMissingHostFeature;
    /// Out of memory: the host may free some and try again.
    MEMORY = kOfxStatErrMemory;
    /// An unknown or dead handle.
    BAD_HANDLE = kOfxStatErrBadHandle;
    /// The action's default behaviour is wanted.
    REPLY_DEFAULT = kOfxStatReplyDefault;
}

/// An error between host and effect.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The host does not have a suite, or a function of it, that the effect needs.
    #[error("the host lacks {0}, which PromptMatte needs")]
    Missing(&'static str),
    /// The host refused a call.
    #[error("the host answered {status:?} to {call}")]
    Refused {
        /// The function, or the property or parameter asked for.
        call: String,
        /// What it answered.
        status: Status,
    },
    /// No host has been set, or the action needs something that was never created.
    #[error("{0}")]
    State(&'static str),
    /// An image whose description contradicts itself.
    #[error("the host gave an image that cannot be read: {0}")]
    Image(String),
}

impl Error {
    /// Turns a status into a result: OK passes, all else is [`Error::Refused`].
    pub(super) fn check(call: &str, status: c_int) -> Result<()> {
        match Status(status) {
            Status::OK => Ok(()),
            status => Err(Error::Refused { call: call.to_owned(), status }),
        }
    }

    /// The status to answer an action with.
    pub fn status(&self) -> Status {
        match self {
            Error::Missing(_) => Status::MISSING_HOST_FEATURE,
            Error::Refused { status: Status::MEMORY, .. } => Status::MEMORY,
            Error::State(_) => Status::BAD_HANDLE,
            Error::Refused { .. } | Error::Image(_) => Status::FAILED,
        }
    }
}

/// Shorthand for results of this module.
pub type Result<T> = std::result::Result<T, Error>;
