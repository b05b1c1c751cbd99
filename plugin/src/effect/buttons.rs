//! What happens when a button is pressed. Parameters are written here, in one step of undo each.

use std::ffi::CStr;

use super::instance::Instance;
use super::overlay::{Editor, State};
use super::parameters as names;
use super::{automatic, report, settings, tracking};
use crate::ofx::{Effect, Host, Parameter, Parameters, Result};
use crate::pipeline::geometry::within;
use crate::pipeline::prompts::Position;

/// Does what the button `name` says at `time`; what there is to tell, as one sentence. `None` when `name` is no button.
///
/// # Errors
/// When the host does not answer.
pub fn press(
    effect: &Effect<'_>,
    instance: &Instance,
    name: &str,
    time: f64,
) -> Option<Result<Option<String>>> {
    let is = |button: &CStr| name.as_bytes() == button.to_bytes();
    if is(names::ADD_INCLUDE) {
        Some(add_point(effect, instance, time, State::Include))
    } else if is(names::ADD_EXCLUDE) {
        Some(add_point(effect, instance, time, State::Exclude))
    } else if is(names::FIND_SUBJECT) {
        Some(automatic::find_subject(effect, instance, time))
    } else if is(names::KEY_ALL) {
        Some(key_all(effect, instance, time).map(|()| None))
    } else if is(names::CLEAR) {
        Some(clear(effect, instance, time).map(|()| None))
    } else if is(names::OPEN_LOG) {
        Some(Ok(Some(report::open_log_folder())))
    } else if is(names::COPY_REPORT) {
        Some(report::copy(effect, instance, time).map(Some))
    } else {
        tracking::press(effect, instance, name, time)
    }
}

/// Switches the first free point on, in the middle of the viewer.
fn add_point(effect: &Effect<'_>, instance: &Instance, time: f64, state: State) -> Result<Option<String>> {
    let centre = || instance.clips.frame(effect.host(), time).map(|frame| within(frame, [0.5, 0.5]));
    let Some(at) = instance.view_centre().or_else(centre) else {
        return Ok(Some("There is no picture here to put a point on.".to_owned()));
    };
    let added = Editor { effect, instance, time }.add_point(state, at)?;
    Ok(added.is_none().then(|| "All points are in use: switch one off to add another.".to_owned()))
}

/// Sets a key at `time` on everything that takes part in the prompts there.
fn key_all(effect: &Effect<'_>, instance: &Instance, time: f64) -> Result<()> {
    let host = effect.host();
    let handles = &instance.parameters;
    let frame = instance.clips.frame(host, time);
    let key_position = |parameter: &Parameter, default: [f64; 2]| -> Result<()> {
        let at = match settings::read_position(host, parameter, default, time)? {
            Position::Canonical(at) => at,
            // Keys of both kinds in one curve would have a meaningless value between them.
            Position::FrameFraction(at) => frame.map_or(at, |frame| within(frame, at)),
        };
        parameter.set_double2_at(host, time, at)
    };
    Parameters::of(effect)?.edit("Key all prompts", || {
        for (switch, position) in &handles.points {
            let mode = switch.int_at(host, time)?;
            if mode != names::POINT_OFF || switch.key_count(host) > 0 {
                key_int(host, switch, time, mode)?;
                key_position(position, names::POINT_DEFAULT)?;
            }
        }
        let enable = handles.get(names::BOX_ENABLE)?;
        let boxed = enable.int_at(host, time)?;
        if boxed != 0 || enable.key_count(host) > 0 {
            key_int(host, &enable, time, boxed)?;
            key_position(&handles.get(names::BOX_BOTTOM_LEFT)?, names::BOX_BOTTOM_LEFT_DEFAULT)?;
            key_position(&handles.get(names::BOX_TOP_RIGHT)?, names::BOX_TOP_RIGHT_DEFAULT)?;
        }
        let candidate = handles.get(names::CANDIDATE)?;
        key_int(host, &candidate, time, candidate.int_at(host, time)?)?;
        // A tracked frame becomes the artist's.
        tracking::confirm(host, instance, time)
    })
}

/// Sets a key where the host can animate the parameter; choices and switches it may not.
///
/// # Errors
/// When the host refuses.
pub fn key_int(host: &Host, parameter: &Parameter, time: f64, value: i32) -> Result<()> {
    if parameter.animates(host) { parameter.set_int_at(host, time, value) } else { Ok(()) }
}

fn clear(effect: &Effect<'_>, instance: &Instance, time: f64) -> Result<()> {
    let host = effect.host();
    let handles = &instance.parameters;
    let forget = |parameter: &Parameter| -> Result<()> {
        // A host that counts no keys may refuse to delete them.
        if parameter.key_count(host) > 0 { parameter.delete_all_keys(host) } else { Ok(()) }
    };
    Parameters::of(effect)?.edit("Clear prompts", || {
        for (switch, position) in &handles.points {
            forget(switch)?;
            forget(position)?;
            switch.set_int(host, names::POINT_OFF)?;
        }
        for name in [names::BOX_ENABLE, names::BOX_BOTTOM_LEFT, names::BOX_TOP_RIGHT, names::CANDIDATE] {
            forget(&handles.get(name)?)?;
        }
        handles.get(names::BOX_ENABLE)?.set_int(host, 0)?;
        handles.get(names::CANDIDATE)?.set_int(host, 0)?;
        tracking::forget(host, instance, time)
    })
}
