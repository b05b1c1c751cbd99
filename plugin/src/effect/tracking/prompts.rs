//! All prompts of a frame as plain values, read from the parameters and written as keys.

use xxhash_rust::xxh3::Xxh3;

use crate::effect::buttons;
use crate::effect::handles::ParameterHandles;
use crate::effect::instance::Instance;
use crate::effect::parameters::{
    self as names, BOX_BOTTOM_LEFT_DEFAULT, BOX_TOP_RIGHT_DEFAULT, POINT_DEFAULT, POINTS,
};
use crate::effect::settings::read_position;
use crate::ofx::{Host, Parameter, Result};
use crate::pipeline::geometry::{Geometry, within};
use crate::pipeline::prompts::{self, Position, Subject};
use crate::track::{PromptSet, TrackedFrame};
use models::sam::PointLabel;

/// How many points carry a track: the first ones.
pub const CARRIERS: usize = 3;

/// Positions are written as whole parts of a canonical unit: every host keeps these exactly, with whatever numbers it
/// stores, so that a seal stays whole.
const PARTS: f64 = 64.0;

/// The prompts of one frame. Positions are canonical.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct Snapshot {
    /// For each point that is on: whether it includes, and where.
    pub points: [Option<(bool, [f64; 2])>; POINTS],
    /// Two opposite corners of the box, when it is on.
    pub bounding_box: Option<[[f64; 2]; 2]>,
    /// The parameter's value: 0 for SAM's own rule, 1 to 4 for that candidate.
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

    /// What the tracker found, in a frame that lies so.
    pub fn of_tracked(frame: &TrackedFrame, geometry: &Geometry) -> Self {
        let size = [geometry.bounds.width() as f64, geometry.bounds.height() as f64];
        let place = |[x, y]: [f64; 2]| {
            geometry.to_canonical([x * size[0], y * size[1]]).map(|value| (value * PARTS).round() / PARTS)
        };
        let mut snapshot = Self { candidate: i32::from(frame.candidate) + 1, ..Self::default() };
        for (slot, point) in snapshot.points.iter_mut().zip(frame.points) {
            *slot = Some((true, place(point)));
        }
        let [left, top, right, bottom] = frame.bounding_box;
        snapshot.bounding_box = Some([place([left, bottom]), place([right, top])]);
        snapshot
    }

    /// For the tracker: what of it counts in a frame that lies so, by the same rules as in rendering.
    pub fn for_tracker(&self, geometry: &Geometry) -> PromptSet {
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

    /// A number that changes when the prompts do. Of the further points only those count of which `keyed` says that
    /// their mode is keyed here: one that is switched on at all times says nothing about this frame.
    pub fn seal(&self, keyed: impl Fn(usize) -> bool) -> u32 {
        let mut hash = Xxh3::new();
        let mut add = |at: [f64; 2]| {
            for value in at {
                hash.update(&((value * PARTS).round() as i64).to_le_bytes());
            }
        };
        for (index, point) in self.points.iter().enumerate() {
            if let Some((include, at)) = point
                && (index < CARRIERS || keyed(index))
            {
                add([index as f64, f64::from(u8::from(*include))]);
                add(*at);
            }
        }
        for corner in self.bounding_box.iter().flatten() {
            add([-1.0, -1.0]);
            add(*corner);
        }
        add([-2.0, f64::from(self.candidate)]);
        hash.digest() as u32
    }

    /// Keys it at a time. `involved` are the points whose modes are keyed though they are off here. Only where
    /// parameters may be written.
    ///
    /// # Errors
    /// When the host refuses.
    pub fn key(
        &self,
        host: &Host,
        handles: &ParameterHandles,
        time: f64,
        involved: &[bool; POINTS],
    ) -> Result<()> {
        for (index, (mode, position)) in handles.points.iter().enumerate() {
            if let Some((include, at)) = self.points[index] {
                let on = if include { names::POINT_INCLUDE } else { names::POINT_EXCLUDE };
                buttons::key_int(host, mode, time, on)?;
                position.set_double2_at(host, time, at)?;
            } else if involved[index] {
                buttons::key_int(host, mode, time, names::POINT_OFF)?;
            }
        }
        buttons::key_int(host, &handles.get(names::BOX_ENABLE)?, time, self.bounding_box.is_some().into())?;
        if let Some([a, b]) = self.bounding_box {
            handles.get(names::BOX_BOTTOM_LEFT)?.set_double2_at(host, time, a)?;
            handles.get(names::BOX_TOP_RIGHT)?.set_double2_at(host, time, b)?;
        }
        buttons::key_int(host, &handles.get(names::CANDIDATE)?, time, self.candidate)
    }
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
    fn a_seal_breaks_with_every_change_that_counts() {
        let whole = Snapshot::of_tracked(&tracked(), &GEOMETRY);
        let seal = |change: &dyn Fn(&mut Snapshot)| {
            let mut changed = whole;
            change(&mut changed);
            changed.seal(|index| index == 5)
        };
        let sealed = seal(&|_| {});
        // A host that stores single precision.
        assert_eq!(seal(&|s| s.points[1].as_mut().unwrap().1[0] += 1e-4), sealed);
        assert_eq!(seal(&|s| s.points[7] = Some((true, [1.0, 2.0]))), sealed, "not keyed here");
        let changes: [&dyn Fn(&mut Snapshot); 6] = [
            &|s| s.points[1].as_mut().unwrap().1[0] += 0.5,
            &|s| s.points[1].as_mut().unwrap().0 = false,
            &|s| s.points[2] = None,
            &|s| s.points[5] = Some((true, [1.0, 2.0])),
            &|s| s.bounding_box = None,
            &|s| s.candidate = 0,
        ];
        assert!(changes.iter().all(|change| seal(change) != sealed));
    }
}
