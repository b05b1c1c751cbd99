//! What is given back.

use std::ffi::CStr;

use super::{Kind, Spec};

/// What to give back.
pub const OUTPUT: &CStr = c"output";
/// How much of the old background is taken out of soft edges, 0..1.
pub const DECONTAMINATE: &CStr = c"decontaminate";
/// Components of the output, where the effect may choose.
pub const OUTPUT_COMPONENTS: &CStr = c"outputComponents";
/// Whether the Background input counts.
pub const USE_BACKGROUND: &CStr = c"useBackground";
/// What a composite lies over without a Background input.
pub const BACKGROUND_COLOUR: &CStr = c"backgroundColour";
/// Whether the output ends around the box.
pub const CROP: &CStr = c"cropToSubject";
/// Room around the box, in pixels of a 1920-wide frame.
pub const CROP_MARGIN: &CStr = c"cropMargin";

const GROUP_BACKGROUND: &CStr = c"background";

pub(super) const SPECS: &[Spec] = &[
    Spec::new(
        OUTPUT,
        c"Output",
        c"Cut-out: the subject, with the matte as alpha, multiplied as the host expects; the two others multiply \
always or never. Matte: the matte as a grey picture, and in alpha. Composite: the subject over the background. \
Foreground only: the subject's colour, black around it. Overlay: the source, tinted where the matte is. Edges: white \
inside, black outside, grey where the edge is (a trimap), with the edge in alpha.",
        None,
        Kind::Choice {
            options: &[
                c"Cut-out",
                c"Matte",
                c"Overlay",
                c"Cut-out premultiplied",
                c"Cut-out unpremultiplied",
                c"Composite",
                c"Foreground only",
                c"Edges",
            ],
            default: 0,
            animates: false,
        },
    ),
    Spec::new(
        DECONTAMINATE,
        c"Decontaminate",
        c"Takes the old background's colour out of soft edges, so that hair, motion blur and glass bring no fringe of \
it along. 1 gives the subject's own colour there as it can be told from the picture, 0 the colour of the source. Solid \
parts are never touched. For Cut-out, Composite and Foreground only.",
        None,
        Kind::Double { default: 1.0, range: [0.0, 1.0], slider: [0.0, 1.0] },
    ),
    Spec {
        general_only: true,
        ..Spec::new(
            OUTPUT_COMPONENTS,
            c"Output components",
            c"Which channels the output has. RGB shows a cut-out over black; Alpha is the matte alone.",
            None,
            Kind::Choice { options: &[c"RGBA", c"RGB", c"Alpha"], default: 0, animates: false },
        )
    },
];

pub(super) const BACKGROUND: &[Spec] = &[
    Spec::group(
        GROUP_BACKGROUND,
        c"Background and crop",
        c"What the Composite output lies over, and how far the output reaches.",
        false,
    ),
    Spec::new(
        USE_BACKGROUND,
        c"Use Background input",
        c"Puts the subject over the picture connected to the Background input, in the Composite output.",
        Some(GROUP_BACKGROUND),
        Kind::UseInput,
    ),
    Spec::new(
        BACKGROUND_COLOUR,
        c"Background colour",
        c"What the Composite output lies over where no Background is used.",
        Some(GROUP_BACKGROUND),
        Kind::Rgb { default: [0.0, 0.0, 0.0] },
    ),
    Spec::new(
        CROP,
        c"Crop to subject",
        c"Ends the output around the box, so that nodes after this one have less to do. Needs a box; what lies \
outside it is cut off.",
        Some(GROUP_BACKGROUND),
        Kind::Switch { default: false, renders: true },
    ),
    Spec::new(
        CROP_MARGIN,
        c"Crop margin",
        c"Room around the box, in pixels of a 1920-wide frame, when the output is cropped.",
        Some(GROUP_BACKGROUND),
        Kind::Double { default: 40.0, range: [0.0, 1000.0], slider: [0.0, 200.0] },
    ),
];
