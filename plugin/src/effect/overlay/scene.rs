//! What the overlay shows: points and box at one time, as plain values.

use openfx_sys as sys;

use crate::effect::instance::Instance;
use crate::effect::parameters::{
    self as names, BOX_BOTTOM_LEFT_DEFAULT, BOX_TOP_RIGHT_DEFAULT, POINT_DEFAULT,
};
use crate::effect::settings::read_position;
use crate::effect::tracking::{self, Mark, Record};
use crate::ofx::{Effect, Host, Parameter, Result};
use crate::pipeline::geometry::within;
use crate::pipeline::prompts::Position;
use crate::track;

/// What a point says at this time.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum State {
    /// Nothing.
    Off,
    /// This belongs to the subject.
    Include,
    /// This does not.
    Exclude,
}

impl State {
    /// The stored option of a point's mode.
    pub fn option(self) -> i32 {
        match self {
            State::Off => names::POINT_OFF,
            State::Include => names::POINT_INCLUDE,
            State::Exclude => names::POINT_EXCLUDE,
        }
    }

    fn from_option(option: i32) -> Self {
        match option {
            names::POINT_INCLUDE => State::Include,
            names::POINT_EXCLUDE => State::Exclude,
            _ => State::Off,
        }
    }
}

/// A point that is shown.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Point {
    /// Its place in the list of parameters, from 0.
    pub index: usize,
    /// What it says; one that is off is shown when it is keyed, since it is on at another time.
    pub state: State,
    /// Where, in canonical coordinates.
    pub at: [f64; 2],
    /// The host has a handle of its own here, and takes the pen.
    pub native: bool,
}

/// The box.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct BoundingBox {
    /// Off at this time, and on at another.
    pub off: bool,
    /// Two opposite corners, in any order, in canonical coordinates.
    pub corners: [[f64; 2]; 2],
    /// For each of the two: the host has a handle of its own there.
    pub native: [bool; 2],
}

/// The box of a subject that was found without prompts.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct FoundBox {
    /// Two opposite corners in canonical coordinates.
    pub corners: [[f64; 2]; 2],
    /// Whether the mask agrees with what stands out.
    pub sure: bool,
}

/// Where the prompts of this frame come from, when frames are tracked.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Origin {
    /// The artist keyed them.
    Keyed,
    /// The tracker did.
    Tracked(track::State),
    /// The host, from the keys around.
    Interpolated,
    /// The effect finds the subject here.
    Automatic,
}

/// All that is shown.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Scene {
    /// Points, in the order of their parameters.
    pub points: Vec<Point>,
    /// The box, when it is shown.
    pub bounding_box: Option<BoundingBox>,
    /// The subject of the automatic mode, when this frame was rendered.
    pub found: Option<FoundBox>,
    /// Where the prompts come from; `None` when nothing is tracked.
    pub origin: Option<Origin>,
    /// Handles are drawn and picked twice as large.
    pub hidpi: bool,
    /// Parameters follow the pen while it drags.
    pub live: bool,
}

impl Scene {
    /// Reads it at a time.
    ///
    /// # Errors
    /// When the host does not give a value.
    pub fn read(effect: &Effect<'_>, instance: &Instance, time: f64) -> Result<Self> {
        let host = effect.host();
        let handles = &instance.parameters;
        let reader = Reader { effect, instance, time };
        let mut scene = Scene {
            hidpi: handles.flag(host, names::HIDPI, time)?,
            live: handles.flag(host, names::LIVE, time)?,
            ..Scene::default()
        };
        scene.origin = origin(host, instance, time)?;
        if handles.int(host, names::PROMPTS_FROM, time)? == names::FROM_AUTOMATIC {
            scene.found = instance.found.at(time).and_then(|found| *found);
        }
        for (index, (mode, position)) in handles.points.iter().enumerate() {
            let state = State::from_option(mode.int_at(host, time)?);
            let shown = state != State::Off || mode.key_count(host) > 0;
            if shown && is_usable(host, position) {
                let at = reader.position(position, POINT_DEFAULT)?;
                scene.points.push(Point { index, state, at, native: has_native_handle(host, position) });
            }
        }
        let (a, b) = (&handles.get(names::BOX_BOTTOM_LEFT)?, &handles.get(names::BOX_TOP_RIGHT)?);
        let enable = handles.get(names::BOX_ENABLE)?;
        let off = enable.int_at(host, time)? == 0;
        let shown = !off || enable.key_count(host) > 0;
        if shown && is_usable(host, a) && is_usable(host, b) {
            scene.bounding_box = Some(BoundingBox {
                off,
                corners: [
                    reader.position(a, BOX_BOTTOM_LEFT_DEFAULT)?,
                    reader.position(b, BOX_TOP_RIGHT_DEFAULT)?,
                ],
                native: [has_native_handle(host, a), has_native_handle(host, b)],
            });
        }
        Ok(scene)
    }

    /// The point of a parameter, when it is shown.
    pub fn point(&self, index: usize) -> Option<&Point> {
        self.points.iter().find(|point| point.index == index)
    }
}

fn origin(host: &Host, instance: &Instance, time: f64) -> Result<Option<Origin>> {
    let record = Record::read(host, instance, time)?;
    let automatic = instance.parameters.int(host, names::PROMPTS_FROM, time)? == names::FROM_AUTOMATIC;
    if record.is_empty() && !automatic {
        return Ok(None);
    }
    Ok(Some(match tracking::mark_at(host, instance, &record, time)? {
        Some(Mark::Keyed) => Origin::Keyed,
        Some(Mark::Tracked(state)) => Origin::Tracked(state),
        None if automatic => Origin::Automatic,
        None => Origin::Interpolated,
    }))
}

struct Reader<'a, 'h> {
    effect: &'a Effect<'h>,
    instance: &'a Instance,
    time: f64,
}

impl Reader<'_, '_> {
    /// A position in canonical coordinates.
    fn position(&self, parameter: &Parameter, default: [f64; 2]) -> Result<[f64; 2]> {
        Ok(match read_position(self.effect.host(), parameter, default, self.time)? {
            Position::Canonical(at) => at,
            Position::FrameFraction(at) => within(self.frame(), at),
        })
    }

    /// The frame in canonical coordinates: the source's, or the project's where there is no source.
    fn frame(&self) -> [f64; 4] {
        if let Some(frame) = self.instance.clips.frame(self.effect.host(), self.time) {
            return frame;
        }
        let read = |name| self.effect.properties().and_then(|set| set.doubles::<2>(name)).ok();
        let offset = read(sys::kOfxImageEffectPropProjectOffset).unwrap_or([0.0; 2]);
        let size = read(sys::kOfxImageEffectPropProjectSize).unwrap_or([0.0; 2]);
        [offset[0], offset[1], offset[0] + size[0], offset[1] + size[1]]
    }
}

/// Whether the artist can change a parameter now: it is neither secret nor greyed out.
fn is_usable(host: &Host, parameter: &Parameter) -> bool {
    let Ok(set) = parameter.properties(host) else { return true };
    let flag = |name, unknown: bool| set.int(name, 0).map_or(unknown, |value| value != 0);
    !flag(sys::kOfxParamPropSecret, false) && flag(sys::kOfxParamPropEnabled, true)
}

fn has_native_handle(host: &Host, parameter: &Parameter) -> bool {
    let Ok(set) = parameter.properties(host) else { return false };
    let flag = |name| set.int(name, 0).is_ok_and(|value| value != 0);
    flag(sys::kOfxParamPropHasHostOverlayHandle) && flag(sys::kOfxParamPropUseHostOverlayHandle)
}
