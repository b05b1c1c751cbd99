//! What is drawn over the picture.

use std::ffi::CStr;

use super::{Kind, Spec};

/// Whether the overlay shows the matte's outline.
pub const SHOW_OUTLINE: &CStr = c"showOutline";
/// Whether parameters follow the pen while it drags.
pub const LIVE: &CStr = c"live";
/// Whether the overlay is drawn twice as large.
pub const HIDPI: &CStr = c"hidpi";
/// Tint of the overlay.
pub const OVERLAY_COLOUR: &CStr = c"overlayColour";

const GROUP: &CStr = c"viewer";

pub(super) const SPECS: &[Spec] = &[
    Spec::group(
        GROUP,
        c"Viewer",
        c"How points and box are shown and dragged in the viewer. Control + Alt + click adds an include point, with \
Shift an exclude point; Delete removes the one under the pen, or the nearest.",
        false,
    ),
    Spec::new(
        SHOW_OUTLINE,
        c"Show outline",
        c"Draws the edge of the matte as a line over the viewer's picture, where the current frame has just been \
rendered.",
        Some(GROUP),
        Kind::Switch { default: false, renders: true },
    ),
    Spec::new(
        LIVE,
        c"Live",
        c"Renders while a point or the box is being dragged, instead of once when it is let go.",
        Some(GROUP),
        Kind::Switch { default: false, renders: false },
    ),
    Spec::new(
        HIDPI,
        c"HiDPI",
        c"Draws points, box and handles twice as large, for screens with small pixels.",
        Some(GROUP),
        Kind::Switch { default: false, renders: false },
    ),
    Spec::new(
        OVERLAY_COLOUR,
        c"Overlay colour",
        c"The tint of the Overlay output; its alpha is how strong the tint is.",
        Some(GROUP),
        Kind::Colour { default: [1.0, 0.1, 0.1, 0.5] },
    ),
];
