//! Points, box, candidate and guide: what says which subject is meant.

use std::ffi::CStr;

use super::automatic::{FIND_SPEC, FROM_SPEC};
use super::{Kind, Spec};

/// How many points there are.
pub const POINTS: usize = 16;

/// Where every point starts: the centre of the frame.
pub const POINT_DEFAULT: [f64; 2] = [0.5, 0.5];
/// Where the box starts: the middle half of the frame.
pub const BOX_BOTTOM_LEFT_DEFAULT: [f64; 2] = [0.25, 0.25];
/// The opposite corner.
pub const BOX_TOP_RIGHT_DEFAULT: [f64; 2] = [0.75, 0.75];

/// Options of a point's mode, by stored index.
pub const POINT_OFF: i32 = 0;
/// The point marks the subject.
pub const POINT_INCLUDE: i32 = 1;
/// The point marks what does not belong to the subject.
pub const POINT_EXCLUDE: i32 = 2;

/// Adds a point on the subject.
pub const ADD_INCLUDE: &CStr = c"addIncludePoint";
/// Adds a point on what does not belong to it.
pub const ADD_EXCLUDE: &CStr = c"addExcludePoint";
/// Keys all prompts at the current time.
pub const KEY_ALL: &CStr = c"keyAllPrompts";
/// Switches all prompts off and removes their keys.
pub const CLEAR: &CStr = c"clearPrompts";
/// Which of SAM's masks is taken: 0 by SAM's own rule, 1 to 4 that one.
pub const CANDIDATE: &CStr = c"candidate";
/// How closely a small subject is looked at.
pub const DETAIL: &CStr = c"detail";
/// The option with which it is looked at twice.
pub const DETAIL_FINE: i32 = 1;
/// Whether the box counts.
pub const BOX_ENABLE: &CStr = c"boxEnable";
/// A corner of the box.
pub const BOX_BOTTOM_LEFT: &CStr = c"boxBottomLeft";
/// The opposite corner.
pub const BOX_TOP_RIGHT: &CStr = c"boxTopRight";
/// Whether the Guide input counts.
pub const USE_GUIDE: &CStr = c"useGuide";
/// How much the guide counts, 0..1.
pub const GUIDE_STRENGTH: &CStr = c"guideStrength";

pub(super) const GROUP_POINTS: &CStr = c"points";
pub(super) const GROUP_MORE: &CStr = c"morePoints";
pub(super) const GROUP_BOX: &CStr = c"box";
pub(super) const GROUP_GUIDE: &CStr = c"guide";

const POINT_MODE_HINT: &CStr = c"What this point says: Include marks the subject, Exclude marks what does \
not belong to it, Off ignores the point. Can be keyed where the host can key choices.";
const POINT_HINT: &CStr = c"Where the point is. Key it where the subject moves; between keys it moves in a \
straight line. Hosts may show it as a handle in the viewer.";

/// What stands above the points.
pub(super) const HEAD: &[Spec] = &[
    Spec::group(
        GROUP_POINTS,
        c"Points",
        c"Points on the subject (Include) and on what does not belong to it (Exclude).",
        true,
    ),
    FROM_SPEC,
    FIND_SPEC,
    Spec::new(
        ADD_INCLUDE,
        c"Add include point",
        c"Switches the next free point on, as a mark of the subject, in the middle of the viewer (of the frame \
where the viewer is not known). Then drag it onto the subject.",
        Some(GROUP_POINTS),
        Kind::Button,
    ),
    Spec::new(
        ADD_EXCLUDE,
        c"Add exclude point",
        c"Switches the next free point on, as a mark of what does not belong to the subject, in the middle of \
the viewer (of the frame where the viewer is not known). Then drag it there.",
        Some(GROUP_POINTS),
        Kind::Button,
    ),
    Spec::new(
        KEY_ALL,
        c"Key all prompts here",
        c"Sets a key at the current frame on every point that is on, on the box and on the candidate, with the \
values they have here. A frame keyed like this stays as it is when keys are set elsewhere.",
        Some(GROUP_POINTS),
        Kind::Button,
    ),
    Spec::new(
        CLEAR,
        c"Clear prompts",
        c"Switches all points and the box off and removes all their keys. Undo brings them back.",
        Some(GROUP_POINTS),
        Kind::Button,
    ),
    Spec::new(
        CANDIDATE,
        c"Candidate",
        c"The network proposes four masks for the same prompts, from a part to the whole. 0 takes the one it \
trusts most and that fits the prompts; 1 to 4 takes that one. Key it where the choice should change.",
        Some(GROUP_POINTS),
        Kind::Integer { default: 0, range: [0, 4] },
    ),
    Spec::new(
        DETAIL,
        c"Detail",
        c"Fine has the network look at a subject that is small in the frame a second time, from close by, for a \
contour with two to four times the detail. A frame then takes about twice the time and memory. A subject that fills \
more than some 40 % of the frame's longer side gains nothing and costs nothing more.",
        Some(GROUP_POINTS),
        Kind::Choice { options: &[c"Normal", c"Fine"], default: 0, animates: false },
    ),
    Spec::group(
        GROUP_MORE,
        c"More points",
        c"Further points, for subjects that a few points do not describe.",
        false,
    ),
];

/// Mode and position of one point.
macro_rules! point {
    ($number:literal, $group:expr) => {
        [
            Spec::new(
                text!("point", $number, "Mode"),
                text!("Point ", $number),
                POINT_MODE_HINT,
                Some($group),
                Kind::Choice { options: &[c"Off", c"Include", c"Exclude"], default: 0, animates: true },
            ),
            Spec::new(
                text!("point", $number),
                text!("Position ", $number),
                POINT_HINT,
                Some($group),
                Kind::Position { default: POINT_DEFAULT },
            ),
        ]
    };
}

/// Mode and position of each point.
pub const POINT_SPECS: [[Spec; 2]; POINTS] = [
    point!(1, GROUP_POINTS),
    point!(2, GROUP_POINTS),
    point!(3, GROUP_POINTS),
    point!(4, GROUP_POINTS),
    point!(5, GROUP_POINTS),
    point!(6, GROUP_POINTS),
    point!(7, GROUP_POINTS),
    point!(8, GROUP_POINTS),
    point!(9, GROUP_MORE),
    point!(10, GROUP_MORE),
    point!(11, GROUP_MORE),
    point!(12, GROUP_MORE),
    point!(13, GROUP_MORE),
    point!(14, GROUP_MORE),
    point!(15, GROUP_MORE),
    point!(16, GROUP_MORE),
];

/// The box.
pub(super) const BOX: &[Spec] = &[
    Spec::group(GROUP_BOX, c"Box", c"A box around the subject.", true),
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
];

/// The Guide input.
pub(super) const GUIDE: &[Spec] = &[
    Spec::group(
        GROUP_GUIDE,
        c"Guide",
        c"A rough matte from elsewhere - a key, a roto shape, an earlier matte - that helps the network.",
        false,
    ),
    Spec::new(
        USE_GUIDE,
        c"Use Guide input",
        c"Lets the picture connected to the Guide input help the network find the subject, with or without \
points and box. Its alpha counts; of a picture without alpha, its brightness.",
        Some(GROUP_GUIDE),
        Kind::UseInput,
    ),
    Spec::new(
        GUIDE_STRENGTH,
        c"Guide strength",
        c"How firmly the guide is believed. 0 ignores it.",
        Some(GROUP_GUIDE),
        Kind::Double { default: 1.0, range: [0.0, 1.0], slider: [0.0, 1.0] },
    ),
];
