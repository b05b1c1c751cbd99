//! InstanceChanged: the only action, beside the overlay's, in which parameters may be written.

use openfx_sys as sys;

use super::clips;
use super::instance::Instance;
use super::parameters;
use super::{buttons, status, tracking, usable};
use crate::ofx::{Effect, Host, PropertySet, Result, Status};

/// Answers InstanceChanged: does what a button says, and brings the status and the greyed controls up to date.
///
/// # Errors
/// When the host does not answer.
pub fn changed(effect: &Effect<'_>, instance: &Instance, in_args: &PropertySet<'_>) -> Result<Status> {
    // Our own writes come back here; answering them would never end.
    let reason = in_args.string(sys::kOfxPropChangeReason, 0).unwrap_or_default();
    let name = in_args.string(sys::kOfxPropName, 0).unwrap_or_default();
    if reason.as_bytes() == sys::kOfxChangePluginEdited.to_bytes() || is_label(&name) {
        return Ok(Status::REPLY_DEFAULT);
    }
    let time = in_args.double(sys::kOfxPropTime, 0).unwrap_or(0.0);
    let said = buttons::press(effect, instance, &name, time).transpose()?.flatten();
    refresh(effect.host(), instance, time, said)?;
    if tells_of_frames(&name) {
        tracking::tell(effect, instance, time)?;
    }
    Ok(Status::OK)
}

/// Brings the status and the greyed controls up to date with the parameters at `time`; `said` stands in the status
/// line instead. Only where parameters may be written.
///
/// # Errors
/// When the host does not answer.
pub fn refresh(host: &Host, instance: &Instance, time: f64, said: Option<String>) -> Result<()> {
    let settings = instance.settings(host, time)?;
    let budget = instance.apply_budget(settings.cache_budget);
    let cut = (budget < settings.cache_budget).then_some(budget);
    let guided = instance.clips.guided(host, settings.inputs);
    let sources = status::Sources { automatic: settings.automatic, guided };
    let last = instance.last();
    let line = said.unwrap_or_else(|| status::line(&settings.prompts, sources, &last, cut));
    let labels = [
        (parameters::STATUS, line),
        (parameters::LAST_FRAME, status::last_frame(&last)),
        (parameters::ASSUMED, status::assumed(&last, host.gives_other_frames())),
    ];
    for (name, text) in labels {
        instance.tell(host, name, text)?;
    }
    usable::refresh(host, &instance.parameters, time)
}

/// Whether a change may be one of keys or of the clip. All others leave the coverage as it is, which takes a look at
/// every key.
fn tells_of_frames(name: &str) -> bool {
    let about_tracking = parameters::TRACKING_SPECS.iter().map(|spec| spec.name);
    let others =
        [clips::SOURCE, parameters::BOX_ENABLE, parameters::BOX_BOTTOM_LEFT, parameters::BOX_TOP_RIGHT];
    let more = [
        parameters::CANDIDATE,
        parameters::KEY_ALL,
        parameters::CLEAR,
        parameters::PROMPTS_FROM,
        parameters::FIND_SUBJECT,
    ];
    let points = parameters::POINT_SPECS.as_flattened().iter().map(|spec| spec.name);
    let mut known = about_tracking.chain(others).chain(more).chain(points);
    known.any(|known| name.as_bytes() == known.to_bytes())
}

/// What only the effect itself writes.
fn is_label(name: &str) -> bool {
    [parameters::STATUS, parameters::LAST_FRAME, parameters::ASSUMED, parameters::COVERAGE]
        .iter()
        .any(|label| name.as_bytes() == label.to_bytes())
}
