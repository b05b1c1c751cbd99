//! Fewer keys: curves that an artist can edit.

use super::request::{Track, TrackedFrame};

/// How far a reduced curve may be from the track, as a share of the box's diagonal: no loss was measured at that.
pub const TOLERANCE: f64 = 0.04;

/// A key of a tracked frame.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Key {
    /// The frame.
    pub frame: TrackedFrame,
    /// Whether the box and the points are keyed here; the candidate is keyed on every frame, since a number cannot be
    /// interpolated.
    pub positions: bool,
}

/// Chooses the frames whose positions are keyed so that straight lines between the keys stay within `tolerance` of
/// every tracked box corner and point (a share of the diagonal of the box of that frame; [`TOLERANCE`] is usual).
///
/// Ramer 1972 and Douglas and Peucker 1973 on all ten numbers at once. Runs of frames that are apart in time by more
/// than `step` (an anchor or a missing frame is between) are reduced by themselves: their ends are keyed.
#[must_use]
pub fn reduce_keys(track: &Track, step: f64, tolerance: f64) -> Vec<Key> {
    let frames = &track.frames;
    let mut keyed = vec![false; frames.len()];
    let mut first = 0;
    for last in 0..frames.len() {
        let ends = frames.get(last + 1).is_none_or(|next| next.time - frames[last].time > 1.5 * step);
        if ends {
            reduce(&frames[first..=last], tolerance, &mut keyed[first..=last]);
            first = last + 1;
        }
    }
    frames.iter().zip(keyed).map(|(frame, positions)| Key { frame: *frame, positions }).collect()
}

/// Marks the keys of one run.
fn reduce(frames: &[TrackedFrame], tolerance: f64, keyed: &mut [bool]) {
    let Some(last) = frames.len().checked_sub(1) else { return };
    keyed[0] = true;
    keyed[last] = true;
    // A list instead of recursion: a long clip must not exhaust the stack.
    let mut open = vec![(0, last)];
    while let Some((low, high)) = open.pop() {
        let worst = (low + 1..high)
            .map(|i| (i, deviation(&frames[low], &frames[high], &frames[i])))
            .max_by(|a, b| a.1.total_cmp(&b.1));
        if let Some((i, deviation)) = worst
            && deviation > tolerance
        {
            keyed[i] = true;
            open.extend([(low, i), (i, high)]);
        }
    }
}

/// How far the line from `low` to `high` misses `frame`, as a share of the diagonal of its box.
fn deviation(low: &TrackedFrame, high: &TrackedFrame, frame: &TrackedFrame) -> f64 {
    let share = (frame.time - low.time) / (high.time - low.time);
    let ([a, b], here) = ([low, high].map(positions), positions(frame));
    let [x1, y1, x2, y2] = frame.bounding_box;
    let diagonal = (x2 - x1).hypot(y2 - y1).max(f64::MIN_POSITIVE);
    let miss = |i: usize| {
        let between = |axis: usize| a[i][axis] + share * (b[i][axis] - a[i][axis]) - here[i][axis];
        between(0).hypot(between(1))
    };
    (0..here.len()).map(miss).fold(0.0, f64::max) / diagonal
}

/// The corners of the box and the points.
fn positions(frame: &TrackedFrame) -> [[f64; 2]; 5] {
    let [x1, y1, x2, y2] = frame.bounding_box;
    let [a, b, c] = frame.points;
    [[x1, y1], [x2, y2], a, b, c]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::track::{Health, State};

    fn frame(time: f64, x: f64) -> TrackedFrame {
        let health = Health { agreement: 0.8, likeness: 0.8, area_ratio: 1.0, state: State::Good };
        TrackedFrame {
            time,
            bounding_box: [x, 0.2, x + 0.3, 0.6],
            points: [[x + 0.1, 0.4], [x + 0.2, 0.4], [x + 0.1, 0.5]],
            candidate: 0,
            health,
        }
    }

    fn keyed(frames: Vec<TrackedFrame>) -> Vec<f64> {
        let track = Track { frames, anchors: vec![], missing: vec![], repeated: 0, ended: vec![] };
        let keys = reduce_keys(&track, 1.0, TOLERANCE);
        assert_eq!(keys.len(), track.frames.len());
        keys.iter().filter(|key| key.positions).map(|key| key.frame.time).collect()
    }

    #[test]
    fn a_straight_motion_needs_its_ends_and_a_turn_its_corner() {
        let straight = |time: i32| frame(time.into(), 0.01 * f64::from(time));
        assert_eq!(keyed((0..20).map(straight).collect()), [0.0, 19.0]);
        let turn = |time: i32| frame(time.into(), 0.01 * f64::from((time - 8).abs()));
        assert_eq!(keyed((0..20).map(turn).collect()), [0.0, 8.0, 19.0]);
    }

    #[test]
    fn every_frame_stays_within_the_tolerance() {
        let wave = |time: i32| frame(time.into(), 0.3 + 0.2 * (f64::from(time) * 0.3).sin());
        let frames: Vec<_> = (0..60).map(wave).collect();
        let times = keyed(frames.clone());
        assert!(times.len() < 40, "{times:?}");
        for pair in times.windows(2) {
            let [low, high] = [pair[0], pair[1]].map(|time| frames[time as usize]);
            for between in &frames[pair[0] as usize..pair[1] as usize] {
                assert!(deviation(&low, &high, between) <= TOLERANCE);
            }
        }
    }

    #[test]
    fn a_gap_ends_a_run() {
        let frames = [0, 1, 2, 3, 7, 8, 9].map(|time| frame(time.into(), 0.01 * f64::from(time)));
        assert_eq!(keyed(frames.to_vec()), [0.0, 3.0, 7.0, 9.0]);
        assert_eq!(keyed(vec![frame(1.0, 0.0)]), [1.0]);
        assert!(keyed(vec![]).is_empty());
    }
}
