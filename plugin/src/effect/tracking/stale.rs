//! Which older tracked frames go when a track is written.

use super::run::Way;
use super::survey::{Mark, Survey};
use super::write::Found;
use crate::track::{Direction, Ended, Request, Track};

/// The times of older tracked frames that a track should have reached and has not: beyond a cancel, a loss or a cut,
/// up to the artist's next frame. What lies beyond that depends on other frames of the artist, and stays.
///
/// `anchors` are the times of the artist's frames, rising. A track that a cancel or a failure ended before its first
/// frame changes nothing.
pub fn stale(survey: &Survey, anchors: &[f64], found: &Found<'_>) -> Vec<f64> {
    let tracked = survey.frames().filter(|(_, mark)| matches!(mark, Mark::Tracked(_)));
    stale_among(tracked.map(|(time, _)| time), anchors, found)
}

fn stale_among(tracked: impl Iterator<Item = f64>, anchors: &[f64], found: &Found<'_>) -> Vec<f64> {
    let Found { track, request, way } = found;
    let broken = |ended: &Ended| matches!(ended, Ended::Cancelled | Ended::Failed(..));
    if matches!(way, Way::One(_)) || (track.frames.is_empty() && track.ended.iter().any(broken)) {
        return Vec::new();
    }
    let segment = |time: f64| anchors.partition_point(|anchor| *anchor < time);
    let reached = reached(track, request, segment);
    let is_new = |time: f64| track.frames.binary_search_by(|frame| frame.time.total_cmp(&time)).is_ok();
    tracked
        .filter(|time| is_asked(request, *time) && reached.contains(&segment(*time)) && !is_new(*time))
        .collect()
}

/// Whether a frame was to be tracked.
fn is_asked(request: &Request, time: f64) -> bool {
    let start = request.start.time;
    let way = match request.direction {
        Direction::Forward => time > start,
        Direction::Backward => time < start,
        Direction::Both => time != start,
    };
    let [a, b] = request.range;
    way && (a.min(b)..=a.max(b)).contains(&time)
}

/// The segments between the artist's frames that tracking came to: those at the start, and those where something was
/// found or where it ended.
fn reached(track: &Track, request: &Request, segment: impl Fn(f64) -> usize) -> Vec<usize> {
    let start = request.start.time;
    let beside = match request.direction {
        Direction::Forward => [start.next_up(); 2],
        Direction::Backward => [start.next_down(); 2],
        Direction::Both => [start.next_up(), start.next_down()],
    };
    let ends = track.ended.iter().filter_map(|ended| match ended {
        Ended::SceneCut(time) | Ended::Lost(time) | Ended::Failed(time, _) => Some(*time),
        Ended::Done | Ended::Cancelled => None,
    });
    let found = track.frames.iter().map(|frame| frame.time);
    let mut reached: Vec<usize> = beside
        .into_iter()
        .chain(ends)
        .chain(found)
        .chain(track.missing.iter().copied())
        .map(segment)
        .collect();
    reached.sort_unstable();
    reached.dedup();
    reached
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::track::{Anchor, Error, Health, PromptSet, State, TrackedFrame};

    fn track(times: &[f64], ended: Ended) -> Track {
        let health = Health { agreement: 0.8, likeness: 0.8, area_ratio: 1.0, state: State::Good };
        let frame = |time: &f64| TrackedFrame {
            time: *time,
            bounding_box: [0.0; 4],
            points: [[0.0; 2]; 3],
            candidate: 0,
            health,
        };
        Track {
            frames: times.iter().map(frame).collect(),
            anchors: vec![],
            missing: vec![],
            repeated: 0,
            ended: vec![ended],
        }
    }

    /// Older tracked frames are those from 0 to 20 but the anchors 5, 10 and 15.
    fn after(direction: Direction, range: [f64; 2], track: &Track) -> Vec<f64> {
        let anchors = [5.0, 10.0, 15.0];
        let start = Anchor { time: 10.0, prompts: PromptSet::default(), candidate: None, confirmed: true };
        let request = Request {
            start,
            anchors: vec![],
            direction,
            range,
            step: 1.0,
            stop_on_loss: true,
            reference: None,
        };
        let older = (0..21).map(f64::from).filter(|time| !anchors.contains(time));
        stale_among(older, &anchors, &Found { track, request: &request, way: Way::All(direction) })
    }

    #[test]
    fn what_was_not_reached_goes_up_to_the_next_anchor() {
        let cancelled = track(&[11.0, 12.0], Ended::Cancelled);
        assert_eq!(after(Direction::Forward, [0.0, 20.0], &cancelled), [13.0, 14.0]);
        assert_eq!(after(Direction::Forward, [0.0, 13.0], &cancelled), [13.0]);
        assert_eq!(after(Direction::Both, [0.0, 20.0], &cancelled), [6.0, 7.0, 8.0, 9.0, 13.0, 14.0]);
        let lost = track(&[11.0, 12.0, 13.0, 14.0, 16.0], Ended::Lost(17.0));
        assert_eq!(after(Direction::Forward, [0.0, 20.0], &lost), [17.0, 18.0, 19.0, 20.0]);
        let cut = track(&[11.0, 12.0, 13.0, 14.0], Ended::SceneCut(16.0));
        assert_eq!(after(Direction::Forward, [20.0, 0.0], &cut), [16.0, 17.0, 18.0, 19.0, 20.0]);
    }

    #[test]
    fn what_ends_before_it_began_changes_nothing() {
        assert!(after(Direction::Both, [0.0, 20.0], &track(&[], Ended::Cancelled)).is_empty());
        let failed = track(&[], Ended::Failed(11.0, Error::NothingFound));
        assert!(after(Direction::Both, [0.0, 20.0], &failed).is_empty());
        let cut = track(&[], Ended::SceneCut(9.0));
        assert_eq!(after(Direction::Backward, [0.0, 20.0], &cut), [6.0, 7.0, 8.0, 9.0]);
    }

    #[test]
    fn a_whole_track_leaves_nothing_behind() {
        let all: Vec<f64> = [11.0, 12.0, 13.0, 14.0].into_iter().chain((16..21).map(f64::from)).collect();
        assert!(after(Direction::Forward, [0.0, 20.0], &track(&all, Ended::Done)).is_empty());
    }
}
