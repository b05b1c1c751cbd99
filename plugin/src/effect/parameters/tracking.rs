//! Tracking: prompts that follow the subject.

use std::ffi::CStr;

use super::{Kind, Spec};
use crate::ofx::Host;

/// Tracks from here to the begin.
pub const TRACK_BACKWARD: &CStr = c"trackBackward";
/// Tracks to the frame before.
pub const TRACK_PREVIOUS: &CStr = c"trackPrevious";
/// Tracks to the next frame.
pub const TRACK_NEXT: &CStr = c"trackNext";
/// Tracks from here to the end.
pub const TRACK_FORWARD: &CStr = c"trackForward";
/// Tracks to the end, then to the begin.
pub const TRACK_BOTH: &CStr = c"trackBoth";
/// Which frames are tracked: 0 the whole clip, 1 those from In to Out.
pub const TRACK_RANGE: &CStr = c"trackRange";
/// The first frame to track, when the range is set.
pub const TRACK_FROM: &CStr = c"trackFrom";
/// The last frame to track, when the range is set.
pub const TRACK_TO: &CStr = c"trackTo";
/// Whether tracking ends where the subject is lost.
pub const STOP_ON_LOSS: &CStr = c"stopOnLoss";
/// Which frames are keyed, tracked and doubtful.
pub const COVERAGE: &CStr = c"coverage";
/// Goes to the doubtful frame before.
pub const PREVIOUS_DOUBTFUL: &CStr = c"previousDoubtful";
/// Goes to the next doubtful frame.
pub const NEXT_DOUBTFUL: &CStr = c"nextDoubtful";
/// The file that keys are written to and read from.
pub const KEYS_FILE: &CStr = c"keysFile";
/// Writes the keys to the file.
pub const EXPORT_KEYS: &CStr = c"exportKeys";
/// Reads keys from the file.
pub const IMPORT_KEYS: &CStr = c"importKeys";
/// What the tracker wrote, as `effect::tracking::Record` has it.
pub const TRACK_DATA: &CStr = c"trackData";
/// The group itself.
pub const GROUP_TRACKING: &CStr = c"tracking";

/// What the group says in MLT, where buttons do nothing and no other frames can be had.
const HINT_IN_MLT: &CStr = c"This program gives effects neither buttons nor other frames, so that nothing can be \
tracked here: take keys from elsewhere. Track in another program or with promptmatte-track, and put the keys into MLT's \
animation strings, such as point1=\"0=100 200;10=140 210\".";
/// What the group says in other programs without other frames.
const HINT_WITHOUT_FRAMES: &CStr = c"This program gives effects no other frames than the current one, so that nothing \
can be tracked here: track in another program or with promptmatte-track, and take the keys from there with Import keys.";
/// What the coverage says in MLT.
const COVERAGE_IN_MLT: &CStr =
    c"This program cannot track: keys come from elsewhere, as MLT's animation strings.";

/// What a control of the group says instead in some programs: its hint, or the default of a label.
pub fn said_in(host: &Host, name: &CStr) -> Option<&'static CStr> {
    match (host.is_mlt(), host.gives_other_frames()) {
        (true, _) if name == GROUP_TRACKING => Some(HINT_IN_MLT),
        (true, _) if name == COVERAGE => Some(COVERAGE_IN_MLT),
        (false, false) if name == GROUP_TRACKING => Some(HINT_WITHOUT_FRAMES),
        _ => None,
    }
}

/// The range of frames that can be typed.
const FRAMES: [i32; 2] = [-1_000_000, 1_000_000];

const fn button(name: &'static CStr, label: &'static CStr, hint: &'static CStr) -> Spec {
    Spec::new(name, label, hint, Some(GROUP_TRACKING), Kind::Button)
}

const fn frame(name: &'static CStr, label: &'static CStr, hint: &'static CStr) -> Spec {
    let kind = Kind::Resource { default: 0, default_in_mlt: 0, range: FRAMES, slider: [0, 1000] };
    Spec::new(name, label, hint, Some(GROUP_TRACKING), kind)
}

/// The group.
pub const TRACKING_SPECS: &[Spec] = &[
    Spec::group(
        GROUP_TRACKING,
        c"Track",
        c"Follows the subject from the prompts of the current frame, and keys box, three points and candidate on every \
frame. Frames that you keyed are never changed: correct one where the track is wrong, and track again.",
        true,
    ),
    button(
        TRACK_BACKWARD,
        c"Track backward",
        c"Follows the subject from the current frame to the begin of the range.",
    ),
    button(
        TRACK_PREVIOUS,
        c"Track previous",
        c"Follows the subject to the frame before the current one, and goes there.",
    ),
    button(TRACK_NEXT, c"Track next", c"Follows the subject to the next frame, and goes there."),
    button(
        TRACK_FORWARD,
        c"Track forward",
        c"Follows the subject from the current frame to the end of the range.",
    ),
    button(
        TRACK_BOTH,
        c"Track both ways",
        c"Follows the subject from the current frame to the end of the range, then to its begin.",
    ),
    Spec::new(
        TRACK_RANGE,
        c"Range",
        c"Which frames are tracked: all of the clip, or those from In to Out.",
        Some(GROUP_TRACKING),
        Kind::Choice { options: &[c"Whole clip", c"In to out"], default: 0, animates: false },
    ),
    frame(TRACK_FROM, c"In", c"The first frame to track when the range is In to out."),
    frame(TRACK_TO, c"Out", c"The last frame to track when the range is In to out."),
    Spec::new(
        STOP_ON_LOSS,
        c"Stop on loss",
        c"Ends tracking where the subject is not found for some frames. Off: it goes on, and finds the subject again \
when it comes back.",
        Some(GROUP_TRACKING),
        Kind::Switch { default: true, renders: false },
    ),
    Spec::new(
        COVERAGE,
        c"Coverage",
        c"Which frames you keyed, which were tracked, and which of these are worth a look.",
        Some(GROUP_TRACKING),
        Kind::Label { default: c"Nothing is tracked yet." },
    ),
    button(
        PREVIOUS_DOUBTFUL,
        c"Previous doubtful frame",
        c"Goes to the nearest earlier frame where the track is doubtful or lost.",
    ),
    button(
        NEXT_DOUBTFUL,
        c"Next doubtful frame",
        c"Goes to the nearest later frame where the track is doubtful or lost.",
    ),
    Spec::new(
        KEYS_FILE,
        c"Keys file",
        c"A text file of keys, to bring prompts into another effect or program.",
        Some(GROUP_TRACKING),
        Kind::FilePath,
    ),
    button(EXPORT_KEYS, c"Export keys", c"Writes the prompts of all keyed and tracked frames to the keys file."),
    button(
        IMPORT_KEYS,
        c"Import keys",
        c"Reads the keys file and keys the prompts that it holds. Its frame may have another size.",
    ),
    Spec::new(
        TRACK_DATA,
        c"Track data",
        c"Which frames the tracker keyed, so that it knows yours from its own. Kept with the project.",
        Some(GROUP_TRACKING),
        Kind::Data,
    ),
];
