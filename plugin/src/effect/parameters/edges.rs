//! How the edge of the matte is made.

use std::ffi::CStr;

use super::{Kind, Spec};

/// What finds the edge: SAM's mask alone, the guided filter, the edge network.
pub const REFINE: &CStr = c"refine";
/// How far to each side of the contour the edge is looked for, in pixels of a 1920-wide frame; 0: automatic.
pub const EDGE_WIDTH: &CStr = c"edgeWidth";
/// How much of the edge network's answer counts, 0..1.
pub const EDGE_DETAIL: &CStr = c"edgeDetail";

/// The option of [`REFINE`] that leaves SAM's mask as it is.
pub const REFINE_OFF: i32 = 0;
/// The option of [`REFINE`] that is the guided filter.
pub const REFINE_FAST: i32 = 1;

const GROUP: &CStr = c"edges";

pub(super) const SPECS: &[Spec] = &[
    Spec::group(
        GROUP,
        c"Edges",
        c"How hair, fur, blur and contours are drawn out of the picture, where the network that finds the subject only \
knows about where they are.",
        true,
    ),
    Spec::new(
        REFINE,
        c"Refine",
        c"Off gives the soft contour of the subject as it was found. Fast follows the picture's contours and colours. \
Best also draws hair, fur and motion blur, with a network trained on edges.",
        Some(GROUP),
        Kind::Choice { options: &[c"Off", c"Fast", c"Best"], default: 2, animates: false },
    ),
    Spec::new(
        EDGE_WIDTH,
        c"Edge width",
        c"How far to each side of the contour the edge is looked for, in pixels of a 1920-wide frame. Raise it where hair \
is cut off, lower it where the background gets into the matte. 0 is automatic: wide where the subject's mask is in doubt.",
        Some(GROUP),
        Kind::Double { default: 0.0, range: [0.0, 500.0], slider: [0.0, 150.0] },
    ),
    Spec::new(
        EDGE_DETAIL,
        c"Edge detail",
        c"For Best: 1 keeps every hair, 0 is as smooth as Fast.",
        Some(GROUP),
        Kind::Double { default: 1.0, range: [0.0, 1.0], slider: [0.0, 1.0] },
    ),
];
