//! Which frames are tracked from which anchor, and in which order.

use super::fade;
use super::request::{Anchor, Error, Request};

/// Which way from the start.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Direction {
    /// Rising times.
    Forward,
    /// Falling times.
    Backward,
    /// Forward, then backward.
    Both,
}

/// More frames than this are a mistake: five hours at 60 frames a second.
const MOST_FRAMES: f64 = 1_000_000.0;

/// Frames that follow one anchor.
#[derive(Clone, PartialEq, Debug)]
pub struct Leg {
    /// The anchor that the pass starts from: an index into [`Plan::anchors`].
    pub from: usize,
    /// The anchor at the other end of the segment, which the pass learns from.
    pub other: Option<usize>,
    /// The frames in the order of tracking.
    pub times: Vec<f64>,
    /// Frames after these that belong to the leg from the other anchor and are looked at for the cross-fade, in the
    /// order of tracking. So many frames at the end of `times` are faded too. Empty where there is nothing to fade.
    pub beyond: Vec<f64>,
}

/// All that is to be done.
#[derive(Clone, PartialEq, Debug)]
pub struct Plan {
    /// The start and the anchors in range, by rising time.
    pub anchors: Vec<Anchor>,
    /// The start's place among them.
    pub start: usize,
    /// The anchor that all legs learn from, by its place among them.
    pub reference: Option<usize>,
    /// What is tracked from which, nearest to the start first.
    pub legs: Vec<Leg>,
}

impl Plan {
    /// Lays out a request.
    ///
    /// The clip is cut into segments at the anchors. The frames of a segment depend on the anchors at its two ends
    /// and on the reference only, so that a correction changes the two segments that it ends and no other frame.
    ///
    /// # Errors
    /// [`Error::NoPrompts`], [`Error::NotANumber`], [`Error::TooLong`].
    pub fn new(request: &Request) -> Result<Self, Error> {
        let start = &request.start;
        if !start.prompts.chooses() {
            return Err(Error::NoPrompts);
        }
        let all = || [start].into_iter().chain(&request.anchors);
        let times = request.range.into_iter().chain([request.step]).chain(all().map(|anchor| anchor.time));
        if !times.into_iter().all(f64::is_finite) || request.step <= 0.0 {
            return Err(Error::NotANumber);
        }
        if !all().all(|anchor| anchor.prompts.is_sound()) {
            return Err(Error::NotANumber);
        }
        let first = request.range[0].min(request.range[1]);
        let last = request.range[0].max(request.range[1]);
        if (last - first) / request.step > MOST_FRAMES
            || (start.time - first).abs() / request.step > MOST_FRAMES
        {
            return Err(Error::TooLong);
        }
        // An anchor between two frames stands for the nearer one.
        let frame_of = |time: f64| ((time - start.time) / request.step).round() as i64;
        let mut anchors: Vec<(i64, Anchor)> = all()
            .enumerate()
            .filter(|(i, anchor)| {
                *i == 0 || (first..=last).contains(&anchor.time) && anchor.prompts.chooses()
            })
            .map(|(_, anchor)| (frame_of(anchor.time), anchor.clone()))
            .collect();
        // The start comes first among equals and stays.
        anchors.sort_by_key(|(frame, _)| *frame);
        anchors.dedup_by_key(|(frame, _)| *frame);
        let lowest = ((first - start.time) / request.step).ceil() as i64;
        let highest = ((last - start.time) / request.step).floor() as i64;
        let frames: Vec<i64> = anchors.iter().map(|(frame, _)| *frame).collect();
        let confirmed: Vec<bool> = anchors.iter().map(|(_, anchor)| anchor.confirmed).collect();
        let middle = frames.iter().position(|frame| *frame == 0).unwrap_or(0);
        let mut legs = Vec::new();
        if request.direction != Direction::Backward {
            for low in middle..frames.len() - 1 {
                let [near, far] = between(&frames, &confirmed, low, low);
                legs.extend([near, far]);
            }
            let last = frames.len() - 1;
            legs.push((last, None, (frames[last] + 1..=highest).collect()));
        }
        if request.direction != Direction::Forward {
            for low in (0..middle).rev() {
                let [far, near] = between(&frames, &confirmed, low, low + 1);
                legs.extend([near, far]);
            }
            legs.push((0, None, (lowest..frames[0]).rev().collect::<Vec<_>>()));
        }
        let time = |frame: i64| start.time + frame as f64 * request.step;
        let leg = |(from, other, frames): (usize, Option<usize>, Vec<i64>)| {
            let inside = frames.into_iter().filter(|frame| (lowest..=highest).contains(frame));
            Leg { from, other, times: inside.map(time).collect(), beyond: vec![] }
        };
        let mut legs: Vec<Leg> = legs.into_iter().map(leg).filter(|leg| !leg.times.is_empty()).collect();
        for i in 1..legs.len() {
            let [first, second] = [legs[i - 1].clone(), legs[i].clone()];
            if first.meets(&second) {
                let faded = fade::FRAMES.min(first.times.len()).min(second.times.len());
                let end = |leg: &Leg| leg.times.iter().rev().take(faded).copied().collect();
                (legs[i - 1].beyond, legs[i].beyond) = (end(&second), end(&first));
            }
        }
        let reference = request.reference.filter(|time| time.is_finite()).map(frame_of);
        let reference = reference.and_then(|at| frames.iter().position(|frame| *frame == at));
        let anchors = anchors.into_iter().map(|(_, anchor)| anchor).collect();
        Ok(Self { anchors, start: middle, reference, legs })
    }
}

impl Leg {
    /// Whether `next` comes from the other end of the same segment.
    pub fn meets(&self, next: &Self) -> bool {
        self.other == Some(next.from) && next.other == Some(self.from)
    }
}

/// The frames between the anchors `low` and `low + 1`: those that follow the lower one, then those that follow the
/// higher one. When one of the two is not confirmed, all follow `nearest`, the one nearer to the start.
fn between(
    frames: &[i64],
    confirmed: &[bool],
    low: usize,
    nearest: usize,
) -> [(usize, Option<usize>, Vec<i64>); 2] {
    let high = low + 1;
    let last_of_low = if confirmed[low] && confirmed[high] {
        frames[low].midpoint(frames[high])
    } else if nearest == low {
        frames[high] - 1
    } else {
        frames[low]
    };
    [
        (low, Some(high), (frames[low] + 1..=last_of_low).collect()),
        (high, Some(low), (last_of_low + 1..frames[high]).rev().collect()),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::track::PromptSet;

    fn anchor(time: f64, confirmed: bool) -> Anchor {
        let prompts = PromptSet { bounding_box: Some([0.1, 0.1, 0.5, 0.5]), points: vec![] };
        Anchor { time, prompts, candidate: None, confirmed }
    }

    fn request(direction: Direction, range: [f64; 2], anchors: Vec<Anchor>) -> Request {
        Request {
            start: anchor(4.0, true),
            anchors,
            direction,
            range,
            step: 1.0,
            stop_on_loss: false,
            reference: None,
        }
    }

    fn legs(request: &Request) -> Vec<(f64, Option<f64>, Vec<f64>)> {
        let plan = Plan::new(request).unwrap();
        let time = |index: usize| plan.anchors[index].time;
        plan.legs.iter().map(|leg| (time(leg.from), leg.other.map(time), leg.times.clone())).collect()
    }

    #[test]
    fn one_anchor_is_followed_each_way() {
        let both = request(Direction::Both, [6.0, 2.0], vec![]);
        assert_eq!(legs(&both), [(4.0, None, vec![5.0, 6.0]), (4.0, None, vec![3.0, 2.0])]);
        let one = request(Direction::Forward, [5.0, 5.0], vec![]);
        assert_eq!(legs(&one), [(4.0, None, vec![5.0])]);
        assert!(legs(&request(Direction::Forward, [4.0, 4.0], vec![])).is_empty());
        assert!(legs(&request(Direction::Forward, [-9.0, 3.0], vec![])).is_empty());
    }

    #[test]
    fn the_reference_is_one_of_the_anchors() {
        let mut forward =
            request(Direction::Forward, [0.0, 20.0], vec![anchor(0.0, true), anchor(9.0, true)]);
        let reference = |request: &Request| Plan::new(request).unwrap().reference;
        assert_eq!(reference(&forward), None);
        for (time, index) in [(0.0, Some(0)), (4.0, Some(1)), (9.0, Some(2)), (5.0, None), (f64::NAN, None)] {
            forward.reference = Some(time);
            assert_eq!(reference(&forward), index, "{time}");
        }
    }

    #[test]
    fn between_two_anchors_the_nearer_one_wins() {
        let anchors = vec![anchor(9.0, true), anchor(0.0, true), anchor(99.0, true)];
        let forward = request(Direction::Forward, [0.0, 11.0], anchors.clone());
        let expected = [
            (4.0, Some(9.0), vec![5.0, 6.0]),
            (9.0, Some(4.0), vec![8.0, 7.0]),
            (9.0, None, vec![10.0, 11.0]),
        ];
        assert_eq!(legs(&forward), expected);
        let backward = request(Direction::Backward, [0.0, 11.0], anchors);
        assert_eq!(legs(&backward), [(4.0, Some(0.0), vec![3.0]), (0.0, Some(4.0), vec![1.0, 2.0])]);
    }

    #[test]
    fn both_passes_look_at_the_frames_around_a_join() {
        let forward = request(Direction::Forward, [0.0, 20.0], vec![anchor(12.0, true), anchor(15.0, true)]);
        let plan = Plan::new(&forward).unwrap();
        let beyond: Vec<_> = plan.legs.iter().map(|leg| (leg.times.clone(), leg.beyond.clone())).collect();
        let expected = [
            (vec![5.0, 6.0, 7.0, 8.0], vec![9.0, 10.0]),
            (vec![11.0, 10.0, 9.0], vec![8.0, 7.0]),
            (vec![13.0], vec![14.0]),
            (vec![14.0], vec![13.0]),
            (vec![16.0, 17.0, 18.0, 19.0, 20.0], vec![]),
        ];
        assert_eq!(beyond, expected);
    }

    #[test]
    fn an_anchor_that_is_not_confirmed_only_teaches() {
        let anchors = vec![anchor(7.0, false), anchor(2.0, false)];
        let both = request(Direction::Both, [2.0, 8.0], anchors);
        let expected =
            [(4.0, Some(7.0), vec![5.0, 6.0]), (7.0, None, vec![8.0]), (4.0, Some(2.0), vec![3.0])];
        assert_eq!(legs(&both), expected);
    }

    #[test]
    fn times_may_be_negative_and_fractional() {
        let mut wanted = request(Direction::Both, [-1.25, 0.9], vec![]);
        wanted.start.time = -0.25;
        wanted.step = 0.5;
        assert_eq!(legs(&wanted), [(-0.25, None, vec![0.25, 0.75]), (-0.25, None, vec![-0.75, -1.25])]);
    }

    #[test]
    fn what_is_no_number_or_too_much_is_refused() {
        let good = request(Direction::Both, [0.0, 9.0], vec![]);
        let refused = |change: &dyn Fn(&mut Request)| {
            let mut wanted = good.clone();
            change(&mut wanted);
            Plan::new(&wanted).unwrap_err()
        };
        assert!(matches!(refused(&|r| r.range[1] = f64::NAN), Error::NotANumber));
        assert!(matches!(refused(&|r| r.step = 0.0), Error::NotANumber));
        assert!(matches!(refused(&|r| r.start.time = f64::INFINITY), Error::NotANumber));
        assert!(matches!(
            refused(&|r| r.start.prompts.bounding_box = Some([f64::NAN; 4])),
            Error::NotANumber
        ));
        assert!(matches!(refused(&|r| r.range = [-1e300, 1e300]), Error::TooLong));
        assert!(matches!(refused(&|r| r.start.prompts = PromptSet::default()), Error::NoPrompts));
    }
}
