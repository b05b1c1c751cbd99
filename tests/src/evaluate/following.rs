//! Tracking as an artist does it: prompts on one frame, a button, and perhaps a correction.

use std::fmt;
use std::str::FromStr;

use serde::Serialize;

use super::keys::Keying;

/// Which button is pressed, on the one frame that is prompted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// *Track forward* on the first frame.
    Forward,
    /// *Track backward* on the last frame.
    Backward,
    /// *Track both ways* on the frame in the middle.
    Both,
}

/// A text that names no way.
#[derive(Debug, thiserror::Error)]
#[error("{0:?} is no way to track; use forward, backward or both")]
pub struct UnknownWay(String);

impl Way {
    /// The frame that is prompted.
    #[must_use]
    pub fn keying(self) -> Keying {
        match self {
            Self::Forward => Keying::First,
            Self::Backward => Keying::Last,
            Self::Both => Keying::Middle,
        }
    }

    /// The name of the button's parameter.
    #[must_use]
    pub fn button(self) -> &'static str {
        match self {
            Self::Forward => "trackForward",
            Self::Backward => "trackBackward",
            Self::Both => "trackBoth",
        }
    }
}

impl FromStr for Way {
    type Err = UnknownWay;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "forward" => Ok(Self::Forward),
            "backward" => Ok(Self::Backward),
            "both" => Ok(Self::Both),
            _ => Err(UnknownWay(text.to_owned())),
        }
    }
}

impl fmt::Display for Way {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Forward => "forward",
            Self::Backward => "backward",
            Self::Both => "both",
        })
    }
}

/// Mean J of the frames on one side of a corrected frame, which is not among them.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Segment {
    /// Its first frame.
    pub from: usize,
    /// Its last frame.
    pub to: usize,
    /// Mean J before the correction.
    pub j_before: f64,
    /// Mean J after it and after tracking again.
    pub j_after: f64,
}

/// What a correction changed in one clip.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Correction {
    /// The corrected frame.
    pub frame: usize,
    /// Its J before and after.
    pub j: [f64; 2],
    /// The frames before it and after it, up to the ends of the clip.
    pub segments: Vec<Segment>,
}

impl Correction {
    /// Compares J of all frames before and after `frame` was corrected.
    ///
    /// # Panics
    /// When there are not as many frames before as after, or `frame` is none of them.
    #[must_use]
    pub fn new(frame: usize, before: &[f64], after: &[f64]) -> Self {
        assert_eq!(before.len(), after.len());
        let segment = |range: std::ops::Range<usize>| {
            let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len() as f64;
            let (before, after) = (&before[range.clone()], &after[range.clone()]);
            (!range.is_empty()).then(|| Segment {
                from: range.start,
                to: range.end - 1,
                j_before: mean(before),
                j_after: mean(after),
            })
        };
        let segments = [segment(0..frame), segment(frame + 1..before.len())];
        Self { frame, j: [before[frame], after[frame]], segments: segments.into_iter().flatten().collect() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ways_are_read_and_written_alike() {
        for text in ["forward", "backward", "both"] {
            assert_eq!(text.parse::<Way>().unwrap().to_string(), text);
        }
        assert!("Forward".parse::<Way>().is_err());
    }

    #[test]
    fn a_correction_has_a_segment_on_each_side() {
        let correction = Correction::new(1, &[0.5, 0.1, 0.2, 0.4], &[0.6, 0.9, 0.4, 0.6]);
        assert_eq!(correction.j, [0.1, 0.9]);
        let [before, after] = correction.segments[..] else { panic!("{correction:?}") };
        assert_eq!((before.from, before.to, before.j_before, before.j_after), (0, 0, 0.5, 0.6));
        assert_eq!((after.from, after.to), (2, 3));
        assert!((after.j_before - 0.3).abs() < 1e-12 && (after.j_after - 0.5).abs() < 1e-12);
        assert_eq!(Correction::new(0, &[0.5], &[0.6]).segments, []);
    }
}
