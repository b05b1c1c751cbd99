//! What is drawn over the picture.

use std::ffi::CStr;

use super::{Kind, Spec};

/// Tint of the overlay.
pub const OVERLAY_COLOUR: &CStr = c"overlayColour";

const GROUP: &CStr = c"viewer";

pub(super) const SPECS: &[Spec] = &[
    Spec::group(GROUP, c"Viewer", c"What is shown over the picture.", false),
    Spec::new(
        OVERLAY_COLOUR,
        c"Overlay colour",
        c"The tint of the Overlay output; its alpha is how strong the tint is.",
        Some(GROUP),
        Kind::Colour { default: [1.0, 0.1, 0.1, 0.5] },
    ),
];
