//! Keyframes: on which frames the derived prompts are set, and the curves that result. The host
//! interpolates between the keys, as it does for an artist.

use super::prompts::{Bounds, MAX_POINTS, Prompts};

/// On which frames prompts are keyed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keying {
    /// On frame 0, on every `n`-th after it and on the last one.
    Every(usize),
    /// On frame 0 only.
    First,
    /// On the frame in the middle only, the earlier one of two.
    Middle,
    /// On the last frame only.
    Last,
}

impl Keying {
    /// The frames that carry keys in a clip of `frames` frames, in order.
    #[must_use]
    pub fn frames(self, frames: usize) -> Vec<usize> {
        match self {
            Self::First => (0..frames.min(1)).collect(),
            Self::Middle => (0..frames).skip(frames.saturating_sub(1) / 2).take(1).collect(),
            Self::Last => (0..frames).rev().take(1).collect(),
            Self::Every(step) => {
                let last = frames.saturating_sub(1);
                let mut keyed: Vec<usize> = (0..frames).step_by(step.max(1)).collect();
                if keyed.last().is_some_and(|k| *k != last) {
                    keyed.push(last);
                }
                keyed
            }
        }
    }
}

/// The keys of all prompt parameters of one clip, as (frame, value) in canonical coordinates.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Curves {
    /// Keys of the box; empty when no box is set.
    pub bounds: Vec<(usize, Bounds)>,
    /// Keys of the points, one list for each point that is set on any frame.
    pub points: Vec<Vec<(usize, [f64; 2])>>,
}

impl Curves {
    /// Adds the prompts of one frame. Frames are added in order.
    pub fn add(&mut self, frame: usize, prompts: &Prompts) {
        self.bounds.extend(prompts.bounds.map(|b| (frame, b)));
        for (index, point) in prompts.points.iter().take(MAX_POINTS).enumerate() {
            if self.points.len() == index {
                self.points.push(Vec::new());
            }
            self.points[index].push((frame, *point));
        }
    }

    /// Whether nothing is set on any frame.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.bounds.is_empty() && self.points.is_empty()
    }

    /// The curves with the first point moved right by `distance` on every key, or the right edge of
    /// the box where there is no point: a new prompt on the same picture.
    #[must_use]
    pub fn nudged(&self, distance: f64) -> Self {
        let mut moved = self.clone();
        match moved.points.first_mut() {
            Some(point) => point.iter_mut().for_each(|(_, position)| position[0] += distance),
            None => moved.bounds.iter_mut().for_each(|(_, bounds)| bounds.high[0] += distance),
        }
        moved
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_frame_is_always_keyed() {
        assert_eq!(Keying::Every(10).frames(25), [0, 10, 20, 24]);
        assert_eq!(Keying::Every(10).frames(21), [0, 10, 20]);
        assert_eq!(Keying::Every(10).frames(1), [0]);
        assert_eq!(Keying::First.frames(25), [0]);
        assert_eq!(Keying::Middle.frames(25), [12]);
        assert_eq!(Keying::Middle.frames(2), [0]);
        assert_eq!(Keying::Last.frames(25), [24]);
        assert!(Keying::Middle.frames(0).is_empty() && Keying::Last.frames(0).is_empty());
        assert!(Keying::Every(1).frames(0).is_empty());
    }

    #[test]
    fn points_that_come_later_have_their_own_keys() {
        let mut curves = Curves::default();
        assert!(curves.is_empty());
        curves.add(0, &Prompts { bounds: None, points: vec![[1.0, 2.0]] });
        curves.add(10, &Prompts { bounds: None, points: vec![[3.0, 4.0], [5.0, 6.0]] });
        assert_eq!(curves.points, [vec![(0, [1.0, 2.0]), (10, [3.0, 4.0])], vec![(10, [5.0, 6.0])]]);
        assert!(curves.bounds.is_empty());
    }

    #[test]
    fn a_nudge_moves_one_prompt_only() {
        let bounds = Bounds { low: [0.0, 0.0], high: [4.0, 4.0] };
        let mut curves =
            Curves { bounds: vec![(0, bounds)], points: vec![vec![(0, [1.0, 1.0])], vec![(0, [2.0, 2.0])]] };
        let moved = curves.nudged(0.25);
        assert_eq!(moved.points, [vec![(0, [1.25, 1.0])], vec![(0, [2.0, 2.0])]]);
        assert_eq!(moved.bounds, curves.bounds);
        curves.points.clear();
        assert_eq!(curves.nudged(0.25).bounds[0].1.high, [4.25, 4.0]);
    }
}
