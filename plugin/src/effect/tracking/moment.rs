//! Times that can be compared: hosts round the times of keys in their own ways.

/// Steps of a frame. Two keys nearer than this are one.
const STEPS: f64 = 4096.0;

/// A time, to a fraction of a frame.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Moment(i64);

impl Moment {
    /// The moment of a time in frames. What is no number is 0, what is absurd the nearest end.
    pub fn of(time: f64) -> Self {
        Self((time * STEPS).round() as i64)
    }
}
