//! Which controls can be used now: the position of a point that is off, and the corners of a box that is
//! off, are greyed out. Natron draws handles for enabled positions only, so the viewer stays clean.

use openfx_sys as sys;

use super::instance::ParameterHandles;
use crate::ofx::{Host, Parameter, Result};

/// Brings the controls up to date with the modes at `time`.
///
/// # Errors
/// When the host does not give a value.
pub fn refresh(host: &Host, handles: &ParameterHandles, time: f64) -> Result<()> {
    // No window, and no place to keep this.
    if host.is_mlt() {
        return Ok(());
    }
    for (mode, position) in &handles.points {
        set_enabled(host, position, is_used(host, mode, time)?);
    }
    let boxed = is_used(host, &handles.box_enable, time)?;
    set_enabled(host, &handles.box_bottom_left, boxed);
    set_enabled(host, &handles.box_top_right, boxed);
    Ok(())
}

/// Whether a switch is on now, or keyed and so may be on at another time.
fn is_used(host: &Host, switch: &Parameter, time: f64) -> Result<bool> {
    Ok(switch.int_at(host, time)? != 0 || switch.key_count(host) > 0)
}

fn set_enabled(host: &Host, parameter: &Parameter, enabled: bool) {
    let result =
        parameter.properties(host).and_then(|set| set.set_int(sys::kOfxParamPropEnabled, 0, enabled.into()));
    if let Err(error) = result {
        log::debug!("{error}");
    }
}
