//! What the overlay writes: each change is one step of the host's undo.

use super::drag::Shape;
use super::hit::Handle;
use super::scene::State;
use crate::effect::changed;
use crate::effect::instance::Instance;
use crate::effect::parameters as names;
use crate::effect::tracking::{self, Record};
use crate::ofx::{Effect, Host, Parameter, Parameters, Result};

/// Where changes go.
pub struct Editor<'a, 'h> {
    /// The effect.
    pub effect: &'a Effect<'h>,
    /// Its instance.
    pub instance: &'a Instance,
    /// The time of the keys that are set.
    pub time: f64,
}

impl Editor<'_, '_> {
    /// Moves what a handle moves. Only parameters that change are written.
    ///
    /// # Errors
    /// When the host refuses.
    pub fn place(&self, handle: Handle, before: Shape, after: Shape) -> Result<()> {
        let handles = &self.instance.parameters;
        let (label, moves) = match (handle, before, after) {
            (Handle::Point(index), _, Shape::Point(to)) => {
                let Some((_, position)) = handles.points.get(index) else { return Ok(()) };
                (format!("Move point {}", index + 1), vec![(*position, to)])
            }
            (_, Shape::Box(from), Shape::Box(to)) => {
                let corners = [handles.get(names::BOX_BOTTOM_LEFT)?, handles.get(names::BOX_TOP_RIGHT)?];
                let moves = (0..2).filter(|i| from[*i] != to[*i]).map(|i| (corners[i], to[i]));
                ("Move box".to_owned(), moves.collect())
            }
            _ => return Ok(()),
        };
        self.step(&label, |host| {
            moves.iter().try_for_each(|(position, to)| self.set_position(host, position, *to))
        })
    }

    /// Adds a point in the first free place and gives that; `None` when all are in use. A place is free when its point is off at all times; one without keys left over comes first.
    /// Where other points are keyed this one is too: their artist will move it.
    ///
    /// # Errors
    /// When the host refuses.
    pub fn add_point(&self, state: State, at: [f64; 2]) -> Result<Option<usize>> {
        let points = &self.instance.parameters.points;
        let Some(index) = self.free_points()?.first().copied() else {
            return Ok(None);
        };
        let (mode, position) = &points[index];
        let keyed = self.points_are_keyed(Some(index));
        self.step(&format!("Add point {}", index + 1), |host| {
            // Left over from an earlier use.
            if position.key_count(host) > 0 {
                position.delete_all_keys(host)?;
            }
            if keyed {
                position.set_double2_at(host, self.time, at)?
            } else {
                position.set_double2(host, at)?
            }
            self.switch_on(host, mode, state)
        })?;
        Ok(Some(index))
    }

    /// Switches a new point on: on this frame alone where the frames around are tracked, since it corrects this one.
    fn switch_on(&self, host: &Host, mode: &Parameter, state: State) -> Result<()> {
        let record = Record::read(host, self.instance, self.time)?;
        if record.is_empty() || !mode.animates(host) {
            return mode.set_int(host, state.option());
        }
        for time in [self.time - 1.0, self.time + 1.0] {
            if record.get(time).is_some() {
                mode.set_int_at(host, time, State::Off.option())?;
            }
        }
        mode.set_int_at(host, self.time, state.option())
    }

    /// Points that are off at all times, those without keys left over first.
    ///
    /// # Errors
    /// When the host does not answer.
    pub fn free_points(&self) -> Result<Vec<usize>> {
        let host = self.effect.host();
        let mut free = Vec::new();
        for (index, (mode, position)) in self.instance.parameters.points.iter().enumerate() {
            if mode.int_at(host, self.time)? == State::Off.option() && mode.key_count(host) == 0 {
                free.push((position.key_count(host) > 0, index));
            }
        }
        free.sort_unstable();
        Ok(free.into_iter().map(|(_, index)| index).collect())
    }

    /// Whether a point that is on, other than `but`, has keyed positions.
    pub fn points_are_keyed(&self, but: Option<usize>) -> bool {
        let host = self.effect.host();
        self.instance.parameters.points.iter().enumerate().any(|(index, (mode, position))| {
            let on = mode.int_at(host, self.time).is_ok_and(|mode| mode != State::Off.option());
            Some(index) != but && on && position.key_count(host) > 0
        })
    }

    /// Switches a point off: at this time when its mode is keyed, else for good.
    ///
    /// # Errors
    /// When the host refuses.
    pub fn remove_point(&self, index: usize) -> Result<()> {
        let Some((mode, _)) = self.instance.parameters.points.get(index) else { return Ok(()) };
        self.step(&format!("Remove point {}", index + 1), |host| {
            if mode.key_count(host) > 0 {
                mode.set_int_at(host, self.time, State::Off.option())
            } else {
                mode.set_int(host, State::Off.option())
            }
        })
    }

    fn set_position(&self, host: &Host, position: &Parameter, to: [f64; 2]) -> Result<()> {
        if position.key_count(host) > 0 {
            position.set_double2_at(host, self.time, to)
        } else {
            position.set_double2(host, to)
        }
    }

    /// One step of undo, and the controls brought up to date after it: hosts tell of our own writes as such,
    /// and those are not answered.
    fn step(&self, label: &str, edit: impl FnOnce(&Host) -> Result<()>) -> Result<()> {
        let host = self.effect.host();
        Parameters::of(self.effect)?.edit(label, || edit(host))?;
        changed::refresh(host, self.instance, self.time, None)?;
        tracking::tell_frame(self.effect, self.instance, self.time)
    }
}
