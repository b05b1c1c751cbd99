//! InstanceChanged: the only action, beside the overlay's, in which parameters may be written.

use openfx_sys as sys;

use super::instance::Instance;
use super::parameters;
use super::{status, usable};
use crate::ofx::{Effect, Host, PropertySet, Result, Status};

/// Answers InstanceChanged: brings the status line and the greyed controls up to date.
///
/// # Errors
/// When the host does not answer.
pub fn changed(effect: &Effect<'_>, instance: &Instance, in_args: &PropertySet<'_>) -> Result<Status> {
    // Our own writes come back here; answering them would never end.
    let reason = in_args.string(sys::kOfxPropChangeReason, 0).unwrap_or_default();
    let name = in_args.string(sys::kOfxPropName, 0).unwrap_or_default();
    if reason.as_bytes() == sys::kOfxChangePluginEdited.to_bytes()
        || name.as_bytes() == parameters::STATUS.to_bytes()
    {
        return Ok(Status::REPLY_DEFAULT);
    }
    let time = in_args.double(sys::kOfxPropTime, 0).unwrap_or(0.0);
    refresh(effect.host(), instance, time)?;
    Ok(Status::OK)
}

/// Brings the status line and the greyed controls up to date with the parameters at `time`. Only where
/// parameters may be written.
///
/// # Errors
/// When the host does not answer.
pub fn refresh(host: &Host, instance: &Instance, time: f64) -> Result<()> {
    let settings = instance.settings(host, time)?;
    let budget = instance.apply_budget(settings.cache_budget);
    let cut = (budget < settings.cache_budget).then_some(budget);
    let line = status::line(&settings.prompts, &instance.last(), cut);
    instance.parameters.status.set_string(host, &line)?;
    usable::refresh(host, &instance.parameters, time)
}
