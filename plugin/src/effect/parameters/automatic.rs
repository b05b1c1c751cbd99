//! The subject without prompts.

use std::ffi::CStr;

use super::prompts::GROUP_POINTS;
use super::{Kind, Spec};

/// Where the prompts come from.
pub const PROMPTS_FROM: &CStr = c"promptsFrom";
/// Finds the subject and writes prompts for it.
pub const FIND_SUBJECT: &CStr = c"findSubject";

/// Option of [`PROMPTS_FROM`]: the points and the box.
pub const FROM_ARTIST: i32 = 0;
/// Option of [`PROMPTS_FROM`]: the effect finds the subject in each frame.
pub const FROM_AUTOMATIC: i32 = 1;

/// Parameter [`PROMPTS_FROM`].
pub(super) const FROM_SPEC: Spec = Spec::new(
    PROMPTS_FROM,
    c"Prompts from",
    c"My prompts uses the points and the box below. Automatic looks in each frame by itself for what stands out, the \
largest and most central thing, and needs no prompt. Points and box that are on are corrections then: your box \
replaces the one found, an include point on another thing chooses that one, and all your points are added.",
    Some(GROUP_POINTS),
    Kind::Choice { options: &[c"My prompts", c"Automatic"], default: 0, animates: false },
);

/// Parameter [`FIND_SUBJECT`].
pub(super) const FIND_SPEC: Spec = Spec::new(
    FIND_SUBJECT,
    c"Find subject here",
    c"Looks for what stands out in the current frame and sets the box and a point on it, as a start to correct. Corrections \
of the automatic mode stay; else points without keys make room. Prompts from becomes My prompts. Undo takes it all back.",
    Some(GROUP_POINTS),
    Kind::Button,
);
