//! The one table of parameters.
//!
//! **It is a file format.** Names, choice orders, option texts and defaults are saved in artists' projects
//! (MLT saves the option's text): once released they never change meaning. New parameters and new options
//! go to the end of their list. A test in `tests` holds the list.

use std::ffi::CStr;

use super::Context;

/// How many points there are.
pub const POINTS: usize = 8;

/// Where every point starts: the centre of the frame.
pub const POINT_DEFAULT: [f64; 2] = [0.5, 0.5];
/// Where the box starts: the middle half of the frame.
pub const BOX_BOTTOM_LEFT_DEFAULT: [f64; 2] = [0.25, 0.25];
/// The opposite corner.
pub const BOX_TOP_RIGHT_DEFAULT: [f64; 2] = [0.75, 0.75];

/// What a parameter is.
#[derive(Clone, Copy, Debug)]
pub enum Kind {
    /// A group of parameters, open or closed at first.
    Group {
        /// Whether it starts open.
        open: bool,
    },
    /// One of several; the index is stored.
    Choice {
        /// The options, in stored order.
        options: &'static [&'static CStr],
        /// The option at first.
        default: i32,
        /// Whether it can be keyed where the host can.
        animates: bool,
    },
    /// A position in canonical coordinates; always can be keyed.
    Position {
        /// In fractions of the frame.
        default: [f64; 2],
    },
    /// On or off; can be keyed where the host can.
    Boolean {
        /// At first.
        default: bool,
    },
    /// On or off for the viewer alone; not keyed, and the picture does not depend on it.
    Switch {
        /// At first.
        default: bool,
        /// Whether a change makes the host render again.
        renders: bool,
    },
    /// A whole number that is not keyed and does not change the picture.
    Resource {
        /// At first.
        default: i32,
        /// At first in MLT, which renders long clips in one process and shows no one how much that takes.
        default_in_mlt: i32,
        /// Least and most.
        range: [i32; 2],
        /// Ends of the slider.
        slider: [i32; 2],
    },
    /// A colour with opacity; can be keyed.
    Colour {
        /// Red, green, blue, alpha at first.
        default: [f64; 4],
    },
    /// A line of text that only the effect changes; not saved.
    Label {
        /// At first.
        default: &'static CStr,
    },
}

/// One parameter.
#[derive(Clone, Copy, Debug)]
pub struct Spec {
    /// Stored name.
    pub name: &'static CStr,
    /// What the artist reads.
    pub label: &'static CStr,
    /// What it does, for a beginner.
    pub hint: &'static CStr,
    /// The group it is in.
    pub parent: Option<&'static CStr>,
    /// What it is.
    pub kind: Kind,
    /// Whether it is defined in the General context only.
    pub general_only: bool,
}

impl Spec {
    const fn new(
        name: &'static CStr,
        label: &'static CStr,
        hint: &'static CStr,
        parent: Option<&'static CStr>,
        kind: Kind,
    ) -> Self {
        Self { name, label, hint, parent, kind, general_only: false }
    }

    /// Whether a context has it.
    pub fn is_in(&self, context: Context) -> bool {
        !self.general_only || context == Context::General
    }
}

/// The page that holds all.
pub const PAGE: &CStr = c"Controls";

/// What ran and what is wrong, in one line.
pub const STATUS: &CStr = c"status";
/// What to give back.
pub const OUTPUT: &CStr = c"output";
/// Components of the output, where the effect may choose.
pub const OUTPUT_COMPONENTS: &CStr = c"outputComponents";
/// Whether the box counts.
pub const BOX_ENABLE: &CStr = c"boxEnable";
/// A corner of the box.
pub const BOX_BOTTOM_LEFT: &CStr = c"boxBottomLeft";
/// The opposite corner.
pub const BOX_TOP_RIGHT: &CStr = c"boxTopRight";
/// Tint of the overlay.
pub const OVERLAY_COLOUR: &CStr = c"overlayColour";
/// Memory for embeddings, in MiB.
pub const CACHE_BUDGET: &CStr = c"cacheBudget";
/// Whether the overlay shows the matte's outline.
pub const SHOW_OUTLINE: &CStr = c"showOutline";
/// Whether parameters follow the pen while it drags.
pub const LIVE: &CStr = c"live";
/// Whether the overlay is drawn twice as large.
pub const HIDPI: &CStr = c"hidpi";

const GROUP_POINTS: &CStr = c"points";
const GROUP_BOX: &CStr = c"box";
const GROUP_VIEWER: &CStr = c"viewer";
const GROUP_ADVANCED: &CStr = c"advanced";

const POINT_MODE_HINT: &CStr = c"What this point says: Include marks the subject, Exclude marks what does \
not belong to it, Off ignores the point. Can be keyed where the host can key choices.";
const POINT_HINT: &CStr = c"Where the point is. Key it where the subject moves; between keys it moves in a \
straight line. Hosts may show it as a handle in the viewer.";

/// A C string made of pieces at compile time.
macro_rules! text {
    ($($piece:expr),+) => {
        match CStr::from_bytes_with_nul(concat!($($piece,)+ "\0").as_bytes()) {
            Ok(text) => text,
            Err(_) => panic!("a zero inside a text"),
        }
    };
}

/// Mode and position of one point.
macro_rules! point {
    ($number:literal) => {
        [
            Spec::new(
                text!("point", $number, "Mode"),
                text!("Point ", $number),
                POINT_MODE_HINT,
                Some(GROUP_POINTS),
                Kind::Choice { options: &[c"Off", c"Include", c"Exclude"], default: 0, animates: true },
            ),
            Spec::new(
                text!("point", $number),
                text!("Position ", $number),
                POINT_HINT,
                Some(GROUP_POINTS),
                Kind::Position { default: POINT_DEFAULT },
            ),
        ]
    };
}

/// Mode and position of each point.
pub const POINT_SPECS: [[Spec; 2]; POINTS] =
    [point!(1), point!(2), point!(3), point!(4), point!(5), point!(6), point!(7), point!(8)];

/// What stands above the points.
const HEAD: &[Spec] = &[
    Spec::new(
        STATUS,
        c"Status",
        c"What PromptMatte did with the current frame, and what it needs from you.",
        None,
        Kind::Label { default: c"Add a point or a box on the subject." },
    ),
    Spec::new(
        OUTPUT,
        c"Output",
        c"Cut-out: the subject, with the matte as alpha. Matte: the matte as a grey picture, and in alpha. \
Overlay: the source, tinted where the matte is.",
        None,
        Kind::Choice { options: &[c"Cut-out", c"Matte", c"Overlay"], default: 0, animates: false },
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
    Spec::new(
        GROUP_POINTS,
        c"Points",
        c"Points on the subject (Include) and on what does not belong to it (Exclude).",
        None,
        Kind::Group { open: true },
    ),
];

/// What stands below the points.
const TAIL: &[Spec] = &[
    Spec::new(GROUP_BOX, c"Box", c"A box around the subject.", None, Kind::Group { open: true }),
    Spec::new(
        BOX_ENABLE,
        c"Use box",
        c"Choose what is inside the box. Alone or together with points.",
        Some(GROUP_BOX),
        Kind::Boolean { default: false },
    ),
    Spec::new(
        BOX_BOTTOM_LEFT,
        c"Bottom left",
        c"One corner of the box. Key it where the subject moves.",
        Some(GROUP_BOX),
        Kind::Position { default: BOX_BOTTOM_LEFT_DEFAULT },
    ),
    Spec::new(
        BOX_TOP_RIGHT,
        c"Top right",
        c"The opposite corner of the box. Key it where the subject moves.",
        Some(GROUP_BOX),
        Kind::Position { default: BOX_TOP_RIGHT_DEFAULT },
    ),
    Spec::new(
        GROUP_VIEWER,
        c"Viewer",
        c"How points and box are shown and dragged in the viewer. Control + Alt + click adds an include \
point, with Shift an exclude point; Delete removes the one under the pen, or the nearest.",
        None,
        Kind::Group { open: false },
    ),
    Spec::new(
        SHOW_OUTLINE,
        c"Show outline",
        c"Draws the edge of the matte as a line over the viewer's picture, where the current frame has just \
been rendered.",
        Some(GROUP_VIEWER),
        Kind::Switch { default: false, renders: true },
    ),
    Spec::new(
        LIVE,
        c"Live",
        c"Renders while a point or the box is being dragged, instead of once when it is let go.",
        Some(GROUP_VIEWER),
        Kind::Switch { default: false, renders: false },
    ),
    Spec::new(
        HIDPI,
        c"HiDPI",
        c"Draws points, box and handles twice as large, for screens with small pixels.",
        Some(GROUP_VIEWER),
        Kind::Switch { default: false, renders: false },
    ),
    Spec::new(
        GROUP_ADVANCED,
        c"Advanced",
        c"Settings that are rarely needed.",
        None,
        Kind::Group { open: false },
    ),
    Spec::new(
        OVERLAY_COLOUR,
        c"Overlay colour",
        c"The tint of the Overlay output; its alpha is how strong the tint is.",
        Some(GROUP_ADVANCED),
        Kind::Colour { default: [1.0, 0.1, 0.1, 0.5] },
    ),
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

/// All parameters of a context, in the order in which they are shown.
pub fn specs(context: Context) -> impl Iterator<Item = &'static Spec> {
    HEAD.iter().chain(POINT_SPECS.iter().flatten()).chain(TAIL).filter(move |spec| spec.is_in(context))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_and_parents_come_first() {
        let mut seen = std::collections::HashSet::new();
        for spec in specs(Context::General) {
            assert!(seen.insert(spec.name), "{:?} twice", spec.name);
            assert!(spec.parent.is_none_or(|parent| seen.contains(parent)), "{:?}", spec.name);
            assert!(!spec.hint.is_empty() && !spec.label.is_empty());
        }
        assert_eq!(specs(Context::General).count(), specs(Context::Filter).count() + 1);
    }
}
