//! Status codes with their names.

use std::fmt;

use openfx_sys as ofx;

/// An OpenFX status code.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Status(pub ofx::OfxStatus);

macro_rules! codes {
    ($($(#[$doc:meta])+ $name:ident = $value:expr;)+) => {
        impl Status {
            $($(#[$doc])+ pub const $name: Status = Status($value as ofx::OfxStatus);)+

            /// The code's name, if the specification has one.
            pub fn name(self) -> Option<&'static str> {
                match self {
                    $(Status::$name => Some(stringify!($name)),)+
                    _ => None,
                }
            }
        }
    };
}

codes! {
    /// All was well.
    OK = ofx::kOfxStatOK;
    /// It failed.
    FAILED = ofx::kOfxStatFailed;
    /// It failed and the plugin cannot go on.
    ERR_FATAL = ofx::kOfxStatErrFatal;
    /// Unknown object.
    ERR_UNKNOWN = ofx::kOfxStatErrUnknown;
    /// The host lacks something.
    ERR_MISSING_HOST_FEATURE = ofx::kOfxStatErrMissingHostFeature;
    /// Known, but not supported here.
    ERR_UNSUPPORTED = ofx::kOfxStatErrUnsupported;
    /// There is one already.
    ERR_EXISTS = ofx::kOfxStatErrExists;
    /// Wrong format.
    ERR_FORMAT = ofx::kOfxStatErrFormat;
    /// Out of memory; the host may free some and try again.
    ERR_MEMORY = ofx::kOfxStatErrMemory;
    /// A handle that is not one.
    ERR_BAD_HANDLE = ofx::kOfxStatErrBadHandle;
    /// An index out of range.
    ERR_BAD_INDEX = ofx::kOfxStatErrBadIndex;
    /// A value that is not allowed.
    ERR_VALUE = ofx::kOfxStatErrValue;
    /// Yes.
    REPLY_YES = ofx::kOfxStatReplyYes;
    /// No.
    REPLY_NO = ofx::kOfxStatReplyNo;
    /// Not trapped: the host does what is usual.
    REPLY_DEFAULT = ofx::kOfxStatReplyDefault;
    /// Wrong image format.
    ERR_IMAGE_FORMAT = ofx::kOfxStatErrImageFormat;
}

impl Status {
    /// Done or left to the host: no failure.
    pub fn is_fine(self) -> bool {
        self == Status::OK || self == Status::REPLY_DEFAULT
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => write!(f, "{name} ({})", self.0),
            None => write!(f, "status {}", self.0),
        }
    }
}

impl fmt::Debug for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
