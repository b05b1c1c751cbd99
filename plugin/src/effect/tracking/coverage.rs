//! What the artist sees of keyed and tracked frames, and the way from one doubtful frame to the next.

use super::record::Record;
use super::survey::Survey;
use super::{range, sentence};
use crate::effect::instance::Instance;
use crate::effect::parameters as names;
use crate::ofx::{Effect, Result};

/// Brings the coverage up to date after any change. Only where parameters may be written.
///
/// # Errors
/// When the host does not answer.
pub fn tell(effect: &Effect<'_>, instance: &Instance, time: f64) -> Result<()> {
    let record = Record::read(effect.host(), instance, time)?;
    let survey = Survey::read(effect.host(), instance, &record)?;
    show(effect, instance, survey, time)
}

/// The same where only the prompts of one frame may have changed since it was told: what an overlay's drag costs must
/// not grow with the clip.
///
/// # Errors
/// When the host does not answer.
pub fn tell_frame(effect: &Effect<'_>, instance: &Instance, time: f64) -> Result<()> {
    let Some(mut survey) = instance.survey() else { return tell(effect, instance, time) };
    let record = Record::read(effect.host(), instance, time)?;
    survey.renew(effect.host(), instance, &record, time)?;
    show(effect, instance, survey, time)
}

fn show(effect: &Effect<'_>, instance: &Instance, survey: Survey, time: f64) -> Result<()> {
    let automatic =
        instance.parameters.int(effect.host(), names::PROMPTS_FROM, time)? == names::FROM_AUTOMATIC;
    let text = sentence::coverage(&survey, range::whole(effect, instance), automatic);
    instance.note_survey(survey);
    instance.tell(effect.host(), names::COVERAGE, text)
}

/// Moves the timeline to the nearest doubtful frame after `time`, or before it; what there is to tell.
///
/// # Errors
/// When the host does not answer.
pub fn go_to_doubtful(
    effect: &Effect<'_>,
    instance: &Instance,
    time: f64,
    forward: bool,
) -> Result<Option<String>> {
    let record = Record::read(effect.host(), instance, time)?;
    let survey = Survey::read(effect.host(), instance, &record)?;
    let mut doubtful = survey.frames().filter(|(_, mark)| mark.is_doubtful()).map(|(time, _)| time);
    let found = if forward { doubtful.find(|at| *at > time) } else { doubtful.rfind(|at| *at < time) };
    let Some(to) = found else {
        let side = if forward { "after" } else { "before" };
        return Ok(Some(format!("No frame {side} this one is doubtful.")));
    };
    let moved = effect.timeline().is_some_and(|timeline| timeline.go_to(to).is_ok());
    Ok((!moved).then(|| format!("Frame {to} is doubtful; this program does not let effects go there.")))
}
