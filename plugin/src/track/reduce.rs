//! Fewer keys: curves that an artist can edit.

use super::request::{Track, TrackedFrame};

/// How far a reduced curve may be from the track, as a share of the box's diagonal: no loss was measured at that.
pub const TOLERANCE: f64 = 0.04;

/// What is keyed of a tracked frame. The candidate is keyed on every frame, since a number cannot be interpolated.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Key {
    /// The frame.
    pub frame: TrackedFrame,
    /// Whether the box is keyed here.
    pub bounding_box: bool,
    /// Whether the three points are keyed here.
    pub points: bool,
}

/// Chooses the frames whose positions are keyed so that straight lines between the keys stay within `tolerance` of
/// every tracked box corner and, by themselves, of every point (a share of the diagonal of the box of that frame;
/// [`TOLERANCE`] is usual).
///
/// Ramer 1972 and Douglas and Peucker 1973 on all numbers of the box at once, and on all of the points. Runs of frames
/// that are apart in time by more than `step` (an anchor or a missing frame is between) are reduced by themselves:
/// their ends are keyed.
#[must_use]
pub fn reduce_keys(track: &Track, step: f64, tolerance: f64) -> Vec<Key> {
    let boxes = keyed(&track.frames, step, tolerance, corners);
    let points = keyed(&track.frames, step, tolerance, |frame| frame.points);
    let flags = boxes.into_iter().zip(points);
    let key =
        |(frame, (bounding_box, points)): (&TrackedFrame, _)| Key { frame: *frame, bounding_box, points };
    track.frames.iter().zip(flags).map(key).collect()
}

/// Which frames need a key of what `positions` gives.
fn keyed<const N: usize>(
    frames: &[TrackedFrame],
    step: f64,
    tolerance: f64,
    positions: impl Fn(&TrackedFrame) -> [[f64; 2]; N],
) -> Vec<bool> {
    let mut keyed = vec![false; frames.len()];
    let mut first = 0;
    for last in 0..frames.len() {
        let ends = frames.get(last + 1).is_none_or(|next| next.time - frames[last].time > 1.5 * step);
        if ends {
            let miss = |[low, high, frame]: [&TrackedFrame; 3]| {
                deviation([low, high, frame].map(&positions), [low, high, frame])
            };
            reduce(&frames[first..=last], tolerance, miss, &mut keyed[first..=last]);
            first = last + 1;
        }
    }
    keyed
}

/// Marks the keys of one run.
fn reduce(
    frames: &[TrackedFrame],
    tolerance: f64,
    miss: impl Fn([&TrackedFrame; 3]) -> f64,
    keyed: &mut [bool],
) {
    let Some(last) = frames.len().checked_sub(1) else { return };
    keyed[0] = true;
    keyed[last] = true;
    // A list instead of recursion: a long clip must not exhaust the stack.
    let mut open = vec![(0, last)];
    while let Some((low, high)) = open.pop() {
        let worst = (low + 1..high)
            .map(|i| (i, miss([&frames[low], &frames[high], &frames[i]])))
            .max_by(|a, b| a.1.total_cmp(&b.1));
        if let Some((i, deviation)) = worst
            && deviation > tolerance
        {
            keyed[i] = true;
            open.extend([(low, i), (i, high)]);
        }
    }
}

/// How far the lines from the first frame's positions to the second's miss the third's, as a share of the diagonal of
/// its box.
fn deviation<const N: usize>(
    [a, b, here]: [[[f64; 2]; N]; 3],
    [low, high, frame]: [&TrackedFrame; 3],
) -> f64 {
    let share = (frame.time - low.time) / (high.time - low.time);
    let [x1, y1, x2, y2] = frame.bounding_box;
    let diagonal = (x2 - x1).hypot(y2 - y1).max(f64::MIN_POSITIVE);
    let miss = |i: usize| {
        let between = |axis: usize| a[i][axis] + share * (b[i][axis] - a[i][axis]) - here[i][axis];
        between(0).hypot(between(1))
    };
    (0..N).map(miss).fold(0.0, f64::max) / diagonal
}

fn corners(frame: &TrackedFrame) -> [[f64; 2]; 2] {
    let [x1, y1, x2, y2] = frame.bounding_box;
    [[x1, y1], [x2, y2]]
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

    fn keyed_times(frames: Vec<TrackedFrame>) -> Vec<f64> {
        let track = Track { frames, anchors: vec![], missing: vec![], repeated: 0, ended: vec![] };
        let keys = reduce_keys(&track, 1.0, TOLERANCE);
        assert_eq!(keys.len(), track.frames.len());
        assert!(keys.iter().all(|key| key.bounding_box == key.points));
        keys.iter().filter(|key| key.bounding_box).map(|key| key.frame.time).collect()
    }

    #[test]
    fn a_straight_motion_needs_its_ends_and_a_turn_its_corner() {
        let straight = |time: i32| frame(time.into(), 0.01 * f64::from(time));
        assert_eq!(keyed_times((0..20).map(straight).collect()), [0.0, 19.0]);
        let turn = |time: i32| frame(time.into(), 0.01 * f64::from((time - 8).abs()));
        assert_eq!(keyed_times((0..20).map(turn).collect()), [0.0, 8.0, 19.0]);
    }

    #[test]
    fn every_frame_stays_within_the_tolerance() {
        let wave = |time: i32| frame(time.into(), 0.3 + 0.2 * (f64::from(time) * 0.3).sin());
        let frames: Vec<_> = (0..60).map(wave).collect();
        let times = keyed_times(frames.clone());
        assert!(times.len() < 40, "{times:?}");
        for pair in times.windows(2) {
            let [low, high] = [pair[0], pair[1]].map(|time| frames[time as usize]);
            for between in &frames[pair[0] as usize..pair[1] as usize] {
                let frames = [&low, &high, between];
                assert!(deviation(frames.map(corners), frames) <= TOLERANCE);
            }
        }
    }

    #[test]
    fn points_that_jump_do_not_key_the_box() {
        let mut frames: Vec<_> = (0..9).map(|time| frame(time.into(), 0.1)).collect();
        frames[4].points[1] = [0.9, 0.9];
        let track = Track { frames, anchors: vec![], missing: vec![], repeated: 0, ended: vec![] };
        let keys = reduce_keys(&track, 1.0, TOLERANCE);
        let marked = |is: fn(&Key) -> bool| -> Vec<usize> { (0..9).filter(|i| is(&keys[*i])).collect() };
        assert_eq!(marked(|key| key.bounding_box), [0, 8]);
        assert_eq!(marked(|key| key.points), [0, 3, 4, 5, 8]);
    }

    #[test]
    fn a_gap_ends_a_run() {
        let frames = [0, 1, 2, 3, 7, 8, 9].map(|time| frame(time.into(), 0.01 * f64::from(time)));
        assert_eq!(keyed_times(frames.to_vec()), [0.0, 3.0, 7.0, 9.0]);
        assert_eq!(keyed_times(vec![frame(1.0, 0.0)]), [1.0]);
        assert!(keyed_times(vec![]).is_empty());
    }
}
