//! What the effect tells, and its use of the computer.

use std::ffi::CStr;

use super::{Kind, Spec};

/// What ran and what is wrong, in one line.
pub const STATUS: &CStr = c"status";
/// What ran on the last frame.
pub const LAST_FRAME: &CStr = c"lastFrame";
/// What was taken for granted.
pub const ASSUMED: &CStr = c"assumed";
/// Opens the folder of the log.
pub const OPEN_LOG: &CStr = c"openLogFolder";
/// Copies what a report of a fault needs.
pub const COPY_REPORT: &CStr = c"copyReport";
/// The version.
pub const VERSION: &CStr = c"version";
/// Memory for embeddings, in MiB.
pub const CACHE_BUDGET: &CStr = c"cacheBudget";

const GROUP_STATUS: &CStr = c"statusGroup";
const GROUP_ADVANCED: &CStr = c"advanced";

const VERSION_TEXT: &CStr = text!("PromptMatte ", env!("CARGO_PKG_VERSION"));

/// The line above everything.
pub(super) const LINE: &[Spec] = &[Spec::new(
    STATUS,
    c"Status",
    c"What PromptMatte did with the current frame, and what it needs from you.",
    None,
    Kind::Label { default: c"Add a point or a box on the subject." },
)];

/// The groups below everything.
pub(super) const SPECS: &[Spec] = &[
    Spec::group(
        GROUP_STATUS,
        c"Details",
        c"What ran, what was assumed, and what to send with a report.",
        false,
    ),
    Spec::new(
        LAST_FRAME,
        c"Last frame",
        c"The network, the device and the times of the frame that was rendered last, and whether it was in memory. \
Brought up to date when a control changes.",
        Some(GROUP_STATUS),
        Kind::Label { default: c"No frame yet." },
    ),
    Spec::new(
        ASSUMED,
        c"Assumed",
        c"What PromptMatte took for granted because neither you nor the host said it.",
        Some(GROUP_STATUS),
        Kind::Label { default: c"Nothing yet." },
    ),
    Spec::new(
        OPEN_LOG,
        c"Open log folder",
        c"Shows the folder with PromptMatte's log file.",
        Some(GROUP_STATUS),
        Kind::Button,
    ),
    Spec::new(
        COPY_REPORT,
        c"Copy report",
        c"Puts versions, settings, times and the end of the log onto the clipboard and into the log folder, to be \
sent with a report of a fault. No picture is in it.",
        Some(GROUP_STATUS),
        Kind::Button,
    ),
    Spec::new(
        VERSION,
        c"Version",
        c"The version of PromptMatte.",
        Some(GROUP_STATUS),
        Kind::Label { default: VERSION_TEXT },
    ),
    Spec::group(GROUP_ADVANCED, c"Advanced", c"Settings that are rarely needed.", false),
    Spec::new(
        CACHE_BUDGET,
        c"Memory for frames (MB)",
        c"How much memory may hold what the network has seen, so that a changed prompt shows quickly: \
about 4 MB a frame. Shared by all PromptMatte effects of the program; the largest wish counts, up to half \
of the computer's memory.",
        Some(GROUP_ADVANCED),
        Kind::Resource { default: 1024, default_in_mlt: 192, range: [0, 1_048_576], slider: [64, 16384] },
    ),
];
