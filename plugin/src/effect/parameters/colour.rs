//! How the source's colour is to be understood.

use std::ffi::CStr;

use super::{Kind, Spec};

/// The encoding of the source's colour; 0 as the host says.
pub const SOURCE_COLOUR: &CStr = c"sourceColour";
/// Stops by which the network sees the source brighter.
pub const EXPOSURE: &CStr = c"exposure";

pub(super) const GROUP: &CStr = c"colour";

pub(super) const SPECS: &[Spec] = &[
    Spec::group(
        GROUP,
        c"Colour",
        c"How the network sees the source. The colours given back are never altered by it.",
        false,
    ),
    Spec::new(
        SOURCE_COLOUR,
        c"Source colour",
        c"How the colours of the source are encoded, so that the network sees them as you do. From host takes what \
the host says or is known for; the status says what was taken. Set it for log footage.",
        Some(GROUP),
        Kind::Choice {
            options: &[
                c"From host",
                c"sRGB",
                c"Rec.709 / gamma 2.4",
                c"Linear Rec.709",
                c"ACEScg",
                c"ACEScct",
                c"DaVinci Wide Gamut / Intermediate",
                c"ARRI LogC3",
                c"ARRI LogC4",
                c"Sony S-Log3",
                c"Canon Log 3",
                c"Panasonic V-Log",
                c"RED Log3G10",
                c"Cineon",
            ],
            default: 0,
            animates: false,
        },
    ),
    Spec::new(
        EXPOSURE,
        c"Exposure",
        c"Shows the source to the network brighter or darker by so many stops, where it is too dark or too bright \
for it to see the subject. The colours given back stay as they are.",
        Some(GROUP),
        Kind::Double { default: 0.0, range: [-10.0, 10.0], slider: [-5.0, 5.0] },
    ),
];
