//! Which controls can be used now: the position of a point that is off, the corners of a box that is off, the margin of a
//! crop that is off, and what has no part in the way that edges are refined are greyed out. Natron draws handles for enabled positions only, so the viewer stays clean.

use openfx_sys as sys;

use super::handles::ParameterHandles;
use super::{optional, parameters as names};
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
    let boxed = is_used(host, &handles.get(names::BOX_ENABLE)?, time)?;
    set_enabled(host, &handles.get(names::BOX_BOTTOM_LEFT)?, boxed);
    set_enabled(host, &handles.get(names::BOX_TOP_RIGHT)?, boxed);
    let ranged = handles.int(host, names::TRACK_RANGE, time)? != 0;
    set_enabled(host, &handles.get(names::TRACK_FROM)?, ranged);
    set_enabled(host, &handles.get(names::TRACK_TO)?, ranged);
    let cropped = handles.flag(host, names::CROP, time)?;
    set_enabled(host, &handles.get(names::CROP_MARGIN)?, cropped);
    let refine = handles.int(host, names::REFINE, time)?;
    set_enabled(host, &handles.get(names::EDGE_WIDTH)?, refine != names::REFINE_OFF);
    let detailed = refine != names::REFINE_OFF && refine != names::REFINE_FAST;
    set_enabled(host, &handles.get(names::EDGE_DETAIL)?, detailed);
    Ok(())
}

/// Whether a switch is on now, or keyed and so may be on at another time.
fn is_used(host: &Host, switch: &Parameter, time: f64) -> Result<bool> {
    Ok(switch.int_at(host, time)? != 0 || switch.key_count(host) > 0)
}

fn set_enabled(host: &Host, parameter: &Parameter, enabled: bool) {
    optional(
        parameter.properties(host).and_then(|set| set.set_int(sys::kOfxParamPropEnabled, 0, enabled.into())),
    );
}
