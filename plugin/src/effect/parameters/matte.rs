//! Matte tools: what is done to the matte after the network.

use std::ffi::CStr;

use super::{Kind, Spec};

/// Largest hole that is filled, in pixels of area of a 1920-wide frame.
pub const FILL_HOLES: &CStr = c"fillHoles";
/// Largest speck that is removed, in pixels of area of a 1920-wide frame.
pub const DESPECKLE: &CStr = c"despeckle";
/// How far the edge moves out, in pixels of a 1920-wide frame.
pub const GROW: &CStr = c"growShrink";
/// Width of the soft edge, in pixels of a 1920-wide frame.
pub const FEATHER: &CStr = c"feather";
/// On which side of the edge it is soft: in, out, both.
pub const FEATHER_MODE: &CStr = c"featherMode";
/// Alpha that becomes 0.
pub const BLACK_CLIP: &CStr = c"blackClip";
/// Alpha that becomes 1.
pub const WHITE_CLIP: &CStr = c"whiteClip";
/// Gamma of the matte.
pub const GAMMA: &CStr = c"matteGamma";
/// Whether inside and outside change places.
pub const INVERT: &CStr = c"invert";
/// Whether the Garbage matte input counts.
pub const USE_GARBAGE: &CStr = c"useGarbage";
/// Whether the Holdout input counts.
pub const USE_HOLDOUT: &CStr = c"useHoldout";
/// What becomes of the source's own alpha.
pub const SOURCE_ALPHA: &CStr = c"sourceAlpha";
/// How much of the effect is shown, 0..1.
pub const MIX: &CStr = c"mix";

const GROUP: &CStr = c"matteTools";

/// Most area in pixels of a 1920-wide frame that makes sense: half of it.
const MOST_AREA: f64 = 1_000_000.0;

pub(super) const SPECS: &[Spec] = &[
    Spec::group(
        GROUP,
        c"Matte",
        c"What is done to the matte, in this order. Lengths and areas are in pixels of a 1920-wide frame and \
scale with the real one, so that a proxy looks like the full picture.",
        true,
    ),
    Spec::new(
        FILL_HOLES,
        c"Fill holes",
        c"Fills holes inside the subject up to this area in pixels. 0 leaves them.",
        Some(GROUP),
        Kind::Double { default: 0.0, range: [0.0, MOST_AREA], slider: [0.0, 5000.0] },
    ),
    Spec::new(
        DESPECKLE,
        c"Despeckle",
        c"Removes islands outside the subject up to this area in pixels. 0 leaves them.",
        Some(GROUP),
        Kind::Double { default: 0.0, range: [0.0, MOST_AREA], slider: [0.0, 5000.0] },
    ),
    Spec::new(
        GROW,
        c"Grow/shrink",
        c"Moves the edge outwards (above 0) or inwards (below 0) by so many pixels, fractions included.",
        Some(GROUP),
        Kind::Double { default: 0.0, range: [-100.0, 100.0], slider: [-20.0, 20.0] },
    ),
    Spec::new(
        FEATHER,
        c"Feather",
        c"Makes the edge softer over so many pixels.",
        Some(GROUP),
        Kind::Double { default: 0.0, range: [0.0, 500.0], slider: [0.0, 50.0] },
    ),
    Spec::new(
        FEATHER_MODE,
        c"Feather to",
        c"Where the soft edge lies: inside the edge, outside it, or on both sides.",
        Some(GROUP),
        Kind::Choice { options: &[c"In", c"Out", c"Both"], default: 2, animates: false },
    ),
    Spec::new(
        BLACK_CLIP,
        c"Black clip",
        c"Alpha up to this value becomes 0: cleans what is nearly transparent.",
        Some(GROUP),
        Kind::Double { default: 0.0, range: [0.0, 1.0], slider: [0.0, 1.0] },
    ),
    Spec::new(
        WHITE_CLIP,
        c"White clip",
        c"Alpha from this value on becomes 1: closes what is nearly solid.",
        Some(GROUP),
        Kind::Double { default: 1.0, range: [0.0, 1.0], slider: [0.0, 1.0] },
    ),
    Spec::new(
        GAMMA,
        c"Gamma",
        c"Above 1 makes the soft parts of the matte denser, below 1 thinner.",
        Some(GROUP),
        Kind::Double { default: 1.0, range: [0.1, 10.0], slider: [0.2, 5.0] },
    ),
    Spec::new(
        INVERT,
        c"Invert",
        c"Cuts the subject away and keeps what is around it.",
        Some(GROUP),
        Kind::Boolean { default: false },
    ),
    Spec::new(
        USE_GARBAGE,
        c"Use Garbage matte input",
        c"Takes away what the picture connected to the Garbage matte input marks: its alpha, or the brightness of \
a picture without alpha.",
        Some(GROUP),
        Kind::UseInput,
    ),
    Spec::new(
        USE_HOLDOUT,
        c"Use Holdout input",
        c"Keeps what the picture connected to the Holdout input marks, whatever the network says: its alpha, or \
the brightness of a picture without alpha.",
        Some(GROUP),
        Kind::UseInput,
    ),
    Spec::new(
        SOURCE_ALPHA,
        c"Source alpha",
        c"What becomes of the alpha that comes in with the source. Ignore replaces it. Intersect keeps what is in \
both, Add what is in either, Subtract takes the matte away from it: so one PromptMatte after the other builds a \
matte of several subjects.",
        Some(GROUP),
        Kind::Choice {
            options: &[c"Ignore", c"Intersect", c"Add", c"Subtract"],
            default: 0,
            animates: false,
        },
    ),
    Spec::new(
        MIX,
        c"Mix",
        c"How much of the effect is shown; 0 is the source as it came.",
        Some(GROUP),
        Kind::Double { default: 1.0, range: [0.0, 1.0], slider: [0.0, 1.0] },
    ),
];
