//! Moves prompts through time: from prompts on one frame to prompts on the others. Nothing here knows of OpenFX.
//!
//! The tracker writes prompts, never masks: a box, three points and the number of SAM's candidate for each frame.
//! Rendering decodes these from the frame alone, so it may ask for frames in any order. For the same reason no mask is
//! ever given to the decoder while tracking; a mask prompt would also copy its own errors from frame to frame.
//!
//! [`track()`] follows a plan of passes (`plan`). A pass (`pass`) brings the subject's labels to each new frame by SAM's
//! own features (`features`, `propagate`, `foreground`), makes prompts of the foreground found (`prompts`), chooses among the
//! candidates (`choose`), judges the result (`health`) and searches when the subject is lost (`search`). A keyed
//! frame's own mask is drawn in `key`; where two passes meet their prompts go over into each other (`fade`); a scene cut
//! (`cut`) ends a pass. [`reduce_keys`] thins out the keys.

mod choose;
mod cut;
mod fade;
mod features;
mod foreground;
mod health;
mod key;
mod pass;
mod plan;
pub(crate) mod prompts;
mod propagate;
mod reduce;
mod request;
mod run;
mod search;
#[cfg(test)]
mod tests;

pub use choose::for_prompts as candidate_for_prompts;
pub use health::{Health, State};
pub use plan::Direction;
pub use reduce::{Key, TOLERANCE, reduce_keys};
pub use request::{
    Anchor, AnchorFrame, Ended, Error, Frames, Next, Point, Progress, PromptSet, Request, Track, TrackedFrame,
};
pub use run::track;
