//! All prompts of a frame as plain values, read from the parameters and written as keys.

use super::keyed::{Keyed, PARTS, Prompt};
use crate::effect::handles::ParameterHandles;
use crate::effect::instance::Instance;
use crate::effect::parameters::{
    self as names, BOX_BOTTOM_LEFT_DEFAULT, BOX_TOP_RIGHT_DEFAULT, POINT_DEFAULT, POINTS,
};
use crate::effect::settings::read_position;
use crate::ofx::{Host, Parameter, Result};
use crate::pipeline::geometry::{Geometry, within};
use crate::pipeline::prompts::{self, Position, Subject};
use crate::track::{Anchor, AnchorFrame, PromptSet, Request, Track, TrackedFrame};
use models::sam::PointLabel;

/// How many points carry a track: the first ones.
pub const CARRIERS: usize = 3;

/// The prompts of one frame. Positions are canonical.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct Snapshot {
    /// For each point that is on: whether it includes, and where.
    pub points: [Option<(bool, [f64; 2])>; POINTS],
    /// Two opposite corners of the box, when it is on.
    pub bounding_box: Option<[[f64; 2]; 2]>,
    /// The parameter's value: 0 for the one that fits, 1 to 4 for that candidate.
    pub candidate: i32,
}

impl Snapshot {
    /// The prompts at a time.
    ///
    /// # Errors
    /// When the host does not give a value.
    pub fn read(host: &Host, instance: &Instance, time: f64) -> Result<Self> {
        let handles = &instance.parameters;
        let frame = instance.clips.frame(host, time);
        let position = |parameter: &Parameter, default| -> Result<[f64; 2]> {
            Ok(match read_position(host, parameter, default, time)? {
                Position::Canonical(at) => at,
                Position::FrameFraction(at) => frame.map_or(at, |frame| within(frame, at)),
            })
        };
        let mut snapshot = Self { candidate: handles.int(host, names::CANDIDATE, time)?, ..Self::default() };
        for (slot, (mode, at)) in snapshot.points.iter_mut().zip(&handles.points) {
            *slot = match mode.int_at(host, time)? {
                names::POINT_INCLUDE => Some((true, position(at, POINT_DEFAULT)?)),
                names::POINT_EXCLUDE => Some((false, position(at, POINT_DEFAULT)?)),
                _ => None,
            };
        }
        if handles.flag(host, names::BOX_ENABLE, time)? {
            let a = position(&handles.get(names::BOX_BOTTOM_LEFT)?, BOX_BOTTOM_LEFT_DEFAULT)?;
            let b = position(&handles.get(names::BOX_TOP_RIGHT)?, BOX_TOP_RIGHT_DEFAULT)?;
            snapshot.bounding_box = Some([a, b]);
        }
        Ok(snapshot)
    }

    /// What counts for a seal on the keys `keyed` at a time; all else is left out or 0. Reads no more than it must: of
    /// most tracked frames only the candidate is keyed.
    ///
    /// # Errors
    /// When the host does not give a value.
    pub fn read_keyed(host: &Host, handles: &ParameterHandles, time: f64, keyed: Keyed) -> Result<Self> {
        let mut snapshot = Self { candidate: handles.int(host, names::CANDIDATE, time)?, ..Self::default() };
        let position = |parameter: &Parameter, prompt| -> Result<[f64; 2]> {
            if keyed.has(prompt) { parameter.double2_at(host, time) } else { Ok([0.0; 2]) }
        };
        for (index, (mode, at)) in handles.points.iter().enumerate() {
            let counts = keyed.has(Prompt::mode(index)) || keyed.has(Prompt::position(index));
            let option = if counts { mode.int_at(host, time)? } else { names::POINT_OFF };
            if option == names::POINT_INCLUDE || option == names::POINT_EXCLUDE {
                let include = option == names::POINT_INCLUDE;
                snapshot.points[index] = Some((include, position(at, Prompt::position(index))?));
            }
        }
        let [bottom_left, top_right] = Prompt::CORNERS;
        let counts = [Prompt::BOX_ENABLE, bottom_left, top_right].into_iter().any(|prompt| keyed.has(prompt));
        if counts && handles.flag(host, names::BOX_ENABLE, time)? {
            let a = position(&handles.get(names::BOX_BOTTOM_LEFT)?, bottom_left)?;
            let b = position(&handles.get(names::BOX_TOP_RIGHT)?, top_right)?;
            snapshot.bounding_box = Some([a, b]);
        }
        Ok(snapshot)
    }

    /// What the tracker found, in a frame that lies so.
    pub fn of_tracked(frame: &TrackedFrame, geometry: &Geometry) -> Self {
        let mut snapshot = Self { candidate: i32::from(frame.candidate) + 1, ..Self::default() };
        for (slot, point) in snapshot.points.iter_mut().zip(frame.points) {
            *slot = Some((true, place(point, geometry)));
        }
        snapshot.bounding_box = Some(place_box(frame.bounding_box, geometry));
        snapshot
    }

    /// The same with what the tracker added to it: a box, further points in free places, and the candidate, so that
    /// rendering draws the mask that was tracked. `given` is what it was asked with ([`Snapshot::for_tracker`]); these
    /// prompts stay as they are.
    fn completed(&self, given: &PromptSet, used: &AnchorFrame, geometry: &Geometry) -> Self {
        let mut snapshot = *self;
        if let (None, Some(added)) = (given.bounding_box, used.prompts.bounding_box) {
            snapshot.bounding_box = Some(place_box(added, geometry));
        }
        let added = used.prompts.points.iter().skip(given.points.len());
        let free = snapshot.points.iter_mut().filter(|point| point.is_none());
        for (slot, point) in free.zip(added) {
            *slot = Some((point.include, place(point.position, geometry)));
        }
        snapshot.candidate = i32::from(used.candidate) + 1;
        snapshot
    }

    /// The same with what a track added to the anchor at `time`, so that rendering draws the mask that was tracked;
    /// unchanged when it took no part.
    pub fn completed_by(&self, time: f64, request: &Request, track: &Track, geometry: &Geometry) -> Self {
        let mut asked = [&request.start].into_iter().chain(&request.anchors);
        let given = asked.find(|anchor| anchor.time == time);
        let used = track.anchors.iter().find(|anchor| anchor.time == time);
        match (given, used) {
            (Some(given), Some(used)) => self.completed(&given.prompts, used, geometry),
            _ => *self,
        }
    }

    /// For the tracker: a frame of the artist at a time, in a frame that lies so.
    pub fn anchor(&self, time: f64, geometry: &Geometry) -> Anchor {
        let candidate = u8::try_from(self.candidate - 1).ok();
        Anchor { time, prompts: self.for_tracker(geometry), candidate, confirmed: true }
    }

    /// For the tracker: what of it counts in a frame that lies so, by the same rules as in rendering.
    fn for_tracker(&self, geometry: &Geometry) -> PromptSet {
        let points = self.points.iter().flatten();
        let prompts = prompts::Prompts {
            points: points
                .map(|(include, at)| prompts::Point { position: Position::Canonical(*at), include: *include })
                .collect(),
            bounding_box: self.bounding_box.map(|corners| corners.map(Position::Canonical)),
        };
        // In a frame of one pixel, positions are shares.
        let (Subject::Chosen(placed), _) = prompts.place(geometry, (1, 1)) else {
            return PromptSet::default();
        };
        let point = |point: &models::sam::PointPrompt| crate::track::Point {
            position: [f64::from(point.x), f64::from(point.y)],
            include: point.label == PointLabel::Include,
        };
        PromptSet {
            bounding_box: placed.bounding_box.map(|b| [b.x1, b.y1, b.x2, b.y2].map(f64::from)),
            points: placed.points.iter().map(point).collect(),
        }
    }

    /// What of it is keyed when all of it is: `involved` are the points whose modes are keyed though they are off here.
    /// Modes and the box's switch only where the host can key them.
    ///
    /// # Errors
    /// When the context lacks a parameter.
    pub fn whole(&self, host: &Host, handles: &ParameterHandles, involved: &[bool; POINTS]) -> Result<Keyed> {
        let mut keyed = Keyed::default();
        for (index, (mode, _)) in handles.points.iter().enumerate() {
            let on = self.points[index].is_some();
            if (on || involved[index]) && mode.animates(host) {
                keyed.insert(Prompt::mode(index));
            }
            if on {
                keyed.insert(Prompt::position(index));
            }
        }
        if handles.get(names::BOX_ENABLE)?.animates(host) {
            keyed.insert(Prompt::BOX_ENABLE);
        }
        if self.bounding_box.is_some() {
            Prompt::CORNERS.into_iter().for_each(|corner| keyed.insert(corner));
        }
        if handles.get(names::CANDIDATE)?.animates(host) {
            keyed.insert(Prompt::CANDIDATE);
        }
        Ok(keyed)
    }

    /// Sets the keys `keyed` at a time. Only where parameters may be written.
    ///
    /// # Errors
    /// When the host refuses.
    pub fn key(&self, host: &Host, handles: &ParameterHandles, time: f64, keyed: Keyed) -> Result<()> {
        for (index, (mode, position)) in handles.points.iter().enumerate() {
            let point = self.points[index];
            if keyed.has(Prompt::mode(index)) {
                let on = |include| if include { names::POINT_INCLUDE } else { names::POINT_EXCLUDE };
                mode.set_int_at(host, time, point.map_or(names::POINT_OFF, |(include, _)| on(include)))?;
            }
            if let Some((_, at)) = point.filter(|_| keyed.has(Prompt::position(index))) {
                position.set_double2_at(host, time, at)?;
            }
        }
        if keyed.has(Prompt::BOX_ENABLE) {
            handles.get(names::BOX_ENABLE)?.set_int_at(host, time, self.bounding_box.is_some().into())?;
        }
        let corners = [names::BOX_BOTTOM_LEFT, names::BOX_TOP_RIGHT].into_iter().zip(Prompt::CORNERS);
        for ((name, prompt), at) in corners.zip(self.bounding_box.into_iter().flatten()) {
            if keyed.has(prompt) {
                handles.get(name)?.set_double2_at(host, time, at)?;
            }
        }
        if keyed.has(Prompt::CANDIDATE) {
            handles.get(names::CANDIDATE)?.set_int_at(host, time, self.candidate)?;
        }
        Ok(())
    }
}

/// A share of a frame that lies so, in whole [`PARTS`] of a canonical unit.
fn place([x, y]: [f64; 2], geometry: &Geometry) -> [f64; 2] {
    let size = [geometry.bounds.width() as f64, geometry.bounds.height() as f64];
    geometry.to_canonical([x * size[0], y * size[1]]).map(|value| (value * PARTS).round() / PARTS)
}

/// Bottom left and top right of a box in shares of a frame: left, top, right, bottom.
fn place_box([left, top, right, bottom]: [f64; 4], geometry: &Geometry) -> [[f64; 2]; 2] {
    [place([left, bottom], geometry), place([right, top], geometry)]
}

/// The points whose modes have to be keyed when a track is written among these frames: those that carry it, those
/// that are on at one of the frames, and those that are keyed already.
pub fn involved<'a>(
    host: &Host,
    handles: &ParameterHandles,
    frames: impl IntoIterator<Item = &'a Snapshot>,
) -> [bool; POINTS] {
    let mut involved = [false; POINTS];
    involved[..CARRIERS].fill(true);
    for (flag, (mode, _)) in involved.iter_mut().zip(&handles.points) {
        *flag |= mode.key_count(host) > 0;
    }
    for frame in frames {
        involved.iter_mut().zip(&frame.points).for_each(|(flag, point)| *flag |= point.is_some());
    }
    involved
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pipeline::geometry::PixelRect;
    use crate::track::{Health, State};

    const GEOMETRY: Geometry = Geometry {
        bounds: PixelRect { x1: -10, y1: 20, x2: 90, y2: 70 },
        render_scale: [1.0, 1.0],
        pixel_aspect_ratio: 2.0,
        row_offset: 0.0,
    };

    fn tracked() -> TrackedFrame {
        TrackedFrame {
            time: 3.0,
            bounding_box: [0.25, 0.25, 0.5, 0.75],
            points: [[0.5, 0.5], [0.25, 0.5], [0.125, 0.75]],
            candidate: 2,
            health: Health { agreement: 0.8, likeness: 0.8, area_ratio: 1.0, state: State::Good },
        }
    }

    #[test]
    fn shares_become_canonical_and_shares_again() {
        let snapshot = Snapshot::of_tracked(&tracked(), &GEOMETRY);
        // 25 pixels from the left edge at -10, pixels twice as wide; the bottom edge of the box is 37.5 rows down.
        assert_eq!(snapshot.bounding_box, Some([[30.0, 32.5], [80.0, 57.5]]));
        assert_eq!(snapshot.points[0], Some((true, [80.0, 45.0])));
        assert_eq!((snapshot.points[3], snapshot.candidate), (None, 3));
        let back = snapshot.for_tracker(&GEOMETRY);
        assert_eq!(back, tracked().prompts());
    }

    #[test]
    fn what_the_tracker_adds_leaves_what_was_there() {
        let mut artist = Snapshot::default();
        artist.points[1] = Some((true, [40.0, 45.0]));
        let given = artist.for_tracker(&GEOMETRY);
        let mut used = given.clone();
        used.bounding_box = Some([0.25, 0.25, 0.5, 0.75]);
        for x in [0.5, 0.25] {
            used.points.push(crate::track::Point { position: [x, 0.5], include: true });
        }
        let used = AnchorFrame { time: 0.0, prompts: used, candidate: 1 };
        let completed = artist.completed(&given, &used, &GEOMETRY);
        assert_eq!(completed.bounding_box, Some([[30.0, 32.5], [80.0, 57.5]]));
        assert_eq!(completed.points[0], Some((true, [80.0, 45.0])));
        assert_eq!(completed.points[1], artist.points[1]);
        assert_eq!(completed.points[2], Some((true, [30.0, 45.0])));
        assert_eq!(completed.candidate, 2);
        let again = completed.for_tracker(&GEOMETRY);
        let used = AnchorFrame { time: 0.0, prompts: again.clone(), candidate: 1 };
        assert_eq!(completed.completed(&again, &used, &GEOMETRY), completed);
    }
}
