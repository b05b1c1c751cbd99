//! Which prompts are keyed at a time, and the seal on these keys.

use xxhash_rust::xxh3::Xxh3;

use super::prompts::{CARRIERS, Snapshot};
use crate::effect::handles::ParameterHandles;
use crate::effect::parameters::{self as names, POINTS};
use crate::ofx::{Host, Parameter, Result};

/// Positions are sealed, and written by the tracker, as whole parts of a canonical unit: every host keeps these
/// exactly, with whatever numbers it stores, so that a seal stays whole.
pub const PARTS: f64 = 64.0;

/// A parameter of the prompts, by its bit in [`Keyed`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Prompt(u32);

impl Prompt {
    /// The box's switch.
    pub const BOX_ENABLE: Self = Self(2 * POINTS as u32);
    /// The box's corners.
    pub const CORNERS: [Self; 2] = [Self(2 * POINTS as u32 + 1), Self(2 * POINTS as u32 + 2)];
    /// The candidate.
    pub const CANDIDATE: Self = Self(2 * POINTS as u32 + 3);

    /// The mode of a point, by its place from 0.
    pub const fn mode(index: usize) -> Self {
        Self(index as u32)
    }

    /// The position of a point.
    pub const fn position(index: usize) -> Self {
        Self((POINTS + index) as u32)
    }

    /// All of them with their parameters.
    ///
    /// # Errors
    /// When the context lacks one.
    pub fn all(handles: &ParameterHandles) -> Result<Vec<(Self, Parameter)>> {
        let points = handles.points.iter().enumerate().flat_map(|(index, (mode, position))| {
            [(Self::mode(index), *mode), (Self::position(index), *position)]
        });
        let mut all: Vec<_> = points.collect();
        all.push((Self::BOX_ENABLE, handles.get(names::BOX_ENABLE)?));
        all.push((Self::CORNERS[0], handles.get(names::BOX_BOTTOM_LEFT)?));
        all.push((Self::CORNERS[1], handles.get(names::BOX_TOP_RIGHT)?));
        all.push((Self::CANDIDATE, handles.get(names::CANDIDATE)?));
        Ok(all)
    }
}

/// The prompts that have a key at a time.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Keyed(u64);

impl Keyed {
    /// Those at a time.
    ///
    /// # Errors
    /// When the context lacks a parameter.
    pub fn at(host: &Host, handles: &ParameterHandles, time: f64) -> Result<Self> {
        let mut keyed = Self::default();
        for (prompt, parameter) in Prompt::all(handles)? {
            if parameter.has_key(host, time) {
                keyed.insert(prompt);
            }
        }
        Ok(keyed)
    }

    /// Adds one.
    pub fn insert(&mut self, prompt: Prompt) {
        self.0 |= 1 << prompt.0;
    }

    /// Adds what switches the points that carry a track and the box on, and all others off.
    pub fn insert_modes(&mut self) {
        (0..POINTS).for_each(|index| self.insert(Prompt::mode(index)));
        self.insert(Prompt::BOX_ENABLE);
    }

    /// Those that are in `other` too.
    #[must_use]
    pub fn within(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// Whether one is among them.
    pub fn has(self, prompt: Prompt) -> bool {
        self.0 >> prompt.0 & 1 == 1
    }

    /// Whether there is none.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// A number that changes when a key of these is added, taken away or changed; `snapshot` has the values. A key by
    /// which a point is off that carries no track says nothing: it only ends a point of another frame.
    pub fn seal(self, snapshot: &Snapshot) -> u32 {
        let mut hash = Xxh3::new();
        let mut add = |prompt: Prompt, values: &[f64]| {
            hash.update(&prompt.0.to_le_bytes());
            for value in values {
                hash.update(&((value * PARTS).round() as i64).to_le_bytes());
            }
        };
        for (index, point) in snapshot.points.iter().enumerate() {
            let (mode, position) = (Prompt::mode(index), Prompt::position(index));
            match point {
                Some((include, at)) => {
                    if self.has(mode) {
                        add(mode, &[f64::from(1 + u8::from(*include))]);
                    }
                    if self.has(position) {
                        add(position, at);
                    }
                }
                None if index < CARRIERS && self.has(mode) => add(mode, &[0.0]),
                None => {}
            }
        }
        if self.has(Prompt::BOX_ENABLE) {
            add(Prompt::BOX_ENABLE, &[f64::from(u8::from(snapshot.bounding_box.is_some()))]);
        }
        for (prompt, corner) in Prompt::CORNERS.into_iter().zip(snapshot.bounding_box.iter().flatten()) {
            if self.has(prompt) {
                add(prompt, corner);
            }
        }
        // Which of SAM's masks a frame shows counts whether it is keyed here or holds.
        add(
            Prompt::CANDIDATE,
            &[snapshot.candidate.into(), f64::from(u8::from(self.has(Prompt::CANDIDATE)))],
        );
        hash.digest() as u32
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn snapshot() -> Snapshot {
        let mut snapshot = Snapshot { candidate: 3, ..Snapshot::default() };
        for (index, at) in [[1.0, 2.0], [3.5, 4.0], [5.0, 6.25]].into_iter().enumerate() {
            snapshot.points[index] = Some((true, at));
        }
        snapshot.bounding_box = Some([[0.0, 1.0], [9.0, 8.0]]);
        snapshot
    }

    fn all() -> Keyed {
        let mut keyed = Keyed::default();
        for index in 0..CARRIERS {
            keyed.insert(Prompt::mode(index));
            keyed.insert(Prompt::position(index));
        }
        keyed.insert(Prompt::BOX_ENABLE);
        Prompt::CORNERS.into_iter().for_each(|corner| keyed.insert(corner));
        keyed.insert(Prompt::CANDIDATE);
        keyed
    }

    #[test]
    fn a_seal_breaks_with_every_value_that_is_keyed() {
        let seal = |change: &dyn Fn(&mut Snapshot)| {
            let mut changed = snapshot();
            change(&mut changed);
            all().seal(&changed)
        };
        let whole = seal(&|_| {});
        // A host that stores single precision.
        assert_eq!(seal(&|s| s.points[1].as_mut().unwrap().1[0] += 1e-4), whole);
        assert_eq!(seal(&|s| s.points[7] = Some((true, [1.0, 2.0]))), whole, "on, and not keyed here");
        let changes: [&dyn Fn(&mut Snapshot); 6] = [
            &|s| s.points[1].as_mut().unwrap().1[0] += 0.5,
            &|s| s.points[1].as_mut().unwrap().0 = false,
            &|s| s.points[2] = None,
            &|s| s.bounding_box = None,
            &|s| s.bounding_box.as_mut().unwrap()[1][1] += 1.0,
            &|s| s.candidate = 0,
        ];
        assert!(changes.iter().all(|change| seal(change) != whole));
    }

    #[test]
    fn a_seal_breaks_with_every_key_that_is_added_or_taken_away() {
        let mut candidate = Keyed::default();
        candidate.insert(Prompt::CANDIDATE);
        let sealed = |keyed: Keyed| keyed.seal(&snapshot());
        let others = (0..CARRIERS).flat_map(|index| [Prompt::mode(index), Prompt::position(index)]);
        for prompt in others.chain(Prompt::CORNERS).chain([Prompt::BOX_ENABLE]) {
            let mut more = candidate;
            more.insert(prompt);
            assert_ne!(sealed(more), sealed(candidate), "{prompt:?}");
            // Between keys the value may be anything.
            let mut moved = snapshot();
            moved.points[0] = Some((true, [7.0, 7.0]));
            assert_eq!(candidate.seal(&moved), sealed(candidate));
        }
        assert_ne!(sealed(Keyed::default()), sealed(candidate));
    }

    #[test]
    fn the_end_of_a_point_that_carries_nothing_says_nothing() {
        let mut ended = all();
        ended.insert(Prompt::mode(9));
        assert_eq!(ended.seal(&snapshot()), all().seal(&snapshot()));
        let mut on = snapshot();
        on.points[9] = Some((false, [1.0, 1.0]));
        assert_ne!(ended.seal(&on), all().seal(&snapshot()));
    }
}
