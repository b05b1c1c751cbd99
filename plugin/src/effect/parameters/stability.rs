//! What keeps mattes from flickering.

use std::ffi::CStr;

use super::{Kind, Spec};
use crate::pipeline::stabilise::MOST_SMOOTHING;

/// How many frames on each side are fused with each frame's matte.
pub const TEMPORAL_SMOOTHING: &CStr = c"temporalSmoothing";
/// The largest jump of alpha that counts as chatter, 0..1.
pub const REDUCE_CHATTER: &CStr = c"reduceChatter";

const GROUP: &CStr = c"stability";

pub(super) const SPECS: &[Spec] = &[
    Spec::group(
        GROUP,
        c"Stability",
        c"What keeps the matte from flickering: frames around the current one, each with its own prompts, are brought \
to it along the motion. What cannot be followed counts for nothing, so a fast motion stays sharp.",
        false,
    ),
    Spec::new(
        TEMPORAL_SMOOTHING,
        c"Temporal smoothing",
        c"How many frames before and after each frame are fused into its matte. 0 takes each frame by itself. Each \
frame is seen once, so playing on costs little; a single frame costs as many as it needs.",
        Some(GROUP),
        Kind::Count { default: 0, range: [0, MOST_SMOOTHING as i32] },
    ),
    Spec::new(
        REDUCE_CHATTER,
        c"Reduce chatter",
        c"Holds an edge that jumps to and fro where its neighbours in time have it, as far as it jumps by less than \
this much alpha. 1 holds every jump, 0 none. Looks at two more frames on each side.",
        Some(GROUP),
        Kind::Double { default: 0.0, range: [0.0, 1.0], slider: [0.0, 1.0] },
    ),
];
