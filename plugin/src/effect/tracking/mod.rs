//! Tracking in the effect: buttons that follow the subject, the keys they write, and what is told of them.
//!
//! A track is keys on the prompts (`run`, `write`); rendering knows nothing of it. Which keys are the tracker's is in the
//! [`Record`], a parameter of its own; a [`Survey`] compares it with the keys there are. The tracker itself is
//! [`crate::track`].

mod coverage;
mod exchange;
mod frames;
mod keyed;
pub mod keyfile;
mod moment;
mod prompts;
mod range;
mod record;
mod run;
mod sentence;
mod stale;
mod survey;
mod write;

use std::ffi::CStr;

use super::instance::Instance;
use super::parameters as names;
use crate::ofx::{Effect, Host, Result};
use crate::track::Direction;
use run::Way;

pub use coverage::{tell, tell_frame};
pub use prompts::Snapshot;
pub use record::{Entry, Record};
pub use survey::{Mark, Survey, mark_at};

/// What a button says where the host gives no other frames.
const NO_OTHER_FRAMES: &str =
    "This program gives no other frames than the current one: track elsewhere and import the keys.";

/// Does what the button `name` of the group says at `time`; what there is to tell, as one sentence. `None` when `name`
/// is no button of the group.
pub fn press(
    effect: &Effect<'_>,
    instance: &Instance,
    name: &str,
    time: f64,
) -> Option<Result<Option<String>>> {
    let is = |button: &CStr| name.as_bytes() == button.to_bytes();
    let ways = [
        (names::TRACK_BACKWARD, Way::All(Direction::Backward)),
        (names::TRACK_PREVIOUS, Way::One(-1)),
        (names::TRACK_NEXT, Way::One(1)),
        (names::TRACK_FORWARD, Way::All(Direction::Forward)),
        (names::TRACK_BOTH, Way::All(Direction::Both)),
    ];
    if let Some((_, way)) = ways.into_iter().find(|(button, _)| is(button)) {
        Some(run::run(effect, instance, time, way).map(Some))
    } else if is(names::PREVIOUS_DOUBTFUL) || is(names::NEXT_DOUBTFUL) {
        Some(coverage::go_to_doubtful(effect, instance, time, is(names::NEXT_DOUBTFUL)))
    } else if is(names::EXPORT_KEYS) {
        Some(exchange::export(effect, instance, time).map(Some))
    } else if is(names::IMPORT_KEYS) {
        Some(exchange::import(effect, instance, time).map(Some))
    } else {
        None
    }
}

/// Makes the frame at `time` the artist's. Only where parameters may be written.
///
/// # Errors
/// When the host does not answer.
pub fn confirm(host: &Host, instance: &Instance, time: f64) -> Result<()> {
    let mut record = Record::read(host, instance, time)?;
    if record.get(time).is_some() {
        record.remove(time);
        record.write(host, instance)?;
    }
    Ok(())
}

/// Forgets all that was tracked. Only where parameters may be written.
///
/// # Errors
/// When the host does not answer.
pub fn forget(host: &Host, instance: &Instance, time: f64) -> Result<()> {
    if Record::read(host, instance, time)?.is_empty() {
        Ok(())
    } else {
        Record::default().write(host, instance)
    }
}
